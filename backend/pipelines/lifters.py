"""With which body people are read from pictures: the product's own or, where the user has configured both, SMPL-X with
VPoser, whose findings the own body then takes on. SMPL-X has adults only, so children are always read with the own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from backend import providers
from backend.body import smplx_model
from backend.body.model import BodyModel
from backend.fitting.lifting import INDOOR, Lifted, lift
from backend.fitting.lifting.parts import reduced_body
from backend.fitting.lifting.relay import relayed
from backend.language.people import PersonSpec
from protocol.errors import ModelsMissing, ModelUnusable

log = logging.getLogger(__name__)
BODY, PRIOR = "body", "pose_prior"  # the roles
CHILDREN = ("toddler", "child")
_READERS: dict[tuple[object, object], BodyModel] = {}


@dataclass(frozen=True)
class Lifter:
    lift: Callable[..., Lifted]  # as `lifting.lift`, without its first argument
    reader: str  # the name of the body that reads the pictures
    notes: tuple[str, ...] = ()  # for the user


def lifter_for(model: BodyModel, person: PersonSpec | None = None) -> Lifter:
    """How bodies of `model` are found. What is configured and cannot be used is said, and the own body reads then."""
    own = Lifter(partial(lift, model), model.name)
    if person is not None and person.age in CHILDREN:
        return own
    try:
        reader = _configured()
    except (ModelsMissing, ModelUnusable) as error:
        log.warning("SMPL-X is not used: %s", error.detail)
        return Lifter(own.lift, own.reader, (f"Bodies were found without SMPL-X: {error.detail}",))
    return own if reader is None else Lifter(partial(relayed, model, reader), reader.name)


def _configured() -> BodyModel | None:
    """SMPL-X with its prior, loaded once; None where the role “body” is not configured."""
    folder = providers.folder_of(BODY)
    if folder is None:
        return None
    key = folder, providers.folder_of(PRIOR)
    if key not in _READERS:
        found = smplx_model.load(folder)
        reduced_body(found, INDOOR.skin_points)  # which reads the prior, or says what is wrong with it
        _READERS[key] = found
    return _READERS[key]
