"""A pipeline that answers requests for shapes with coloured pyramids, at once.

`Result.reading` tells what came, as JSON: the pictures' shapes and means or their files' lengths, names of the objects
that were sent, and the options.
"""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np

from protocol.errors import NothingInPicture
from protocol.messages import Candidate, ObjectPicture, Result, ShapeRequest, Thing

TRIANGLES = np.array([[0, 2, 1], [0, 3, 2], [0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]], np.int32)
BASE = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0], [0, 0, 1]], np.float32)
COLORS = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 128, 128], [255, 255, 255]], np.uint8)


def warm_up(report) -> None:
    report("Ready", 1.0)


def run(request: ShapeRequest, meshes, job) -> Result:
    if request.seed == 404:
        raise NothingInPicture("Nothing stands out.")
    candidates = []
    for number in range(request.candidates):
        place = np.eye(4)
        place[:3, 3] = request.snapshot.cursor
        name = request.like or "Pyramid"
        thing = Thing(name, place, BASE * np.float32(0.2 * (number + 1)), TRIANGLES, COLORS)
        picture = np.full((24, 24, 3), 40 * number, np.uint8)
        support = request.snapshot.active_object if request.where == "active" else ""
        candidates.append(Candidate((), "", support, {"outline": 0.9}, (), (thing,), picture))
    job.imagined(0, np.zeros((16, 16, 3), np.uint8), "what was cut out")
    options = {each.name: getattr(request, each.name) for each in fields(request)}
    came = {
        "objects": [item.name for item in request.snapshot.objects],
        "meshes": sorted(meshes),
        "picture": told(request.picture),
        "second": told(request.second),
        "request": {name: value for name, value in options.items() if isinstance(value, (str, int, float, bool))},
    }
    return Result(job.job_id, (), tuple(candidates), 0.0, json.dumps(came))


def told(picture: ObjectPicture | None) -> dict | None:
    if picture is None:
        return None
    file = 0 if picture.file is None else len(picture.file)
    pixels = picture.pixels
    mean = [] if pixels is None else pixels.mean((0, 1)).tolist()
    return {"file": file, "shape": [] if pixels is None else pixels.shape, "mean": mean, "crop": picture.crop}
