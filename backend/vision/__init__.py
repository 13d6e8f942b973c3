"""Adapters to models of pictures: inpainting, 2D pose, text-image similarity. Nothing here knows of scenes or bodies."""
