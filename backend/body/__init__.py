"""The person as geometry: body models, posing, surface regions, anchor poses, joint limits.

Object frame of a body: metres, Z up, front −Y, left +X, soles on z = 0, pelvis above the origin at rest.
"""
