"""A request that imagines, from the survey to the people: pictures, the user's choice, cancelling, what goes wrong."""

from __future__ import annotations

from typing import Any

import bpy

from tests.blender.inside import stage, survey


def _imagine(prompt: str = "a woman", **settings: Any) -> None:
    survey.cube("red", (0.3, 0.2, 0.3), survey.RED, 1.0)
    bpy.ops.ed.undo_push(message="Cube")
    stage.ask(prompt, **{"source": "IMAGINE", "engine": "WORKBENCH", "views": 5, **settings})


def check_imagining_from_the_survey_to_the_people() -> None:
    _imagine(imaginations=3)
    before = survey.everything()["settings"]
    stage.tick_until(lambda: stage.session().job is None, 60)
    assert stage.session().error is None, stage.session().error
    came = stage.arrived()
    assert len(came["means"]) == 5 and min(came["means"]) > 2 and came["differ"] > 0.1
    assert came["kept"] == [0, 1, 2, 3, 4]
    assert came["request"] | {"views": 5, "imaginations": 3, "engine": "workbench", "review": False} == came["request"]
    assert stage.bodies()
    assert survey.everything()["settings"] == before
    assert stage.bodies()[0].users_collection[0]["staffage_request"].count('"kind": "imagine"') == 1
    bpy.ops.ed.undo()
    assert not stage.bodies() and "red" in bpy.data.objects


def check_the_user_chooses_among_the_pictures() -> None:
    _imagine(review=True)
    session, choice = stage.session(), bpy.context.window_manager.staffage
    assert "no pictures" in stage.refusal("staffage.go_on")
    stage.tick_until(lambda: session.job.review is not None, 60)
    assert sorted(session.job.imagined) == [picture.view for picture in choice.pictures] == [0, 1, 2, 3, 4]
    assert session.job.imagined[3].note == "from 3"
    assert bpy.types.STAFFAGE_PT_imagined.poll(bpy.context)
    for picture in choice.pictures:
        picture.keep = False
    assert "Tick" in stage.refusal("staffage.go_on")
    choice.of(1).keep = choice.of(4).keep = True
    assert bpy.ops.staffage.go_on() == {"FINISHED"}
    stage.tick_until(lambda: session.job is None)
    assert stage.arrived()["kept"] == [1, 4]
    assert len(choice.pictures) == 0 and not bpy.types.STAFFAGE_PT_imagined.poll(bpy.context)


def check_ticks_stay_when_the_backend_asks_again() -> None:
    """As it does when it hears a hello: the connection may have been lost, and pictures with it."""
    _imagine(review=True)
    session, choice = stage.session(), bpy.context.window_manager.staffage
    stage.tick_until(lambda: session.job.review is not None and not session.job.unseen, 60)
    choice.of(0).keep = choice.of(3).keep = False
    asked, shown = session.job.review, session.job.shown
    messages = stage.part("protocol.messages")
    version = stage.part("protocol.version").PROTOCOL_VERSION
    session.link.client._send(messages.Hello(version, "blender", "test"))
    stage.tick_until(lambda: session.job.shown == shown + 5)
    stage.tick_until(lambda: session.job.review is not asked)
    assert session.job.review == asked and choice.kept == (1, 2, 4)
    assert bpy.ops.staffage.go_on() == {"FINISHED"}
    stage.tick_until(lambda: session.job is None)
    assert stage.arrived()["kept"] == [1, 2, 4]


def check_cancelling_between_two_pictures() -> None:
    _imagine(views=32)
    session = stage.session()
    scene_survey = stage.part("scene.survey")
    kept, scene_survey.AT_ONCE_S = scene_survey.AT_ONCE_S, 0.0
    try:
        stage.tick_until(lambda: session.job.rendered >= 2, 60)
        bpy.ops.staffage.cancel()
        done = session.job.rendered
        session.tick()
        assert session.job is None or session.job.rendered == done < 32
        stage.tick_until(lambda: session.job is None)
    finally:
        scene_survey.AT_ONCE_S = kept
    assert session.notice == "Cancelled" and not stage.bodies()
    stage.generate("a woman", source="HUMANS")


def check_cancelling_while_choosing() -> None:
    _imagine(review=True)
    session = stage.session()
    stage.tick_until(lambda: session.job.review is not None, 60)
    bpy.ops.staffage.cancel()
    stage.tick_until(lambda: session.job is None)
    assert session.notice == "Cancelled" and not bpy.context.window_manager.staffage.pictures


def check_what_cannot_be_rendered_is_an_error_of_the_request() -> None:
    scene_survey = stage.part("scene.survey")
    kept, scene_survey.render = scene_survey.render, _broken
    try:
        _imagine()
        stage.tick_until(lambda: stage.session().job is None, 60)
    finally:
        scene_survey.render = kept
    error = stage.session().error
    assert error.code == "render_failed" and "No graphics" in error.detail and error.remedy
    assert stage.session().state == "ready"


def _broken(*_: Any) -> None:
    raise stage.part("protocol.errors").RenderFailed("No graphics here.")


def check_pictures_wait_while_blender_renders() -> None:
    compat = stage.part("compat")
    kept = compat.rendering
    _imagine()
    session = stage.session()
    compat.rendering = lambda: True
    try:
        stage.tick_until(lambda: session.job.survey is not None, 60)
        for _ in range(5):
            session.tick()
        assert session.job.rendered == 0 and "Blender is rendering" in session.progress.stage
    finally:
        compat.rendering = kept
    stage.tick_until(lambda: session.job is None, 60)
    assert session.error is None


def check_another_file_while_pictures_are_made() -> None:
    _imagine(views=32)
    stage.tick_until(lambda: stage.session().job.rendered >= 1, 60)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert stage.session().job is None
    stage.generate("a woman")
