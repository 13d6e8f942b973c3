"""The wardrobe: where shirts, jackets and trousers are cut from the skin, and how loosely they hang."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .cloth import Cloth, Cut, Row
from .hanging import Tube
from .measures import Measures, smooth_step

Array = np.ndarray

# Sleeves, as metres along the arm from the shoulder joint of the reference body; trouser lengths as height.
_CREW = (Row(0.0012, -0.006), Row(0.0008, -0.014), Row(-0.0022, -0.015), Row(-0.003, 0.0))
_SHIRT = (Row(0.0005, -0.012), Row(0.001, -0.024), Row(0.0025, -0.030), Row(0.006, -0.029), Row(0.009, -0.012),
          Row(0.0095, 0.008), Row(0.0075, 0.009), Row(0.0065, -0.008))  # fmt: skip
_LAPEL = (Row(0.003, -0.006), Row(0.007, -0.004), Row(0.010, 0.006), Row(0.010, 0.026), Row(0.007, 0.030),
          Row(0.006, 0.020))  # fmt: skip


def neckline(m: Measures, width: float, depth: float, nape: float = 0.02) -> Array:
    """(V,) positive below a rounded neckline: half-width, depth below the notch of the throat, and below the nape."""
    notch, back = np.array([-0.066, m.neck[2] - 0.062]), np.array([0.052, m.neck[2] + 0.012])
    front = notch + [0.004, -depth]
    rear = back + [0.0, -nape]
    y, z = m.vertices[:, 1], m.vertices[:, 2]
    share = (y - front[0]) / (rear[0] - front[0])
    line = front[1] + (rear[1] - front[1]) * np.clip(share, -0.3, 1.3)
    # A bowl: the line rises with the distance from the middle until it leaves the neck.
    line = line + (0.05 + depth) * (m.vertices[:, 0] / width) ** 2
    return np.where(z < m.neck[2] - 0.25, 0.3, line - z)


def trunk(m: Measures) -> Array:
    """(V,) 1 on the trunk below the armpits, 0 on arms and shoulders."""
    armpit = m.joint("upperarm01.L")[2] - 0.09
    return smooth_step(armpit - m.level, 0.0, 0.09) * (1 - smooth_step(m.arm, 0.1, 0.5))


def trunk_tube(m: Measures, slope: float, flare: float = 0.0) -> Tube:
    """From the chest to the crotch."""
    return Tube(("spine01", "neck01", 0.0), ("root", "spine05", 0.0), trunk(m), slope, flare)


def leg_tubes(m: Measures, slope: float, flare: float = 0.0) -> tuple[Tube, Tube]:
    share = smooth_step(m.crotch - m.level, -0.02, 0.12)
    return tuple(
        Tube((f"upperleg01{side}", f"lowerleg01{side}", 0.25), (f"foot{side}", f"foot{side}", 0.0),
             share * ((m.vertices[:, 0] > 0) == (side == ".L")), slope, flare)
        for side in (".L", ".R")
    )  # fmt: skip


def sleeve_tubes(m: Measures, slope: float, flare: float = 0.0) -> tuple[Tube, Tube]:
    share = smooth_step(m.sleeve, 0.06, 0.16)
    return tuple(
        Tube((f"upperarm01{side}", f"lowerarm01{side}", 0.45), (f"wrist{side}", f"wrist{side}", 0.0),
             share * ((m.vertices[:, 0] > 0) == (side == ".L")), slope, flare)
        for side in (".L", ".R")
    )  # fmt: skip


def _tops(m: Measures, name: str, hem: float, sleeve: float, neck: Array, ease: float, **more: object) -> Cloth:
    arms = np.where(m.sleeve > -0.5, sleeve - m.sleeve, 0.5)
    return Cloth(m, Cut(name, (m.level - hem, neck, arms), ease, **more))


def t_shirt(m: Measures, tucked: bool = False) -> Cloth:
    return _tops(m, "T-shirt", m.hip - 0.02, 0.17, neckline(m, 0.085, 0.012), 0.005 if tucked else 0.009,
                 tubes=(*_trunk(m, 0.22, tucked), *sleeve_tubes(m, 0.02, 0.006)), collar=_CREW)  # fmt: skip


def shirt(m: Measures, tucked: bool = False) -> Cloth:
    return _tops(m, "Shirt", m.hip - 0.045, m.shoulder_to_wrist - 0.012, neckline(m, 0.082, 0.004),
                 0.006 if tucked else 0.010, tubes=(*_trunk(m, 0.2, tucked), *sleeve_tubes(m, 0.14)),
                 collar=_SHIRT, parted=True)  # fmt: skip


def blouse(m: Measures, tucked: bool = True) -> Cloth:
    return _tops(m, "Blouse", m.hip - 0.02, m.shoulder_to_elbow + 0.16, neckline(m, 0.085, 0.035), 0.006,
                 tubes=(*_trunk(m, 0.22, tucked), *sleeve_tubes(m, 0.02, 0.012)), collar=_CREW)  # fmt: skip


def tank_top(m: Measures, tucked: bool = False) -> Cloth:
    fields = (m.level - m.hip, neckline(m, 0.10, 0.05, 0.06), _armhole(m))
    return Cloth(m, Cut("Tank Top", fields, 0.005, tubes=_trunk(m, 0.3, tucked)))


def sweater(m: Measures, tucked: bool = False) -> Cloth:
    return _tops(m, "Sweater", m.hip - 0.01, m.shoulder_to_wrist - 0.01, neckline(m, 0.085, 0.008),
                 0.006 if tucked else 0.011, tubes=(*_trunk(m, 0.16, tucked), *sleeve_tubes(m, 0.13)),
                 collar=_CREW, relaxing=24)  # fmt: skip


def jacket(m: Measures, hem: float = 0.06, name: str = "Jacket", gap: float = 0.030) -> Cloth:
    """Worn open: a gap down the front that widens to the hem, with lapels."""
    y, z = m.vertices[:, 1], m.vertices[:, 2]
    notch = m.neck[2] - 0.05
    half = gap + 0.055 * np.exp(-(((z - notch) / 0.10) ** 2)) + 0.03 * smooth_step(m.waist - z, -0.05, 0.2)
    front = np.where((y < 0.0) & (m.arm < 0.5), np.abs(m.vertices[:, 0]) - half, 0.3)
    neck = np.minimum(neckline(m, 0.095, 0.02, 0.012), front)
    return _tops(m, name, m.crotch + hem, m.shoulder_to_wrist + 0.004, neck, 0.0165,
                 tubes=(*_trunk(m, 0.14, False, 0.01), *sleeve_tubes(m, 0.11, 0.002)), collar=_LAPEL,
                 relaxing=30)  # fmt: skip


def bodice(m: Measures, sleeves: bool) -> Cloth:
    """The upper part of a dress, to the waist."""
    sleeve = np.where(m.sleeve > -0.5, 0.11 - m.sleeve, 0.5) if sleeves else _armhole(m)
    neck = neckline(m, 0.085, 0.025) if sleeves else neckline(m, 0.105, 0.055, 0.05)
    return Cloth(m, Cut("Bodice", (m.level - m.waist + 0.03, neck, sleeve), 0.005, tubes=_trunk(m, 0.32, True)))


def _bottoms(m: Measures, name: str, leg: float, ease: float, **more: object) -> Cloth:
    arms = np.where(m.arm > 0.5, -0.5, 0.5)
    return Cloth(m, Cut(name, (m.waist - 0.03 - m.level, m.level - leg, arms), ease, **more))


def trousers(m: Measures, slope: float = 0.085, name: str = "Trousers") -> Cloth:
    return _bottoms(m, name, m.ankle - 0.006, 0.0065, tubes=leg_tubes(m, slope), relaxing=16)


def shorts(m: Measures) -> Cloth:
    return _bottoms(m, "Shorts", m.knee + 0.045, 0.0065, tubes=leg_tubes(m, 0.02), relaxing=16)


def _trunk(m: Measures, slope: float, tucked: bool, flare: float = 0.0) -> tuple[Tube, ...]:
    tube = trunk_tube(m, slope, flare)
    if tucked:  # it blouses over the chest and is held at the waist
        tube = replace(tube, member=tube.member * smooth_step(m.level, m.waist + 0.0, m.waist + 0.16))
    return (tube,)


def _armhole(m: Measures) -> Array:
    """(V,) positive on the trunk: the arms' share of a vertex falls smoothly over the shoulder."""
    return 0.09 * (0.62 - m.arm)
