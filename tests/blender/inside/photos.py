"""The photo that a request starts from: from a file or an image of this one, upright, small, as it looks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from tests.blender.inside import stage


def _image(name: str, width: int, height: int, color: tuple[float, ...], **options: Any) -> bpy.types.Image:
    image = bpy.data.images.new(name, width, height, **options)
    pixels = np.ones((height, width, 4), np.float32)
    pixels[..., :3] = color
    pixels[: height // 2, :, :3] = 0.0  # Blender's first row is the lowest
    image.pixels.foreach_set(pixels.ravel())
    return image


def check_a_photo_of_this_file_is_sent() -> None:
    stage.furnish()
    image = _image("portrait", 40, 60, (1.0, 0.5, 0.25))
    assert "Choose a photo" in (_refused_photo() or "")
    stage.ask("", source="PHOTO", photo=image, photo_path="/nowhere.jpg", where="CURSOR")
    stage.tick_until(lambda: stage.session().job is None)
    assert stage.session().error is None, stage.session().error
    came = stage.arrived()
    assert came["shape"] == [60, 40, 3] and np.allclose(came["mean"], [127.5, 64, 32], atol=1)
    assert came["request"]["where"] == "cursor" and stage.session().newest.request.title == "portrait"
    assert stage.bodies()


def _refused_photo() -> str:
    stage.start()
    bpy.context.scene.staffage.source = "PHOTO"
    return stage.refusal("staffage.generate")


def check_a_photo_from_a_file_is_upright_and_small() -> None:
    read = stage.part("scene.photo").read
    with tempfile.TemporaryDirectory() as folder:
        image = _image("large", 3000, 1100, (1.0, 1.0, 1.0))
        image.file_format, image.filepath_raw = "JPEG", f"{folder}/large.jpg"
        image.save()
        bpy.data.images.remove(image)
        count = len(bpy.data.images)
        pixels = read(None, f"{folder}/large.jpg")
        assert pixels.shape == (366, 1000, 3) and pixels[:150].min() > 240 and pixels[-150:].max() < 15
        plain = Path(folder, "large.jpg").read_bytes()
        # Held upright: the camera's left is the picture's top, in Exif's words 6.
        entry = b"\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"
        exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + b"\0\0\0\0"
        segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
        Path(folder, "held.jpg").write_bytes(plain[:2] + segment + plain[2:])
        turned = read(None, f"{folder}/held.jpg")
        assert turned.shape == (1000, 366, 3) and turned[:, -150:].min() > 240 and turned[:, :150].max() < 15
        Path(folder, "none.png").write_bytes(b"no picture")
        for path in (f"{folder}/none.png", f"{folder}/missing.png"):
            try:
                read(None, path)
            except stage.part("protocol.errors").PhotoUnusable as error:
                assert Path(path).name in error.detail and error.remedy
            else:
                raise AssertionError("read what is no picture")
        assert len(bpy.data.images) == count


def check_a_photo_in_linear_light_is_sent_as_it_looks() -> None:
    image = _image("linear", 8, 8, (0.2140, 4.0, -1.0), float_buffer=True)
    pixels = stage.part("scene.photo").read(image, "")
    assert np.abs(pixels[0, 0].astype(int) - [127, 255, 0]).max() <= 1
