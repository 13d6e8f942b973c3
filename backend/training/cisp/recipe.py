"""From packed pictures and shapes to the two encoders: `python -m backend train cisp --data FOLDER`.

The run may be stopped and gone on with at any time, also after more shapes were rendered and packed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from backend.shapes import storage
from backend.shapes.picture_encoder import PictureEncoder, PictureEncoderSize
from backend.shapes.shape_encoder import ShapeEncoderSize
from backend.training.loop import Plan, steps_done, train
from backend.training.machine import device as find_device
from backend.training.machine import half
from backend.training.run import Run
from backend.training.shapes.pack import Packed, load_packed

from . import batches
from .card import card
from .joint import ImageOnly, Joint, within

PLAN = Plan(4000, 6e-4, 5e-2, warm_up=150, validate_every=100, checkpoint_every=50, average=0.99, fall=0.4)
SHAPES = 96  # in a batch
VIEWS = 2  # pictures of each
GALLERY = 1000  # shapes that a picture is searched among, at most
PICTURE, SHAPE = "picture_encoder", "shape_encoder"


@dataclass(frozen=True)
class Retrieval:
    """Shares of plain pictures whose own shape is the first, or among the first five, of `gallery`; and reversed."""

    gallery: int
    first: float
    five: float
    shape_first: float
    shape_five: float


def train_cisp(
    run: Run, *, picture: PictureEncoderSize = PictureEncoderSize(),  # noqa: B008  (frozen)
    shape: ShapeEncoderSize = ShapeEncoderSize(), contrast_only: bool = False,  # noqa: B008
) -> Retrieval:  # fmt: skip
    """Train both encoders, measure them on the test split, write weights and card.

    `contrast_only` leaves out the volume that the tokens are to tell: CISP as its authors describe it.
    """
    data, where = _splits(run.data), find_device()
    torch.manual_seed(run.seed)
    net = Joint(replace(picture, categories=len(data["train"].names)), shape, not contrast_only).to(where)

    def validate(candidate: Joint) -> float:
        found = retrieval(candidate, data["validation"], where)
        run.say(f"cisp: {found.first:.1%} first, {found.five:.1%} among five, of {found.gallery}")
        return 1 - (found.first + found.five) / 2

    _train(net, data["train"], validate, run, "cisp", where)
    found = retrieval(net, data["test"], where)
    facts = _facts(data, asdict(found), run, "cisp")
    storage.write(run.out, PICTURE, net.picture, facts)
    storage.write(run.out, SHAPE, net.shape, facts, beside=(PICTURE,))
    (run.out / "cisp.md").write_text(card(facts, net), encoding="utf-8")
    run.say(f"cisp: on held-out shapes {found.first:.1%} first, {found.five:.1%} among five, of {found.gallery}")
    return found


def train_image_only(run: Run, *, picture: PictureEncoderSize = PictureEncoderSize()) -> float:  # noqa: B008  (frozen)
    """The comparison: the same picture encoder without shapes; the share of pictures that another view finds."""
    data, where = _splits(run.data), find_device()
    torch.manual_seed(run.seed)
    net = ImageOnly(replace(picture, categories=len(data["train"].names))).to(where)

    def validate(candidate: ImageOnly) -> float:
        return 1 - among_views(candidate, data["validation"], where)

    _train(net, data["train"], validate, run, "image only", where)
    found = among_views(net, data["test"], where)
    storage.write(run.out, PICTURE, net.picture, _facts(data, {"view_first": found}, run, "image only"))
    run.say(f"image only: on held-out shapes {found:.1%} of pictures find another view of theirs first")
    return found


def retrieval(net: Joint, data: Packed, where: torch.device) -> Retrieval:
    """Of plain pictures, one of each shape, among all those shapes."""
    rows = _gallery(data)
    with torch.no_grad(), half(where):
        seen = embedded(net.picture, data, rows, 0, where)
        known = torch.cat([net.shape(_volumes(data, some, where)) for some in _parts(rows)])
    similar = (seen @ known.T).cpu()
    return Retrieval(
        len(rows), within(similar, 1), within(similar, 5), within(similar.T, 1), within(similar.T, 5)
    )  # fmt: skip


def among_views(net: ImageOnly, data: Packed, where: torch.device) -> float:
    """The share of pictures to which another view of the same shape is nearest."""
    rows = _gallery(data)
    with torch.no_grad(), half(where):
        first, second = (embedded(net.picture, data, rows, view, where) for view in (0, -1))
    return within((first @ second.T).cpu(), 1)


def embedded(net: PictureEncoder, data: Packed, rows: np.ndarray, view: int, where: torch.device) -> Tensor:
    """(N, joint) of plain pictures."""
    return torch.cat([net(batches.plain(data, some, view).to(where)).embedding for some in _parts(rows)])


def _train(net: torch.nn.Module, data: Packed, validate, run: Run, name: str, where: torch.device) -> None:
    def loss(generator: torch.Generator) -> Tensor:
        batch = batches.draw(data, SHAPES, VIEWS, generator, where)
        with half(where):
            return net.loss(batch)

    train(
        net, loss, validate, run.plan(PLAN), name=name, seed=run.seed, learned=None, say=run.say, seconds=run.seconds,
        checkpoint=_checkpoint(run, name),
    )  # fmt: skip
    net.requires_grad_(False).eval()


def _splits(folder: Path) -> dict[str, Packed]:
    return {split: load_packed(folder, split) for split in ("train", "validation", "test")}


def _facts(data: dict[str, Packed], figures: dict, run: Run, name: str) -> dict:
    """What the list and the card say about a run."""
    return {
        "categories": list(data["train"].names),
        "shapes": {split: len(packed.category) for split, packed in data.items()},
        "views": int(data["train"].pictures.shape[1]),
        "steps": steps_done(_checkpoint(run, name)), "pictures_a_step": SHAPES * VIEWS, "figures": figures,
    }  # fmt: skip


def _checkpoint(run: Run, name: str) -> Path:
    return run.checkpoints / f"{name.replace(' ', '_')}.safetensors"


def _gallery(data: Packed) -> np.ndarray:
    count = len(data.category)
    return np.unique(np.linspace(0, count - 1, min(count, GALLERY)).round().astype(np.int64))


def _volumes(data: Packed, rows: np.ndarray, where: torch.device) -> Tensor:
    return torch.from_numpy(np.asarray(data.signed_distance[rows], np.float32)).to(where)


def _parts(rows: np.ndarray, size: int = 64) -> list[np.ndarray]:
    return [rows[at : at + size] for at in range(0, len(rows), size)]
