"""A pipeline that asks its client what its prompt says, so that tests can answer, or fail to.

Steps are separated by commas: `survey 3` (so many cameras), `dark 2` (without a fill light), `imagine 4` (so many
pictures), `again 100` (the same picture so often), `choose 4`. Camera k of a survey is k metres above the origin.
`Result.reading` tells what came, as JSON: for each survey its pictures' sums, for each choice what was kept.
"""

from __future__ import annotations

import json
import os
import time

import numpy as np

from protocol.messages import Camera, Result

SIZE = 6, 4  # width, height


def warm_up(report) -> None:
    with open(os.environ["ASKING_PIPELINE_LOADED"], "a", encoding="utf-8") as file:
        file.write("loaded\n")
    report("Loading the painter", 0.5)
    time.sleep(0.3)  # longer than the broker keeps progress back


def run(request, meshes, job) -> Result:
    came = []
    for step in request.prompt.split(","):
        verb, _, amount = step.strip().partition(" ")
        number = int(amount)
        match verb:
            case "survey" | "dark":
                pictures = job.survey(cameras(number), fill_light=verb == "survey", until=0.5)
                assert pictures.shape == (number, SIZE[1], SIZE[0], 3) and pictures.dtype == np.uint8
                came.append(pictures.sum((1, 2, 3)).tolist())
            case "imagine":
                for view in range(number):
                    job.imagined(view, picture(view), f"view {view}")
            case "again":
                large = np.zeros((512, 512, 3), np.uint8)
                for turn in range(number):
                    large[:] = turn  # changed in place: what was shown before must not change
                    job.imagined(7, large, f"turn {turn}")
            case "choose":
                came.append(list(job.choose(range(number))))
    return Result("", (), (), 0.0, reading=json.dumps(came))


def cameras(number: int) -> list[Camera]:
    made = []
    for height in range(number):
        pose = np.eye(4)
        pose[2, 3] = height
        made.append(Camera(pose, 1.0, *SIZE))
    return made


def picture(level: int) -> np.ndarray:
    return np.full((SIZE[1], SIZE[0], 3), level, np.uint8)
