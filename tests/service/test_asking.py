"""A job that asks its client for pictures and its user for a choice: answers, refusals, silence, leaving."""

import json
import sys
import time

import numpy as np
import pytest
import zmq

from backend.service.blocking import connect
from backend.service.context import JobContext, LocalContext
from backend.service.jobs import Job
from backend.service.peers import Peers, address, router
from backend.service.questions import ABSENT_S, Questions
from protocol.client import Client
from protocol.errors import Cancelled, MalformedMessage, ProtocolMismatch, RenderFailed
from protocol.messages import (
    CancelledJob,
    Chosen,
    Failed,
    Imagined,
    ImagineRequest,
    PhotoRequest,
    Picture,
    Progress,
    Result,
    Review,
    Status,
    StatusRequest,
    Submit,
    Survey,
    Welcome,
)
from tests.service.asking_pipeline import SIZE, cameras, picture
from tests.service.processes import worker_of
from tests.service.talking import HELLO, Raw, Talk, scene

PIXELS = SIZE[0] * SIZE[1] * 3


@pytest.fixture
def loaded(tmp_path):
    return tmp_path / "loaded"


@pytest.fixture
def backend(start, loaded):
    return start(ASKING_PIPELINE_LOADED=str(loaded))


@pytest.fixture
def talk(backend, join):
    return join(backend)


def ask(talk: Talk, prompt: str, **options) -> str:
    return talk.client.submit(ImagineRequest(prompt, scene(), **options), {})


def asked(talk: Talk, job: str, kind: type, number: int = 1):
    """The job's question with this number, once it has come."""
    return talk.until(lambda: next((question for question in talk.of(job, kind) if question.number == number), None))


def answer(talk: Talk, survey: Survey, levels=None) -> None:
    for index in range(len(survey.cameras)):
        talk.client.picture(survey, index, picture(index if levels is None else levels[index]))


def _until_stage(talk: Talk, job: str, stage: str) -> None:
    talk.until(lambda: stage in {progress.stage for progress in talk.of(job, Progress)})


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_pictures_come_in_the_cameras_order_in_whichever_order_they_were_made(talk):
    job = ask(talk, "survey 3", engine="cycles")
    survey = asked(talk, job, Survey)
    assert (survey.engine, survey.fill_light) == ("cycles", True)
    assert [camera.camera_to_world[2, 3] for camera in survey.cameras] == [0, 1, 2]
    assert (survey.cameras[0].width, survey.cameras[0].height) == SIZE
    for done, index in enumerate((2, 0, 1)):
        _until_stage(talk, job, f"Rendering views ({done} of 3)")
        talk.client.picture(survey, index, picture(10 + index))
    assert json.loads(talk.end_of(job).reading) == [[10 * PIXELS, 11 * PIXELS, 12 * PIXELS]]
    fractions = [progress.fraction for progress in talk.of(job, Progress)]
    assert fractions == sorted(fractions)


def test_a_second_survey_takes_no_pictures_of_the_first(talk):
    job = ask(talk, "survey 2, dark 1")
    first = asked(talk, job, Survey)
    answer(talk, first, [1, 2])
    second = asked(talk, job, Survey, 2)
    assert not second.fill_light
    talk.client.picture(first, 0, picture(9))
    talk.client.picture(second, 0, picture(3))
    assert json.loads(talk.end_of(job).reading) == [[PIXELS, 2 * PIXELS], [3 * PIXELS]]


def test_a_client_that_cannot_render_fails_the_job_with_its_reason(talk):
    job = ask(talk, "survey 3")
    talk.client.survey_failed(asked(talk, job, Survey), "The graphics card is away.")
    failed = talk.end_of(job)
    assert failed.error.code == "render_failed"
    assert "graphics card" in failed.error.detail and failed.error.remedy


@pytest.mark.parametrize("index, shape", [(0, (5, 6, 3)), (0, (6, 4, 3)), (7, (4, 6, 3)), (-1, (4, 6, 3))])
def test_a_picture_that_nobody_asked_for_fails_the_job_and_not_the_worker(talk, index, shape):
    job = ask(talk, "survey 2")
    talk.client.picture(asked(talk, job, Survey), index, np.zeros(shape, np.uint8))
    assert talk.end_of(job).error.code in ("malformed_message", "render_failed")
    job = ask(talk, "imagine 1")
    assert isinstance(talk.end_of(job), Result)


# --- being shown, and choosing ----------------------------------------------------------------------------------------


def test_imagined_pictures_are_shown_and_the_choice_is_kept_in_order(talk):
    job = ask(talk, "imagine 4, choose 4", review=True)
    review = asked(talk, job, Review)
    assert review.views == (0, 1, 2, 3)
    shown = talk.of(job, Imagined)
    assert [(one.view, one.note) for one in shown] == [(k, f"view {k}") for k in range(4)]
    assert all(np.array_equal(one.pixels, picture(one.view)) for one in shown)
    talk.client.choose(review, (3, 1, 99))
    assert json.loads(talk.end_of(job).reading) == [[1, 3]]


def test_nobody_is_asked_who_does_not_want_to_be(talk):
    job = ask(talk, "imagine 2, choose 2")
    assert json.loads(talk.end_of(job).reading) == [[0, 1]]
    assert not talk.of(job, Review)


def test_choosing_nothing_is_a_choice(talk):
    job = ask(talk, "choose 3", review=True)
    talk.client.choose(asked(talk, job, Review), ())
    assert json.loads(talk.end_of(job).reading) == [[]]


def test_the_latest_picture_arrives_at_a_client_that_renders_meanwhile(talk):
    """Two hundred pictures, far more than anybody keeps for a client that does not read; the question follows them."""
    job = ask(talk, "again 200, choose 8", review=True)
    time.sleep(1.0)  # Blender renders and does not poll
    review = asked(talk, job, Review)
    shown = talk.of(job, Imagined)
    assert shown[-1].note == "turn 199" and (shown[-1].pixels == 199).all()
    assert all((one.pixels == int(one.note.split()[1])).all() for one in shown)
    talk.client.choose(review, (7,))
    assert json.loads(talk.end_of(job).reading) == [[7]]


# --- ending while waiting ---------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="children are not listed")
@pytest.mark.parametrize("prompt, kind", [("survey 3", Survey), ("choose 3", Review)])
def test_cancelling_is_heard_while_waiting(backend, talk, prompt, kind):
    talk.until_state("ready")
    worker = worker_of(backend.pid)
    job = ask(talk, prompt, review=True)
    question = asked(talk, job, kind)
    if kind is Survey:
        talk.client.picture(question, 0, picture(0))
    talk.client.cancel(job)
    assert isinstance(talk.end_of(job), CancelledJob)
    answered = ask(talk, "imagine 1")
    assert isinstance(talk.end_of(answered), Result)
    assert worker_of(backend.pid) == worker  # which did not have to be killed


@pytest.mark.parametrize("prompt, kind", [("survey 3", Survey), ("choose 3", Review)])
def test_a_client_that_leaves_while_it_is_asked_makes_room(backend, join, prompt, kind):
    stays = join(backend)
    with connect(backend.endpoint) as leaves:
        other = Talk(leaves)
        asked(other, ask(other, prompt, review=True), kind)
    assert isinstance(stays.end_of(ask(stays, "imagine 1")), Result)


def test_a_client_that_comes_back_is_asked_again(backend):
    job = "ab" * 16
    with Raw(backend.endpoint, b"\x01me") as raw:
        raw.say(HELLO)
        raw.say(Submit(job, ImagineRequest("survey 2", scene())))
        raw.say(Picture(job, 1, 0, picture(1)))  # before it was asked: nobody waits for it
        assert raw.hear(Survey)
        raw.say(Picture(job, 1, 0, picture(2)))
        raw.say(StatusRequest())
        assert raw.hear(Status)  # so the picture has arrived; what is under way is lost with its connection
    with Raw(backend.endpoint, b"\x01me") as raw:
        raw.say(HELLO)
        assert len(raw.hear(Survey).message.cameras) == 2
        for index in range(2):
            raw.say(Picture(job, 1, index, picture(3 + index)))
        sums = json.loads(raw.hear(Result).message.reading)[0]
        assert sums == [2 * PIXELS, 4 * PIXELS]  # the first one that came is good enough


def test_a_client_that_comes_back_gets_the_pictures_to_choose_from_again(backend):
    job = "ab" * 16
    with Raw(backend.endpoint, b"\x01me") as raw:
        raw.say(HELLO)
        raw.say(Submit(job, ImagineRequest("imagine 3, imagine 2, choose 3", scene(), review=True)))
        assert raw.hear(Review)
    with Raw(backend.endpoint, b"\x01me") as raw:
        raw.say(HELLO)
        again = []
        while not again or not isinstance(again[-1], Review):
            again.append(raw.hear(Imagined, Review).message)
        assert [one.view for one in again[:-1]] == [0, 1, 2]  # each as it was shown last
        assert all(np.array_equal(one.pixels, picture(one.view)) for one in again[:-1])
        raw.say(Chosen(job, again[-1].number, (1,)))
        assert json.loads(raw.hear(Result).message.reading) == [[1]]
        unasked = "cd" * 16
        raw.say(Submit(unasked, ImagineRequest("imagine 2, survey 1", scene())))  # no review: nothing is kept for it
        assert raw.hear(Survey)
    with Raw(backend.endpoint, b"\x01me") as raw:
        raw.say(HELLO)
        assert isinstance(raw.hear(Imagined, Survey).message, Survey)


def test_answers_of_others_and_to_nothing_are_not_heard(backend, join):
    talk, other = join(backend), join(backend)
    job = ask(talk, "survey 1")
    survey = asked(talk, job, Survey)
    other.client._send(Picture(job, survey.number, 0, picture(5)))
    other.client._send(Chosen("cd" * 16, 1, ()))
    other.until_state("busy")
    talk.client.picture(survey, 0, picture(6))
    assert json.loads(talk.end_of(job).reading) == [[6 * PIXELS]]


def test_only_a_client_without_a_connection_has_deserted_its_question():
    context = zmq.Context()
    front = router(context, "tcp://127.0.0.1:*", linger_ms=0)
    peers = Peers(front)
    questions = Questions(peers)
    with Raw(address(front), b"\x01me") as raw:
        raw.say(HELLO)
        identity, *_ = front.recv_multipart()
        peers.welcome(identity, "blender", now=0.0)
        job = Job("ab" * 16, identity, None, frozenset())
        survey = Survey(job.id, 1, tuple(cameras(1)))
        questions.ask(job, survey, peers.send(identity, survey))
        peers.probe(lambda: survey, now=1000.0)  # it has said nothing for long, but its connection stands
        assert not questions.deserted(job, 1000.0)
    deadline = time.monotonic() + 20.0
    while peers.connected and time.monotonic() < deadline:
        peers.probe(lambda: survey, now=2000.0, silent_for=-1.0)
        time.sleep(0.01)
    peers._peers[identity].heard = 2000.0
    assert not questions.deserted(job, 2000.0 + 0.9 * ABSENT_S)
    assert questions.deserted(job, 2000.0 + 1.1 * ABSENT_S)
    assert questions.answered(Picture(job.id, 1, 0, picture(0)))
    assert not questions.answered(Picture(job.id, 1, 0, picture(0)))
    assert not questions.deserted(job, 2000.0 + 1.1 * ABSENT_S)
    front.close()
    context.term()


# --- loading when it is needed ----------------------------------------------------------------------------------------


def test_a_pipeline_is_loaded_when_somebody_asks_for_it_and_once(talk, loaded):
    assert isinstance(talk.end_of(talk.ask("sleep 0")), Result)
    assert not loaded.exists()
    first = ask(talk, "imagine 1")
    assert isinstance(talk.end_of(first), Result)
    assert "Loading the painter" in {progress.stage for progress in talk.of(first, Progress)}
    assert isinstance(talk.end_of(ask(talk, "imagine 1")), Result)
    assert loaded.read_text() == "loaded\n"


def test_a_pipeline_that_cannot_be_loaded_fails_its_jobs_only(start, join):
    talk = join(start(STAFFAGE_PIPELINES="HumansRequest=tests.service.slow_pipeline,PhotoRequest=no.such.module"))
    for _ in range(2):
        photo = PhotoRequest(np.zeros((4, 6, 3), np.uint8), scene())
        failed = talk.end_of(talk.client.submit(photo, {}))
        assert failed.error.code == "internal" and "No module named 'no'" in failed.error.detail
    assert isinstance(talk.end_of(talk.ask("sleep 0")), Result)


# --- older sides ------------------------------------------------------------------------------------------------------


def test_an_older_backend_is_not_asked_for_what_it_does_not_know():
    context = zmq.Context()
    front = router(context, "tcp://127.0.0.1:*", linger_ms=0)
    client = Client(address(front), HELLO)
    talk = Talk(client)
    talk.until(lambda: front.poll(10))
    identity, *_ = front.recv_multipart()
    Peers(front).send(identity, Welcome((1, 2), "old", 1, 2**20, ()))
    talk.until(lambda: client.state == "ready")
    with pytest.raises(ProtocolMismatch) as caught:
        ask(talk, "survey 1")
    assert "1.2" in caught.value.detail and "Update the backend" in caught.value.remedy
    assert talk.ask("sleep 0") in client.jobs
    client.close()
    front.close()
    context.term()


# --- without a service ------------------------------------------------------------------------------------------------


def test_a_pipeline_runs_without_a_service():
    shown = []
    job: JobContext = LocalContext(
        on_survey=lambda asked, fill: [picture(int(camera.camera_to_world[2, 3]) + fill) for camera in asked],
        on_imagined=lambda view, pixels, note: shown.append((view, note)),
        on_choose=lambda views: views[1:],
    )
    pictures = job.survey(cameras(2), until=0.3)
    assert pictures.dtype == np.uint8 and np.array_equal(pictures, np.stack([picture(1), picture(2)]))
    job.imagined(4, pictures[0], "there")
    assert shown == [(4, "there")]
    assert job.choose([5, 3, 1]) == (3, 1)
    assert LocalContext().choose([5, 3]) == (5, 3)
    with pytest.raises(RenderFailed):
        LocalContext().survey(cameras(1))
    with pytest.raises(MalformedMessage):
        LocalContext(on_survey=lambda *_: [np.zeros((3, 3, 3), np.uint8)]).survey(cameras(1))
    with pytest.raises(ValueError, match="one size"):
        job.survey([])
    job.cancelled = True
    for waiting in (lambda: job.survey(cameras(1)), lambda: job.choose([1]), lambda: job.imagined(0, pictures[0])):
        with pytest.raises(Cancelled):
            waiting()


def test_the_failure_is_the_clients_and_not_a_traceback(talk, log):
    job = ask(talk, "survey 1")
    talk.client.survey_failed(asked(talk, job, Survey), "No.")
    assert isinstance(talk.end_of(job), Failed)
    assert "Traceback" not in log.read_text()
