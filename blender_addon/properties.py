"""What the user asks for, kept with the scene: `scene.staffage`; and what they choose while a request runs, which is
not kept: `window_manager.staffage`.
"""

from __future__ import annotations

import bpy

from .protocol.messages import Review
from .scene import photo, thumbnails

MAX_SEED = 2**31 - 1

WHERE = (
    ("PROMPT", "As the Prompt Says", "Objects are found by the names in the prompt"),
    ("CURSOR", "3D Cursor", "At the 3D cursor"),
    ("ACTIVE", "Active Object", "On or at the active object"),
)


SOURCE = (
    ("HUMANS", "Library", "Poses that people were recorded in, found by the prompt and fitted to the scene"),
    ("IMAGINE", "Imagine", "Poses that a model of images imagines in pictures of the scene"),
    ("PHOTO", "Photo", "The pose of the person in a photo"),
)
ENGINE = (
    ("WORKBENCH", "Workbench", "Shapes and plain colors, at once; the scene's light is not seen"),
    ("EEVEE", "Eevee", "The scene's materials and light, in seconds"),
    ("CYCLES", "Cycles", "The scene's materials and light, exactly; takes longest"),
)
PHOTO = "photo"  # among the thumbnails


def candidates(most: int) -> bpy.props.IntProperty:
    return bpy.props.IntProperty(
        name="Candidates", description="How many answers to choose from", default=4, min=1, max=most
    )


def seed() -> bpy.props.IntProperty:
    return bpy.props.IntProperty(
        name="Seed", description="Another seed gives other answers; the same seed gives the same again", default=0,
        min=0, max=MAX_SEED,
    )  # fmt: skip


def show_thumbnail(name: str, image: bpy.types.Image | None, path: str) -> None:
    """Of the chosen file; images have one of their own."""
    thumbnails.clear(name)
    if path and not image and not bpy.app.background:
        photo.show(name, path)


def _show_photo(settings: StaffageSettings, context: bpy.types.Context) -> None:
    show_thumbnail(PHOTO, settings.photo, settings.photo_path)


class StaffageSettings(bpy.types.PropertyGroup):
    source: bpy.props.EnumProperty(name="Poses From", description="Where the poses come from", items=SOURCE)
    prompt: bpy.props.StringProperty(
        name="Prompt",
        description="Who does what, and where: “an old man sitting on the sofa”",
    )
    where: bpy.props.EnumProperty(name="Where", description="Where the people go", items=WHERE, default="PROMPT")
    candidates: candidates(16)
    seed: seed()
    clothes: bpy.props.BoolProperty(
        name="Clothes",
        description="Dress the people: as the prompt says, otherwise varied by the seed",
        default=True,
    )
    hair: bpy.props.BoolProperty(name="Hair", description="Give the people hair", default=True)
    views: bpy.props.IntProperty(
        name="Views",
        description="From how many sides the place is looked at; more are slower and surer",
        default=12,
        min=3,
        max=32,
    )
    imaginations: bpy.props.IntProperty(
        name="Pictures Each",
        description="How often somebody is imagined from each side",
        default=2,
        min=1,
        max=8,
    )
    engine: bpy.props.EnumProperty(
        name="Rendered With", description="What renders the views for it", items=ENGINE, default="EEVEE"
    )
    review: bpy.props.BoolProperty(
        name="Review Pictures",
        description="Ask which of the imagined pictures to go on with",
        default=False,
    )
    photo: bpy.props.PointerProperty(
        name="Image", description="A photo that this file has already", type=bpy.types.Image, update=_show_photo
    )
    photo_path: bpy.props.StringProperty(
        name="Photo",
        description="A photo that shows one person from head to foot",
        subtype="FILE_PATH",
        update=_show_photo,
    )


class StaffagePicture(bpy.types.PropertyGroup):
    """An imagined picture that can be kept."""

    view: bpy.props.IntProperty(name="View", description="The picture's number", options={"SKIP_SAVE"})
    keep: bpy.props.BoolProperty(
        name="Keep", description="Go on with this picture", default=True, options={"SKIP_SAVE"}
    )


class StaffageChoice(bpy.types.PropertyGroup):
    """What the user has chosen so far among the imagined pictures."""

    pictures: bpy.props.CollectionProperty(
        name="Pictures", description="Those that can be kept", type=StaffagePicture, options={"SKIP_SAVE"}
    )

    def ask(self, review: Review) -> None:
        self.pictures.clear()
        for view in review.views:
            self.pictures.add().view = view

    @property
    def kept(self) -> tuple[int, ...]:
        return tuple(picture.view for picture in self.pictures if picture.keep)

    def of(self, view: int) -> StaffagePicture | None:
        return next((picture for picture in self.pictures if picture.view == view), None)


_CLASSES = (StaffageSettings, StaffagePicture, StaffageChoice)


def register() -> None:
    for cls in _CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Scene.staffage = bpy.props.PointerProperty(type=StaffageSettings)
    bpy.types.WindowManager.staffage = bpy.props.PointerProperty(type=StaffageChoice)


def unregister() -> None:
    del bpy.types.WindowManager.staffage
    del bpy.types.Scene.staffage
    for cls in reversed(_CLASSES):
        bpy.utils.unregister_class(cls)
