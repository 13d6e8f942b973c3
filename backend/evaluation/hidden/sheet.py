"""What came of a request as one picture: some views as imagined with the keypoints found, and the answer in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backend.vision.pose2d import default_detector, draw_keypoints, newcomer
from protocol.messages import Result

from .painter import HiddenPainter

Array = np.ndarray
COLUMNS = 4
GAP = 6  # pixels


def write_sheet(path: Path, painter: HiddenPainter, shown: dict[int, Array], answer: Result, times: int) -> None:
    """`shown`: the imagined pictures by number, `times` of each view in the first round."""
    from PIL import Image

    detector = default_detector()
    views = range(min(COLUMNS, len(painter.cameras)))
    found = []
    for view in views:
        picture, empty = shown[view * times], painter.empty[view]
        person = newcomer(detector.detect(empty), detector.detect(picture), (empty, picture))
        found.append(picture if person is None else draw_keypoints(picture, person))
    answered = painter.studio.render([painter.cameras[view] for view in views], answer)
    rows = [_row([painter.empty[view] for view in views]), _row(found), _row(list(answered))]
    Image.fromarray(np.concatenate([np.pad(row, ((0, GAP), (0, 0), (0, 0))) for row in rows])).save(path)


def _row(pictures: list[Array]) -> Array:
    return np.concatenate([np.pad(picture, ((0, 0), (0, GAP), (0, 0))) for picture in pictures], 1)
