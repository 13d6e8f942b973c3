"""What came of a request as one picture: some views as imagined with the keypoints found, and the answer in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backend.vision.pose2d import default_detector, draw_keypoints, newcomer

from .painter import Turn
from .studio import Studio

Array = np.ndarray
COLUMNS = 4
GAP = 6  # pixels


def write_sheet(path: Path, first: Turn, user: Studio) -> None:
    """`first`: what was painted in the first round; `user` still shows the answer."""
    from PIL import Image

    detector = default_detector()
    poses = [camera.camera_to_world.tobytes() for camera in first.cameras]
    columns = [poses.index(pose) for pose in dict.fromkeys(poses)][:COLUMNS]
    found = []
    for k in columns:
        empty, picture = first.given[k], first.painted[k]
        person = newcomer(detector.detect(empty), detector.detect(picture), (empty, picture))
        found.append(picture if person is None else draw_keypoints(picture, person))
    answered = user.render([first.cameras[k] for k in columns])
    rows = [_row([first.given[k] for k in columns]), _row(found), _row(list(answered))]
    Image.fromarray(np.concatenate([np.pad(row, ((0, GAP), (0, 0), (0, 0))) for row in rows])).save(path)


def _row(pictures: list[Array]) -> Array:
    return np.concatenate([np.pad(picture, ((0, 0), (0, GAP), (0, 0))) for picture in pictures], 1)
