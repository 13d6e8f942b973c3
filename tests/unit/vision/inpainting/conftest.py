"""Inpainting pipelines as large as a test bears, saved as the real ones are, with random weights."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # before the first import of diffusers: no test asks the network

import numpy as np
import pytest
import torch

pytest.importorskip("diffusers", reason="the extra “models” is not installed")
pytest.importorskip("transformers", reason="the extra “models” is not installed")

from backend.bench import inpainting_models as models
from backend.vision.inpainting import Painting, load_painter

FEW = Painting(steps=4, suffix="whole body")


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Tiny layers gain nothing from threads, and wait for each other where the machine is busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """By name of the class: folders to be read, not to be changed."""
    made = {}
    for name, architecture in (("sd", models.TINY), ("sdxl", models.TINY_XL)):
        made[name] = tmp_path_factory.mktemp("models") / f"tiny-{name}"
        models.save(models.build(architecture), made[name])
    return made


@pytest.fixture(params=["sd", "sdxl"])
def folder(request, folders):
    return folders[request.param]


@pytest.fixture
def painter(folder):
    return load_painter(folder, "cpu", parameters=FEW)


@pytest.fixture(scope="session")
def pictures():
    """Makes smooth colours, no two pictures alike: (N, H, W, 3) uint8."""

    def make(count, height=128, width=128):
        rows, columns = np.mgrid[:height, :width]
        phases = np.random.default_rng(0).uniform(0, 6, (count, 1, 1, 3))
        waves = np.sin(rows[None, ..., None] / 17 + phases) + np.cos(columns[None, ..., None] / 23 - phases)
        return np.round(127.5 + 63 * waves).astype(np.uint8)

    return make
