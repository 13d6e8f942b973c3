"""The job table's and the mesh store's rules, without processes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.service import jobs
from backend.service.jobs import KEEP_FINISHED_COUNT, KEEP_FINISHED_S, Job, JobTable, State
from backend.service.meshes import MeshStore
from protocol import codec
from protocol.errors import MalformedMessage, MessageTooLarge
from protocol.messages import Upload
from tests.service.talking import mesh

US, THEM = b"us", b"them"


def job(number, client=US, missing=()):
    return Job(f"{number:032x}", client, "request", frozenset(missing), set(missing))


# --- jobs -------------------------------------------------------------------------------------------------------------

STEPS = st.lists(st.sampled_from(["start", "cancel", "done", "failed", "cancelled", "arrive"]), max_size=12)


@given(STEPS, st.booleans())
def test_whatever_happens_a_job_ends_once(steps, uploading):
    table, one = JobTable(), job(1, missing=["m"] if uploading else [])
    table.add(one)
    ends = []
    for now, step in enumerate(steps):
        if step == "start" and one.state is State.QUEUED:
            table.start(one)
        elif step == "cancel":
            if table.cancel(one, now):
                ends.append(table.finish(one, State.CANCELLED, [b"c"], now))
        elif step == "arrive":
            table.mesh_arrived("m")
        elif step in ("done", "failed", "cancelled"):
            ends.append(table.finish(one, State(step), [step.encode()], now))
    assert ends.count(True) <= 1
    assert one.is_final == (True in ends)
    assert (one.final is not None) == one.is_final
    assert (one in table.unfinished()) != one.is_final


def test_jobs_are_computed_in_the_order_in_which_they_came_and_the_place_in_it_is_known():
    table = JobTable()
    jobs = [job(number) for number in range(3)]
    for each in jobs:
        table.add(each)
    table.start(table.next_queued())
    assert [table.ahead_of(each) for each in jobs] == [0, 1, 2]
    assert table.running is jobs[0] and table.next_queued() is jobs[1]
    table.finish(jobs[0], State.DONE, [], 0.0)
    assert table.running is None and table.ahead_of(jobs[2]) == 1


def test_a_job_that_waits_for_meshes_does_not_hold_up_the_others():
    table = JobTable()
    waiting, ready = job(1, missing=["m"]), job(2)
    table.add(waiting)
    table.add(ready)
    assert table.next_queued() is ready
    assert table.ahead_of(ready) == 0
    assert table.mesh_arrived("m") == [waiting]
    assert table.next_queued() is waiting


def test_cancelling_what_runs_waits_for_the_worker():
    table, one = JobTable(), job(1)
    table.add(one)
    table.start(one)
    assert not table.cancel(one, 5.0) and not table.cancel(one, 6.0)
    assert one.state is State.CANCELLING and one.cancelled_at == 5.0


def test_finished_jobs_are_forgotten_in_time_and_number_and_unfinished_ones_never():
    table = JobTable()
    jobs = [job(number) for number in range(KEEP_FINISHED_COUNT + 3)]
    for each in jobs:
        table.add(each)
    for now, each in enumerate(jobs[:-1]):
        table.finish(each, State.DONE, [b"result"], now)
    table.forget_old(20.0)
    assert len(table.finished(US)) == KEEP_FINISHED_COUNT and table.get(jobs[0].id) is None
    table.forget_old(1000.0 + KEEP_FINISHED_S)
    assert table.finished(US) == [] and table.unfinished() == [jobs[-1]]


def test_finished_jobs_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(jobs, "KEEP_FINISHED_BYTES", 1000)
    table = JobTable()
    for now, size in enumerate((600, 600, 300, 5000)):
        table.add(job(now))
        table.finish(table.get(job(now).id), State.DONE, [bytes(size)], now)
        table.forget_old(now)
        assert table.get(job(now).id), "the newest stays, however large"
        assert len(table.finished(US)) == (1, 1, 2, 1)[now]


# --- meshes -----------------------------------------------------------------------------------------------------------


def pieces(item, size):
    data = b"".join(map(bytes, codec.mesh_bytes(item.vertices, item.triangles)))
    return [
        Upload(
            item.hash,
            len(item.vertices),
            len(item.triangles),
            start,
            np.frombuffer(data[start : start + size], np.uint8),
        )
        for start in range(0, len(data), size)
    ]


def put(store, item, client=US, size=1000, pinned=()):
    return [store.receive(client, piece, pinned) for piece in pieces(item, size)][-1]


@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
def test_a_mesh_is_put_together_from_pieces_of_any_size(size):
    store, item = MeshStore(), mesh(30)
    assert put(store, item, size=size)
    found = store.get(item.hash)
    assert np.array_equal(found.vertices, item.vertices) and np.array_equal(found.triangles, item.triangles)
    assert not found.vertices.flags.writeable


def test_pieces_of_two_clients_do_not_mix():
    store, item = MeshStore(), mesh(100)
    ours, theirs = pieces(item, 500), pieces(item, 300)
    assert not store.receive(US, ours[0], ())
    assert not store.receive(THEM, theirs[0], ())
    assert [store.receive(US, piece, ()) for piece in ours[1:]][-1]
    assert not store.receive(THEM, theirs[1], ())  # it is there already
    assert store.resident_bytes == item.vertices.nbytes + item.triangles.nbytes


@pytest.mark.parametrize("order", [[0, 2], [1], [0, 1, 1], [0, 3, 1, 2]])
def test_pieces_out_of_order_are_refused_and_what_came_is_dropped(order):
    store, item = MeshStore(), mesh(100)
    parts = pieces(item, 500)
    with pytest.raises(MalformedMessage):
        for index in order:
            store.receive(US, parts[index], ())
    assert store.resident_bytes == 0 and item.hash not in store


def test_an_upload_may_start_again():
    store, item = MeshStore(), mesh(100)
    store.receive(US, pieces(item, 500)[0], ())
    assert put(store, item)


def test_content_that_does_not_have_the_hash_is_refused():
    store, item = MeshStore(), mesh(100)
    parts = pieces(item, 500)
    harmed = parts[-1].data.copy()
    harmed[0] ^= 1
    for piece in parts[:-1]:
        store.receive(US, piece, ())
    last = parts[-1]
    with pytest.raises(MalformedMessage, match="another hash"):
        store.receive(US, Upload(last.hash, last.vertex_count, last.triangle_count, last.offset, harmed), ())
    assert item.hash not in store and store.resident_bytes == 0


def test_a_piece_beyond_the_announced_size_is_refused():
    store, item = MeshStore(), mesh(100)
    piece = pieces(item, 10**6)[0]
    with pytest.raises(MalformedMessage):
        store.receive(US, Upload(item.hash, piece.vertex_count - 1, piece.triangle_count, 0, piece.data), ())


@pytest.mark.parametrize("counts, error", [((-1, 5), MalformedMessage), ((2**62, 2**62), MessageTooLarge)])
def test_impossible_sizes_are_refused_before_anything_is_reserved(counts, error):
    store = MeshStore()
    with pytest.raises(error):
        store.receive(US, Upload("x", *counts, 0, np.zeros(1, np.uint8)), ())
    assert store.resident_bytes == 0


def test_the_least_recently_used_goes_first_and_what_is_needed_stays():
    items = [mesh(100, seed) for seed in range(4)]
    size = items[0].vertices.nbytes + items[0].triangles.nbytes
    store = MeshStore(limit_bytes=3 * size)
    for item in items[:3]:
        put(store, item)
    store.get(items[1].hash)
    put(store, items[3], pinned={items[0].hash})
    assert [item.hash in store for item in items] == [True, True, False, True]
    with pytest.raises(MessageTooLarge):
        put(store, mesh(100, 9), pinned={item.hash for item in items})


def test_what_a_client_leaves_half_done_is_dropped():
    store, item, other = MeshStore(), mesh(100), mesh(100, 1)
    for each in (item, other):
        store.receive(US, pieces(each, 500)[0], ())
    store.abandon(US, wanted={other.hash})
    assert store.resident_bytes == other.vertices.nbytes + other.triangles.nbytes
    store.abandon(THEM)
    store.abandon(US)
    assert store.resident_bytes == 0


def test_an_empty_mesh_is_a_mesh():
    store = MeshStore()
    empty = codec.mesh_hash(np.empty((0, 3), np.float32), np.empty((0, 3), np.int32))
    assert store.receive(US, Upload(empty, 0, 0, 0, np.empty(0, np.uint8)), ())
    assert store.get(empty).triangles.shape == (0, 3)
