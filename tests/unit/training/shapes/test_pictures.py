"""Cameras, float pictures, exposure, cutting out and line drawings: against what can be worked out by hand."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.training.shapes.cameras import MIDDLE, aimed, choose_camera, direction, project
from backend.training.shapes.cutting import cleaned, cut_out, extent, resized
from backend.training.shapes.developing import develop
from backend.training.shapes.dice import Dice
from backend.training.shapes.exr import layer, read_exr
from backend.training.shapes.lines import borders, creases, draw, outlines

CORNERS = np.array([[x, y, z] for x in (0.3, 0.7) for y in (0.05, 0.95) for z in (0.2, 0.8)])


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_the_whole_object_is_in_every_picture_and_as_large_as_wanted(number):
    camera = choose_camera(CORNERS, Dice("test", number))
    seen = project(CORNERS, camera.camera_to_world, camera.field_of_view)
    assert seen.min() > 0.0 and seen.max() < 1.0
    assert 0.54 < np.ptp(seen, axis=0).max() < 0.96
    rotation = camera.camera_to_world[:3, :3]
    assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-9) and np.linalg.det(rotation) > 0.99
    away = camera.camera_to_world[:3, 3] - MIDDLE
    assert np.allclose(away / np.linalg.norm(away), direction(camera.azimuth, camera.elevation), atol=1e-9)


def test_azimuths_are_as_the_contract_of_the_data_says():
    front, side = aimed(CORNERS, 0.0, 0.0, 0.6), aimed(CORNERS, np.pi / 2, 0.0, 0.6)
    assert front.camera_to_world[1, 3] < -0.5 and abs(front.camera_to_world[0, 3] - 0.5) < 1e-9
    assert side.camera_to_world[0, 3] > 1.5 and abs(side.camera_to_world[1, 3] - 0.5) < 1e-9
    seen = project(np.array([[0.9, 0.5, 0.5], [0.5, 0.5, 0.9]]), front.camera_to_world, front.field_of_view)
    assert seen[0, 0] > 0.6 and seen[1, 1] > 0.6  # +X is right and +Z is up, from the front
    above = aimed(CORNERS, 0.3, 0.8, 0.6)
    assert above.camera_to_world[2, 3] > 1.0


def test_an_object_lies_where_it_is_placed():
    for place in ((0.25, 0.25), (0.5, 0.5), (0.75, 0.6)):
        camera = aimed(CORNERS, 0.4, 0.2, 0.9, 0.6, place)
        seen = project(CORNERS, camera.camera_to_world, camera.field_of_view)
        room = np.maximum(0.96 - np.ptp(seen, axis=0), 0)
        middle = (seen.min(0) + seen.max(0)) / 2
        assert np.allclose(middle, 0.5 + (np.array(place) - 0.5) * room, atol=0.02)


def exr(channels: dict[str, np.ndarray], compression: int = 0) -> bytes:
    """The smallest file that the format's description allows, its lines in the wrong order."""
    height, width = next(iter(channels.values())).shape
    names = sorted(channels)
    kinds = {np.dtype(np.uint32): 0, np.dtype(np.float16): 1, np.dtype(np.float32): 2}
    listed = b"".join(
        name.encode() + b"\0" + struct.pack("<iiii", kinds[channels[name].dtype], 0, 1, 1) for name in names
    )
    box = struct.pack("<4i", 3, 5, 3 + width - 1, 5 + height - 1)
    attributes = [
        (b"channels", b"chlist", listed + b"\0"), (b"compression", b"compression", bytes([compression])),
        (b"dataWindow", b"box2i", box),
    ]  # fmt: skip
    header = b"\x76\x2f\x31\x01" + struct.pack("<I", 2)
    for name, kind, value in attributes:
        header += name + b"\0" + kind + b"\0" + struct.pack("<i", len(value)) + value
    header += b"\0"
    lines = []
    for y in range(height):
        content = b"".join(channels[name][y].tobytes() for name in names)
        lines.append(struct.pack("<ii", 5 + y, len(content)) + content)
    at = len(header) + 8 * height
    table = b"".join(struct.pack("<Q", at + sum(map(len, lines[:y]))) for y in range(height))
    return header + table + b"".join(lines)


def test_float_pictures_are_read_as_they_were_written(tmp_path):
    rng = np.random.default_rng(0)
    channels = {
        "Layer.Combined.R": rng.random((4, 6)).astype(np.float32),
        "Layer.Combined.G": rng.random((4, 6)).astype(np.float16),
        "Layer.Combined.B": rng.random((4, 6)).astype(np.float32),
        "Layer.Combined.A": rng.random((4, 6)).astype(np.float32),
        "Layer.IndexMA.X": rng.integers(0, 9, (4, 6)).astype(np.uint32),
    }
    path = tmp_path / "a.exr"
    path.write_bytes(exr(channels))
    found = read_exr(path)
    assert np.array_equal(layer(found, "IndexMA"), channels["Layer.IndexMA.X"])
    combined = layer(found, "Combined")
    for index, name in enumerate("RGBA"):
        assert np.array_equal(combined[..., index], channels[f"Layer.Combined.{name}"].astype(np.float32))
    with pytest.raises(KeyError):
        layer(found, "Normal")
    path.write_bytes(exr(channels, compression=3))
    with pytest.raises(ValueError, match="compressed"):
        read_exr(path)
    path.write_bytes(b"something else altogether")
    with pytest.raises(ValueError):
        read_exr(path)


def test_developing_keeps_alpha_straight_and_brings_back_what_is_too_dark_or_too_bright():
    light = np.zeros((8, 8, 4), np.float32)
    light[2:6, 2:6] = (0.1, 0.2, 0.4, 1.0)
    light[5, 2:6] = (0.05, 0.1, 0.2, 0.5)  # the same surface, half of the pixel
    picture = develop(light)
    assert picture[3, 3, 3] == 255 and picture[5, 3, 3] == 128 and picture[0, 0].tolist() == [0, 0, 0, 0]
    assert np.array_equal(picture[3, 3, :3], picture[5, 3, :3])
    assert picture[3, 3].tolist()[:3] == [89, 124, 170]  # sRGB's own curve
    bright = develop(light * np.array([100, 100, 100, 1], np.float32))
    dark = develop(light * np.array([0.01, 0.01, 0.01, 1], np.float32))
    assert 150 < bright[3, 3, :3].mean() < 250 and dark[3, 3, :3].mean() > 60
    bad = light.copy()
    bad[3, 3] = (np.nan, np.inf, 1, 1)
    assert develop(bad)[4, 4, 3] == 255


def test_cutting_out_frames_the_object_and_loses_no_light():
    picture = np.zeros((128, 128, 4), np.uint8)
    picture[40:80, 30:50] = (200, 100, 50, 255)
    for pixels in (96, 40, 200):
        cut = cut_out(picture, pixels, 0.8)
        low, high = extent(cut[..., 3] > 127)
        assert abs((high - low).max() - 0.8 * pixels) <= 1.01
        assert np.abs((low + high) / 2 - pixels / 2).max() <= 1.0
        scale = 0.8 * pixels / 40
        assert cut[..., 3].sum() / 255 == pytest.approx(40 * 20 * scale**2, rel=0.02)
        inside = cut[cut[..., 3] > 250]
        assert np.abs(inside[:, :3].astype(int) - (200, 100, 50)).max() <= 1
        rim = cut[(cut[..., 3] > 20) & (cut[..., 3] < 250)]  # what is behind does not come in
        assert np.abs(rim[:, :3].astype(int) - (200, 100, 50)).max() <= 6


def test_an_object_at_the_rim_is_cut_out_with_room_around_it():
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[:, 40:] = 255
    cut = cut_out(picture, 50, 0.5)
    low, high = extent(cut[..., 3] > 127)
    assert np.allclose((high - low)[0], 25, atol=1) and not cut[:10, :, 3].any()
    assert extent(np.zeros((5, 7), bool))[1].tolist() == [5, 7]
    assert np.array_equal(resized(picture, 64)[..., 3] > 127, picture[..., 3] > 127)


def test_cleaning_takes_noise_away_and_leaves_edges():
    rng = np.random.default_rng(1)
    picture = np.zeros((40, 40, 4), np.uint8)
    picture[5:35, 5:20, :3], picture[5:35, 20:35, :3] = 60, 190
    picture[5:35, 5:35, 3] = 255
    noisy = picture.copy()
    noise = rng.integers(-15, 16, (30, 30, 3))
    noisy[5:35, 5:35, :3] = (picture[5:35, 5:35, :3].astype(int) + noise).astype(np.uint8)
    found = cleaned(noisy)
    off = found[5:35, 5:35, :3].astype(float) - picture[5:35, 5:35, :3]
    assert np.abs(off).mean() < 0.4 * np.abs(noise).mean() and np.abs(off).max() < 16
    assert np.array_equal(found[..., 3], noisy[..., 3])


def test_lines_are_where_surfaces_end_bend_and_meet():
    part = np.zeros((64, 64), np.int32)
    part[10:50, 10:50] = 1
    part[30:50, 10:50] = 2
    # A slanted plane, and in front of it a square of the same part.
    rows = np.arange(64)[:, None].repeat(64, 1)
    depth = np.where(part > 0, 1 / (0.5 + 0.002 * rows), 0).astype(np.float32)
    depth[15:25, 20:40] /= 1.5
    normal = np.zeros((64, 64, 3), np.float32)
    normal[:, :30, 2] = 1
    normal[:, 30:, 0] = 1
    found = outlines(depth, part)
    assert found[10, 12:48].all() and found[49, 12:48].all() and found[15, 22:38].all() and found[24, 22:38].all()
    assert not found[35:45, 14:46].any() and not found[18:22, 24:36].any() and not found[:9].any()
    assert creases(normal, part)[12:48, 30].all() and creases(normal, part).sum() <= 40
    assert borders(part)[30, 10:50].all() and borders(part).sum() == 40
    drawing = draw(depth, normal, part, Dice("a"))
    assert drawing.shape == (32, 32) and drawing.dtype == np.uint8
    assert drawing[0].min() > 200 and drawing.min() < 160
    assert np.array_equal(drawing, draw(depth, normal, part, Dice("a")))
    assert not np.array_equal(drawing, draw(depth, normal, part, Dice("b")))
