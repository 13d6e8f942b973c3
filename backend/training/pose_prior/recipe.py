"""From a folder of motion to the shipped weights and their card: `python -m backend train pose-prior`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from backend.body.anny_model import load
from backend.body.prior import WEIGHTS, PosePrior
from backend.body.prior_net import Density, Space
from backend.training.motion import Retargeter, read_folder

from . import compare, networks
from .card import card
from .classical import Mixture
from .data import Poses, collect

COMPONENTS = 64
LEAN = 100.0  # poses by which a component's covariance leans on the common one
SHAPE = {"age": 0.67, "gender": 0.5}  # the body that motion is carried over to


def train_pose_prior(motion: Path, out: Path = WEIGHTS, *, say: Callable[[str], None], seed: int = 0) -> dict:
    """Train, compare, write weights and card; returns the figures. Checkpoints lie beside `out` until it is done."""
    begun = time.monotonic()
    model = load()
    shaped = model.shape(SHAPE)
    clips = read_folder(motion)
    say(f"{len(clips)} clips, {sum(map(len, clips))} frames")
    poses = collect(Retargeter(model.skeleton, shaped).all(clips), model, shaped)
    counts = {name: len(joints) for name, joints in poses.joints.items()} | {"anchors": len(poses.anchors)}
    say("poses: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    if min(counts["train"], counts["validation"], counts["held-out"]) < 20:
        raise _too_little(motion)
    setting = _setting(poses, out, say, seed)
    density, mixture = _density(setting)
    restorer = networks.restorer(setting)
    prior = PosePrior.calibrated(setting.space, density, restorer, poses.joints["held-out"])
    figures = {}
    tried = compare.candidates(
        setting.space, mixture, networks.flow(setting), networks.autoencoder(setting), prior
    )
    for split in ("validation", "held-out"):
        for candidate in tried:
            found = compare.measure(candidate, poses.joints[split], setting.space, model.skeleton, shaped)
            figures.setdefault(split, []).append(asdict(found))
            say(f"{split}: {_line(found)}")
    prior.save(out, {"kind": "staffage pose prior 1", "figures": json.dumps(figures), "poses": json.dumps(counts)})
    usual = float(prior.percentile(poses.anchors).median())
    text = card(figures, counts, sorted({c.described for c in clips if c.described}), usual, COMPONENTS)
    out.with_suffix(".md").write_text(text, encoding="utf-8")
    for path in _checkpoints(out).glob("*.safetensors"):
        path.unlink()
    _checkpoints(out).rmdir()
    say(f"{out} ({out.stat().st_size / 1e6:.1f} MB) after {time.monotonic() - begun:.0f} s")
    return figures


def _setting(poses: Poses, out: Path, say: Callable[[str], None], seed: int) -> networks.Setting:
    joints, weights = poses.training()
    space = Space()
    space.learn(joints, weights, networks.BLUR**2)
    return networks.Setting(space, joints, weights, poses.joints["validation"], _checkpoints(out), say, seed)


def _density(setting: networks.Setting) -> tuple[Density, Mixture]:
    setting.say(f"mixture: {COMPONENTS} Gaussians")
    vectors = setting.space.vectors(setting.train)
    mixture = Mixture(setting.space, vectors, setting.weights, COMPONENTS, LEAN, seed=setting.seed)
    density = Density(COMPONENTS + 1)
    whiteners, offsets, heights = (part.float() for part in mixture.factors())
    density.load_state_dict({"whiteners": whiteners, "offsets": offsets, "heights": heights})
    return density, mixture


def _checkpoints(out: Path) -> Path:
    return out.parent / f"{out.stem}.checkpoints"


def _line(found: compare.Figures) -> str:
    nll = "–" if found.nll is None else f"{found.nll:.1f} nats"
    return (
        f"{found.name}: {nll}, hidden {found.hidden_degrees:.1f}° {found.hidden_centimetres:.1f} cm, "
        f"noisy {found.noisy_degrees:.1f}° {found.noisy_centimetres:.1f} cm"
    )


def _too_little(motion: Path) -> Exception:
    from backend.training.motion import MotionInvalid

    return MotionInvalid(
        f"{motion} holds too few clips to learn from and to measure on.",
        remedy="Add clips: at least six of some subject, named SUBJECT_NUMBER.bvh.",
    )
