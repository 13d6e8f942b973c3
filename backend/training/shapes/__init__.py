"""Everyday objects made from seeds: what shapes are learnt from, and props with known parts, sizes and captions.

`catalogue.generate(category, seed)` makes a `Shape` of named closed parts; `volume` turns it into signed distances and
occupancy; `build` writes any number of them into a folder; `folder` reads a user's own meshes into the same form.
"""
