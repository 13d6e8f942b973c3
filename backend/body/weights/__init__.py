"""Weights trained by `python -m backend train`, with a card each that says from what, how, and how good."""
