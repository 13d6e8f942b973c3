"""Tables and desks."""

from __future__ import annotations

from .bases import Legs, four_legs, panels, pedestal, round_legs, sleds, trestles
from .builder import GLASS, Builder, count, describe, metal, wood
from .dice import Dice
from .fronts import Handles, drawer
from .shape import Shape
from .solids import box, ellipse, lathe, rectangle, slab

ALL = ("square", "tapered", "round", "turned", "cabriole")


def table(category: str, seed: int, dice: Dice) -> Shape:
    """Dining, side and coffee tables; square, round, oval and long."""
    b = Builder()
    use = dice.pick(("dining", "dining", "coffee", "side", "console"))
    height = {"dining": (0.71, 0.78), "coffee": (0.34, 0.48), "side": (0.45, 0.62), "console": (0.74, 0.9)}[use]
    height = dice.between(*height)
    form = dice.pick(("rectangular", "rectangular", "round", "oval", "square")) if use != "console" else "rectangular"
    width = dice.between(*{"dining": (1.1, 2.3), "coffee": (0.7, 1.3), "side": (0.38, 0.6), "console": (0.8, 1.5)}[use])
    depth = {
        "dining": dice.between(0.7, 1.0),
        "coffee": width * dice.between(0.45, 0.7),
        "side": width * dice.between(0.8, 1.0),
        "console": dice.between(0.28, 0.42),
    }[use]
    if form in ("round", "square"):
        width = depth = min(width, 1.5) if use != "dining" else dice.between(0.75, 1.4)
    timber = wood(dice)
    frame = timber if dice.chance(0.7) else metal(dice)
    top_paint = GLASS if dice.chance(0.1) else timber
    thick = dice.between(0.012, 0.02) if top_paint is GLASS else dice.between(0.018, 0.055)
    under = height - thick
    edge = dice.pick((0.0, 0.25, 0.45)) * thick
    if form in ("round", "oval"):
        outline = ellipse(width, depth, 36, 2.0 if form == "round" else dice.between(2, 3))
    else:
        outline = rectangle(width, depth, dice.pick((0.0, dice.between(0.01, 0.09))))
    b.add("top", slab(outline, thick, edge).at(z=under), top_paint)
    reach, words, shrink = under + 0.003, [], dice.between(0.8, 0.96)
    kinds = ALL if frame is timber else ("square", "tapered", "round", "hairpin")
    legs = Legs(dice, kinds, (0.06 if use == "dining" else 0.042) * (1.0 if frame is timber else 0.6))
    if form in ("round", "oval"):
        legs.splay = min(legs.splay, 0.14)
        if dice.chance(0.45):
            words.append(pedestal(b, dice, frame, 0.36 * depth, reach, 0.028 + 0.02 * depth))
        elif form == "round":
            words.append(round_legs(b, dice, legs, frame, 0.38 * width, reach, dice.pick((3, 4))))
        else:
            words.append(four_legs(b, dice, legs, frame, 0.68 * width, 0.68 * depth, reach, stretchers=0.3))
    else:
        base = dice.pick(("legs", "legs", "legs", "trestles", "sled", "panels", "pedestal"))
        if use in ("side",) and base == "trestles":
            base = "legs"
        wide, deep = width * (0.98 if base == "panels" else shrink), depth * shrink
        if base == "legs":
            legs.splay = min(legs.splay, 0.12)
            apron = dice.between(0.05, 0.11) if dice.chance(0.6) and legs.kind != "hairpin" and not legs.splay else 0.0
            words.append(four_legs(b, dice, legs, frame, wide, deep, reach, stretchers=0.25))
            if apron:
                inner = legs.thick * 1.4
                for s in (-1, 1):
                    b.add(
                        "apron",
                        box(wide - inner, 0.022, apron).at(0, s * (deep - inner) / 2, under - apron + 0.002),
                        frame,
                    )
                    b.add(
                        "apron",
                        box(0.022, deep - inner, apron).at(s * (wide - inner) / 2, 0, under - apron + 0.002),
                        frame,
                    )
                words.append("an apron")
                if use in ("side", "console") and dice.chance(0.5):
                    handles = Handles(dice, metal(dice))
                    drawer(
                        b,
                        (-0.32 * wide, 0.32 * wide),
                        (under - apron, under),
                        -(deep - inner) / 2 - 0.018,
                        frame,
                        handles,
                    )
                    words.append("a drawer")
            if (
                use in ("side", "coffee", "console")
                and dice.chance(0.4)
                and not legs.splay
                and legs.kind not in ("cabriole", "hairpin")
            ):
                b.add(
                    "shelf",
                    box(wide - 0.5 * legs.thick, deep - 0.5 * legs.thick, 0.018).at(
                        z=dice.between(0.15, 0.35) * height
                    ),
                    timber,
                )
                words.append("a shelf below")
        elif base == "trestles":
            words.append(trestles(b, dice, frame, wide, deep, reach, 0.045))
        elif base == "sled":
            words.append(sleds(b, dice, frame, wide, deep, reach, 0.035))
        elif base == "panels":
            words.append(panels(b, dice, frame, wide, depth, reach, max(thick, 0.022)))
        else:
            spots = (0.0,) if width < 1.4 else (-0.26 * width, 0.26 * width)
            foot, column = 0.72 * deep, dice.between(0.06, 0.12)
            for x in spots:
                b.add("column", box(column, column, reach).at(x, 0, 0), frame)
                b.add("foot", box(min(foot, 0.5 * width), foot, 0.03, 0.008).at(x, 0, 0), frame)
            words.append(count(len(spots), "square column"))
    use_word = {"dining": "table", "coffee": "coffee table", "side": "side table", "console": "console table"}[use]
    stuff = "glass" if top_paint is GLASS else _stuff(timber)
    kind = f"{form} {stuff}"
    what = f"{kind} {use_word}"
    if frame is not timber and top_paint is not GLASS:
        words[0] += f" of {frame.word}"
    return b.finish(category, seed, describe(what, words))


def _stuff(paint) -> str:
    return "wooden" if paint.material == "wood" else paint.word


def desk(category: str, seed: int, dice: Dice) -> Shape:
    """A writing desk: on legs, with drawers at one or both sides, with a corner wing, with shelves on top."""
    b = Builder()
    timber = wood(dice)
    frame = timber if dice.chance(0.6) else metal(dice)
    width, depth, height = dice.between(1.0, 1.8), dice.between(0.52, 0.8), dice.between(0.71, 0.78)
    thick = dice.between(0.02, 0.04)
    under, words = height - thick, []
    b.add("top", box(width, depth, thick, 0.004, corner=dice.pick((0.004, 0.03))).at(z=under), timber)
    handles = Handles(dice, metal(dice))
    banks = dice.pick(((), (-1,), (1,), (-1, 1)))
    legs = Legs(
        dice,
        ("square", "tapered", "round", "turned") if frame is timber else ("square", "round", "tapered"),
        0.05 if frame is timber else 0.035,
    )
    legs.splay = 0.0
    bank = dice.between(0.34, 0.44)
    if len(banks) < 2:
        base = dice.pick(("legs", "legs", "panels", "sled", "trestles" if not banks else "legs"))
        if base == "legs":
            words.append(
                four_legs(
                    b, dice, legs, frame, width * 0.97, depth * 0.95, under + 0.003, stretchers=0.2 if not banks else 0
                )
            )
        elif base == "panels":
            words.append(panels(b, dice, timber, width, depth, under + 0.003, 0.025))
        elif base == "sled":
            words.append(sleds(b, dice, frame, width * 0.97, depth * 0.94, under + 0.003, 0.035))
        else:
            words.append(trestles(b, dice, frame, width, depth, under + 0.003, 0.045))
    hanging = len(banks) == 1 and dice.chance(0.5)
    for side in banks:
        x = side * (width / 2 - bank / 2 - (0.01 if len(banks) == 2 else 0.07))
        low = height * 0.5 if hanging else 0.04
        number = dice.integer(2, 3) if hanging else dice.integer(2, 4)
        b.add("carcass", box(bank, depth * 0.88, under - low + 0.002).at(x, 0.01, low), timber)
        if not hanging:
            b.add("plinth", box(bank - 0.04, depth * 0.8, low + 0.002).at(x, 0.01, 0), timber)
        face = 0.01 - depth * 0.44 - 0.017
        step = (under - low) / number
        for i in range(number):
            drawer(b, (x - bank / 2, x + bank / 2), (low + i * step, low + (i + 1) * step), face, timber, handles)
        words.append(f"{count(number, 'drawer')} on the {'right' if side < 0 else 'left'}")
    if not banks and dice.chance(0.6) and legs.kind and base == "legs":
        number = dice.integer(1, 3)
        wide = width * 0.9
        b.add("carcass", box(wide, depth * 0.85, 0.11).at(0, 0.01, under - 0.108), timber)
        for i in range(number):
            drawer(
                b,
                (-wide / 2 + i * wide / number, -wide / 2 + (i + 1) * wide / number),
                (under - 0.106, under),
                0.01 - depth * 0.425 - 0.017,
                timber,
                handles,
            )
        words.append(f"{count(number, 'flat drawer')} under the top")
    if dice.chance(0.5):
        b.add("screen", box(width * 0.85, 0.016, dice.between(0.25, 0.5)).at(0, depth * 0.36, under - 0.3), timber)
    extra = dice.pick(("", "", "hutch", "monitor", "wing"))
    if extra == "hutch":
        tall, deep = dice.between(0.25, 0.5), dice.between(0.18, 0.26)
        for s in (-1, 1):
            b.add(
                "hutch side",
                box(0.02, deep, tall).at(s * (width / 2 - 0.03), depth / 2 - deep / 2 - 0.005, height - 0.002),
                timber,
            )
        for k in range(dice.integer(1, 2) + 1):
            z = height + tall - 0.02 if k == 0 else height + 0.5 * tall
            b.add("hutch shelf", box(width - 0.06, deep, 0.02).at(0, depth / 2 - deep / 2 - 0.005, z), timber)
        words.append("shelves on top")
    elif extra == "monitor":
        black = metal(dice, "black metal")
        b.add(
            "monitor foot", lathe([(0, 0), (0.11, 0), (0.11, 0.012), (0, 0.012)], 20).at(0, 0.12, height - 0.001), black
        )
        b.add("monitor stand", box(0.04, 0.03, 0.22).at(0, 0.14, height), black)
        b.add("monitor", box(dice.between(0.48, 0.68), 0.03, 0.34, 0.008).at(0, 0.115, height + 0.12), black)
        words.append("a monitor on it")
    elif extra == "wing":
        side, long = dice.pick((-1, 1)), dice.between(0.5, 0.9)
        x = side * (width / 2 - 0.25)
        b.add("wing", box(0.5, long, thick, 0.004).at(x, -depth / 2 - long / 2 + 0.01, under), timber)
        for s in (-1, 1):
            b.add("leg", legs.make(x + s * (0.25 - 0.04), -depth / 2 - long + 0.06, under + 0.003), frame)
        words.append(f"a wing on the {'right' if side < 0 else 'left'}")
    return b.finish(category, seed, describe(f"{_stuff(timber)} desk", words))
