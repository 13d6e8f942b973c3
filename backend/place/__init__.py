"""The scene as geometry: distance field, supports, grounding of words in objects. Metres, world, Z up."""
