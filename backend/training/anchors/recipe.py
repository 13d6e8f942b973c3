"""From a folder of motion to the codebook: `python -m backend train anchors`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from backend.body.anchors import Anchor, Contact, anchors_of
from backend.body.anny_model import load
from backend.body.codebook import FITTED, WEIGHTS, Entry, save
from backend.body.interactions import BY_NAME, Interaction
from backend.body.model import BodyModel, ShapedBody
from backend.body.pose_joints import JointReader
from backend.body.posing import forward_kinematics
from backend.body.posture import Posture, resolve
from backend.body.prior import PosePrior
from backend.body.regions import Regions
from backend.training.motion import Motion, Retargeter, read_folder

from .describe import Describer, Stand, contacts, without_heading
from .fitted import Fitted, fitted
from .label import labelled, movement
from .select import ALIKE, Rules, clusters, distance

SHAPE = {"age": 0.67, "gender": 0.5}
# How many clusters each interaction is given; rules and likeness thin them.
CLUSTERS = {"walking": 14, "running": 8, "jumping": 12, "dancing": 26, "climbing stairs": 12, "standing at ease": 14}
LEAST_PERCENTILE = 3.0  # of the pose prior
ARMS_FREE = ("walking", "standing at ease")  # an overlay may replace their arms
UNUSUAL = 0.004  # cost that lets an authored anchor come first where all else is equal
_POINTS = ("head", *(f"{bone}{suffix}" for suffix in (".L", ".R") for bone in (
    "upperarm01", "lowerarm01", "wrist", "lowerleg01", "foot", "toe3-1")))  # fmt: skip


@dataclass(frozen=True)
class _Frame:
    """A labelled frame of a clip."""

    source: str
    described: str
    rotations: Tensor  # (B, 3, 3)
    air: float  # metres above the ground
    still: bool


def train_anchors(motion: Path, out: Path = WEIGHTS, *, say: Callable[[str], None], seed: int = 0) -> list[Entry]:
    """Label, cluster, thin, write; returns the entries."""
    model = load()
    shaped = model.shape(SHAPE)
    clips = read_folder(motion)
    say(f"{len(clips)} clips, {sum(map(len, clips))} frames")
    frames = _labelled_frames(Retargeter(model.skeleton, shaped).all(clips))
    maker = _Maker(model, shaped)
    generator = torch.Generator().manual_seed(seed)
    found: list[Entry] = []
    for interaction in CLUSTERS:
        if interaction not in frames:
            say(f"{interaction}: no frames")
            continue
        kept, dropped = maker.entries(interaction, frames[interaction], generator)
        found.extend(kept)
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(dropped.items())) or "none"
        say(f"{interaction}: {len(frames[interaction])} frames, {len(kept)} entries; left out: {reasons}")
    for kind, fits in fitted(model, say=say, seed=seed):
        kept, dropped = maker.fitted_entries(kind, fits)
        found.extend(kept)
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(dropped.items())) or "none"
        say(f"{kind.name}: {len(fits)} good fits, {len(kept)} entries; left out: {reasons}")
    save(found, out)
    out.with_suffix(".md").write_text(_card(found), encoding="utf-8")
    say(f"{out}: {len(found)} poses, {out.stat().st_size / 1e3:.0f} kB")
    return found


def _labelled_frames(motions: list[Motion]) -> dict[str, list[_Frame]]:
    frames: dict[str, list[_Frame]] = {}
    for motion in motions:
        moving = movement(motion.clip)
        for interaction, indices in labelled(motion.clip).items():
            frames.setdefault(interaction, []).extend(
                _Frame(f"{motion.clip.name} frame {t}", motion.clip.described, motion.rotations[t],
                       float(moving.air[t]), bool(moving.speed[t] < 0.15))
                for t in indices
            )  # fmt: skip
    return frames


class _Maker:
    """Entries of one interaction from its frames."""

    def __init__(self, model: BodyModel, shaped: ShapedBody) -> None:
        self.model, self.shaped = model, shaped
        self.read = JointReader(model.skeleton.bone_names)
        self.describe = Describer(model, shaped, Regions(model))
        self.rules = Rules(model, shaped)
        self.prior = PosePrior.load()

    def entries(
        self, interaction: str, frames: list[_Frame], generator: torch.Generator
    ) -> tuple[list[Entry], dict[str, int]]:
        """Most plausible first; and how many were left out for which reason."""
        chosen = [frames[int(k)] for k in clusters(self._features(frames), CLUSTERS[interaction], generator)]
        stands = [self.describe(frame.rotations) for frame in chosen]
        unfit = [self._unfit(interaction, stand, frame) for stand, frame in zip(stands, chosen, strict=True)]
        kept, dropped = self._thinned(interaction, [stand.posture for stand in stands], unfit)
        made = [
            self._entry(interaction, number, chosen[k], stands[k], percentile)
            for number, (k, percentile) in enumerate(kept, start=1)
        ]
        return made, dropped

    def fitted_entries(self, kind: Interaction, fits: list[Fitted]) -> tuple[list[Entry], dict[str, int]]:
        """The same from poses that the contact fitter found, whose contacts are those of the authored anchor."""
        postures = [self.describe(fit.rotations, fit.yaw).posture for fit in fits]
        kept, dropped = self._thinned(kind.name, postures, [""] * len(fits))
        made = []
        for number, (k, percentile) in enumerate(kept, start=1):
            base = fits[k].base
            hands = {"left_hand": base.posture.left_hand, "right_hand": base.posture.right_hand}
            name = f"{base.name}{FITTED}{number}"
            anchor = replace(base, name=name, posture=postures[k].but(**hands), unusual=base.unusual + UNUSUAL)
            described = tuple(dict.fromkeys(kind.described))
            made.append(
                Entry(anchor, kind.name, described, fits[k].source, kind.support, kind.facing, round(percentile, 1))
            )
        return made, dropped

    def _thinned(
        self, interaction: str, postures: list[Posture], unfit: list[str]
    ) -> tuple[list[tuple[int, float]], dict[str, int]]:
        """Indices and percentiles of the postures that are worth keeping, most plausible first; reasons for others.

        `unfit`: why a posture cannot be used, or "". What will be used is the posture, so that is what must pass.
        """
        if not postures:
            return [], {}
        resolved = torch.stack([resolve(p, self.model.skeleton, self.shaped) for p in postures])
        joints = self.read(resolved)
        percentiles = self.prior.percentile(joints)
        reasons = self.rules.broken(resolved, joints)
        dropped: dict[str, int] = {}
        kept: list[int] = []
        known = self._authored(interaction)
        for k, why in enumerate(unfit):
            reason = reasons[k] or why
            if not reason and percentiles[k] < LEAST_PERCENTILE:
                reason = "unlike any other pose"
            if not reason:
                others = torch.cat((known, joints[kept])) if kept else known
                reason = "like another" if len(others) and distance(joints[k : k + 1], others).min() < ALIKE else ""
            if reason:
                dropped[reason] = dropped.get(reason, 0) + 1
            else:
                kept.append(k)
        kept.sort(key=lambda k: -float(percentiles[k]))
        return [(k, float(percentiles[k])) for k in kept], dropped

    def _entry(self, interaction: str, number: int, frame: _Frame, stand: Stand, percentile: float) -> Entry:
        kind = BY_NAME[interaction]
        authored = anchors_of(kind.action)[0]
        to = next((c.to for c in authored.contacts if c.to in ("floor", "support")), "floor")
        flying = self._flies(interaction, frame)
        touching = () if flying else contacts(stand, to)
        if interaction == "climbing stairs":
            touching = _on_steps(touching, to)
        # The name begins as an authored anchor's does, so that a manner asked for still finds it.
        anchor = Anchor(
            f"{authored.name}, recorded {number}", kind.action, stand.posture, touching, authored.carried_by,
            still=frame.still and not flying and authored.still, arms_free=interaction in ARMS_FREE,
            unusual=UNUSUAL, clearance=round(frame.air, 3) if flying else 0.0,
        )  # fmt: skip
        described = tuple(dict.fromkeys((*kind.described, *(part.strip() for part in frame.described.split(",")))))
        return Entry(anchor, interaction, described, frame.source, kind.support, kind.facing, round(percentile, 1))

    def _unfit(self, interaction: str, stand: Stand, frame: _Frame) -> str:
        """Why a pose cannot be used for its interaction."""
        if self._flies(interaction, frame):
            return ""
        feet = [name for name in stand.grounded if name.partition("_")[2] in ("soles", "toes", "heels")]
        if not feet:
            return "not on its feet"
        if interaction == "standing at ease" and len([f for f in feet if f.endswith("soles")]) < 2:
            return "not on both soles"
        return ""

    @staticmethod
    def _flies(interaction: str, frame: _Frame) -> bool:
        return interaction in ("jumping", "dancing", "running") and frame.air > 0.12

    def _authored(self, interaction: str) -> Tensor:
        """(A, 16, 3, 3) what the library has already."""
        kind = BY_NAME[interaction]
        postures = [a.posture for a in anchors_of(kind.action)]
        if not postures:
            return torch.zeros(0, 16, 3, 3)
        return self.read(torch.stack([resolve(p, self.model.skeleton, self.shaped) for p in postures]))

    def _features(self, frames: list[_Frame]) -> Tensor:
        """(N, F) positions of the body's points about the pelvis, heading taken out, metres."""
        rotations = torch.stack([without_heading(frame.rotations) for frame in frames])
        heads = self.shaped.heads.expand(len(frames), -1, -1)
        _, places = forward_kinematics(self.model.skeleton, heads, rotations, torch.zeros(len(frames), 3))
        return places[:, [self.model.skeleton.index(name) for name in _POINTS]].flatten(1)


def _on_steps(touching: tuple[Contact, ...], to: str) -> tuple[Contact, ...]:
    """Who climbs has one foot on this step and the other on the next, which the flat ground of a recording hides."""
    carried = {c.region.partition("_")[0] for c in touching}
    other = [side for side in ("left", "right") if side not in carried]
    return (*touching, *(Contact(f"{side}_soles", to, 0.9) for side in other))


def _card(found: list[Entry]) -> str:
    names = dict.fromkeys([*CLUSTERS, *(entry.interaction for entry in found)])
    counts = {name: sum(e.interaction == name for e in found) for name in names}
    clips = sorted({entry.source.split()[0] for entry in found if not entry.source.startswith("fit")})
    plausible = np.median([entry.percentile for entry in found]) if found else 0.0
    return (
        "# Codebook of recorded poses\n\n"
        "Weights: `anchors.safetensors`, code: `backend/body/codebook.py`, recipe: `backend/training/anchors/`.\n\n"
        "    python -m backend train anchors --motion FOLDER\n\n"
        "Poses of the CMU Graphics Lab motion capture database (mocap.cs.cmu.edu, created with funding from NSF\n"
        "EIA-0196217; free for all uses), labelled by what the clips are said to show and how the body moves, then\n"
        "clustered by k-means, one medoid each; without poses that break a joint's range, put limbs into each other,\n"
        "are hardly known to the pose prior, or are like another or an authored anchor (mean joint angle under\n"
        f"{ALIKE} rad).\n\n"
        "Beside them poses that the contact fitter found when it put three people on procedural supports of three\n"
        "sizes, thinned by the same rules (most are like the authored anchor they began as).\n\n"
        + "".join(f"- {name}: {count}\n" for name, count in counts.items() if count)
        + f"\nMedian percentile of the pose prior {plausible:.0f}. From the clips {', '.join(clips)}.\n"
    )
