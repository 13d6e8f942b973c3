"""Fixtures that cost much and are shared: the body model, loaded once."""

from __future__ import annotations

import os

import pytest

import backend  # noqa: F401  (before torch: it sets how OpenMP waits)

# No test sees the models that this user has configured, and none goes looking for models elsewhere.
os.environ["STAFFAGE_CONFIG"] = os.path.join(os.path.dirname(__file__), "no configuration.json")
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def anny():
    """The embedded body model; the first use on a machine builds its cache, about a minute."""
    from backend.body.anny_model import load

    return load()


@pytest.fixture(scope="session")
def regions(anny):
    from backend.body.regions import Regions

    return Regions(anny)


@pytest.fixture(scope="session")
def woman(anny):
    return anny.shape({"gender": 1.0, "age": 0.68, "height": 0.4})
