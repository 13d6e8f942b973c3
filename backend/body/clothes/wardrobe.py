"""All pieces there are, by name; each is made once per body model, when somebody first wears it."""

from __future__ import annotations

import functools

from ..model import BodyModel
from . import face, garments, shoes, skirts
from .hair import STYLES, hair
from .joined import Joined
from .measures import Measures, measures
from .piece import Piece


@functools.cache
def piece(model: BodyModel, name: str) -> Piece:
    """Raises KeyError for a name that is not in NAMES."""
    m = measures(model)
    return hair(m, STYLES[name]) if name in STYLES else _MAKERS[name](m)


def _dress(m: Measures, sleeves: bool, hem: float, flare: float) -> Joined:
    skirt = skirts.Skirt("Skirt", m.waist + 0.0, hem, ease=0.012, flare=flare)
    return Joined("Dress", (garments.bodice(m, sleeves), skirts.Tube(m, skirt)), (0, 0))


def _skirt(m: Measures, hem: float, flare: float) -> skirts.Tube:
    return skirts.Tube(m, skirts.Skirt("Skirt", m.waist - 0.005, hem, ease=0.013, flare=flare))


_MAKERS = {
    "t-shirt": garments.t_shirt,
    "tucked t-shirt": lambda m: garments.t_shirt(m, True),
    "shirt": garments.shirt,
    "tucked shirt": lambda m: garments.shirt(m, True),
    "blouse": garments.blouse,
    "tank top": garments.tank_top,
    "tucked tank top": lambda m: garments.tank_top(m, True),
    "sweater": garments.sweater,
    "tucked sweater": lambda m: garments.sweater(m, True),
    "jacket": garments.jacket,
    "suit jacket": lambda m: garments.jacket(m, 0.055, "Suit Jacket", 0.012),
    "coat": lambda m: garments.jacket(m, 0.045, "Coat"),
    "trousers": garments.trousers,
    "jeans": lambda m: garments.trousers(m, 0.125, "Jeans"),
    "shorts": garments.shorts,
    "skirt": lambda m: _skirt(m, m.knee + 0.05, 0.05),
    "long skirt": lambda m: _skirt(m, m.knee - 0.02, 0.06),
    "dress": lambda m: _dress(m, True, m.knee + 0.03, 0.06),
    "summer dress": lambda m: _dress(m, False, m.knee + 0.07, 0.075),
    "shoes": lambda m: shoes.Shoes(m, shoes.Last("Shoes", collar=0.066, sole=0.014)),
    "sneakers": lambda m: shoes.Shoes(m, shoes.Last("Sneakers", collar=0.068, upper=0.005, sole=0.020, welt=0.004)),
    "flats": lambda m: shoes.Shoes(m, shoes.Last("Flats", collar=0.055, low_front=0.03, sole=0.008)),
    "boots": lambda m: shoes.Shoes(m, shoes.Last("Boots", collar=0.105, sole=0.018, opening=0.010)),
    "face": lambda m: Joined("Face", (face.Eyes(m), face.brows(m), face.lashes(m)), (0, 2, 3)),
}
NAMES = (*_MAKERS, *STYLES)
