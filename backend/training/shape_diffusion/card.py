"""The model cards of autoencoder and denoiser, from what was noted of the runs."""

from __future__ import annotations

from typing import Any

from backend.shapes.autoencoder import Autoencoder
from backend.shapes.denoiser import Denoiser
from backend.training import cards

_AUTOENCODER = """# Autoencoder of signed distances

Weights: `autoencoder.safetensors` ({parameters}, half precision), code: `backend/shapes/autoencoder.py`, recipe:
`backend/training/shape_diffusion/autoencoding.py`.

    python -m backend train shapes --data FOLDER --only autoencoder

A volume of {resolution}³ signed distances, clipped {reach} of the cube's edge from the surface, as {tokens} tokens of
{latent} numbers, and back.

## Data

{data} It sees no pictures.

Training: {effort}, from the principal components on, mirrored at random, with a little noise on the latents.

## Figures

Overlap (intersection over union at 32³ cells) of held-out shapes with themselves after encoding and decoding:
{overlap:.3f} in the mean, {worst:.3f} for the worst tenth.

## Limits

What is thinner than a cell (an edge / {resolution}) is lost already in the volume; spokes and wires come back uneven.
Shapes that are not in the unit cube's frame, or not upright, come back worse.
"""

_DENOISER = """# Shapes from pictures

Weights: `denoiser.safetensors` ({parameters}, half precision), code: `backend/shapes/denoiser.py`, `sampler.py`,
`model.py`; recipe: `backend/training/shape_diffusion/`. It works with the encoders and the autoencoder beside it.

    python -m backend train shapes --data FOLDER

A diffusion transformer over the autoencoder's latents (rectified flow), conditioned on an embedding of the joint space
and on a picture's tokens, each of which may be absent; {steps} steps of DPM-Solver++ with guidance {guidance}.

## Data

{data}

Training: {effort}, each with a picture varied anew.

## Figures

From one plain picture of each of {count} held-out shapes, overlap at 32³ cells with the true shape:

| | |
|---|---|
| one sample | {one:.3f} |
| the best of {tries} | {best:.3f} |
| for comparison: the training shape whose embedding is nearest the picture's | {nearest} |

## Limits

It has seen procedural objects of 25 categories only: other things become the nearest of these. The back of an object is
a guess. Structure finer than an edge / 64 is missing; thin legs may break off where training was short. Sizes in metres
and colours are not its business. Nothing here was trained on anybody's models or photographs.
"""


def autoencoder(facts: dict[str, Any], net: Autoencoder) -> str:
    """The card's text."""
    size, figures = net.size, facts["figures"]
    text = _AUTOENCODER.format(
        parameters=cards.millions(net), resolution=size.resolution, reach=size.reach, tokens=size.tokens,
        latent=size.latent, data=cards.data(facts), effort=cards.effort(facts, "shapes_a_step", "shapes"),
        overlap=figures["overlap"], worst=figures["worst_tenth"],
    )  # fmt: skip
    return cards.wrapped(text)


def denoiser(facts: dict[str, Any], net: Denoiser) -> str:
    """The card's text."""
    figures = facts["figures"]
    nearest = figures["nearest"]
    text = _DENOISER.format(
        parameters=cards.millions(net), steps=facts["sampling_steps"], guidance=facts["guidance"],
        data=cards.data(facts), effort=cards.effort(facts, "shapes_a_step", "latents"), count=figures["shapes"],
        one=figures["one"], best=figures["best"], tries=figures["tries"],
        nearest="none" if nearest != nearest else f"{nearest:.3f}",
    )  # fmt: skip
    return cards.wrapped(text)
