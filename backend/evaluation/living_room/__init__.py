"""The sample living room: built by script from simple shapes, so that it can be read, changed and given away.

`shapes` makes arrays, `materials` makes `bpy` materials, `furniture` puts shapes together to objects, `room` places
them, lights them and sets the camera. Metres, Z up; the sofa stands at the north wall (+Y) and faces −Y, the window is
in the west wall (−X), and the south side is open to the camera.
"""
