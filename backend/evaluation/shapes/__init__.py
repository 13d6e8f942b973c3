"""How well pictures become shapes: retrieval, coherence, quality and diversity, and how regular the embedding is.

Volumes are signed distances in the frame of `training/shapes/volume.py`; pictures are what the product's networks see.
"""
