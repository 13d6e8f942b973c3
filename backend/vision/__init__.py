"""Adapters to models of pictures: inpainting, 2D pose, text-image similarity. No scenes, no bodies."""
