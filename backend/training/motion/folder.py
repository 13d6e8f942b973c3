"""All motions of a folder: every .bvh, and every .amc with the .asf whose name its own begins with; gzipped or not."""

from __future__ import annotations

import csv
import logging
from dataclasses import replace
from pathlib import Path

from .asf import read_amc, read_asf
from .bvh import read_bvh
from .clip import Clip, MotionInvalid

_log = logging.getLogger(__name__)


def read_folder(folder: Path, *, strict: bool = False) -> list[Clip]:
    """The clips in order of name. Broken files are left out with a warning, or raise `MotionInvalid` when strict."""
    if not folder.is_dir():
        remedy = "Name the folder that holds the .bvh or .asf and .amc files."
        raise MotionInvalid(f"{folder} is no folder", remedy=remedy)
    described = _index(folder)
    clips = []
    for path in sorted(folder.iterdir()):
        if _kind(path) not in ("bvh", "amc"):
            continue
        try:
            clip = read_clip(path)
        except MotionInvalid as error:
            if strict:
                raise
            _log.warning("left out: %s", error.detail)
            continue
        clips.append(replace(clip, described=described.get(clip.name, "")))
    if not clips:
        raise MotionInvalid(f"{folder} holds no readable .bvh or .amc file.")
    return clips


def read_clip(path: Path) -> Clip:
    """One clip; an .amc file needs its .asf beside it."""
    if not path.is_file():
        raise MotionInvalid(f"{path} does not exist.")
    if _kind(path) == "bvh":
        return read_bvh(path)
    if _kind(path) != "amc":
        raise MotionInvalid(f"{path.name} is neither .bvh nor .amc.")
    return read_amc(path, read_asf(_skeleton_of(path)))


def _kind(path: Path) -> str:
    return path.name.lower().removesuffix(".gz").rpartition(".")[2]


def _skeleton_of(path: Path) -> Path:
    """The .asf beside an .amc: of the same name up to some underscore, the longest such; else the only one there is."""
    stem = path.name.split(".")[0]
    skeletons = {p.name.split(".")[0]: p for p in sorted(path.parent.iterdir()) if _kind(p) == "asf"}
    fitting = [name for name in skeletons if stem == name or stem.startswith(f"{name}_")]
    if fitting:
        return skeletons[max(fitting, key=len)]
    if len(skeletons) == 1:
        return next(iter(skeletons.values()))
    raise MotionInvalid(f"{path.name}: no .asf beside it whose name it begins with.")


def _index(folder: Path) -> dict[str, str]:
    """Clip → description from index.csv (columns clip, description), if there is one."""
    path = folder / "index.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["clip"]: row["description"] for row in csv.DictReader(file) if row.get("clip")}
