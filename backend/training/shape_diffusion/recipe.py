"""From packed pictures and shapes to autoencoder and denoiser: `python -m backend train shapes --data FOLDER`.

The encoders of `train cisp` must be in the folder of weights. Like theirs, these runs may be stopped at any time and
gone on with, also with more data.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np
import torch

from backend.shapes import storage
from backend.shapes.autoencoder import Autoencoder, AutoencoderSize
from backend.shapes.denoiser import Denoiser, DenoiserSize
from backend.shapes.model import GUIDANCE, STEPS, ShapeModel
from backend.shapes.picture_encoder import PictureEncoder, PictureEncoderSize
from backend.shapes.shape_encoder import ShapeEncoder, ShapeEncoderSize
from backend.training.loop import steps_done
from backend.training.machine import device as find_device
from backend.training.run import Run
from backend.training.shapes.pack import Packed, load_packed

from . import autoencoding, card, denoising, reference
from .autoencoding import Volumes, reconstruction, spread, train_autoencoder
from .codes import Codes, codes_of
from .denoising import train_denoiser
from .fidelity import Fidelity, fidelity
from .overlap import overlap
from .reference_unet import UNetSize

GLANCED = 24  # shapes of the validation split that are made from pictures while training goes on
TRIES = 4
TESTED = 200  # shapes of the test split that the card's figures are of
REFERENCE_STEPS = 100  # of the reference's 1000: ten times less time to wait


def train_volumes(run: Run, size: AutoencoderSize = AutoencoderSize()) -> float:  # noqa: B008  (frozen)
    """The autoencoder: returns its overlap on the test split."""
    data, where, checkpoint = _splits(run), find_device(), run.checkpoints / "autoencoder.safetensors"
    volumes = Volumes(data["train"].signed_distance, data["validation"].signed_distance)
    net, _ = train_autoencoder(volumes, checkpoint, say=run.say, device=where, seed=run.seed, size=size,
                               plan=run.plan(autoencoding.PLAN), seconds=run.seconds)  # fmt: skip
    test = data["test"].signed_distance
    found = reconstruction(net, test, spread(len(test), TESTED), where)
    figures = {"overlap": round(float(found.mean()), 4), "worst_tenth": round(float(found.quantile(0.1)), 4)}
    noted = {
        "shapes": _counts(data), "steps": steps_done(checkpoint), "shapes_a_step": autoencoding.BATCH,
        "figures": figures,
    }  # fmt: skip
    storage.write(run.out, "autoencoder", net, noted)
    (run.out / "autoencoder.md").write_text(card.autoencoder(noted, net), encoding="utf-8")
    run.say(f"autoencoder: overlap {figures['overlap']:.3f} on held-out shapes")
    return figures["overlap"]


def train_shapes(run: Run, size: DenoiserSize = DenoiserSize()) -> Fidelity:  # noqa: B008  (frozen)
    """The denoiser, of the encoders and the autoencoder that are in `run.out`: returns how faithful its shapes are."""
    bench, checkpoint = _bench(run), run.checkpoints / "denoiser.safetensors"
    data, picture, autoencoder = bench.data, bench.picture, bench.autoencoder
    size = replace(
        size, tokens=autoencoder.size.tokens, latent=autoencoder.size.latent, joint=picture.size.joint,
        picture=picture.size.width,
    )  # fmt: skip
    categories = storage.categories(run.out)

    def model(net: Denoiser) -> ShapeModel:
        return ShapeModel(picture, bench.shape, autoencoder, net, categories, bench.device)

    def look(net: Denoiser) -> None:
        rows = _rows(data["validation"], GLANCED)
        seen = fidelity(model(net), data["validation"], rows, 1, steps=10)
        run.say(f"denoiser: overlap {seen.one:.3f} of single shapes with the true ones, over {seen.shapes}")

    net, least = train_denoiser(
        data, bench.codes, picture, checkpoint, size=size, plan=run.plan(denoising.PLAN), look=look,
        seconds=run.seconds, device=bench.device, say=run.say, seed=run.seed,
    )  # fmt: skip
    embeddings = bench.codes["train"].embeddings
    known = None if embeddings is None else (data["train"], embeddings[:, 0])
    found = fidelity(model(net), data["test"], _rows(data["test"], TESTED), TRIES, known=known)
    noted = {
        "shapes": _counts(data), "steps": steps_done(checkpoint), "shapes_a_step": denoising.BATCH,
        "validation": round(least, 4), "guidance": GUIDANCE, "sampling_steps": STEPS, "figures": asdict(found),
    }  # fmt: skip
    beside = ("picture_encoder", "autoencoder") + (() if bench.shape is None else ("shape_encoder",))
    storage.write(run.out, "denoiser", net, noted, beside)
    (run.out / "denoiser.md").write_text(card.denoiser(noted, net), encoding="utf-8")
    run.say(f"denoiser: overlap {found.one:.3f} with one, {found.best:.3f} with the best of {found.tries}; "
            f"the nearest known shape's {found.nearest:.3f}")  # fmt: skip
    return found


def train_reference_whole(run: Run, size: UNetSize = UNetSize()) -> float:  # noqa: B008  (frozen)
    """CISP's own diffusion, into `run.checkpoints`/reference: its mean overlap with one sample for each picture."""
    bench, checkpoint = _bench(run), run.checkpoints / "reference.safetensors"
    size = replace(size, joint=bench.picture.size.joint, picture=bench.picture.size.width)
    net, least = reference.train_reference(
        bench.data, bench.codes, bench.picture, checkpoint, size=size, plan=run.plan(reference.PLAN),
        seconds=run.seconds, device=bench.device, say=run.say, seed=run.seed,
    )  # fmt: skip
    test, found = bench.data["test"], []
    for row in _rows(test, GLANCED):
        given = denoising.plain_conditions(test, np.array([row]), bench.picture, bench.device)
        made = reference.sample(net, given, torch.Generator().manual_seed(int(row)), steps=REFERENCE_STEPS)
        found.append(float(overlap(made.cpu(), torch.from_numpy(test.occupied(np.array([row]))))))
    figures = {"overlap": round(sum(found) / len(found), 4), "sampling_steps": REFERENCE_STEPS}
    noted = {
        "shapes": _counts(bench.data), "steps": steps_done(checkpoint), "shapes_a_step": reference.BATCH,
        "validation": round(least, 4), "figures": figures,
    }  # fmt: skip
    storage.write(run.checkpoints / "reference", "reference", net, noted)
    run.say(f"reference: overlap {figures['overlap']:.3f} with one, over {len(found)}")
    return figures["overlap"]


@dataclass(frozen=True, eq=False)
class _Bench:
    """What the denoisers are trained with."""

    data: dict[str, Packed]
    picture: PictureEncoder
    shape: ShapeEncoder | None
    autoencoder: Autoencoder
    codes: dict[str, Codes]
    device: torch.device


def _bench(run: Run) -> _Bench:
    data, where = _splits(run), find_device()
    picture = storage.read(run.out, "picture_encoder", PictureEncoder, PictureEncoderSize).to(where)
    autoencoder = storage.read(run.out, "autoencoder", Autoencoder, AutoencoderSize).to(where)
    # A picture encoder that never saw shapes has no partner.
    paired = storage.holds(run.out, "shape_encoder")
    shape = storage.read(run.out, "shape_encoder", ShapeEncoder, ShapeEncoderSize).to(where) if paired else None
    codes = {split: codes_of(data[split], autoencoder, shape, run.checkpoints / f"codes_{split}.safetensors", where,
                             run.say) for split in ("train", "validation")}  # fmt: skip
    return _Bench(data, picture, shape, autoencoder, codes, where)


def _counts(data: dict[str, Packed]) -> dict[str, int]:
    return {split: len(packed) for split, packed in data.items()}


def _splits(run: Run) -> dict[str, Packed]:
    return {split: load_packed(run.data, split) for split in ("train", "validation", "test")}


def _rows(data: Packed, wanted: int) -> np.ndarray:
    return np.unique(spread(len(data.category), wanted).numpy())
