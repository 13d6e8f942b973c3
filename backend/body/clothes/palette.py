"""Colours of cloth and hair, linear RGB: muted ones that go with one another and with real scenes."""

from __future__ import annotations

import torch

from backend.language.colors import Color, linear


def _colors(codes: str) -> tuple[Color, ...]:
    return tuple(map(linear, codes.split()))


WHITE = linear("e4e1da")
BLACK = linear("1d1c1e")
# What people wear above and below; darker and greyer below.
TOPS = _colors(
    "e4e1da dcd5c4 b9c4cc 8fa3b3 55708c 2f4763 7c8c6e 4f6150 a9553f 8c3b3b c98f5a d8b67a b58b96 6d5a74 4a4a50 26282d"
)
BOTTOMS = _colors("2b3648 3a3f4a 24262b 5b564d 8a7c66 6e6a63 39423a 4d3f38 2f2f3d")
DENIM = _colors("3c5574 2c3f5c 5d7896 26324a")
OVER = _colors("2f3540 4a4f57 5c4c3e 3e4a3c 7a6a55 26282d 6b3b35 39506b")
SUITS = _colors("23272f 343a46 2d2f33 4a4a4f 3b3430")
DRESSES = _colors("8c3b3b 2f4763 4f6150 b5653f c98f5a 6d5a74 b58b96 26282d 3f7077 d3c3a5")
LEATHER = _colors("2a211d 3d2b20 1d1c1e 5a3d29")
SNEAKERS = _colors("e4e1da c9c6be 3a3f4a 2b3648 6e6a63 8c3b3b")
CHILDREN = _colors("c8503f d99a3a e0c35a 5f9a6a 3f7fa3 5b6fae a35f93 e4e1da 46a0a0")
SOLE = linear("cfcac0")

HAIR = {
    "black": linear("17120f"), "dark brown": linear("2a1b13"), "brown": linear("4a2f1e"),
    "light brown": linear("6f4c30"), "blond": linear("b08a52"), "red": linear("8a3d1c"), "grey": linear("8d8a86"),
    "white": linear("d2cfca"),
}  # fmt: skip
IRISES = _colors("3b2415 4e3320 2b1a10 5f7486 4a6a86 5d6b4a 6b5334")


def choose(colors: tuple[Color, ...], generator: torch.Generator) -> Color:
    return colors[int(torch.randint(len(colors), (), generator=generator))]
