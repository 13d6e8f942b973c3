"""What broker and worker say to each other, besides the messages that only pass through.

    broker                     worker
                           ←   WarmUp …
                           ←   Ready | NotReady
    Store …, Run           →
    Cancel                 →
                           ←   Progress …, Preview …, Imagined …
                           ←   Survey | Review
    Picture …, SurveyFailed, Chosen →
                           ←   Result | Failed | CancelledJob
    Stop                   →
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from protocol import codec
from protocol.errors import ErrorInfo
from protocol.messages import (
    Cancel,
    CancelledJob,
    Chosen,
    Failed,
    Imagined,
    Mesh,
    Picture,
    Preview,
    Progress,
    Request,
    Result,
    Review,
    Survey,
    SurveyFailed,
)


@dataclass(frozen=True)
class WarmUp:
    stage: str
    fraction: float


@dataclass(frozen=True)
class Ready:
    """The worker takes jobs. `actions`: what people can do, for the panel's help."""

    actions: tuple[str, ...]


@dataclass(frozen=True)
class NotReady:
    """The warm-up failed; the worker ends."""

    error: ErrorInfo


@dataclass(frozen=True)
class Store:
    """A mesh that a job to come needs."""

    mesh: Mesh


@dataclass(frozen=True)
class Run:
    """Compute a job. Meshes other than those in `keep` may be forgotten."""

    job: str
    request: Request
    keep: tuple[str, ...]


@dataclass(frozen=True)
class Stop:
    """End, after the current job."""


KINDS: dict[str, type] = {
    cls.__name__.lower(): cls
    for cls in (
        WarmUp, Ready, NotReady, Store, Run, Stop, Cancel, Progress, Preview, Imagined, Survey, Picture, SurveyFailed,
        Review, Chosen, Result, Failed, CancelledJob,
    )
}  # fmt: skip

# Between two processes of one computer a mesh travels whole.
LIMIT_BYTES = 2**30


def encode(message: Any) -> list:
    return codec.encode(message, limit=LIMIT_BYTES)


def decode(frames: Sequence[Any]) -> Any:
    return codec.decode(frames, kinds=KINDS, limit=LIMIT_BYTES).message
