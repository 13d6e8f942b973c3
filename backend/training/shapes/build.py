"""Writes any number of shapes into a folder: in parallel, resumable, the same files from the same request."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from backend.whole_file import whole_file

from .catalogue import VERSION, categories, generate, size_range, split_of
from .files import folder_of, is_whole, save
from .render import render

SAY_EVERY = 5.0  # seconds
CHUNK = 8  # shapes that a process is given at once


def build(
    root: Path, count: int, chosen: Sequence[str] = (), *, first: int = 0, views: int = 0,
    processes: int | None = None, say: Callable[[str], None],
) -> int:  # fmt: skip
    """Shapes of seeds `first` … `first + count − 1` in every chosen category (all if none); returns how many are new.

    With `views`, that many pictures of each are then taken with Blender. What is there and whole is left alone.
    Stopped at any moment, it goes on where it was when run again.
    """
    names = tuple(chosen) or categories()
    for name in names:
        size_range(name)  # an unknown one is said before anything is written
    wanted = [(name, seed) for seed in range(first, first + count) for name in names]
    root.mkdir(parents=True, exist_ok=True)
    note(root, names, first, count)
    chunks = [wanted[at : at + CHUNK] for at in range(0, len(wanted), CHUNK)]
    at_once = processes or os.cpu_count() or 1
    processes = min(at_once, max(len(chunks), 1))
    done = new = 0
    said = began = time.monotonic()
    say(f"{len(wanted)} shapes of {len(names)} categories, {processes} at a time")
    for made, size in _work(root, chunks, processes):
        new, done = new + made, done + size
        if time.monotonic() - said > SAY_EVERY or done == len(wanted):
            said = time.monotonic()
            say(f"{done} of {len(wanted)}: {new} new, {done - new} there already, {said - began:.0f} s")
    if views:
        render(root, wanted, views, processes=at_once, say=say)
    return new


def _work(root: Path, chunks: list[list[tuple[str, int]]], processes: int):
    """Per chunk: how many were made, and of how many."""
    if processes == 1:
        for chunk in chunks:
            yield make(root, chunk), len(chunk)
        return
    # Fresh processes: Warp's and torch's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_alone) as pool:
        futures = {pool.submit(make, root, chunk): len(chunk) for chunk in chunks}
        try:
            for future in as_completed(futures):
                yield future.result(), futures[future]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _alone() -> None:
    """One process, one processor: torch's threads would only wait for each other's."""
    import torch

    torch.set_num_threads(1)


def make(root: Path, wanted: Sequence[tuple[str, int]]) -> int:
    """Make those of some shapes that are not there; returns how many were made."""
    made = 0
    for category, seed in wanted:
        path = folder_of(root, category, seed) / "shape.npz"
        if not is_whole(path):
            save(path, generate(category, seed))
            made += 1
    return made


def note(root: Path, names: Sequence[str], first: int, count: int) -> None:
    """What the folder holds, for people and for whoever reads it: beside the shapes, written whole."""
    splits = dict.fromkeys(("train", "validation", "test"), 0)
    for seed in range(first, first + count):
        splits[split_of(seed)] += 1
    text = {
        "version": VERSION, "categories": list(names), "first_seed": first, "seeds": count,
        "seeds_by_split": splits, "layout": "CATEGORY/SEED/shape.npz, CATEGORY/SEED/views.npz",
    }  # fmt: skip
    with whole_file(root / "dataset.json") as part:
        part.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
