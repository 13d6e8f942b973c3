"""What a person wears: what the prompt says, and the rest by seed, sensible for age and sex and in any season."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from backend.language.looks import ANY, BOTTOMS, FOOTWEAR, OVER, TOPS, WHOLE, Looks, Worn
from protocol.messages import Material

from . import palette
from .materials import cloth, hair_material, iris_materials, leather
from .palette import Color

YOUNG, GREYING, OLD = 0.5, 0.86, 0.93  # the body model's age axis


@dataclass(frozen=True)
class Item:
    """A piece of the wardrobe and what it is made of. `label`: how it is called in the scene."""

    piece: str
    label: str
    materials: tuple[Material, ...]
    cloth: bool = True  # hair and faces are not


@dataclass(frozen=True)
class Outfit:
    """Clothes from the inside out, then hair and face."""

    clothes: tuple[Item, ...]
    hair: Item | None
    face: Item


class _Draw:
    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator

    def chance(self, share: float) -> bool:
        return float(torch.rand((), generator=self.generator)) < share

    def of(self, choices):
        return choices[int(torch.randint(len(choices), (), generator=self.generator))]


def outfit(looks: Looks, female: bool, age: float, tone: float, generator: torch.Generator) -> Outfit:
    """`age` on the body model's axis; `tone` 0 (light skin) … 1 (dark)."""
    draw = _Draw(generator)
    color = looks.hair_color or _hair_color(age, tone, draw)
    style = looks.hair or _hair_style(female, age, tone, draw)
    clothes = _clothes(looks, female, age, draw)
    hair = None if style in ("bald", "") else Item(style, "Hair", (hair_material(color),), cloth=False)
    brow = tuple(0.55 * value for value in color) if age < OLD else tuple(0.75 * value for value in color)
    iris = draw.of(palette.IRISES[:3] if tone > 0.45 else palette.IRISES)
    return Outfit(clothes, hair, Item("face", "Face", iris_materials(iris, brow), cloth=False))


def _clothes(looks: Looks, female: bool, age: float, draw: _Draw) -> tuple[Item, ...]:
    if looks.bare:
        return ()
    child = age < YOUNG
    said = {_group(worn): worn for worn in looks.worn}
    everything = said.pop("any", None)
    whole = said.get("whole")
    if "top" in looks.without:
        said.pop("top", None)
        whole = None
    elif whole is None and female and not looks.formal and not said.keys() & {"top", "bottom", "over"}:
        whole = Worn(draw.of(WHOLE)) if draw.chance(0.28 if everything is None else 0.6) else None
    if everything is not None:
        whole = whole and Worn(whole.kind, whole.color or everything.color)
        said = {"top": Worn("t-shirt" if child else "shirt"), "bottom": Worn("trousers")} | said
        said = {name: Worn(one.kind, one.color or everything.color) for name, one in said.items()}
    clothes = [_footwear(said.get("feet"), looks, female, child, whole is not None, draw)]
    if whole is not None:
        clothes.append(_item(whole, "Dress", palette.CHILDREN if child else palette.DRESSES, draw))
    else:
        clothes += _separates(said, looks, female, child, age, draw)
    return tuple(item for item in clothes if item is not None)


def _separates(said: dict[str, Worn], looks: Looks, female: bool, child: bool, age: float, draw: _Draw) -> list[Item]:
    suit = looks.formal
    suit_color = said["over"].color if suit and "over" in said and said["over"].color else draw.of(palette.SUITS)
    bottom = said.get("bottom") or Worn(_bottom(female, child, suit, draw))
    top = said.get("top") or Worn(_top(female, child, suit, "over" in said, draw))
    over = said.get("over") or (Worn("suit jacket") if suit else None)
    if over is None and "top" not in said and not child and draw.chance(0.22):
        over = Worn("jacket")
    if "over" in looks.without:
        over = None
    tops = palette.CHILDREN if child else palette.TOPS
    if suit or over is not None:
        tops = (palette.WHITE, *palette.TOPS[1:4])
    lower = palette.DENIM if bottom.kind == "jeans" else palette.DRESSES if "skirt" in bottom.kind else palette.BOTTOMS
    if suit and bottom.color is None:
        bottom = Worn(bottom.kind, suit_color)
    if suit and over is not None and over.color is None:
        over = Worn(over.kind, suit_color)
    tucked = "skirt" in bottom.kind or suit or (top.kind == "shirt" and over is not None)
    kind = f"tucked {top.kind}" if tucked and top.kind in ("t-shirt", "shirt", "tank top", "sweater") else top.kind
    upper = _item(Worn(kind, top.color), top.kind.capitalize(), tops, draw)
    below = _item(bottom, bottom.kind.replace("long ", "").capitalize(), lower, draw)
    inside_out = [upper, below] if tucked or top.kind == "blouse" else [below, upper]
    if "top" in looks.without:
        inside_out = [below]
    if over is not None:
        inside_out.append(_item(over, over.kind.title(), palette.OVER, draw))
    return inside_out


def _footwear(said: Worn | None, looks: Looks, female: bool, child: bool, dressed_up: bool, draw: _Draw) -> Item | None:
    if looks.barefoot:
        return None
    if said is None:
        if looks.formal and not female:
            said = Worn("shoes")
        elif female and not child and (dressed_up or looks.formal):
            said = Worn("flats")
        else:
            grown = ("sneakers", "sneakers", "flats" if female else "shoes")
            said = Worn("sneakers" if child else draw.of(grown))
    colors = palette.SNEAKERS if said.kind == "sneakers" else palette.LEATHER
    color = said.color or draw.of(colors)
    sole = palette.SOLE if said.kind == "sneakers" else palette.BLACK
    return Item(said.kind, "Shoes", (leather(said.kind.capitalize(), color, said.kind != "sneakers"),
                                     leather("Sole", sole, False)))  # fmt: skip


def _item(worn: Worn, label: str, colors: tuple[Color, ...], draw: _Draw) -> Item:
    color = worn.color or draw.of(colors)
    return Item(worn.kind, label, (cloth(label, color, denim=worn.kind == "jeans"),))


def _group(worn: Worn) -> str:
    groups = (
        ("top", TOPS), ("over", OVER), ("bottom", BOTTOMS), ("whole", WHOLE), ("feet", FOOTWEAR), ("any", (ANY,)),
    )  # fmt: skip
    return next(name for name, kinds in groups if worn.kind in kinds)


def _bottom(female: bool, child: bool, suit: bool, draw: _Draw) -> str:
    if suit:
        return "skirt" if female and draw.chance(0.4) else "trousers"
    if child:
        return draw.of(("shorts", "jeans", "jeans", "skirt")) if female else draw.of(("shorts", "jeans"))
    return draw.of(("jeans", "trousers", "jeans", "skirt", "long skirt") if female else ("jeans", "trousers", "jeans"))


def _top(female: bool, child: bool, suit: bool, beneath: bool, draw: _Draw) -> str:
    if suit:
        return "blouse" if female else "shirt"
    if child:
        return draw.of(("t-shirt", "t-shirt", "sweater"))
    if beneath:
        return draw.of(("t-shirt", "blouse") if female else ("t-shirt", "shirt"))
    return draw.of(("t-shirt", "blouse", "sweater", "shirt") if female else ("t-shirt", "shirt", "sweater"))


def _hair_color(age: float, tone: float, draw: _Draw) -> Color:
    if age > OLD or (age > GREYING and draw.chance(0.6)):
        return palette.HAIR["white" if draw.chance(0.45) else "grey"]
    if tone > 0.45:
        return palette.HAIR[draw.of(("black", "black", "dark brown"))]
    return palette.HAIR[draw.of(("dark brown", "brown", "brown", "light brown", "blond", "black", "red"))]


def _hair_style(female: bool, age: float, tone: float, draw: _Draw) -> str:
    if age < YOUNG:
        boys, girls = ("Bowl Cut", "Tousled Hair", "Short Hair"), ("Long Hair", "Ponytail", "Bob")
        return draw.of(girls if female else boys)
    if tone > 0.7 and draw.chance(0.5):
        return "Curly Hair" if female or draw.chance(0.3) else "Cropped Hair"
    if age > OLD:
        men, women = ("Receding Hair", "Receding Hair", "Cropped Hair"), ("Bob", "Bun", "Curly Hair")
        return draw.of(women if female else men)
    if female:
        return draw.of(("Bob", "Long Hair", "Ponytail", "Bun", "Long Hair", "Curly Hair"))
    return draw.of(("Short Hair", "Parted Hair", "Cropped Hair", "Tousled Hair", "Short Hair"))
