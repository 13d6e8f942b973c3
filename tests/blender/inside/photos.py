"""The photo that a request starts from: a file as it is, or an image of this one, small, as it looks."""

from __future__ import annotations

import hashlib
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


def _jpeg(path: str, exif: bytes = b"") -> bytes:
    """A photo of 300 × 110 pixels: white above, black below."""
    image = _image("photo", 300, 110, (1.0, 1.0, 1.0))
    image.file_format, image.filepath_raw = "JPEG", path
    image.save()
    bpy.data.images.remove(image)
    plain = Path(path).read_bytes()
    segment = b"\xff\xe1" + (len(exif) + 8).to_bytes(2, "big") + b"Exif\0\0" + exif if exif else b""
    Path(path).write_bytes(plain[:2] + segment + plain[2:])
    return Path(path).read_bytes()


def _exif(held: int, small: bytes = b"") -> bytes:
    """Little-endian: how the photo was held and, in a second directory, a small picture."""
    number = int.to_bytes
    first = b"\x01\x00\x12\x01\x03\x00\x01\0\0\0" + number(held, 2, "little") + b"\0\0" + number(26, 4, "little")
    start = 26 + 2 + 24 + 4
    second = (b"\x02\x00\x01\x02\x04\x00\x01\0\0\0" + number(start, 4, "little")
              + b"\x02\x02\x04\x00\x01\0\0\0" + number(len(small), 4, "little") + bytes(4))  # fmt: skip
    return b"II*\0\x08\0\0\0" + first + second + small


def check_a_file_is_sent_as_it_is() -> None:
    """Chosen as a file, or as an image of this one that nobody has changed, packed or not; Blender decodes nothing."""
    stage.furnish()
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/held.jpg"
        content = _jpeg(path, _exif(6)) + bytes(5 * 2**20)  # longer than what is read at once
        Path(path).write_bytes(content)
        expected = hashlib.sha256(content).hexdigest()
        for packed in (None, False, True):
            image = None if packed is None else bpy.data.images.load(path)
            if packed:
                image.pack()
            stage.generate("", source="PHOTO", photo=image, photo_path=path, where="CURSOR")
            assert stage.arrived()["file"] == expected, packed
            stored = stage.session().newest.request
            assert stored.photo is None and stored.title == ("held.jpg" if image is None else image.name)
            assert image is None or not image.has_data
            if image:
                image.pixels[0] = 0.5  # painted on: what is to be seen is sent, not the file
                stage.generate("", source="PHOTO", photo=image, photo_path="", where="CURSOR")
                assert stage.arrived()["shape"] == [110, 300, 3]
                bpy.data.images.remove(image)


def check_files_of_other_kinds_are_read_by_blender() -> None:
    chosen = stage.part("scene.photo").chosen
    with tempfile.TemporaryDirectory() as folder:
        image = _image("large", 3000, 1100, (1.0, 1.0, 1.0), float_buffer=True)
        image.file_format, image.filepath_raw = "OPEN_EXR", f"{folder}/large.exr"
        image.save()
        bpy.data.images.remove(image)
        count = len(bpy.data.images)
        pixels = chosen(None, f"{folder}/large.exr").pixels
        assert pixels.shape == (366, 1000, 3) and pixels[:150].min() > 240 and pixels[-150:].max() < 15
        Path(folder, "none.png").write_bytes(b"no picture")
        for path in (f"{folder}/none.png", f"{folder}/missing.png"):
            try:
                chosen(None, path)
            except stage.part("protocol.errors").PhotoUnusable as error:
                assert Path(path).name in error.detail and error.remedy
            else:
                raise AssertionError("read what is no picture")
        assert len(bpy.data.images) == count


def check_a_file_that_is_gone_when_it_is_read_is_an_error_of_the_request() -> None:
    stage.furnish()
    with tempfile.TemporaryDirectory() as folder:
        _jpeg(f"{folder}/photo.jpg")
        stage.ask("", source="PHOTO", photo=None, photo_path=f"{folder}/photo.jpg", where="CURSOR")
        Path(folder, "photo.jpg").unlink()
        stage.tick_until(lambda: stage.session().job is None)
    assert stage.session().error.code == "photo_unusable" and "photo.jpg" in stage.session().error.detail


def check_thumbnails_are_upright() -> None:
    """As far as the camera has left a small picture in the file."""
    exif, thumbnails = stage.part("scene.orientation"), stage.part("scene.thumbnails")
    photo, shown = stage.part("scene.photo"), {}
    kept = thumbnails.show, thumbnails.show_file
    thumbnails.show = lambda name, pixels: shown.update({name: pixels})
    thumbnails.show_file = lambda name, path: shown.update({name: path})
    try:
        with tempfile.TemporaryDirectory() as folder:
            small = _jpeg(f"{folder}/small.jpg")
            content = _jpeg(f"{folder}/held.jpg", _exif(6, small))
            assert exif.orientation(content) == 6 and exif.embedded(content) == small
            assert exif.orientation(content[:30]) == 1 and exif.embedded(content[:-len(content) + 400]) == b""
            photo.show("a", f"{folder}/held.jpg")
            assert shown["a"].shape == (300, 110, 3)
            assert shown["a"][:, -40:].min() > 240 and shown["a"][:, :40].max() < 15
            photo.show("b", f"{folder}/small.jpg")
            _jpeg(f"{folder}/held.jpg", _exif(6))
            photo.show("c", f"{folder}/held.jpg")
            assert shown["b"].endswith("small.jpg") and shown["c"].endswith("held.jpg")
            photo.show("d", f"{folder}/missing.jpg")
            assert "d" not in shown
    finally:
        thumbnails.show, thumbnails.show_file = kept


def check_a_photo_in_linear_light_is_sent_as_it_looks() -> None:
    image = _image("linear", 8, 8, (0.2140, 4.0, -1.0), float_buffer=True)
    pixels = stage.part("scene.photo").chosen(image, "").pixels
    assert np.abs(pixels[0, 0].astype(int) - [127, 255, 0]).max() <= 1
