"""Every message the extension and the backend exchange, as frozen dataclasses.

Arrays are numpy, C order, little endian; each field's type gives element type and shape (see `arrays`), its comment
the unit. World frame: right-handed, Z up, metres. A person's front is −Y at rest. Matrices are 4×4, column vectors.
`job` is a 32-digit hex id minted by the client; submitting the same job twice is harmless.

The conversation:

    client                     backend
    Hello                  →
                           ←   Welcome | Refused
    StatusRequest          →                             (every second: the client's heartbeat)
                           ←   Status
    Submit                 →
                           ←   NeedMeshes | Accepted | Failed
    Upload …               →                             (pieces of meshes; the last one makes the job Accepted)
                           ←   Progress …, Preview …, Imagined …
                           ←   Survey                   (the job waits for pictures of the scene …)
    Picture … | SurveyFailed →                          (… one for each camera, in any order)
                           ←   Review                   (the job waits for the user …)
    Chosen                 →                            (… who says which of the Imagined pictures to go on with)
    Cancel                 →
                           ←   Result | Failed | Cancelled      (exactly one of the three)
    Bye / Shutdown         →
                           ←   Rejected                 (any message that could not be read; the reply's id names it)

A job may survey and review several times, or never; each question has a number, which the answers repeat. To a client
that comes back while its job waits, the question is put again. Nobody but the client ends the waiting: a picture may
take its time to render, a user theirs to choose. A client that leaves, or is gone for a while, has cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import numpy as np

from .arrays import F32, F64, I32, U8, Array
from .contents import Garment as Garment
from .contents import Material as Material
from .contents import Pattern, Person, Rig, Thing
from .errors import ErrorInfo

# --- the scene ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mesh:
    """Triangles of one mesh datablock in its own frame, named by the hash of their content."""

    hash: str  # blake2b-128 hex of the arrays' bytes, see codec.mesh_hash
    vertices: Annotated[Array, F32("V", 3)]  # metres, object frame
    triangles: Annotated[Array, I32("T", 3)]


@dataclass(frozen=True)
class SceneObject:
    """One visible object or one instance of it. Instances share `mesh`."""

    name: str
    mesh: str  # hash of a Mesh
    object_to_world: Annotated[Array, F64(4, 4)]  # any scale and handedness
    base_color: Annotated[Array, F32(3)]  # sRGB 0…1
    collections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """The scene as arrays: evaluated, instances kept as instances, hidden objects left out."""

    objects: tuple[SceneObject, ...]
    cursor: Annotated[Array, F32(3)]  # metres, world
    active_object: str = ""  # name, or empty
    camera_to_world: Annotated[Array, F64(4, 4)] | None = None  # the scene's camera


# --- asking ---------------------------------------------------------------------------------------------------------

WHERE = ("prompt", "cursor", "active")


@dataclass(frozen=True)
class HumansRequest:
    """People in the scene, from words."""

    prompt: str
    snapshot: Snapshot
    where: str = "prompt"  # one of WHERE
    candidates: int = 4  # 1…16
    seed: int = 0
    clothes: bool = True
    hair: bool = True


ENGINES = ("workbench", "eevee", "cycles")


@dataclass(frozen=True)
class ImagineRequest:
    """People in the scene, from words, in poses that a model of images imagines in pictures of the scene."""

    prompt: str
    snapshot: Snapshot
    where: str = "prompt"  # one of WHERE
    candidates: int = 4  # 1…16
    seed: int = 0
    clothes: bool = True
    hair: bool = True
    views: int = 12  # cameras of the survey
    imaginations: int = 2  # imagined people per view
    engine: str = "eevee"  # one of ENGINES: what renders the survey
    review: bool = False  # ask which of the imagined pictures to go on with


@dataclass(frozen=True)
class PhotoRequest:
    """The person in a photo, posed as there, in the scene. An empty prompt takes the place from `where`."""

    photo: Annotated[Array, U8("H", "W", 3)]  # sRGB; not looked at where there is a `file`
    snapshot: Snapshot
    prompt: str = ""
    where: str = "prompt"  # one of WHERE
    candidates: int = 4  # 1…16
    seed: int = 0
    clothes: bool = True
    hair: bool = True
    file: Annotated[Array, U8("N")] = field(default_factory=lambda: np.empty(0, np.uint8))  # as it lies on the disk


@dataclass(frozen=True)
class ObjectPicture:
    """A picture of an object: its pixels, or its file as it lies on the disk, and the part of it that is meant."""

    pixels: Annotated[Array, U8("H", "W", 4)] | None = None  # sRGB, straight alpha
    file: Annotated[Array, U8("N")] | None = None
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)  # left, top, right, bottom


@dataclass(frozen=True)
class ShapeRequest:
    """An object in the scene: as in a picture, between two of them, or like an object that is there.

    Where `like` names an object of the snapshot, a picture is not needed. Of two of the three, in the order of the
    fields, the answer is `mix` of the way from the first to the second.
    """

    snapshot: Snapshot  # may be empty but for what `like` and `where` need
    picture: ObjectPicture | None = None
    second: ObjectPicture | None = None
    like: str = ""  # name of an object in the snapshot
    mix: float = 0.5  # 0…1
    sketch: bool = False  # the pictures are line drawings
    where: str = "cursor"  # one of WHERE but "prompt"; "active": on top of the active object
    candidates: int = 4  # 1…8
    seed: int = 0
    faces: int = 8000  # triangles at most
    size: float = 0.0  # metres, the longest side; 0: as things of its kind usually are


# The first one travels as it did when it was alone (before 1.3), the others under their names: see schema.
Request = HumansRequest | ImagineRequest | PhotoRequest | ShapeRequest

# The protocol's version that brought a request; what is not here is as old as the protocol.
SINCE: dict[type, tuple[int, int]] = {ImagineRequest: (1, 3), PhotoRequest: (1, 4), ShapeRequest: (1, 4)}


@dataclass(frozen=True)
class Hello:
    protocol: tuple[int, int]
    client: str  # "blender" or "cli"
    client_version: str
    blender_version: str = ""


@dataclass(frozen=True)
class Welcome:
    protocol: tuple[int, int]
    backend_version: str
    pid: int
    max_message_bytes: int
    actions: tuple[str, ...]  # what people can do here, for the panel's help; sent again once the worker knows
    requests: tuple[str, ...] = ()  # names of the requests that are answered here; none from before 1.4


@dataclass(frozen=True)
class Refused:
    error: ErrorInfo


@dataclass(frozen=True)
class Rejected:
    """A message that could not be read. The conversation goes on; `in_reply_to` says which message it was."""

    error: ErrorInfo


@dataclass(frozen=True)
class StatusRequest:
    pass


@dataclass(frozen=True)
class Status:
    """`state` is starting | ready | busy | failed.

    While starting, `stage` and `fraction` tell the warm-up's progress; while busy, the running job's. Failed means that
    no worker could be started, `error` says why; the next submitted job tries once more.
    """

    state: str
    stage: str
    fraction: float
    seconds_left: float | None
    jobs: tuple[str, ...]  # unfinished jobs, running first
    resident_bytes: int
    error: ErrorInfo | None = None
    clients: int = 1  # how many are there, the one that is told included


@dataclass(frozen=True)
class Submit:
    job: str
    request: Request


@dataclass(frozen=True)
class NeedMeshes:
    job: str
    hashes: tuple[str, ...]


@dataclass(frozen=True)
class Upload:
    """A piece of a mesh: bytes `offset …` of its vertices followed by its triangles.

    Pieces keep the sender's tick short and the other side's buffers small; they come in order.
    """

    hash: str
    vertex_count: int
    triangle_count: int
    offset: int
    data: Annotated[Array, U8("N")]


@dataclass(frozen=True)
class Accepted:
    job: str
    position: int  # jobs ahead of it


@dataclass(frozen=True)
class Cancel:
    job: str


# --- pictures -------------------------------------------------------------------------------------------------------

# Pictures are sRGB, 8 bits per channel, the first row at the top.


@dataclass(frozen=True)
class Camera:
    """Looks along its −Z with +Y up; square pixels, principal point in the middle."""

    camera_to_world: Annotated[Array, F64(4, 4)]  # metres, rotation and translation
    field_of_view: float  # radians, vertical
    width: int  # pixels
    height: int


@dataclass(frozen=True)
class Survey:
    """Pictures of the scene are wanted: each camera's, as the user's own materials and light show it."""

    job: str
    number: int  # of this survey within the job
    cameras: tuple[Camera, ...]
    fill_light: bool = True  # light what is too dark to recognise anything
    engine: str = "eevee"  # one of ENGINES


@dataclass(frozen=True)
class Picture:
    """What the survey's camera `index` sees."""

    job: str
    number: int  # the survey's
    index: int
    pixels: Annotated[Array, U8("H", "W", 3)]  # of the camera's size
    filled: bool = False  # the fill light was needed


@dataclass(frozen=True)
class SurveyFailed:
    """The client cannot render; the job fails."""

    job: str
    number: int  # the survey's
    reason: str  # for the user


@dataclass(frozen=True)
class Imagined:
    """A picture to look at while the job goes on. One with the same `view` takes the place of an earlier one."""

    job: str
    view: int  # the picture's own number, which Review and Chosen name
    pixels: Annotated[Array, U8("H", "W", 3)]
    note: str = ""  # a few words for the user, such as “from the left”


@dataclass(frozen=True)
class Review:
    """The user is to choose among the imagined pictures; the job waits."""

    job: str
    number: int  # of this review within the job
    views: tuple[int, ...]  # those that can be chosen


@dataclass(frozen=True)
class Chosen:
    job: str
    number: int  # the review's
    kept: tuple[int, ...]  # of Review.views; none is an answer, too


@dataclass(frozen=True)
class Bye:
    """The client leaves; its unfinished jobs are cancelled."""


@dataclass(frozen=True)
class Shutdown:
    """End the backend.

    `unless_used`: only if no other client is there. Otherwise this client leaves, which a Status with more than one
    client tells it, and the backend ends with the last of the others.
    """

    unless_used: bool = False


# --- answering ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    job: str
    stage: str  # a few words for the user, e.g. "Fitting contact"
    fraction: float  # 0…1 over the whole job
    seconds_left: float | None


@dataclass(frozen=True)
class Preview:
    """Bodies as they stand now, for drawing only."""

    job: str
    triangles: Annotated[Array, I32("T", 3)]  # shared by all bodies
    bodies: tuple[Annotated[Array, F32("V", 3)], ...]  # metres, world


@dataclass(frozen=True)
class Candidate:
    """One answer: one or several people together, or things."""

    people: tuple[Person, ...]
    action: str  # name of the action
    support: str  # name of the object that carries them, or empty
    metrics: dict[str, float] = field(default_factory=dict)  # worst over the people; see backend/evaluation
    warnings: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()
    picture: Annotated[Array, U8("H", "W", 3)] | None = None  # what it looks like, for choosing


@dataclass(frozen=True)
class Result:
    job: str
    rigs: tuple[Rig, ...]
    candidates: tuple[Candidate, ...]  # best first
    seconds: float
    reading: str = ""  # how the prompt was understood, one line
    patterns: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class Failed:
    job: str
    error: ErrorInfo


@dataclass(frozen=True)
class CancelledJob:
    job: str


MESSAGES: tuple[type, ...] = (
    Hello, Welcome, Refused, Rejected, StatusRequest, Status, Submit, NeedMeshes, Upload, Accepted, Cancel, Bye,
    Shutdown, Progress, Preview, Survey, Picture, SurveyFailed, Imagined, Review, Chosen, Result, Failed, CancelledJob,
)  # fmt: skip
KINDS: dict[str, type] = {cls.__name__.lower(): cls for cls in MESSAGES}
