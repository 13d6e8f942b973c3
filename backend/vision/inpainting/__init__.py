"""People painted into pictures of a scene by a diffusion model (GenZI, Li and Dai 2024, section on inpainting).

Two ways: with no mask given, the model says where the person goes, through its own attention to the words for the
person (dynamic masking); with masks given, only what they cover changes. Pictures are sRGB uint8, origin top left.
Everything reaches the model through public interfaces of diffusers: the callback at the end of a step and the
attention processors.
"""

from .folders import check_folder
from .loading import load_painter
from .painter import NEGATIVE, Painted, Painter, Painting

__all__ = ["NEGATIVE", "Painted", "Painter", "Painting", "check_folder", "load_painter"]
