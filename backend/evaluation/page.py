"""report.html: one page that a person reads, with everything in it. Targets, the papers' figures, each request."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from .page_style import STYLE
from .published import PUBLISHED, PUBLISHED_SAMPLES

Entry = Mapping[str, Any]
TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


def write_page(report: Mapping[str, Any], out: Path) -> Path:
    """Write `out`/report.html from a report's content and the pictures beside it."""
    path = out / "report.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(report, out), encoding="utf-8")
    return path


def page(report: Mapping[str, Any], out: Path) -> str:
    """The page's text; pictures are looked for under `out`/<scene>/<number>/ and put into it."""
    total = report["summary"]
    targets = report.get("targets", [])
    met, measured = sum(row["met"] is True for row in targets), sum(row["met"] is not None for row in targets)
    sections = [
        f"<h1>People in scenes, evaluated</h1><p class=lead>{met} of {measured} measured targets are met. "
        f"{total.get('answered', 0)} of {total.get('requests', 0)} requests were answered, "
        f"{total.get('good', 0)} of the first answers are good.</p>",
        _targets(targets) + _over_all(total.get("all_candidates") or {}),
        _published(total, report.get("diversity")),
        *(_scene(name, entries, out) for name, entries in report["scenes"].items()),
    ]
    return (
        '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>Staffage: evaluation</title><style>{STYLE}</style><body>{''.join(sections)}</body></html>\n"
    )


# --- tables ---------------------------------------------------------------------------------------------------------


def _targets(targets: Sequence[Entry]) -> str:
    lines = [
        [_mark(row["met"]), escape(row["name"]), escape(row["wanted"]), escape(row["measured"]),
         f"<span class='soft small'>{escape(row['detail'])}</span>"]
        for row in targets
    ]  # fmt: skip
    note = "<p class='soft small'>Of the first candidate of every request; the worst of them decides.</p>"
    return "<h2>Targets</h2>" + note + _table(("", "What", "Wanted", "Measured", ""), lines)


def _over_all(found: Entry) -> str:
    shares = {"carried by the named object": "support_right", "making the named touches": "touches_right"}
    told = [f"{100 * found[key]:.0f}\u00a0% {words}" for words, key in shares.items() if found.get(key) is not None]
    if found.get("median_placed_difference") is not None:
        told.append(
            f"those of one request differ by {1000 * found['median_placed_difference']:.0f}\u00a0mm as placed and "
            f"{1000 * found['median_posed_difference']:.0f}\u00a0mm laid upon one another (medians)"
        )
    return f"<p class=small>Of all candidates: {'; '.join(told)}.</p>" if told else ""


def _published(total: Entry, large: Mapping[str, Any] | None) -> str:
    own = total.get("published")
    if own is None:
        return ""
    head = ("Method", "Non-collision", "Contact", "Entropy", "Cluster size", "Samples")
    lines = [
        [escape(name), f"{a:.2f}", f"{b:.2f}", f"{c:.2f}", f"{d:.2f}", str(PUBLISHED_SAMPLES)]
        for name, (a, b, c, d) in PUBLISHED.items()
    ]
    table = (large or {}).get("table") or total.get("diversity") or []
    main = table[0] if table else None
    # Fewer samples than clusters have no entropy to speak of.
    enough = main is not None and main["samples"] >= main["asked"]
    spread = [f"{main['entropy']:.2f}", f"{main['cluster_size']:.2f}", str(main["samples"])] if enough else ["–"] * 3
    ours = [f"{own['non_collision_posa']:.3f}", f"{own['contact_posa']:.2f}", *spread]
    lines.append([f"<b>{cell}</b>" for cell in ("Staffage", *ours)])
    variants = [
        ["COINS and GenZI: Ψ ≥ 0, Ψ ≤ 0", f"{own['non_collision_genzi']:.4f}", f"{own['contact_genzi']:.2f}"],
        ["POSA: Ψ > 0, Ψ < 0", f"{own['non_collision_posa']:.4f}", f"{own['contact_posa']:.2f}"],
        ["POSA, corners not aligned", f"{own['non_collision_posa_unaligned']:.4f}",
         f"{own['contact_posa_unaligned']:.2f}"],
        ["within 2 cm (ours)", "", f"{own['near_contact']:.2f}"],
    ]  # fmt: skip
    clusters = [
        [escape(row["paper"]), escape(", ".join(row["parameters"])), str(row["clusters"]), str(row["samples"]),
         f"{row['entropy']:.3f} ± {row['entropy_spread']:.3f}",
         f"{row['cluster_size']:.3f} ± {row['cluster_size_spread']:.3f}"]
        for row in table
    ]  # fmt: skip
    semantic = total.get("semantic") or {}
    clip = (
        f"CLIP: mean of all {semantic['mean_of_all']:.4f}, mean of each request's best {semantic['mean_of_max']:.4f}."
        if "mean_of_all" in semantic
        else f"CLIP is not measured: {escape(semantic.get('missing', ''))}."
    )
    source = (
        "The published rows are the papers' own, on PROX's rooms with SMPL-X bodies; ours is on other scenes with "
        "another body, so the columns are alike in definition only."
    )
    return (
        f"<h2>The papers' metrics</h2><p class='soft small'>{source}</p>"
        + _table(head, lines, numbers=1)
        + f"<details><summary>Variants of the definitions, and CLIP</summary><p class=small>{clip}</p>"
        + _table(("Definition", "Non-collision", "Contact"), variants, numbers=1)
        + _table(("Paper", "Parameters", "k", "Samples", "Entropy", "Cluster size"), clusters, numbers=2)
        + "</details>"
    )


# --- requests -------------------------------------------------------------------------------------------------------

COLUMNS = ("", "Action", "Carried by", "Seat", "Elsewhere", "Mean", "Gap", "Floats", "Balance", "Self", "Limits",
           "Real", "Outside")  # fmt: skip
LEGEND = (
    "Seat, elsewhere: deepest penetration, mm · mean: of what is inside, mm · gap: the largest firm contact gap, mm · "
    "balance: the mass centre's distance to the rim of the base, mm, in brackets in motion · self: vertices inside the "
    "body itself · limits: joint angles out of range · real: percentile among real poses · outside: non-collision"
)


def _scene(name: str, entries: Sequence[Entry], out: Path) -> str:
    cards = "".join(_request(entry, number, out / name / str(number)) for number, entry in enumerate(entries))
    return f"<h2>{escape(name.replace('_', ' '))}</h2><p class='soft small'>{LEGEND}.</p>{cards}"


def _request(entry: Entry, number: int, folder: Path) -> str:
    taken = f"{entry['seconds']:.1f} s" if entry["seconds"] is not None else ""
    state = "good" if entry["good"] else ("failed" if entry["error"] else "poor")
    kind = {"good": "good", "poor": "bad", "failed": "bad"}[state]
    head = (
        f"<header><h3>{number}. {escape(entry['prompt'])}</h3><span class='mark {kind}'>{state}</span>"
        f"<span class='soft small'>{escape(entry['reading'] or '')} · {taken}</span></header>"
    )
    body = f"<div class=side>{_pictures(folder, entry['prompt'])}<div>{_figures(entry)}</div></div>"
    return f"<article>{head}{body}</article>"


def _figures(entry: Entry) -> str:
    if entry["error"] is not None:
        error = entry["error"]
        return f"<p><b>{escape(error['title'])}</b></p><p class=small>{escape(error['detail'])}</p>"
    lines = [
        _person(k, candidate, person) for k, candidate in enumerate(entry["candidates"])
        for person in candidate["metrics"]
    ]  # fmt: skip
    cells = ["".join(_cell(cell, n > 2) for n, cell in enumerate(line)) for line in lines]
    body = "".join(
        f"<tr{' class=chosen' if line[0] == '1' else ''}>{own}</tr>" for line, own in zip(lines, cells, strict=True)
    )
    head = "".join(f"<th{' class=number' if n > 2 else ''}>{title}</th>" for n, title in enumerate(COLUMNS))
    table = f"<div class=scroll><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    failures = entry["candidates"][0]["failures"]
    told = f"<p class=small>First candidate: {escape('; '.join(failures))}.</p>" if failures else ""
    return table + told + _more(entry)


def _person(k: int, candidate: Entry, person: Entry) -> list[str]:
    own = person["ours"]
    loads = next((f"{escape(name)} {100 * share:.0f}\u00a0%" for name, share in own["loads"].items()), "nothing")
    balance = f"{1000 * own['balance']:.0f}"
    cells = [
        str(k + 1), escape(candidate["action"]), _red(loads, own["support_right"] is False or not own["loads"]),
        _red(_mm(own["deepest_seat"]), own["deepest_seat"] >= 0.025),
        _red(_mm(own["deepest_elsewhere"]), own["deepest_elsewhere"] >= 0.010),
        _mm(own["mean_depth"]),
        _red(_mm(own["contact_gap"]), (own["contact_gap"] or 0) >= 0.010),
        _red(_mm(own["floating"]), own["floating"] >= 0.001),
        f"({balance})" if own["still"] is False else _red(balance, own["balance"] <= 0),
        _red(f"{100 * own['self_share']:.2f}\u00a0%", own["self_share"] >= 0.005),
        "–" if own["limit_count"] is None else _red(str(own["limit_count"]), own["limit_count"] > 0),
        "–" if own["plausibility"] is None else f"{own['plausibility']:.0f}",
        _red(f"{100 * person['outside']:.2f}\u00a0%", person["outside"] < 0.99),
    ]  # fmt: skip
    return cells


def _more(entry: Entry) -> str:
    lines = []
    for k, candidate in enumerate(entry["candidates"]):
        for person in candidate["metrics"]:
            own = person["ours"]
            gaps = ", ".join(
                f"{escape(name.replace('_', ' '))}\u00a0{1000 * gap:.1f}" for name, gap in own["gaps"].items()
            )
            loads = ", ".join(f"{escape(name)}\u00a0{100 * share:.0f}" for name, share in own["loads"].items())
            inside = f"{escape(own['self_where'])}, {1000 * own['self_deepest']:.0f} mm" if own["self_where"] else "–"
            lines.append([str(k + 1), escape(person["person"]), loads or "–", gaps, inside,
                          escape(own["limit_where"] or "–")])  # fmt: skip
    head = ("", "Person", "Loads, %", "Contact gaps, mm (wishes in brackets)", "In itself", "Worst joint")
    table = _table(head, lines)
    apart = entry.get("differences")
    told = (
        f"<p class=small>Candidates differ by {1000 * apart['placed_mean']:.0f} mm as placed and "
        f"{1000 * apart['posed_mean']:.0f} mm laid upon one another; the two most alike by "
        f"{1000 * apart['placed_least']:.0f} and {1000 * apart['posed_least']:.0f} mm.</p>"
        if apart
        else ""
    )
    clip = f"<p class=small>CLIP {', '.join(map(str, entry['clip']))}</p>" if entry.get("clip") else ""
    return f"<details><summary>More figures</summary>{told}{clip}{table}</details>"


def _pictures(folder: Path, prompt: str) -> str:
    first = _picture(folder / "view", prompt)
    rest = [_picture(folder / f"view_{k}", f"{prompt}, candidate {k + 1}") for k in range(1, 16)]
    shown = "".join(picture for picture in rest if picture)
    return (
        f"<figure>{first or '<div class=nothing>no picture</div>'}"
        f"{f'<div class=others>{shown}</div>' if shown else ''}</figure>"
    )


def _picture(stem: Path, words: str) -> str:
    for suffix, kind in TYPES.items():
        path = stem.with_suffix(suffix)
        if path.exists():
            data = base64.b64encode(path.read_bytes()).decode("ascii")
            return f'<img alt="{escape(words)}" src="data:{kind};base64,{data}">'
    return ""


# --- pieces ---------------------------------------------------------------------------------------------------------


def _table(head: Sequence[str], lines: Iterable[Sequence[str]], numbers: int = 99) -> str:
    """Cells are HTML; from column `numbers` on they are set as numbers."""
    titles = "".join(f"<th{' class=number' if n >= numbers else ''}>{title}</th>" for n, title in enumerate(head))
    body = "".join(f"<tr>{''.join(_cell(cell, n >= numbers) for n, cell in enumerate(line))}</tr>" for line in lines)
    return f"<div class=scroll><table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"


def _cell(content: str, number: bool) -> str:
    """`content` that begins with “!” is over its limit."""
    classes = " ".join(name for name, on in (("number", number), ("over", content.startswith("!"))) if on)
    mark = f' class="{classes}"' if classes else ""
    return f"<td{mark}>{content.removeprefix('!')}</td>"


def _red(text: str, over: bool) -> str:
    return f"!{text}" if over else text


def _mm(metres: float | None) -> str:
    return "–" if metres is None else f"{1000 * metres:.1f}"


def _mark(met: bool | None) -> str:
    kind, word = {True: ("good", "met"), False: ("bad", "missed"), None: ("open", "open")}[met]
    return f"<span class='mark {kind}'>{word}</span>"
