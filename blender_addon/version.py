"""This extension's version, as the manifest says it."""

from __future__ import annotations

import tomllib
from pathlib import Path

VERSION: str = tomllib.loads(Path(__file__).with_name("blender_manifest.toml").read_text("utf-8"))["version"]
