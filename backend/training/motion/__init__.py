"""Motion capture: reading ASF/AMC and BVH, and carrying the motion over to our body's skeleton."""

from .clip import Clip, MotionInvalid
from .folder import read_clip, read_folder
from .retarget import Motion, Retargeter

__all__ = ["Clip", "Motion", "MotionInvalid", "Retargeter", "read_clip", "read_folder"]
