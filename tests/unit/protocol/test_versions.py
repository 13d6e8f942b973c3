"""Requests are one of several types; those and results of other versions are understood or refused in words."""

import json
import typing
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from protocol import codec
from protocol.errors import MalformedMessage
from protocol.messages import (
    KINDS,
    SINCE,
    Candidate,
    HumansRequest,
    ImagineRequest,
    ObjectPicture,
    Pattern,
    Person,
    PhotoRequest,
    Request,
    Result,
    Rig,
    SceneObject,
    ShapeRequest,
    Snapshot,
    Submit,
)
from protocol.version import PROTOCOL_VERSION
from tests.unit.protocol.strategies import same, with_header


@dataclass(frozen=True)
class OldSubmit:
    """`Submit` as it was before 1.3, when there was one kind of request."""

    job: str
    request: HumansRequest


OLD_KINDS = KINDS | {"submit": OldSubmit, "oldsubmit": OldSubmit}
EMPTY = Snapshot((), np.zeros(3, np.float32))


def test_a_request_of_an_older_client_is_understood():
    frames = codec.encode(OldSubmit("ab" * 16, HumansRequest("a woman", EMPTY, seed=3)))
    received = codec.decode(with_header([b"submit", *frames[1:]], v=[PROTOCOL_VERSION[0], 2])).message
    assert same(received, Submit("ab" * 16, HumansRequest("a woman", EMPTY, seed=3)))


def test_an_older_backend_understands_the_request_that_it_knows_and_refuses_the_others():
    known, new = (Submit("ab" * 16, cls("a woman", EMPTY)) for cls in (HumansRequest, ImagineRequest))
    received = codec.decode(codec.encode(known), kinds=OLD_KINDS).message
    assert same(received.request, known.request)
    for unknown in (new, Submit("ab" * 16, ShapeRequest(EMPTY, like="Chair"))):
        with pytest.raises(MalformedMessage, match=r"request\.prompt is missing"):
            codec.decode(codec.encode(unknown), kinds=OLD_KINDS)


@dataclass(frozen=True)
class OldCandidate:
    """`Candidate` as it was before 1.4, when there were only people."""

    people: tuple[Person, ...]
    action: str
    support: str
    metrics: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class OldResult:
    job: str
    rigs: tuple[Rig, ...]
    candidates: tuple[OldCandidate, ...]
    seconds: float
    reading: str = ""
    patterns: tuple[Pattern, ...] = ()


def test_clients_before_things_and_now_understand_each_others_results():
    kinds = KINDS | {"result": OldResult, "oldresult": OldResult}
    now = Result("ab" * 16, (), (Candidate((), "sit", "Sofa", {"gap": 1.0}, ("x",)),), 1.5, "read")
    old = codec.decode(codec.encode(now), kinds=kinds).message
    assert old.candidates[0].support == "Sofa" and old.candidates[0].warnings == ("x",)
    frames = codec.encode(old)
    assert same(codec.decode([b"result", *frames[1:]]).message, now)


def test_each_type_of_request_comes_back_as_what_it_was():
    photo = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    file = PhotoRequest(photo[:0], EMPTY, file=np.arange(200, dtype=np.uint8))
    clear = ObjectPicture(np.arange(4 * 6 * 4, dtype=np.uint8).reshape(4, 6, 4), crop=(0.0, 0.0, 0.5, 1.0))
    shape = ShapeRequest(EMPTY, clear, ObjectPicture(file=file.file), mix=0.25)
    like = ShapeRequest(EMPTY, like="Chair")
    people = HumansRequest("x", EMPTY), ImagineRequest("x", EMPTY, views=7), PhotoRequest(photo, EMPTY), file
    for request in (*people, shape, like):
        frames = codec.encode(Submit("ab" * 16, request))
        assert same(codec.decode(frames).message.request, request)
        named = list(json.loads(frames[1])["body"]["request"])
        assert named == [type(request).__name__] or "prompt" in named


def test_a_photo_of_an_older_client_has_no_file():
    frames = codec.encode(Submit("ab" * 16, PhotoRequest(np.zeros((4, 6, 3), np.uint8), EMPTY)))
    body = json.loads(frames[1])["body"]
    del body["request"]["PhotoRequest"]["file"]
    received = codec.decode(with_header(frames, body=body)).message.request
    assert received.file.shape == (0,) and received.photo.shape == (4, 6, 3)


@pytest.mark.parametrize("tag", ["humansrequest", "Submit", "Snapshot", ""])
def test_an_unknown_type_of_request_is_refused(tag):
    frames = codec.encode(Submit("ab" * 16, ImagineRequest("x", EMPTY)))
    body = json.loads(frames[1])["body"]
    body["request"] = {tag: body["request"]["ImagineRequest"]}
    with pytest.raises(MalformedMessage, match="request"):
        codec.decode(with_header(frames, body=body))


def test_a_mistake_in_one_of_several_types_is_found_at_its_place():
    things = [SceneObject("thing", "00", np.eye(4), np.ones(3, np.float32))] * 40
    request = ImagineRequest("x", Snapshot((*things, replace(things[0], name=7)), np.zeros(3, np.float32)))
    with pytest.raises(MalformedMessage, match=r"request\.snapshot\.objects\[40\]\.name"):
        codec.encode(Submit("ab" * 16, request))
    with pytest.raises(MalformedMessage, match="HumansRequest or ImagineRequest or PhotoRequest"):
        codec.encode(Submit("ab" * 16, EMPTY))
    frames = codec.encode(Submit("ab" * 16, ImagineRequest("x", EMPTY)))
    body = json.loads(frames[1])["body"]
    body["request"]["ImagineRequest"]["views"] = "many"
    with pytest.raises(MalformedMessage, match=r"submit\.request\.ImagineRequest\.views"):
        codec.decode(with_header(frames, body=body))


def test_what_came_with_a_version_is_said():
    assert set(SINCE) < set(typing.get_args(Request))
    assert all(since <= PROTOCOL_VERSION for since in SINCE.values())
