"""Recorded motion beside the checkout, for tests of readers, retargeting and the prior; they skip without it."""

from __future__ import annotations

from pathlib import Path

import pytest

MOCAP = Path(__file__).resolve().parents[2] / "shared" / "data" / "mocap"
needs_mocap = pytest.mark.skipif(not MOCAP.is_dir(), reason="no shared/data/mocap beside this checkout")
