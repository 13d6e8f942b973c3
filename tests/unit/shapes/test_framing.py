"""Pictures for training: framed as told, grounds where nothing is, drawings on paper, the same from one generator."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.training.cisp import batches, framing, pictures
from backend.training.cisp.framing import cutouts, drawings, framed
from tests.unit.shapes import tiny


def _cut(left: int, right: int, top: int, bottom: int) -> torch.Tensor:
    """A red rectangle on nothing, 96²."""
    given = np.zeros((1, 96, 96, 4), np.uint8)
    given[0, top:bottom, left:right] = (255, 0, 0, 255)
    return cutouts(torch.from_numpy(given))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 40), st.integers(8, 50), st.integers(0, 40), st.integers(8, 50), st.floats(0.5, 0.95))
def test_the_object_fills_what_is_asked_for_in_the_middle(left, width, top, height, filled):
    alpha = framed(_cut(left, left + width, top, top + height), 96, torch.tensor([filled]))[0, 3]
    rows, columns = torch.nonzero(alpha > 0.5, as_tuple=True)
    found = np.array([columns.max() - columns.min() + 1, rows.max() - rows.min() + 1])
    expected = 96 * filled * np.array([width, height]) / max(width, height)
    assert np.abs(found - expected).max() <= 2
    assert abs(float(columns.min() + columns.max()) / 2 - 47.5) <= 1.5
    assert abs(float(rows.min() + rows.max()) / 2 - 47.5) <= 1.5


def test_shift_goes_right_and_down():
    alpha = framed(_cut(30, 60, 30, 60), 96, 0.5, torch.tensor([[0.1, 0.2]]))[0, 3]
    rows, columns = torch.nonzero(alpha > 0.5, as_tuple=True)
    assert float(columns.float().mean()) == pytest.approx(47.5 + 9.6, abs=1)
    assert float(rows.float().mean()) == pytest.approx(47.5 + 19.2, abs=1)


def test_an_empty_picture_stays_empty():
    assert not framed(torch.zeros(1, 4, 96, 96), 96).any()


def test_a_plain_picture_is_the_object_on_grey():
    shown = pictures.plain(_cut(20, 70, 20, 70), 96)[0]
    assert torch.allclose(shown[:, 0, 0], torch.full((3,), 240 / 255), atol=1e-3)
    assert torch.allclose(shown[:, 48, 48], torch.tensor([1.0, 0, 0]), atol=1e-3)


def test_varied_pictures_differ_and_come_again_from_the_same_generator():
    cut = _cut(20, 70, 10, 80).repeat(64, 1, 1, 1)
    lines = torch.zeros(64, dtype=torch.bool)
    first, again = (pictures.varied(cut, lines, 96, torch.Generator().manual_seed(3)) for _ in range(2))
    assert first.shape == (64, 3, 96, 96) and first.min() >= 0 and first.max() <= 1
    assert torch.equal(first, again)
    corners = first[:, :, 0, 0]
    assert corners.std(0).min() > 0.1
    middle = first[:, :, 48, 48]
    assert (middle[:, 0] > middle[:, 2] + 0.1).float().mean() > 0.6, "what is red stays reddish but for silhouettes"


def test_drawings_stay_dark_lines_on_light_paper():
    paper = np.full((8, 96, 96), 255, np.uint8)
    paper[:, 20:70, 40:43] = 0
    cut, lines = drawings(torch.from_numpy(paper)), torch.ones(8, dtype=torch.bool)
    shown = pictures.varied(cut, lines, 96, torch.Generator().manual_seed(0))
    assert shown[:, :, :3, :3].mean((1, 2, 3)).min() > 0.75
    assert shown.amin((1, 2, 3)).max() < 0.4


def test_half_of_a_batch_is_from_two_categories_and_no_shape_comes_twice():
    category = np.repeat(np.arange(25), 40)
    rows = batches.chosen(category, 128, torch.Generator().manual_seed(1))
    assert len(rows) == len(set(rows.tolist())) == 128
    counts = np.sort(np.bincount(category[rows], minlength=25))
    assert counts[-2:].sum() >= 64 and (counts > 0).sum() > 15
    assert len(batches.chosen(category[:50], 50, torch.Generator().manual_seed(1))) == 50


def test_a_mirrored_pair_is_a_pair():
    data = tiny.packed(24)
    data.azimuth[:] = 0.5
    batch = batches.draw(data, 12, 2, torch.Generator().manual_seed(2), torch.device("cpu"))
    assert batch.pictures.shape == (2, 12, 3, 96, 96) and batch.signed_distance.shape == (12, 64, 64, 64)
    assert batch.azimuth.shape == (2, 12)
    drawn = batch.azimuth.abs() < 0.4  # the line drawings' own angle is 0
    assert set(batch.azimuth[~drawn].tolist()) == {-0.5, 0.5}
    same = batch.azimuth[0] * batch.azimuth[1]
    assert (same >= 0).all(), "both pictures of a shape are mirrored, or neither"


def test_the_shape_is_mirrored_with_its_pictures():
    data = tiny.packed(6)
    lopsided = np.ascontiguousarray(np.roll(data.signed_distance, 12, axis=1))
    left = np.zeros_like(data.pictures)
    left[:, :, 20:76, :40] = 255
    data = type(data)(**{**vars(data), "signed_distance": lopsided, "pictures": left, "lines": data.lines[:, :0]})
    batch = batches.draw(data, 6, 1, torch.Generator().manual_seed(4), torch.device("cpu"))
    kept = torch.from_numpy(lopsided.astype(np.float32))
    rows = batches.chosen(data.category, 6, torch.Generator().manual_seed(4))
    mirrored = [not torch.equal(found, kept[row]) for found, row in zip(batch.signed_distance, rows, strict=True)]
    assert 0 < sum(mirrored) < 6
    for found, row, turned in zip(batch.signed_distance, rows, mirrored, strict=True):
        assert torch.equal(found, kept[row].flip(0)) == turned


def test_cut_outs_are_premultiplied():
    given = torch.full((1, 4, 4, 4), 128, dtype=torch.uint8)
    assert cutouts(given)[0, :, 0, 0].tolist() == pytest.approx([0.252, 0.252, 0.252, 0.502], abs=1e-3)
    assert framing.FILLED == 0.8
