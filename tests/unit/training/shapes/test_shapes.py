"""Every generated object is closed, of its kind's size, on its base, and the same whenever it is made."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.training.shapes.catalogue import (
    SPLITS,
    UnknownCategory,
    categories,
    generate,
    size_range,
    split_of,
)
from backend.training.shapes.folder import is_closed

SEEDS = range(12)
DRAWN = """
import hashlib, sys
from backend.training.shapes.catalogue import generate
shape = generate(sys.argv[1], int(sys.argv[2]))
print(hashlib.sha256(shape.vertices.tobytes() + shape.triangles.tobytes() + shape.caption.encode()).hexdigest())
"""


def _check(shape, category, seed):
    assert (shape.category, shape.seed) == (category, seed)
    assert shape.caption and shape.caption[0] == "a" and "  " not in shape.caption
    for part in shape.parts:
        assert part.vertices.dtype == np.float32 and part.triangles.dtype == np.int32
        assert np.isfinite(part.vertices).all()
        assert is_closed(part), part.name
        assert part.volume > 0, part.name
        assert len(np.unique(part.triangles)) == len(part.vertices), part.name
        assert all(0 < value < 1 for value in part.color) and part.material
    low, high = shape.bounds
    assert low[2] == pytest.approx(0, abs=1e-6)
    assert (low + high)[:2] == pytest.approx(0, abs=1e-5 * max(1.0, float(shape.size.max())))
    least, most = size_range(category)
    assert (shape.size >= least).all() and (shape.size <= most).all(), (shape.size, shape.caption)


@pytest.mark.parametrize("category", categories())
def test_every_part_is_closed_and_every_object_of_its_size(category):
    for seed in SEEDS:
        _check(generate(category, seed), category, seed)


@given(st.sampled_from(categories()), st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_whatever_the_seed(category, seed):
    _check(generate(category, seed), category, seed)


@pytest.mark.parametrize("category", categories())
def test_seeds_differ_in_structure(category):
    shapes = [generate(category, seed) for seed in range(40)]
    assert len({shape.caption for shape in shapes}) >= 24
    kinds = {tuple(sorted(part.name for part in shape.parts)) for shape in shapes}
    assert len(kinds) >= (4 if category in ("bottle", "vase", "bowl", "mug", "picture frame", "umbrella") else 8)


def test_there_are_at_least_25_with_the_papers_five():
    assert len(categories()) >= 25
    assert {"aeroplane", "car", "chair", "table", "watercraft"} <= set(categories())


@pytest.mark.parametrize(("category", "seed"), [("chair", 5), ("bicycle", 7)])
def test_the_same_in_another_process(category, seed):
    shape = generate(category, seed)
    here = hashlib.sha256(shape.vertices.tobytes() + shape.triangles.tobytes() + shape.caption.encode()).hexdigest()
    command = [sys.executable, "-c", DRAWN, category, str(seed)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == here


def test_structure_is_as_the_caption_says():
    for seed in range(60):
        shape = generate("chair", seed)
        if "four" in shape.caption and "legs" in shape.caption:
            assert len(shape.named("leg")) == 4
        arms = len(shape.named("arm"))
        assert arms == (2 if shape.caption.endswith("arms") else 0), shape.caption
        bicycle = generate("bicycle", seed % 12)
        number = int(bicycle.caption.split(" spokes")[0].split()[-1])
        assert len(bicycle.named("spoke")) == 2 * number


def test_chairs_face_minus_y():
    """Whoever sits down leans back towards +Y."""
    for seed in range(30):
        shape = generate("chair", seed)
        seat = shape.named("seat")[0].vertices.mean(0)
        back = [part for part in shape.parts if part.name.startswith(("back", "slat", "spindle", "post"))]
        assert np.mean([part.vertices.mean(0)[1] for part in back]) > seat[1] + 0.1


def test_splits_are_disjoint_and_of_the_shares_they_should_be():
    found = [split_of(seed) for seed in range(5000)]
    shares = {split: found.count(split) / len(found) for split in SPLITS}
    assert shares["train"] == pytest.approx(0.8, abs=0.03)
    assert shares["validation"] == pytest.approx(0.1, abs=0.02)
    assert shares["test"] == pytest.approx(0.1, abs=0.02)
    assert found == [split_of(seed) for seed in range(5000)]


def test_an_unknown_category_is_said_with_those_there_are():
    with pytest.raises(UnknownCategory, match="chair"):
        generate("unicorn", 0)
