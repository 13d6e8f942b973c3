"""Targets, report.html and the generated section of the documentation, from a report's content."""

import json
from html.parser import HTMLParser

import pytest

from backend.evaluation.page import page, write_page
from backend.evaluation.results_page import BEGIN, END, write_results
from backend.evaluation.targets import rows
from protocol.errors import RequestInvalid

PUBLISHED = {"non_collision_posa": 0.99, "non_collision_posa_unaligned": 0.97, "non_collision_genzi": 0.995,
             "contact_posa": 1.0, "contact_posa_unaligned": 1.0, "contact_genzi": 1.0, "near_contact": 1.0}  # fmt: skip


def person(**changes):
    own = {"deepest_seat": 0.01, "deepest_elsewhere": 0.004, "mean_depth": 0.002, "contact_gap": 0.003, "floating": 0.0,
           "balance": 0.08, "still": True, "support_right": True, "support_share": 0.9, "touches_right": None,
           "self_share": 0.001, "self_deepest": 0.004, "self_where": "hand.L in thigh.L", "limit_count": 0,
           "limit_worst": 0.0, "limit_where": "", "plausibility": 40.0, "loads": {"sofa": 0.9, "floor": 0.1},
           "gaps": {"buttocks on support": 0.003}}  # fmt: skip
    outside = changes.pop("outside", 0.995)
    return {"person": "Woman Body", "outside": outside, "ours": {**own, **changes}, "published": PUBLISHED}


def entry(*people, seconds=5.0, prompt="a woman sitting on the <sofa> & reading", error=None):
    candidate = {"action": "sitting upright", "good": True, "failures": [], "metrics": list(people)}
    apart = {"placed_mean": 0.5, "placed_least": 0.4, "posed_mean": 0.1, "posed_least": 0.05}
    return {"prompt": prompt, "seconds": seconds, "error": error, "good": True, "any_good": True, "reading": "sit",
            "candidates": [] if error else [candidate, candidate], "differences": apart}  # fmt: skip


DIVERSITY = {"paper": "PSI, PLACE, POSA", "parameters": ["body"], "asked": 20, "clusters": 20, "samples": 4800,
             "entropy": 2.95, "cluster_size": 2.5, "entropy_spread": 0.001, "cluster_size_spread": 0.01}  # fmt: skip


def of(scenes, name, **more):
    return next(row for row in rows(scenes, more.get("seconds", {}), more.get("diversity")) if row.name == name)


def test_good_people_meet_every_target():
    scenes = {"room": [entry(person(), person(touches_right=True))] * 3}
    found = rows(scenes, {4: [5.0], 8: [10.0]}, DIVERSITY)
    assert [row.name for row in found if row.met is not True] == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("named support carries", {"support_right": False}),
        ("non-collision", {"outside": 0.989}),
        ("deepest penetration, seat", {"deepest_seat": 0.025}),
        ("deepest penetration, elsewhere", {"deepest_elsewhere": 0.0101}),
        ("contact gap", {"contact_gap": 0.02}),
        ("floating", {"floating": 0.002}),
        ("balance margin where still", {"balance": -0.001}),
        ("self-penetrating vertices", {"self_share": 0.006}),
        ("joint angles out of range", {"limit_count": 1}),
    ],
)
def test_one_person_in_ten_who_misses_a_target_misses_it_for_all(name, change):
    scenes = {"room": [entry(person())] * 9 + [entry(person(), person(**change))]}
    assert of(scenes, name).met is False
    assert of({"room": [entry(person())] * 10}, name).met is True


def test_one_wrong_support_in_twenty_is_allowed_and_named():
    row = of({"room": [entry(person())] * 19 + [entry(person(support_right=False))]}, "named support carries")
    assert row.met is True and "room 19" in row.detail
    row = of({"room": [entry(person())] * 18 + [entry(person(support_right=False))]}, "named support carries")
    assert row.met is False


def test_balance_is_not_asked_of_who_runs():
    assert of({"room": [entry(person(balance=-0.3, still=False))]}, "balance margin where still").met is None


def test_what_was_not_measured_is_not_met():
    scenes = {"room": [entry(person(plausibility=None))]}
    for name in ("plausibility, median", "entropy", "cluster size", "seconds, 8 candidates"):
        assert of(scenes, name).met is None
    small = of(scenes, "entropy", diversity={**DIVERSITY, "samples": 96})
    assert small.met is None and "too small" in small.detail
    assert of(scenes, "entropy", diversity={**DIVERSITY, "entropy": 2.5}).met is False
    assert of(scenes, "seconds, 4 candidates", seconds={4: [3.0, 9.0]}).met is False


def report():
    error = {"code": "unknown_object", "title": "No such object", "detail": "There is no “piano”.", "remedy": ""}
    scenes = {"living_room": [entry(person()), entry(error=error, seconds=None)]}
    summary = {"requests": 2, "answered": 1, "good": 1, "published": {**PUBLISHED, "bodies": 2},
               "diversity": [DIVERSITY], "semantic": {"missing": "no weights"}}  # fmt: skip
    return {"summary": summary, "scenes": scenes, "targets": [row.as_json() for row in rows(scenes, {4: [5.0]})]}


class Checker(HTMLParser):
    """Every element that needs an end has one, in order."""

    VOID = {"meta", "img", "br"}

    def __init__(self):
        super().__init__()
        self.open, self.text, self.sources = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        self.sources += [value for name, value in attributes if name in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_is_well_formed_shows_everything_and_loads_nothing(tmp_path):
    folder = tmp_path / "living_room" / "0"
    folder.mkdir(parents=True)
    (folder / "view.jpg").write_bytes(b"\xff\xd8picture")
    written = write_page(report(), tmp_path).read_text(encoding="utf-8")
    checker = Checker()
    checker.feed(written)
    assert checker.open == []
    shown = "".join(checker.text)
    assert "a woman sitting on the <sofa> & reading" in shown and "There is no “piano”." in shown
    assert "self-penetrating vertices" in shown and "POSA, contact" in shown and "no weights" in shown
    assert len(checker.sources) == 1 and checker.sources[0].startswith("data:image/jpeg;base64,")
    assert "prefers-color-scheme: dark" in written


def test_without_pictures_the_page_says_so(tmp_path):
    assert "no picture" in page(report(), tmp_path)


def test_the_documentation_s_section_is_replaced_and_nothing_else(tmp_path):
    document = tmp_path / "evaluation.md"
    document.write_text(f"# Evaluation\n\nBefore.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    write_results(document, report())
    first = document.read_text(encoding="utf-8")
    assert first.startswith("# Evaluation\n\nBefore.") and first.endswith("After.\n") and "old" not in first
    assert "| self-penetrating vertices |" in first and "piano" not in first and "No such object" in first
    write_results(document, json.loads(json.dumps(report())))
    assert document.read_text(encoding="utf-8") == first
    document.write_text("# Evaluation\n", encoding="utf-8")
    with pytest.raises(RequestInvalid, match="no place"):
        write_results(document, report())
