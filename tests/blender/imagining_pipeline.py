"""A pipeline that surveys, shows and asks as the real ones do, and answers with small rigged bodies.

Words of an ImagineRequest's prompt, besides those of rigged_pipeline: `dark` (without a fill light), `far` (cameras far
away), `still` (one step after the survey takes five seconds). `Result.reading` tells what came, as JSON: the pictures'
mean luminances, what was kept, the request's options; of a photo its shape and mean, or its file's hash.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, fields, replace

import numpy as np

from protocol.messages import Camera, ImagineRequest, PhotoRequest, Result
from tests.blender import rigged_pipeline

SIZE = 64


def warm_up(report) -> None:
    report("Loading the painter", 0.5)


def run(request: ImagineRequest | PhotoRequest, meshes, job) -> Result:
    if isinstance(request, PhotoRequest):
        came = {"file": hashlib.sha256(request.file).hexdigest() if request.file.size else ""}
        if not came["file"]:
            came |= {"shape": request.photo.shape, "mean": request.photo.mean((0, 1)).tolist()}
    else:
        came = _imagine(request, job)
    answer = rigged_pipeline.run(request, meshes, job)
    options = {field.name: getattr(request, field.name) for field in fields(request)}
    plain = {name: value for name, value in options.items() if isinstance(value, (str, int, bool))}
    return replace(answer, reading=json.dumps(came | {"request": plain}))


def _imagine(request: ImagineRequest, job) -> dict:
    words = request.prompt.split()
    cameras = [around(k / request.views, 400.0 if "far" in words else 4.0) for k in range(request.views)]
    pictures = job.survey(cameras, fill_light="dark" not in words, until=0.4)
    for view, picture in enumerate(pictures):
        job.imagined(view, np.ascontiguousarray(picture[..., ::-1]), f"from {view}")
    end = time.monotonic() + (5.0 if "still" in words else 0.0)
    while time.monotonic() < end:
        job.progress("Imagining", 0.5)
        time.sleep(0.01)
    kept = job.choose(range(len(pictures)))
    return {
        "means": [float(picture.mean()) for picture in pictures],
        "differ": float(np.abs(np.diff(pictures.astype(float), axis=0)).mean()),
        "kept": kept,
        "camera": {name: value for name, value in asdict(cameras[0]).items() if name != "camera_to_world"},
    }


def around(part: float, distance: float) -> Camera:
    """A camera on a circle around the origin that looks at it, slightly from above."""
    angle = 2 * np.pi * part
    eye = np.array([distance * np.sin(angle), -distance * np.cos(angle), 1.5])
    back = eye / np.linalg.norm(eye)
    right = np.cross((0.0, 0.0, 1.0), back)
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3] = np.stack((right, np.cross(back, right), back, eye), 1)
    return Camera(pose, 0.9, SIZE, SIZE)
