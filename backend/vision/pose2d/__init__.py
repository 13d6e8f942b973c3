"""People in pictures as keypoints: MediaPipe, which needs no weights, or ViTPose from the user's folders.

All of it speaks the one form of `vision/keypoints`. Pixels, origin top left; pictures are (H, W, 3) uint8 sRGB.
"""

from .default import default_detector
from .drawing import draw_keypoints
from .newcomer import newcomer

__all__ = ["default_detector", "draw_keypoints", "newcomer"]
