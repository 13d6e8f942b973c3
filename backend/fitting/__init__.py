"""Putting bodies where they belong: search for a placement, then fit the pose to contact.

World frame: metres, Z up. N counts bodies in a batch, P vertices used for fitting, S medial spheres.
"""
