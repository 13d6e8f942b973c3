"""The whole chain of Imagine with a painter that knows the answer: a hidden person is to be found again.

The double stands in for the diffusion model alone. It draws a person whom it was given into the survey's pictures with
Blender's renderer; now and then it draws somebody else, or nobody. Everything else is real: the views, the pictures,
the 2D poses, the lifting, the refinement, the contact fitting and the clothes.
"""
