"""Poses beside the authored anchors: of real people, found in recorded motion, and what fits on supports became.

The stored entries are postures (directions of segments, see posture.py), so each fits every body and takes overlays,
gaze and mirroring as an authored anchor does. What they were made from and how stands in weights/anchors.md.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from .anchors.base import Anchor, Contact
from .model import ShapedBody, Skeleton
from .posture import Arm, Leg, Posture, resolve

WEIGHTS = Path(__file__).parent / "weights" / "anchors.safetensors"
FITTED = ", fitted "  # in the names of those that the contact fitter found
_TRUNK = ("pelvis_up", "pelvis_front", "chest_up", "chest_front", "head_up", "head_front")
_LEG = ("thigh", "shin", "toes", "instep", "knee")
_ARM = ("upper", "fore", "palm", "hand", "fold")
DIRECTIONS = len(_TRUNK) + 2 * len(_LEG) + 2 * len(_ARM)


@dataclass(frozen=True)
class Entry:
    """One pose of the codebook, and what is known of it."""

    anchor: Anchor  # its contacts were found on the pose
    interaction: str  # name in interactions.BY_NAME
    described: tuple[str, ...]  # how the interaction is said, and what the recording shows
    source: str  # clip and frame, or which fit
    support: str  # kind of support, one of interactions.SUPPORTS
    facing: str  # as of the interaction
    percentile: float  # of the pose prior

    def rotations(self, skeleton: Skeleton, shaped: ShapedBody) -> Tensor:
        """Local rotations (B, 3, 3) of every bone on a given body."""
        return resolve(self.anchor.posture, skeleton, shaped)


@functools.cache
def entries(path: Path = WEIGHTS) -> tuple[Entry, ...]:
    """The whole codebook; empty where none has been trained."""
    if not path.is_file():
        return ()
    with safe_open(str(path), "pt") as file:
        directions, toes = file.get_tensor("directions"), file.get_tensor("toes_up")
        rows = json.loads(file.metadata()["entries"])
    return tuple(_entry(row, *pose) for row, pose in zip(rows, zip(directions, toes, strict=True), strict=True))


def variants(interaction: str) -> tuple[Anchor, ...]:
    """Recorded and fitted poses of an interaction (a name of interactions.BY_NAME), most plausible first."""
    return tuple(entry.anchor for entry in entries() if entry.interaction == interaction)


def save(found: Sequence[Entry], path: Path) -> None:
    """Write entries; `path` gets the tensors, its metadata everything else."""
    rows = []
    for entry in found:
        anchor = {k: v for k, v in vars(entry.anchor).items() if k not in ("posture", "contacts")}
        contacts = [[c.region, c.to, c.weight, c.partner] for c in entry.anchor.contacts]
        hands = [entry.anchor.posture.left_hand, entry.anchor.posture.right_hand]
        row = {k: v for k, v in vars(entry).items() if k != "anchor"}
        rows.append(row | {"anchor": anchor, "contacts": contacts, "hands": hands})
    packed = [pack(entry.anchor.posture) for entry in found]
    tensors = {
        "directions": torch.stack([directions for directions, _ in packed]),
        "toes_up": torch.stack([toes for _, toes in packed]),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, str(path), {"kind": "staffage codebook 1", "entries": json.dumps(rows, ensure_ascii=False)})


def pack(posture: Posture) -> tuple[Tensor, Tensor]:
    """Directions (26, 3) float16 in a fixed order, and the bend of the toes (2,) in degrees."""
    parts = [getattr(posture, name) for name in _TRUNK]
    for limb, names in ((posture.left_leg, _LEG), (posture.right_leg, _LEG)):
        parts.extend(getattr(limb, name) for name in names)
    for arm in (posture.left_arm, posture.right_arm):
        parts.extend(arm.hand or arm.fore if name == "hand" else getattr(arm, name) for name in _ARM)
    toes = torch.tensor([posture.left_leg.toes_up, posture.right_leg.toes_up], dtype=torch.float16)
    return torch.tensor(parts, dtype=torch.float16), toes


def unpack(directions: Tensor, toes_up: Tensor) -> Posture:
    """The inverse of `pack`, with relaxed hands."""
    rows = [tuple(round(value, 3) for value in row) for row in directions.tolist()]
    trunk, rest = rows[: len(_TRUNK)], rows[len(_TRUNK) :]
    limbs = [rest[k : k + len(_LEG)] for k in range(0, len(rest), len(_LEG))]
    legs = [Leg(**dict(zip(_LEG, limb, strict=True)), toes_up=float(t))
            for limb, t in zip(limbs[:2], toes_up, strict=True)]  # fmt: skip
    arms = [Arm(**dict(zip(_ARM, limb, strict=True))) for limb in limbs[2:]]
    return Posture(**dict(zip(_TRUNK, trunk, strict=True)), left_leg=legs[0], right_leg=legs[1], left_arm=arms[0],
                   right_arm=arms[1])  # fmt: skip


def _entry(row: dict, directions: Tensor, toes_up: Tensor) -> Entry:
    left, right = row.pop("hands")
    posture = unpack(directions, toes_up).but(left_hand=left, right_hand=right)
    contacts = tuple(Contact(*contact) for contact in row.pop("contacts"))
    anchor = Anchor(posture=posture, contacts=contacts, **row.pop("anchor"))
    return Entry(anchor=anchor, described=tuple(row.pop("described")), **row)
