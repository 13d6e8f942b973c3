"""Sentences that the model cards of the shape networks share."""

from __future__ import annotations

import textwrap
from typing import Any

from torch import nn

DATA = """Procedural objects of 25 categories (`backend/training/shapes`: chairs, tables, cars, vessels, …), made from
seeds by our own code; no asset of anybody else is in them. Pictures of them were rendered with Blender under random
light and materials, with line drawings; backgrounds, exposure and the flaws of cut-outs are varied while training.
Split by seed: {train} shapes for training, {validation} for validation, {test} held out."""


def data(facts: dict[str, Any]) -> str:
    return DATA.format(**facts["shapes"])


def millions(net: nn.Module) -> str:
    return f"{sum(parameter.numel() for parameter in net.parameters()) / 1e6:.1f} million parameters"


def effort(facts: dict[str, Any], each: str, unit: str) -> str:
    """How long it was trained: a run may be gone on with, and much of the quality is in this number."""
    return f"{facts['steps']} steps of {facts[each]} {unit} ({facts['steps'] * facts[each]} in all)"


def share(value: float) -> str:
    return f"{100 * value:.1f} %"


def wrapped(text: str) -> str:
    """Paragraphs filled to the house's width; headings, tables and code stay as they are."""
    parts = text.split("\n\n")
    as_it_is = tuple("#|- ")
    return (
        "\n\n".join(part if part.startswith(as_it_is) else textwrap.fill(part, 120) for part in parts).rstrip() + "\n"
    )
