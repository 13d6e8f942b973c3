"""Chairs, stools and benches."""

from __future__ import annotations

import numpy as np

from .bases import Legs, four_legs, panels, pedestal, round_legs, sleds, trestles
from .builder import Builder, Paint, count, describe, hue, leather, metal, wood
from .dice import Dice
from .shape import Shape
from .solids import Solid, beam, box, curve, lathe, loft, rectangle, rod, slab, torus, tube

LEGS = ("square", "tapered", "round", "turned", "cabriole")


def cloth_or_leather(dice: Dice) -> Paint:
    return leather(dice) if dice.chance(0.3) else hue(dice, "fabric")


def _words(paint: Paint) -> str:
    return {"wood": "wooden", "paint": "wooden", "metal": "metal", "plastic": "plastic"}.get(paint.material, paint.word)


def chair(category: str, seed: int, dice: Dice) -> Shape:
    """A chair for one, 43 to 48 cm to its seat: dining, kitchen, office and café chairs."""
    b = Builder()
    style = dice.pick(("wood", "wood", "wood", "metal", "office", "shell", "sled"))
    frame = {"wood": wood, "metal": metal}.get(style, lambda d: metal(d, "chrome", "black metal", "steel"))(dice)
    width, depth, height = dice.between(0.40, 0.52), dice.between(0.39, 0.50), dice.between(0.43, 0.48)
    soft = style == "office" or dice.chance(0.35)
    top = (
        cloth_or_leather(dice)
        if soft
        else (hue(dice, "plastic") if style == "shell" else frame if style == "wood" else wood(dice))
    )
    thick = dice.between(0.05, 0.09) if soft else dice.between(0.018, 0.04)
    under = height - thick
    b.add("seat", _seat(dice, width, depth, thick, soft).at(z=under), top)
    if style == "office":
        legs = pedestal_star(b, dice, frame, under)
    elif style == "sled":
        legs = sleds(b, dice, frame, width, depth, under, dice.between(0.018, 0.028))
    else:
        thickness = dice.between(0.03, 0.045) if style == "wood" else dice.between(0.018, 0.026)
        kinds = LEGS if style == "wood" else ("round", "square", "tapered")
        legs = four_legs(b, dice, Legs(dice, kinds, thickness), frame, 0.9 * width, 0.9 * depth, under)
    tall, tilt = dice.between(0.33, 0.62), dice.between(3, 15)
    forms = ("panel", "padded") if soft else BACKS
    form = "shell" if style == "shell" else dice.pick(forms)
    rest = top if soft or style == "shell" else frame
    back = chair_back(
        b, dice, form, width * dice.between(0.88, 1.0), tall, tilt, depth / 2 - 0.02, height - 0.02, frame, rest
    )
    arms = ""
    if dice.chance(0.35):
        arms = _chair_arms(b, dice, width, depth, height, tilt, frame)
    what = {"office": f"swivel chair in {top.word} {top.material}", "shell": f"{top.word} plastic chair"}.get(
        style, f"{_words(frame)} chair" + (f" upholstered in {top.word} {top.material}" if soft else "")
    )
    return b.finish(category, seed, describe(what, (legs, back, arms)))


def pedestal_star(b: Builder, dice: Dice, paint: Paint, height: float) -> str:
    """An office chair's foot: a gas spring on a star of five castors."""
    reach = dice.between(0.27, 0.33)
    b.add(
        "column",
        lathe([(0, 0.09), (0.03, 0.09), (0.03, 0.6 * height), (0.018, 0.6 * height), (0.018, height), (0, height)], 14),
        paint,
    )
    b.add("plate", box(0.2, 0.2, 0.03).at(z=height - 0.03), paint)
    for angle in 72.0 * np.arange(5):
        b.add("foot", rod((0, 0, 0.12), (0, -reach, 0.075), 0.022, 0.014, sides=8).turned(z=float(angle)), paint)
        castor = lathe([(0, -0.02), (0.027, -0.02), (0.027, 0.02), (0, 0.02)], 12).turned(y=90)
        b.add("castor", castor.at(0, -reach, 0.027).turned(z=float(angle)), paint)
        b.add("castor", rod((0, -reach, 0.03), (0, -reach, 0.09), 0.009, sides=8).turned(z=float(angle)), paint)
    return "five feet on castors"


def _seat(dice: Dice, width: float, depth: float, thick: float, soft: bool) -> Solid:
    form = dice.pick(("square", "square", "trapezium", "round"))
    if soft and form != "round":
        return box(width, depth, thick, 0.3 * thick, corner=0.05)
    if form == "round":
        return slab(rectangle(width, depth, 0.3 * depth, 6), thick, 0.3 * thick)
    solid = box(width, depth, thick, 0.2 * thick, corner=dice.between(0.005, 0.06))
    if form == "trapezium":
        narrow = dice.between(0.1, 0.22)
        scale = 1 - narrow * (solid.vertices[:, 1] / depth + 0.5)
        solid = Solid(solid.vertices * np.stack([scale, np.ones_like(scale), np.ones_like(scale)], 1), solid.triangles)
    return solid


BACKS = ("slats", "ladder", "panel", "spindles", "splat", "cross", "hoop", "frame")


def chair_back(
    b: Builder, dice: Dice, form: str, width: float, tall: float, tilt: float, y: float, z: float,
    frame: Paint, rest: Paint,
) -> str:  # fmt: skip
    """A back of one kind, from (y, z) up, leaning back by degrees. Returns its words."""

    def put(name: str, solid: Solid, paint: Paint = frame) -> None:
        b.add(name, solid.turned(x=-tilt).at(0, y, z), paint)

    post, x = dice.between(0.014, 0.02), width / 2 - 0.025
    if form == "shell":
        bend = dice.between(0.04, 0.09)
        lines = []
        for h in curve([(0.0, 0.85), (0.35 * tall, 1.0), (0.8 * tall, 0.95), (tall, 0.72)], 4):
            across = np.linspace(-1, 1, 11)
            shape = np.stack([across * h[1] * width / 2, -bend * across**2, np.full(11, h[0])], 1)
            lines.append(np.concatenate([shape, shape[::-1] + [0, 0.014, 0]]))
        put("back", loft(np.array(lines)), rest)
        return "a shell back"
    if form == "padded":
        lift = dice.between(0.05, 0.12)
        put("back", box(width, 0.05, tall - lift, 0.02, corner=0.02).at(z=lift), rest)
        for s in (-1, 1):
            put("post", box(0.03, 0.012, lift + 0.1).at(s * 0.3 * width, 0.025, -0.02))
        return "a padded back"
    if form == "hoop":
        knots = [(-x, 0, -0.02), (-x * 1.05, 0, 0.55 * tall), (-0.6 * x, 0, 0.93 * tall), (0, 0, tall),
                 (0.6 * x, 0, 0.93 * tall), (x * 1.05, 0, 0.55 * tall), (x, 0, -0.02)]  # fmt: skip
        put("back rail", tube(knots, post))
        number = dice.integer(3, 7)
        for at in np.linspace(-0.7, 0.7, number):
            put(
                "spindle", rod((at * x, 0, -0.02), (at * x * 1.1, 0, tall * (0.985 - 0.2 * at**2)), post * 0.5, sides=8)
            )
        return f"a hoop back of {count(number, 'spindle')}"
    for s in (-1, 1):
        put("post", rod((s * x, 0, -0.03), (s * x, 0, tall), post * 1.15, post * 0.9, sides=8))
    if form == "panel":
        low = dice.between(0.05, 0.35) * tall
        put("back", box(2 * x, 0.02 if rest is frame else 0.045, tall - low, 0.008).at(z=low), rest)
        return "a solid back" if rest is frame else "an upholstered back"
    rail = dice.between(0.04, 0.1)
    put("back rail", box(2 * x + 2 * post, 0.022, rail, 0.006).at(z=tall - rail))
    if form == "frame":
        return "an open back"
    if form == "ladder":
        number = dice.integer(2, 5)
        for at in np.linspace(0.15, 0.8, number):
            put("slat", box(2 * x, 0.014, 0.35 * tall / number).at(z=at * tall - 0.1 * tall / number))
        return f"a ladder back of {count(number + 1, 'slat')}"
    low = dice.between(0.08, 0.25) * tall
    put("back rail", box(2 * x, 0.02, 0.03, 0.004).at(z=low))
    if form == "cross":
        for s in (-1, 1):
            put(
                "slat",
                beam((s * x, 0.004 * s, low + 0.02), (-s * x, 0.004 * s, tall - 0.5 * rail), 0.014, 0.03, up=(0, 1, 0)),
            )
        return "a crossed back"
    if form == "splat":
        wide = dice.between(0.25, 0.5) * width
        put("slat", box(wide, 0.014, tall - low - 0.5 * rail).at(z=low + 0.01))
        return "a back with one broad splat"
    number = dice.integer(3, 7)
    for at in np.linspace(-1, 1, number + 2)[1:-1]:
        if form == "slats":
            put("slat", box(0.9 * x / number, 0.012, tall - low - 0.5 * rail).at(at * x, 0, low + 0.01))
        else:
            put("spindle", rod((at * x, 0, low + 0.01), (at * x, 0, tall - 0.5 * rail), 0.007, sides=8))
    return f"a slatted back of {count(number, 'slat')}" if form == "slats" else f"a back of {count(number, 'spindle')}"


def _chair_arms(b: Builder, dice: Dice, width: float, depth: float, seat: float, tilt: float, paint: Paint) -> str:
    up, front = dice.between(0.19, 0.25), -depth / 2 + dice.between(0.04, 0.12)
    back = depth / 2 - 0.02 + up * np.tan(np.radians(tilt))
    x, form = width / 2, dice.pick(("flat", "tube", "post"))
    if form == "tube":
        b.pair(
            "arm",
            tube(
                [
                    (x - 0.03, front, seat - 0.01),
                    (x, front, seat + 0.8 * up),
                    (x, front + 0.06, seat + up),
                    (x - 0.02, back, seat + up),
                ],
                0.013,
            ),
            paint,
        )
        return "curved arms"
    b.pair(
        "arm", box(0.05, back - front + 0.06, 0.022, 0.005).at(x - 0.005, (front + back) / 2 - 0.02, seat + up), paint
    )
    if form == "post":
        b.pair(
            "arm post",
            rod(
                (x - 0.015, (front + back) / 2, seat - 0.015),
                (x - 0.015, (front + back) / 2, seat + up + 0.01),
                0.013,
                sides=8,
            ),
            paint,
        )
    else:
        b.pair("arm post", box(0.028, 0.028, up + 0.025).at(x - 0.015, front + 0.01, seat - 0.02), paint)
    return "arms"


def stool(category: str, seed: int, dice: Dice) -> Shape:
    """A stool: low, of chair height or a bar's."""
    b = Builder()
    height = dice.pick((dice.between(0.40, 0.50), dice.between(0.60, 0.80), dice.between(0.25, 0.35)))
    wide = dice.between(0.29, 0.40)
    frame = wood(dice) if dice.chance(0.65) else metal(dice)
    soft = dice.chance(0.35)
    top = cloth_or_leather(dice) if soft else (frame if frame.material != "metal" or dice.chance(0.3) else wood(dice))
    thick = dice.between(0.05, 0.09) if soft else dice.between(0.02, 0.04)
    circle = dice.chance(0.6)
    under = height - thick
    legs = Legs(dice, ("square", "tapered", "round", "turned"), 0.034 if frame.material != "metal" else 0.022)
    if circle:
        b.add(
            "seat",
            lathe(
                [
                    (0, 0),
                    (0.47 * wide, 0),
                    (0.5 * wide, 0.3 * thick),
                    (0.5 * wide, 0.75 * thick),
                    (0.44 * wide, thick),
                    (0, thick * (1.0 if soft else 0.85)),
                ],
                28,
            ).at(z=under),
            top,
        )
        if dice.chance(0.25):
            base = pedestal(b, dice, frame, 0.55 * wide, under + 0.005, 0.025)
            if height > 0.55:
                b.add("footrest", torus(0.36 * wide, 0.011).at(z=0.3 * height), frame)
                b.add("footrest", box(0.72 * wide, 0.02, 0.012).at(z=0.3 * height - 0.006), frame)
                base += ", a ring for the feet"
        else:
            base = round_legs(b, dice, legs, frame, 0.36 * wide, under + 0.004, dice.pick((3, 4, 4)))
    else:
        deep = wide * dice.between(0.7, 1.0)
        b.add("seat", box(wide, deep, thick, 0.25 * thick, corner=0.02).at(z=under), top)
        form = dice.pick(("legs", "legs", "panels", "sled"))
        if form == "legs":
            base = four_legs(b, dice, legs, frame, wide, deep, under + 0.004, stretchers=0.8)
        elif form == "panels":
            base = panels(b, dice, frame, wide, deep, under + 0.004, 0.022)
            b.add("stretcher", box(wide - 0.03, 0.02, 0.06).at(z=0.5 * under), frame)
        else:
            base = sleds(b, dice, frame, wide, deep, under + 0.004, 0.02)
    low_back = ""
    if height > 0.55 and dice.chance(0.3):
        low_back = chair_back(
            b, dice, "frame", wide * 0.9, dice.between(0.15, 0.3), 6, 0.32 * wide, height - 0.02, frame, frame
        ).replace("an open", "a low")
    size = "bar stool" if height > 0.55 else "low stool" if height < 0.38 else "stool"
    what = f"{'round ' if circle else ''}{_words(frame)} {size}" + (
        f" with a {top.word} {top.material} seat" if soft else ""
    )
    return b.finish(
        category, seed, f"{describe(what)}{' and ' if soft else ' with '}{base}{', ' + low_back if low_back else ''}"
    )


def bench(category: str, seed: int, dice: Dice) -> Shape:
    """A bench for two to four: garden and park benches, hall benches, plain planks."""
    b = Builder()
    width, depth, height = dice.between(1.0, 2.0), dice.between(0.32, 0.46), dice.between(0.42, 0.48)
    timber = wood(dice)
    iron = dice.chance(0.35)
    frame = metal(dice, "black metal", "steel") if iron else timber
    slats = dice.pick((0, 0, dice.integer(3, 7)))
    thick = dice.between(0.025, 0.05)
    under = height - thick
    soft = slats == 0 and dice.chance(0.3)
    if slats:
        pitch = depth / slats
        for i in range(slats):
            b.add(
                "seat slat", box(width, pitch * 0.78, thick, 0.004).at(0, (i + 0.5) * pitch - depth / 2, under), timber
            )
    else:
        b.add("seat", box(width, depth, thick, 0.006).at(z=under), timber)
    cloth = cloth_or_leather(dice)
    if soft:
        b.add("cushion", box(width * 0.98, depth * 0.96, 0.06, 0.022).at(z=height - 0.005), cloth)
    form = dice.pick(("legs", "legs", "panels", "trestles", "sled"))
    reach = under + 0.006
    if form == "legs":
        base = four_legs(b, dice, Legs(dice, LEGS[:4], 0.05), frame, width * 0.94, depth, reach)
    elif form == "panels":
        base = panels(b, dice, frame, width * 0.96, depth, reach, 0.035)
    elif form == "trestles":
        base = trestles(b, dice, frame, width, depth, reach, 0.045)
    else:
        base = sleds(b, dice, frame, width * 0.92, depth * 0.95, reach, 0.035)
    if slats:
        for s in (-1, 1):
            b.add("rail", box(0.05, depth * 0.94, 0.03).at(s * width * 0.42, 0, under - 0.025), frame)
    back = arms = ""
    if dice.chance(0.55):
        tall, tilt, y = dice.between(0.32, 0.48), dice.between(6, 16), depth / 2 - 0.03
        number = dice.integer(2, 5)
        upright = dice.chance(0.35)
        posts = dice.pick((2, 3))
        for x in np.linspace(-1, 1, posts) * width * 0.42:
            b.add("post", box(0.045, 0.035, tall + 0.03).at(z=-0.03).turned(x=-tilt).at(x, y, height), frame)
        if upright:
            number = int(width / dice.between(0.08, 0.14))
            for z in (0.12 * tall, 0.92 * tall):
                b.add(
                    "back rail",
                    box(width * 0.92, 0.025, 0.05).at(0, -0.018, z - 0.025).turned(x=-tilt).at(0, y, height),
                    timber,
                )
            for x in (np.arange(number) + 0.5) / number - 0.5:
                b.add(
                    "back slat",
                    box(0.04, 0.014, 0.84 * tall)
                    .at(x * width * 0.9, -0.02, 0.1 * tall)
                    .turned(x=-tilt)
                    .at(0, y, height),
                    timber,
                )
            back = "a back of upright slats"
        else:
            for i in range(number):
                z = (i + 0.5) / number * tall
                b.add(
                    "back slat",
                    box(width, 0.024, 0.7 * tall / number, 0.003).at(0, -0.022, z).turned(x=-tilt).at(0, y, height),
                    timber,
                )
            back = f"a back of {count(number, 'board')}"
        if dice.chance(0.6):
            up, lean = 0.22, 0.22 * np.tan(np.radians(tilt))
            b.pair("arm", box(0.06, depth + lean, 0.03, 0.006).at(width * 0.42, lean / 2, height + up), frame)
            b.pair("arm post", box(0.045, 0.045, up + 0.03).at(width * 0.42, -depth / 2 + 0.06, height - 0.02), frame)
            arms = "arms"
    what = f"{'slatted ' if slats else ''}{'wood and iron' if iron else 'wooden'} bench"
    return b.finish(category, seed, describe(what, (base, back, arms, f"a {cloth.word} cushion" if soft else "")))
