"""From groups of placed people to the answer: everybody dressed, figures and warnings of each candidate together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from backend.body.model import BodyModel
from backend.service.context import JobContext
from protocol.messages import Candidate, Result

from .group import Placement
from .looks import Wardrobe, rig_message
from .persons import person_message


class Dress(Protocol):
    """What every request for people says of their clothes."""

    seed: int
    clothes: bool
    hair: bool


def answered(
    request: Dress, answers: Sequence[Sequence[Placement]], model: BodyModel, summary: str, started: float,
    job: JobContext, notes: Sequence[str] = (),
) -> Result:  # fmt: skip
    """answers: the groups of each candidate, best first; `notes` are warnings about all of them.

    `started`: time.monotonic() when the pipeline began. The job's whole stretch is dressing.
    """
    wardrobe = Wardrobe(model, request.seed, request.clothes, request.hair)
    candidates = []
    for count, groups in enumerate(answers):
        job.progress("Dressing", count / len(answers))
        candidate = _candidate(groups, model, wardrobe, job.check)
        candidates.append(replace(candidate, warnings=tuple(dict.fromkeys((*notes, *candidate.warnings)))))
    seconds = time.monotonic() - started
    return Result(job.job_id, (rig_message(model),), tuple(candidates), seconds, summary, wardrobe.patterns)


def _candidate(
    groups: Sequence[Placement], model: BodyModel, wardrobe: Wardrobe, check: Callable[[], None]
) -> Candidate:
    """All groups of one answer together: worst figures, every warning."""
    people = []
    for group in groups:
        for spec, body, stance in zip(group.people, group.bodies, group.stances, strict=True):
            check()
            people.append(person_message(model, spec, body, stance, wardrobe))
    figures = [group.verdict.metrics() for group in groups]
    metrics = {
        name: (min if name == "non_collision" else max)(figure[name] for figure in figures) for name in figures[0]
    }
    warnings = tuple(dict.fromkeys(warning for group in groups for warning in group.warnings))
    actions = " and ".join(dict.fromkeys(group.stances[0].body.anchor.name for group in groups))
    return Candidate(tuple(people), actions, groups[-1].support, metrics, warnings)
