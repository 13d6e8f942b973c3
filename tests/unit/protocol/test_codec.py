"""What is encoded comes back; what is not a message is a typed error."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol import codec
from protocol.errors import MalformedMessage, MessageTooLarge, ProtocolMismatch, StaffageError
from protocol.messages import (
    KINDS,
    Hello,
    HumansRequest,
    ImagineRequest,
    Mesh,
    Preview,
    Progress,
    Refused,
    SceneObject,
    Snapshot,
    Status,
    Submit,
    Upload,
)
from protocol.version import PROTOCOL_VERSION
from tests.unit.protocol.strategies import MESSAGE, same, with_header

RELAXED = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)

PROGRESS = Progress("0" * 32, "Fitting", 0.5, None)


def as_bytes(frames):
    return [bytes(frame) for frame in frames]


def preview(vertices=4):
    return Preview("a" * 32, np.zeros((2, 3), np.int32), (np.ones((vertices, 3), np.float32),))


# --- there and back ---------------------------------------------------------------------------------------------------


@RELAXED
@given(MESSAGE, st.text(max_size=40), st.text(max_size=40))
def test_every_message_survives_the_wire_to_the_bit(message, message_id, in_reply_to):
    frames = as_bytes(codec.encode(message, message_id=message_id, in_reply_to=in_reply_to))
    envelope = codec.decode(frames)
    assert same(envelope.message, message)
    assert (envelope.id, envelope.in_reply_to) == (message_id, in_reply_to)


def test_large_arrays_are_neither_copied_going_out_nor_coming_in():
    body = np.random.default_rng(0).random((50_000, 3), np.float32)
    message = Preview("a" * 32, np.zeros((2, 3), np.int32), (body,))
    frames = codec.encode(message)
    assert any(np.shares_memory(np.frombuffer(frame, np.uint8), body) for frame in frames[2:])
    received = codec.decode(frames).message.bodies[0]
    assert np.shares_memory(received, body)
    assert not received.flags.writeable


def test_many_small_arrays_share_one_frame():
    message = Preview("a" * 32, np.zeros((2, 3), np.int32), tuple(np.ones((4, 3), np.float32) for _ in range(200)))
    assert len(codec.encode(message)) == 3


def test_arrays_are_aligned_wherever_their_frame_starts():
    frames = as_bytes(codec.encode(preview()))
    for shift in range(16):
        room = bytearray(shift) + bytearray(frames[2])
        message = codec.decode([frames[0], frames[1], memoryview(room)[shift:]]).message
        assert message.bodies[0].flags.aligned
        assert np.array_equal(message.bodies[0], np.ones((4, 3), np.float32))


def test_arrays_of_another_layout_are_brought_into_the_agreed_one():
    fortran = np.asfortranarray(np.arange(12.0).reshape(4, 3))  # float64, column by column
    strided = np.arange(24, dtype=">i4").reshape(4, 6)[:, ::2]  # big endian, with gaps
    message = codec.decode(codec.encode(Preview("a" * 32, strided, (fortran,)))).message
    assert message.triangles.dtype == np.dtype("<i4") and np.array_equal(message.triangles, strided)
    assert message.bodies[0].dtype == np.dtype("<f4") and np.array_equal(message.bodies[0], fortran)


def test_fields_of_a_newer_minor_version_are_ignored():
    frames = codec.encode(PROGRESS)
    body = json.loads(frames[1])["body"] | {"mood": "good"}
    version = [PROTOCOL_VERSION[0], PROTOCOL_VERSION[1] + 1]
    assert codec.decode(with_header(frames, body=body, v=version)).message == PROGRESS


def test_fields_with_a_default_may_be_missing():
    frames = codec.encode(Status("ready", "", 1.0, None, (), 0))
    body = json.loads(frames[1])["body"]
    del body["error"]
    assert codec.decode(with_header(frames, body=body)).message.error is None


# --- refusals ---------------------------------------------------------------------------------------------------------


def mangled(reason):
    """Frames that are wrong in one way each."""
    plain, arrays = as_bytes(codec.encode(PROGRESS)), as_bytes(codec.encode(preview()))
    body = json.loads(plain[1])["body"]
    described = json.loads(arrays[1])["arrays"]
    other = [list(entry) for entry in described]
    cases = {
        "no frames": [],
        "one frame": plain[:1],
        "unknown kind": [b"gossip", *plain[1:]],
        "empty kind": [b"", *plain[1:]],
        "kind is not text": [b"\xff\xfe", *plain[1:]],
        "endless kind": [b"progress" * 1000, *plain[1:]],
        "header is not JSON": [plain[0], b"{"],
        "header is not UTF-8": [plain[0], b'{"v": "\xff"}'],
        "header is a list": [plain[0], b"[1, 2]"],
        "header nests for ever": [plain[0], b"[" * 100_000],
        "header has an endless number": [plain[0], b'{"v": [1' + b"0" * 10_000 + b", 0]}"],
        "no version": with_header(plain, v=None),
        "no body": with_header(plain, body=None),
        "missing field": with_header(plain, body={key: body[key] for key in body if key != "stage"}),
        "text for a number": with_header(plain, body=body | {"fraction": "half"}),
        "truth for a number": with_header(plain, body=body | {"fraction": True}),
        "number for text": with_header(plain, body=body | {"stage": 3}),
        "NaN": [plain[0], plain[1].replace(b"0.5", b"NaN")],
        "infinity by overflow": [plain[0], plain[1].replace(b"0.5", b"1e999")],
        "null where none is allowed": with_header(plain, body=body | {"job": None}),
        "id is no text": with_header(plain, id=7),
        "frames nobody announced": [*plain, b"more"],
        "array missing": arrays[:2],
        "array too short": [*arrays[:2], arrays[2][:-1]],
        "array too long": [*arrays[:2], arrays[2] + b"\0"],
        "array number out of range": with_header(arrays, body=json.loads(arrays[1])["body"] | {"triangles": 9}),
        "array number negative": with_header(arrays, body=json.loads(arrays[1])["body"] | {"triangles": -1}),
        "array number true": with_header(arrays, body=json.loads(arrays[1])["body"] | {"triangles": True}),
        "dtype object": with_header(arrays, arrays=[["object", *other[0][1:]], *other[1:]]),
        "dtype void": with_header(arrays, arrays=[["V8", *other[0][1:]], *other[1:]]),
        "dtype of another field": with_header(arrays, arrays=[["float32", *other[0][1:]], *other[1:]]),
        "shape of another field": with_header(arrays, arrays=[["int32", [3, 2], 0], *other[1:]]),
        "shape negative": with_header(arrays, arrays=[["int32", [-2, -3], 0], *other[1:]]),
        "shape overflows": with_header(arrays, arrays=[["int32", [2**63, 2**63], 0], *other[1:]]),
        "shape empty but huge": with_header(arrays, arrays=[["int32", [0, 2**39, 2**39], 0], *other[1:]]),
        "shape is text": with_header(arrays, arrays=[["int32", "23", 0], *other[1:]]),
        "block out of range": with_header(arrays, arrays=[["int32", [2, 3], 5], *other[1:]]),
        "block negative": with_header(arrays, arrays=[["int32", [2, 3], -1], *other[1:]]),
        "arrays are no list": with_header(arrays, arrays={"0": other[0]}),
        "frames are text": ["progress", "{}"],
        "frames are numbers": [1, 2],
        "frames are nothing": [None, None],
    }
    return cases if reason is None else cases[reason]


@pytest.mark.parametrize("reason", list(mangled(None)))
def test_what_is_no_message_is_a_malformed_message(reason):
    with pytest.raises(MalformedMessage) as caught:
        codec.decode(mangled(reason))
    assert caught.value.detail and caught.value.remedy


def test_an_error_names_the_way_to_the_field():
    frames = codec.encode(Preview("a" * 32, np.zeros((2, 3), np.int32), (np.zeros((4, 3), np.float32),) * 2))
    body = json.loads(frames[1])["body"]
    body["bodies"][1] = "x"
    with pytest.raises(MalformedMessage, match=r"preview\.bodies\[1\]"):
        codec.decode(with_header(frames, body=body))


def test_bodies_of_one_preview_have_equally_many_vertices():
    uneven = (np.zeros((4, 3), np.float32), np.zeros((5, 3), np.float32))
    with pytest.raises(MalformedMessage, match="V"):
        codec.encode(Preview("a" * 32, np.zeros((2, 3), np.int32), uneven))


@pytest.mark.parametrize(
    "message",
    [
        Progress("a" * 32, "Fitting", float("nan"), None),
        Progress("a" * 32, "Fitting", "half", None),
        Progress(None, "Fitting", 0.0, None),
        Preview("a" * 32, [[0, 1, 2]], ()),
        Preview("a" * 32, np.zeros((2, 3), np.float32), ()),
        Preview("a" * 32, np.zeros((2, 4), np.int32), ()),
        Preview("a" * 32, np.array([["a", "b", "c"]]), ()),
        Upload("x", 2**70, 0, 0, np.zeros(1, np.uint8)),
    ],
    ids=lambda message: str(message)[:50],
)
def test_what_does_not_fit_is_not_sent(message):
    with pytest.raises(MalformedMessage, match="Cannot send"):
        codec.encode(message)


def test_both_sides_keep_the_size_limit():
    message = preview(vertices=10_000)
    with pytest.raises(MessageTooLarge):
        codec.encode(message, limit=50_000)
    with pytest.raises(MessageTooLarge):
        codec.decode(codec.encode(message), limit=50_000)


@pytest.mark.parametrize("their_side, outdated", [("extension", "extension"), ("backend", "backend")])
def test_an_older_major_version_names_its_side_to_be_updated(their_side, outdated):
    frames = with_header(codec.encode(PROGRESS), v=[PROTOCOL_VERSION[0] - 1, 7])
    with pytest.raises(ProtocolMismatch) as caught:
        codec.decode(frames, their_side=their_side)
    assert f"Update the {outdated}" in caught.value.remedy


def test_a_newer_major_version_names_our_side_even_if_the_rest_cannot_be_read():
    frames = [b"greeting", json.dumps({"v": [PROTOCOL_VERSION[0] + 1, 0], "content": 1}).encode()]
    with pytest.raises(ProtocolMismatch) as caught:
        codec.decode(frames, their_side="extension")
    assert "Update the backend" in caught.value.remedy


def test_a_refusal_is_read_whatever_version_sent_it():
    refusal = Refused(ProtocolMismatch("x", remedy="Update the backend.").info)
    frames = with_header(codec.encode(refusal), v=[PROTOCOL_VERSION[0] + 1, 0])
    assert codec.decode(frames).message == refusal


# --- whatever comes in ------------------------------------------------------------------------------------------------


def decode_or_refuse(frames):
    try:
        codec.decode(frames, their_side="extension")
    except StaffageError as error:
        assert error.code in ("malformed_message", "message_too_large", "protocol_mismatch")
    assert isinstance(codec.message_id(frames), str)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@RELAXED
@given(st.lists(st.binary(max_size=200), max_size=6))
def test_any_bytes_are_read_or_refused(frames):
    decode_or_refuse(frames)


@RELAXED
@given(st.sampled_from([*KINDS, "other"]), JSON, JSON, st.lists(st.binary(max_size=64), max_size=3))
def test_any_json_is_read_or_refused(kind, body, arrays, blocks):
    header = {"v": list(PROTOCOL_VERSION), "id": "", "re": "", "arrays": arrays, "body": body}
    decode_or_refuse([kind.encode(), json.dumps(header).encode(), *blocks])


@st.composite
def damaged(draw):
    """A real message with one value of its header replaced, or some bytes changed, lost or added."""
    frames = as_bytes(codec.encode(draw(MESSAGE)))
    if draw(st.booleans()):
        header = json.loads(frames[1])
        place = header
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if not isinstance(place[key], (dict, list)) or draw(st.booleans()):
                place[key] = draw(JSON)
                break
            place = place[key]
        frames[1] = json.dumps(header).encode()
    else:
        index = draw(st.integers(0, len(frames) - 1))
        start = draw(st.integers(0, len(frames[index])))
        end = draw(st.integers(start, min(len(frames[index]), start + 8)))
        frames[index] = frames[index][:start] + draw(st.binary(max_size=8)) + frames[index][end:]
    return frames


@settings(RELAXED, max_examples=400)
@given(damaged())
def test_a_damaged_message_is_read_or_refused(frames):
    decode_or_refuse(frames)


# --- meshes by content ------------------------------------------------------------------------------------------------


def test_a_mesh_has_the_same_hash_in_one_go_and_in_pieces():
    rng = np.random.default_rng(1)
    vertices, triangles = rng.random((1000, 3), np.float32), rng.integers(0, 1000, (1500, 3)).astype(np.int32)
    hasher = codec.MeshHasher(len(vertices), len(triangles))
    for part in codec.mesh_bytes(vertices, triangles):
        for start in range(0, len(part), 777):
            hasher.update(part[start : start + 777])
    assert hasher.hexdigest() == codec.mesh_hash(vertices, triangles)
    assert codec.mesh_hash(np.asfortranarray(vertices), triangles) == hasher.hexdigest()


def test_meshes_that_differ_have_different_hashes():
    vertices, triangles = np.zeros((4, 3), np.float32), np.zeros((2, 3), np.int32)
    moved = vertices.copy()
    moved[3, 2] = 1e-6
    # The same 72 bytes, split into vertices and triangles in another way.
    hashes = {
        codec.mesh_hash(vertices, triangles),
        codec.mesh_hash(moved, triangles),
        codec.mesh_hash(vertices[:2], np.zeros((4, 3), np.int32)),
    }
    assert len(hashes) == 3 and all(len(name) == 32 for name in hashes)


def test_an_empty_mesh_travels():
    mesh = Mesh("x", np.empty((0, 3), np.float32), np.empty((0, 3), np.int32))
    frames = codec.encode(Upload(mesh.hash, 0, 0, 0, np.empty(0, np.uint8)))
    assert codec.decode(frames).message.data.shape == (0,)
    assert [len(part) for part in codec.mesh_bytes(mesh.vertices, mesh.triangles)] == [0, 0]


def test_names_that_are_no_valid_unicode_travel():
    """Blender hands out names from old files with lone surrogates; they must find their object again."""
    hello = Hello(PROTOCOL_VERSION, "sofa\udce9", "1")
    assert codec.decode(as_bytes(codec.encode(hello))).message == hello


@pytest.mark.parametrize("kind", [HumansRequest, ImagineRequest])
def test_a_large_scene_is_encoded_in_small_steps(kind):
    """As many steps as it takes, the same frames as at once, and a mistake is found at its place."""
    things = [SceneObject(f"thing {k}", f"{k:032x}", np.eye(4) * k, np.ones(3, np.float32)) for k in range(1000)]
    request = kind("a woman", Snapshot(tuple(things), np.zeros(3, np.float32)))
    *pauses, frames = codec.encoding(Submit("ab" * 16, request))
    assert len(pauses) >= 1000 / 32 and set(pauses) == {None}
    assert list(map(bytes, frames)) == list(map(bytes, codec.encode(Submit("ab" * 16, request))))
    assert same(codec.decode(frames).message, Submit("ab" * 16, request))
    things[777] = SceneObject("thing", "00", np.eye(3), np.ones(3, np.float32))
    with pytest.raises(MalformedMessage, match=r"request\.snapshot\.objects\[777\]\.object_to_world"):
        codec.encode(Submit("ab" * 16, kind("", Snapshot(tuple(things), np.zeros(3, np.float32)))))
