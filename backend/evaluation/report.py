"""The summary of an evaluation, as figures and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from .metrics import GOOD

Entry = Mapping[str, Any]


def summarise(scenes: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
    """Counts and shares over all requests of all scenes; the first candidate of each is what counts."""
    entries = [entry for own in scenes.values() for entry in own]
    answered = [entry for entry in entries if entry["error"] is None and entry["candidates"]]
    first = [person for entry in answered for person in entry["candidates"][0]["metrics"]]
    supported = [person for person in first if person["support_gap"] is not None]
    return {
        "requests": len(entries),
        "answered": len(answered),
        "good": sum(entry["good"] for entry in entries),
        "any_candidate_good": sum(entry["any_good"] for entry in entries),
        "failed": sum(entry["error"] is not None for entry in entries),
        "errors": dict(Counter(entry["error"]["code"] for entry in entries if entry["error"])),
        "limits": asdict(GOOD),
        "share_outside": _share(first, lambda m: m["outside"] >= GOOD.outside),
        "share_shallow": _share(first, lambda m: m["deepest"] < GOOD.deepest),
        "share_not_floating": _share(first, lambda m: _within(m["gap"]) and bool(m["support"])),
        "share_on_support": _share(supported, lambda m: _within(m["support_gap"])),
        "mean_outside": _mean(person["outside"] for person in first),
        "median_seconds": _median(entry["seconds"] for entry in answered),
        "published": _published(answered),
        "all_candidates": _all_candidates(answered),
        "longest_tick": max((entry["longest_tick"] or 0.0 for entry in entries), default=None),
    }


def summary_line(total: Mapping[str, Any]) -> str:
    """What `summarise` found, in one line."""
    line = f"{total['good']} of {total['requests']} good (any candidate: {total['any_candidate_good']}), "
    line += f"{total['failed']} failed with a message"
    return line + (f", median {total['median_seconds']:.1f} s" if total["median_seconds"] is not None else "")


def entry_line(entry: Entry) -> str:
    """A request's outcome in one line."""
    seconds = f"{entry['seconds']:5.1f} s" if entry["seconds"] is not None else "      –"
    head = f"{seconds}  {entry['prompt'][:60]:60s}  "
    if entry["error"] is not None:
        return f"{head}{entry['error']['title']}: {entry['error']['detail'][:200]}"
    worst = entry["candidates"][0]["metrics"]
    figures = (
        f"{100 * min(m['outside'] for m in worst):5.1f} % outside, "
        f"{100 * max(m['deepest'] for m in worst):4.1f} cm deep, "
        f"on {', '.join(sorted({m['support'] or 'nothing' for m in worst}))}"
    )
    return f"{head}{'good' if entry['good'] else 'POOR'}  {figures}" + "".join(
        f"; {failure}" for failure in entry["candidates"][0]["failures"]
    )


def _published(answered: Sequence[Entry]) -> dict[str, float] | None:
    """The papers' metrics, means over the bodies of all candidates as the papers take them."""
    people = [person["published"] for entry in answered for candidate in entry["candidates"]
              for person in candidate["metrics"] if "published" in person]  # fmt: skip
    if not people:
        return None
    return {name: _mean(person[name] for person in people) for name in people[0]} | {"bodies": len(people)}


def _all_candidates(answered: Sequence[Entry]) -> dict[str, float | None]:
    """What the targets, which look at the first candidates only, do not tell."""
    people = [person["ours"] for entry in answered for candidate in entry["candidates"]
              for person in candidate["metrics"] if "ours" in person]  # fmt: skip
    apart = [entry["differences"] for entry in answered if entry.get("differences")]
    return {
        "support_right": _share_of(person["support_right"] for person in people),
        "touches_right": _share_of(person["touches_right"] for person in people),
        "median_self_share": _median(person["self_share"] for person in people),
        "median_plausibility": _median(person["plausibility"] for person in people),
        "median_placed_difference": _median(own["placed_mean"] for own in apart),
        "median_posed_difference": _median(own["posed_mean"] for own in apart),
    }


def _share_of(answers: Iterable[bool | None]) -> float | None:
    told = [answer for answer in answers if answer is not None]
    return round(sum(told) / len(told), 4) if told else None


def _within(gap: float | None) -> bool:
    return gap is not None and gap <= GOOD.gap


def _share(people: Sequence[Entry], meets: Any) -> float | None:
    return round(sum(map(meets, people)) / len(people), 4) if people else None


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(float(np.mean(found)), 5) if found else None


def _median(values: Iterable[float]) -> float | None:
    found = [value for value in values if value is not None]
    return round(float(np.median(found)), 4) if found else None
