"""The model card of the two encoders, from what was noted of the run."""

from __future__ import annotations

from typing import Any

from backend.training import cards

from .joint import Joint

_TEXT = """# CISP: pictures and shapes in one space

Weights: `picture_encoder.safetensors` ({picture}), `shape_encoder.safetensors` ({shape}), half precision.
Code: `backend/shapes/picture_encoder.py`, `shape_encoder.py`; recipe: `backend/training/cisp/`.

    python -m backend train cisp --data FOLDER

## What it is

After Sbrolli et al., “CISP: Contrastive Image–Shape Pre-training” (IJCNN 2024), at our size and from our data: an
encoder of pictures and a 3D patch transformer, projected to {joint} numbers of unit length, trained so that a picture
is nearest the shape it shows. {beside}

## Data

{data}

Training: {effort}; half of every batch from two categories.

## Figures

One plain picture of each held-out shape, searched among all {gallery} of them, and the other way round:

| | first | among the first five |
|---|---|---|
| picture → shape | {first} | {five} |
| shape → picture | {shape_first} | {shape_five} |

Chance is {chance} and {chance_five}.

## Limits

Objects of other categories, and shapes that our generators do not make, are placed by what they share with these. It
knows rendered pictures, line drawings and silhouettes; photographs only as far as the varied renders are like them. One
object to a picture, cut out: it finds nothing by itself. The azimuth of an object that looks alike from several sides
is one of those. It is no classifier, and it says nothing about what an object is for or worth.
"""


def card(facts: dict[str, Any], net: Joint) -> str:
    """The card's text."""
    figures = facts["figures"]
    told = "category and view" + ("" if net.coarse is None else ", and its tokens the shape's volume at 16³ cells")
    text = _TEXT.format(
        picture=cards.millions(net.picture), shape=cards.millions(net.shape), joint=net.picture.size.joint,
        data=cards.data(facts), effort=cards.effort(facts, "pictures_a_step", "pictures"), gallery=figures["gallery"],
        beside=f"Beside the contrast the picture encoder learns to tell {told}.",
        chance=cards.share(1 / figures["gallery"]), chance_five=cards.share(5 / figures["gallery"]),
        **{key: cards.share(figures[key]) for key in ("first", "five", "shape_first", "shape_five")},
    )  # fmt: skip
    return cards.wrapped(text)
