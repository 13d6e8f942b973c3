"""What clients see of a backend that is well: real broker, real worker, real sockets."""

import time

import numpy as np
import pytest

from backend.service.blocking import connect
from protocol import client as client_module
from protocol import codec
from protocol.messages import (
    Accepted,
    CancelledJob,
    Failed,
    HumansRequest,
    NeedMeshes,
    Preview,
    Progress,
    Result,
    Submit,
    Upload,
    Welcome,
)
from tests.service.talking import HELLO, Raw, mesh, reading, scene

# --- jobs -------------------------------------------------------------------------------------------------------------


def test_a_job_is_accepted_computed_and_answered(start, join):
    talk = join(start())
    job = talk.ask("stages, big 1000")
    result = talk.end_of(job)
    assert isinstance(result, Result) and result.reading == reading("stages, big 1000")
    assert result.rigs[0].weights.shape == (1000, 1) and result.seconds > 0.4
    assert isinstance(talk.of(job)[0], Accepted)
    stages = [message.stage for message in talk.of(job, Progress)]
    assert stages == sorted(stages, key=["Reading", "Looking", "Fitting"].index) and "Fitting" in stages
    talk.listen(0.5)
    assert len(talk.finals(job)) == 1 and talk.client.jobs == ()


def test_progress_comes_at_most_ten_times_a_second_and_the_latest_is_not_lost(start, join):
    talk = join(start())
    job = talk.ask("flood 1000, deaf 0.5")
    result = talk.end_of(job)
    told = talk.of(job, Progress)
    assert 2 <= len(told) <= 10 * result.seconds + 2
    assert told[-1].fraction > 0.9
    assert [message.fraction for message in told] == sorted(message.fraction for message in told)
    assert told[-1].seconds_left is not None and told[-1].seconds_left < 2.0


def test_the_stage_that_takes_long_is_told_even_if_it_came_right_after_another(start, join):
    talk = join(start())
    talk.until_state("ready")
    job = talk.ask("rush, deaf 1")
    talk.end_of(job)
    assert [message.stage for message in talk.of(job, Progress)][-1] == "Fitting"


def test_previews_show_the_bodies_as_they_were_then(start, join):
    talk = join(start())
    job = talk.ask("preview 1")
    talk.end_of(job)
    bodies = [message.bodies for message in talk.of(job, Preview)]
    assert 2 <= len(bodies) <= 6
    values = [set(np.unique(body)) for pair in bodies for body in pair]
    assert all(len(value) == 1 for value in values), "a preview was changed after it was shown"
    assert len(set(map(tuple, values))) == len(bodies)


def test_status_and_cancel_are_answered_while_a_job_computes(start, join):
    talk = join(start())
    job = talk.ask("burn 30")
    talk.until(lambda: talk.of(job, Progress))
    started = time.monotonic()
    status = talk.until(
        lambda: talk.client.status if talk.client.status and talk.client.status.stage == "Fitting" else None
    )
    assert status.state == "busy" and status.jobs == (job,)
    assert status.resident_bytes > 20 * 2**20
    talk.client.cancel(job)
    assert isinstance(talk.end_of(job), CancelledJob)
    assert time.monotonic() - started < 15, "the job was not cancelled but waited for"
    assert talk.end_of(talk.ask("sleep 0")).reading == reading("sleep 0")


def test_a_waiting_job_is_cancelled_without_the_worker(start, join):
    talk = join(start())
    first, second = talk.ask("sleep 20"), talk.ask("sleep 20")
    talk.until(lambda: talk.of(second, Accepted))
    assert talk.of(second, Accepted)[0].position == 1
    talk.client.cancel(second)
    assert isinstance(talk.end_of(second), CancelledJob)
    assert not talk.finals(first)
    talk.client.cancel(first)
    assert isinstance(talk.end_of(first), CancelledJob)


def test_a_job_that_ends_while_it_is_cancelled_has_one_end(start, join):
    """The cancel meets the job before, at and after its end, whichever way the race goes."""
    talk = join(start())
    ends = set()
    for delay in np.linspace(0.0, 0.1, 21):
        job = talk.ask("deaf 0.05")
        talk.listen(delay)
        talk.client.cancel(job)
        ends.add(type(talk.end_of(job)))
        talk.listen(0.06)
        assert len(talk.finals(job)) == 1
    assert ends == {CancelledJob, Result}


def test_what_was_cancelled_does_not_come_after_all(start, join):
    """The worker finishes without looking, after the cancel: the user gets what they asked for last."""
    talk = join(start())
    talk.until_state("ready")
    job = talk.ask("deaf 0.8")
    talk.until(lambda: talk.of(job, Accepted))
    talk.listen(0.2)
    talk.client.cancel(job)
    assert isinstance(talk.end_of(job), CancelledJob)
    talk.listen(0.3)
    assert len(talk.finals(job)) == 1


def test_a_worker_that_ignores_cancel_is_replaced(start, join):
    talk = join(start("--cancel-patience", 0.5))
    job = talk.ask("deaf 60")
    talk.until(lambda: talk.of(job, Accepted))
    talk.listen(0.3)
    talk.client.cancel(job)
    assert isinstance(talk.end_of(job), CancelledJob)
    assert isinstance(talk.end_of(talk.ask("sleep 0")), Result)


def test_an_error_of_the_user_keeps_its_remedy_and_leaves_no_traceback(start, join, log):
    talk = join(start())
    failed = talk.end_of(talk.ask("unknown"))
    assert isinstance(failed, Failed) and failed.error.code == "unknown_object"
    assert failed.error.detail == "There is no sofa here." and failed.error.remedy == "Try “chair”."
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("prompt, word", [("bug", "ZeroDivisionError"), ("nan", "depth")])
def test_an_error_of_ours_is_internal_and_leaves_a_traceback(start, join, log, prompt, word):
    talk = join(start())
    failed = talk.end_of(talk.ask(prompt))
    assert isinstance(failed, Failed) and word in failed.error.detail
    assert failed.error.code in ("internal", "malformed_message")
    assert word in log.read_text()
    assert isinstance(talk.end_of(talk.ask("sleep 0")), Result)


def test_two_clients_have_jobs_of_their_own(start, join):
    connection = start()
    ours, theirs = join(connection), join(connection)
    first, second = ours.ask("sleep 0.3"), theirs.ask("sleep 0.2")
    theirs.client.cancel(first)  # not theirs: nothing happens
    assert isinstance(ours.end_of(first), Result)
    assert isinstance(theirs.end_of(second), Result)
    assert not ours.of(second) and not theirs.of(first)


def test_a_client_that_says_good_bye_takes_its_jobs_along(start, join):
    connection = start()
    stays = join(connection)
    with connect(connection.endpoint) as leaves:
        leaves.submit(HumansRequest("sleep 60", scene()), {})
        stays.until_state("busy")
    job = stays.ask("sleep 0")
    assert isinstance(stays.end_of(job), Result)


def test_the_warm_up_is_told_and_a_job_waits_for_it(start, join):
    talk = join(start(SLOW_PIPELINE_WARM_UP="2.5"))
    job = talk.ask("sleep 0")
    talk.until_state("starting")
    talk.until(lambda: talk.client.status.fraction > 0.2)
    assert talk.client.status.stage == "Building the body" and job in talk.client.status.jobs
    assert talk.client.welcome.actions == ()
    assert isinstance(talk.end_of(job), Result)
    assert talk.until(lambda: talk.client.welcome.actions) == ("sleep", "burn")


def test_too_many_waiting_jobs_are_refused(start, join):
    talk = join(start())
    jobs = [talk.ask("sleep 30") for _ in range(65)]
    assert talk.end_of(jobs[-1]).error.code == "request_invalid"
    assert not talk.finals(jobs[63])


def test_submitting_twice_is_harmless(start):
    job = "ab" * 16
    with Raw(start().endpoint) as raw:
        raw.say(HELLO)
        for _ in range(3):
            raw.say(Submit(job, HumansRequest("sleep 0.3", scene())))
        assert raw.hear(Result).message.job == job
        assert raw.hear(Result, Failed, patience=0.7) is None
        raw.say(Submit(job, HumansRequest("sleep 0.3", scene())))  # it is done: the same answer again
        assert raw.hear(Result).message.job == job


def test_a_client_that_comes_back_gets_what_its_job_has_produced_meanwhile(start):
    connection = start()
    with Raw(connection.endpoint, b"\x01me") as raw:
        raw.say(HELLO)
        raw.say(Submit("cd" * 16, HumansRequest("sleep 0.5, big 100000", scene())))
        assert raw.hear(Accepted)
    time.sleep(1.2)  # gone without a word while the job ends
    with Raw(connection.endpoint, b"\x01me") as raw:
        raw.say(HELLO)
        assert isinstance(raw.hear().message, Welcome)
        result = raw.hear(Result).message
        assert result.job == "cd" * 16 and len(result.rigs[0].weights) == 100_000
        assert raw.hear(Result, patience=0.5) is None
    with connect(connection.endpoint, identity=b"me") as client:
        messages = []
        deadline = time.monotonic() + 10
        while not messages and time.monotonic() < deadline:
            messages = [message for message in client.poll() if isinstance(message, Result)]
        assert [message.job for message in messages] == ["cd" * 16]


# --- meshes -----------------------------------------------------------------------------------------------------------


def test_meshes_are_uploaded_once_and_in_pieces(start, join, monkeypatch):
    sent = []
    real = codec.encode

    def noting(message, **options):
        if isinstance(message, Upload):
            sent.append((message.hash, len(message.data)))
        return real(message, **options)

    monkeypatch.setattr(client_module.codec, "encode", noting)
    connection = start()
    talk = join(connection)
    large, small = mesh(800_000), mesh(10, seed=1)  # 14 MB and a few bytes
    assert talk.end_of(talk.ask("sleep 0", large, small)).reading == reading("sleep 0", large, small)
    assert {name for name, _ in sent} == {large.hash, small.hash}
    assert len(sent) >= 5 and max(size for _, size in sent) <= codec.UPLOAD_PIECE_BYTES
    sent.clear()
    assert talk.end_of(talk.ask("sleep 0", small, large)).reading == reading("sleep 0", large, small)
    other = join(connection)
    assert other.end_of(other.ask("sleep 0", large)).reading == reading("sleep 0", large)
    assert sent == []


def test_two_jobs_that_need_the_same_mesh_share_its_upload(start, join):
    talk = join(start())
    item = mesh(600_000)
    first, second = talk.ask("sleep 0", item), talk.ask("sleep 0", item)
    talk.client.cancel(first)
    assert isinstance(talk.end_of(first), (CancelledJob, Result))
    assert talk.end_of(second).reading == reading("sleep 0", item)


def test_a_job_cancelled_while_its_meshes_travel_ends_and_leaves_room(start, join):
    talk = join(start())
    item = mesh(2_000_000)
    job = talk.ask("sleep 0", item)
    talk.until(lambda: talk.client._uploads)
    talk.client.cancel(job)
    assert isinstance(talk.end_of(job), CancelledJob)
    assert not talk.client._uploads
    assert talk.end_of(talk.ask("sleep 0", item)).reading == reading("sleep 0", item)


def test_heartbeats_are_answered_while_meshes_travel(start, join):
    talk = join(start())
    job = talk.ask("sleep 0", *(mesh(1_500_000, seed) for seed in range(4)))
    assert isinstance(talk.end_of(job), Result)
    assert talk.client.state == "ready"


def test_a_mesh_that_nobody_has_fails_the_job(start, join):
    talk = join(start())
    missing = mesh(10)
    job = talk.client.submit(HumansRequest("sleep 0", scene(missing)), {})
    assert talk.end_of(job).error.code == "malformed_message"
    assert isinstance(talk.end_of(talk.ask("sleep 0")), Result)


@pytest.mark.parametrize("harm", ["order", "hash", "size"])
def test_harmed_uploads_fail_the_job_and_nothing_else(start, join, harm):
    connection = start()
    item = mesh(1000)
    data = np.concatenate([np.frombuffer(part, np.uint8) for part in codec.mesh_bytes(item.vertices, item.triangles)])
    half = len(data) // 2
    counts = len(item.vertices), len(item.triangles)
    pieces = [Upload(item.hash, *counts, 0, data[:half]), Upload(item.hash, *counts, half, data[half:])]
    if harm == "order":
        pieces.reverse()
    elif harm == "hash":
        pieces[1] = Upload(item.hash, *counts, half, data[half:] ^ 1)
    else:
        pieces[0] = Upload(item.hash, 2**50, 2**50, 0, data[:half])
    with Raw(connection.endpoint) as raw:
        raw.say(HELLO)
        raw.say(Submit("ef" * 16, HumansRequest("sleep 0", scene(item))))
        assert raw.hear(NeedMeshes).message.hashes == (item.hash,)
        for piece in pieces:
            raw.say(piece)
        failed = raw.hear(Failed, Result).message
        assert failed.error.code == ("message_too_large" if harm == "size" else "malformed_message")
        assert raw.hear(Failed, Result, patience=0.3) is None
    talk = join(connection)
    assert talk.end_of(talk.ask("sleep 0", item)).reading == reading("sleep 0", item)
