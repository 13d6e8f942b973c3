"""The extension is built once; checks run in Blender processes with throw-away user folders."""

from __future__ import annotations

import sys

import pytest

import build_addon


@pytest.fixture(scope="session")
def zips(tmp_path_factory):
    """{suffix: path} of the zips as they are released."""
    out = tmp_path_factory.mktemp("zips")
    return {wanted.suffix: build_addon.build(wanted, wanted.platforms, out) for wanted in build_addon.ZIPS}


@pytest.fixture(scope="session")
def extension(zips):
    return zips[build_addon.STANDARD.suffix]


@pytest.fixture(scope="session")
def python():
    return sys.executable
