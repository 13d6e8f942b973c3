"""Every error that crosses the wire: one class per cause, each with a remedy in the user's words.

An error has a code (stable, for programs), a title (a few words for the panel), a detail (this case), a remedy
(what the user can do) and says whether trying again unchanged may help. Programming errors are not here: they become
`InternalError` at the border and leave a traceback in the log.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorInfo:
    """An error as it travels in a message."""

    code: str
    title: str
    detail: str
    remedy: str
    retryable: bool = False


class StaffageError(Exception):
    """Base of all errors with a remedy. Subclasses fix `code` and `title`."""

    code = "internal"
    title = "Something went wrong"
    remedy = "Try again; if it happens again, send us the backend's log."
    retryable = False

    def __init__(self, detail: str = "", *, remedy: str | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        if remedy is not None:
            self.remedy = remedy

    @property
    def info(self) -> ErrorInfo:
        return ErrorInfo(self.code, self.title, self.detail, self.remedy, self.retryable)


class InternalError(StaffageError):
    """Our mistake; the traceback is in the backend's log."""


# --- the wire -------------------------------------------------------------------------------------------------------


class MalformedMessage(StaffageError):
    """Frames that are not a message of this protocol: unknown kind, wrong type, missing field, bad array."""

    code = "malformed_message"
    title = "Unreadable message"
    remedy = "Update the extension and the backend to the same release."


class MessageTooLarge(StaffageError):
    """A message over the size limit that both sides agreed on."""

    code = "message_too_large"
    title = "Too much data at once"
    remedy = "Hide objects that the result does not need, or move the 3D cursor and use “3D cursor” as the place."


class ProtocolMismatch(StaffageError):
    """The two sides speak different major versions."""

    code = "protocol_mismatch"
    title = "Extension and backend do not match"


# --- the link -------------------------------------------------------------------------------------------------------


class BackendMissing(StaffageError):
    """No backend answers."""

    code = "backend_missing"
    title = "Backend not running"
    remedy = "Press Start."
    retryable = True


class BackendLost(StaffageError):
    """The backend answered before and no longer does."""

    code = "backend_lost"
    title = "Backend stopped unexpectedly"
    remedy = "Press Restart; the request can then be sent again."
    retryable = True


class BackendStartFailed(StaffageError):
    """The backend process ended before it was ready."""

    code = "backend_start_failed"
    title = "Backend did not start"
    remedy = "Check the Python named in the extension's preferences; it needs the staffage package installed."


class WorkerDied(StaffageError):
    """The process that computed the job ended; the backend itself lives on."""

    code = "worker_died"
    title = "The computation was interrupted"
    remedy = "Press Generate again; a new worker has been started."
    retryable = True


class RenderFailed(StaffageError):
    """The client could not make the pictures that the job needs."""

    code = "render_failed"
    title = "The scene could not be rendered"
    remedy = "Render a still image yourself to see what is wrong, or choose another engine for the pictures."


# --- what the user asked --------------------------------------------------------------------------------------------


class PromptEmpty(StaffageError):
    code = "prompt_empty"
    title = "Nothing asked for"
    remedy = "Describe who does what and where, for example “a woman sitting on the sofa”."


class PromptTooLong(StaffageError):
    code = "prompt_too_long"
    title = "Prompt too long"
    remedy = "Keep the description under 1 000 characters; one sentence is best."


class NobodyInPrompt(StaffageError):
    """A picture is to be imagined, and its prompt names no person to imagine."""

    code = "nobody_in_prompt"
    title = "Nobody in the prompt"
    remedy = "Say who, for example “an old man sitting on the sofa”."


class UnknownAction(StaffageError):
    """The prompt names no action that this backend can do."""

    code = "unknown_action"
    title = "Unknown action"


class UnknownObject(StaffageError):
    """The prompt names an object that is not in the scene."""

    code = "unknown_object"
    title = "No such object in the scene"


class UnsuitableSupport(StaffageError):
    """The named object cannot carry the action (nothing flat enough, too high, no room)."""

    code = "unsuitable_support"
    title = "No place for this action"


class SceneEmpty(StaffageError):
    code = "scene_empty"
    title = "Nothing to stand on"
    remedy = "Add a floor or an object, make it visible, and try again."


class TargetBlocked(StaffageError):
    """The place asked for lies inside something solid."""

    code = "target_blocked"
    title = "The target is inside something"
    remedy = "Move the 3D cursor into open space, beside or above the object, and try again."


class SceneInvalid(StaffageError):
    """Geometry that cannot be read: NaN or infinite coordinates, indices out of range."""

    code = "scene_invalid"
    title = "Broken geometry"
    remedy = "Repair or hide the object named above and try again."


class NoView(StaffageError):
    """No camera has a place from which the target can be seen."""

    code = "no_view"
    title = "The place cannot be seen"
    remedy = "Hide what encloses it, or place the 3D cursor where there is open space and choose “3D cursor”."


class NobodyFound(StaffageError):
    """The 2D pose detector finds no (new) person in the pictures."""

    code = "nobody_found"
    title = "Nobody found in the pictures"
    remedy = "Try another seed, more pictures per view, or simpler words."


class PhotoUnusable(StaffageError):
    """A photo that is too small, too large, or shows too little of the person."""

    code = "photo_unusable"
    title = "This photo does not do"
    remedy = "Choose a photo that shows one person from head to foot."


class PictureUnusable(StaffageError):
    """A picture of an object that cannot be read, or is too small or too large."""

    code = "picture_unusable"
    title = "This picture does not do"
    remedy = "Choose an ordinary picture of one object, such as a JPEG or PNG file."


class NothingInPicture(StaffageError):
    """Nothing in a picture stands out from its background."""

    code = "nothing_in_picture"
    title = "No object found in the picture"
    remedy = "Choose a picture of one whole object on a plain background, or crop it closer."


class NoShape(StaffageError):
    """The shape model's answer holds no solid."""

    code = "no_shape"
    title = "No shape came of it"
    remedy = "Try another seed, or a picture that shows the object more clearly."
    retryable = True


class ModelsMissing(StaffageError):
    """A role has no provider: its weights are not on this computer."""

    code = "models_missing"
    title = "Models missing"
    remedy = "Run `python -m backend models list` to see what is missing, and `python -m backend models add`."


class RequestInvalid(StaffageError):
    """An option out of range."""

    code = "request_invalid"
    title = "Invalid request"
    remedy = "Check the request's options."


# --- models and the machine -----------------------------------------------------------------------------------------


class ModelUnusable(StaffageError):
    """A model's folder that is missing, half copied, of another kind, or not in safetensors."""

    code = "model_unusable"
    title = "The model cannot be used"
    remedy = "Run “python -m backend models check” and follow what it says."


class OutOfMemory(StaffageError):
    """Not even the smallest piece of the work fits the memory."""

    code = "out_of_memory"
    title = "Not enough memory"
    remedy = "Close other programs that use the graphics card, or choose a smaller model or resolution."


class Cancelled(StaffageError):
    """Raised inside a job to unwind it; never shown as an error."""

    code = "cancelled"
    title = "Cancelled"
    remedy = ""


BY_CODE: dict[str, type[StaffageError]] = {}


def _collect(cls: type[StaffageError]) -> None:
    BY_CODE[cls.code] = cls
    for sub in cls.__subclasses__():
        _collect(sub)


_collect(StaffageError)


def error_from(info: ErrorInfo) -> StaffageError:
    """The exception that an `ErrorInfo` tells of, to be raised on this side. An unknown code keeps its texts."""
    error = BY_CODE.get(info.code, StaffageError)(info.detail, remedy=info.remedy)
    error.code, error.title, error.retryable = info.code, info.title, info.retryable
    return error
