"""What an evaluation must show, and whether it does: one row per target, strict: the worst best candidate decides.

Only the first candidate of each request counts, and every person of it. Shares are over requests. Rows without a
measurement say why instead of passing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .published import PUBLISHED, PUBLISHED_SAMPLES

Entry = Mapping[str, Any]
SECONDS = {4: 8.0, 8: 14.0}  # candidates → seconds, on a CPU
ENTROPY, CLUSTER_SIZE = PUBLISHED["POSA, contact"][2:]
CENTRAL = (5.0, 95.0)  # percentiles


@dataclass(frozen=True)
class Row:
    """A line of the table of targets."""

    name: str
    wanted: str
    measured: str
    met: bool | None  # None: not measured
    detail: str = ""

    def as_json(self) -> dict[str, object]:
        return dict(vars(self))


def rows(
    scenes: Mapping[str, Sequence[Entry]],
    seconds: Mapping[int, Sequence[float]],
    diversity: Mapping[str, Any] | None = None,
) -> list[Row]:
    """`seconds`: by number of candidates; `diversity`: of the published-size sample, see `diversity.py`."""
    entries = [
        (scene, number, entry) for scene, own in scenes.items() for number, entry in enumerate(own) if _answered(entry)
    ]
    return [
        _right("named support carries", "support_right", 0.95, entries),
        _right("named touches are made", "touches_right", 0.90, entries),
        _worst("non-collision", "≥ 0.99", entries, lambda m: m["outside"], lambda v: v >= 0.99, "{:.4f}", least=True),
        _worst("deepest penetration, seat", "< 25 mm", entries, _ours("deepest_seat"), lambda v: v < 0.025, MM),
        _worst(
            "deepest penetration, elsewhere", "< 10 mm", entries, _ours("deepest_elsewhere"), lambda v: v < 0.010, MM
        ),
        _worst("contact gap", "< 10 mm", entries, _ours("contact_gap"), lambda v: v < 0.010, MM),
        _worst("floating", "0 (below 1 mm)", entries, _ours("floating"), lambda v: v < 0.001, MM),
        _worst("balance margin where still", "> 0", entries, _balance, lambda v: v > 0, MM, least=True),
        _worst("self-penetrating vertices", "< 0.5 %", entries, _ours("self_share"), lambda v: v < 0.005, PERCENT),
        _worst("joint angles out of range", "0", entries, _ours("limit_count"), lambda v: v == 0, "{:.0f}"),
        _plausibility(entries),
        *_diversity(diversity),
        *(_seconds(count, limit, seconds.get(count, ())) for count, limit in SECONDS.items()),
    ]


Found = Sequence[tuple[str, int, Entry]]
MM, PERCENT = "{:.1f}\u00a0mm", "{:.2f}\u00a0%"
_SCALE = {MM: 1000.0, PERCENT: 100.0}


def _answered(entry: Entry) -> bool:
    return entry["error"] is None and bool(entry["candidates"])


def best_people(entry: Entry) -> Sequence[Entry]:
    """The metrics of the people of a request's first candidate."""
    return entry["candidates"][0]["metrics"]


def _ours(name: str) -> Callable[[Entry], float | None]:
    return lambda person: person["ours"][name]


def _balance(person: Entry) -> float | None:
    return person["ours"]["balance"] if person["ours"]["still"] else None


def _values(entries: Found, value: Callable[[Entry], float | None]) -> Iterator[tuple[float, str]]:
    for scene, number, entry in entries:
        for person in best_people(entry):
            if (found := value(person)) is not None:
                yield float(found), f"{scene} {number}: {entry['prompt']}"


def _right(name: str, key: str, least: float, entries: Found) -> Row:
    told = []
    for scene, number, entry in entries:
        answers = [person["ours"][key] for person in best_people(entry) if person["ours"][key] is not None]
        if answers:
            told.append((all(answers), f"{scene} {number}: {entry['prompt']}"))
    wanted = f"≥ {100 * least:.0f} %"
    if not told:
        return Row(name, wanted, "no request names one", None)
    share = sum(right for right, _ in told) / len(told)
    wrong = "; ".join(where for right, where in told if not right)
    return Row(name, wanted, f"{100 * share:.0f} % of {len(told)}", share >= least, f"not: {wrong}" if wrong else "")


def _worst(
    name: str, wanted: str, entries: Found, value: Callable[[Entry], float | None], meets: Callable[[float], bool],
    form: str, *, least: bool = False,
) -> Row:  # fmt: skip
    found = list(_values(entries, value))
    if not found:
        return Row(name, wanted, "not measured", None)
    scale, numbers = _SCALE.get(form, 1.0), [number for number, _ in found]
    worst, where = (min if least else max)(found, key=lambda item: item[0])
    met = sum(map(meets, numbers))
    text = f"worst\u00a0{form.format(scale * worst)}, median\u00a0{form.format(scale * float(np.median(numbers)))}"
    return Row(name, wanted, text, met == len(numbers), f"met by {met} of {len(numbers)}; worst: {where}")


def _plausibility(entries: Found) -> Row:
    name, wanted = "plausibility, median", f"{CENTRAL[0]:.0f} to {CENTRAL[1]:.0f} (percentile of real poses)"
    numbers = [number for number, _ in _values(entries, _ours("plausibility"))]
    if not numbers:
        return Row(name, wanted, "not measured: no pose prior", None)
    median = float(np.median(numbers))
    within = sum(CENTRAL[0] <= number <= CENTRAL[1] for number in numbers)
    return Row(
        name, wanted, f"{median:.0f}", CENTRAL[0] <= median <= CENTRAL[1], f"{within} of {len(numbers)} are within"
    )


def _diversity(found: Mapping[str, Any] | None) -> list[Row]:
    wanted = {"entropy": ENTROPY, "cluster_size": CLUSTER_SIZE}
    result = []
    for key, least in wanted.items():
        name, text = key.replace("_", " "), f"≥ {least:.2f} (POSA, {PUBLISHED_SAMPLES} samples)"
        if found is None:
            result.append(Row(name, text, "not measured: run “evaluate diversity”", None))
            continue
        enough = found["samples"] >= PUBLISHED_SAMPLES
        measured = f"{found[key]:.3f} ± {found[key + '_spread']:.3f} of {found['samples']} samples"
        result.append(
            Row(name, text, measured, found[key] >= least if enough else None, "" if enough else "sample too small")
        )
    return result


def _seconds(count: int, limit: float, taken: Sequence[float]) -> Row:
    name, wanted = f"seconds, {count} candidates", f"< {limit:.0f} s"
    if not taken:
        return Row(name, wanted, "not measured", None)
    text = f"worst\u00a0{max(taken):.1f}\u00a0s, median\u00a0{float(np.median(taken)):.1f}\u00a0s"
    within = sum(one < limit for one in taken)
    return Row(name, wanted, text, within == len(taken), f"met by {within} of {len(taken)}")
