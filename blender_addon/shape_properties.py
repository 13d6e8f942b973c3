"""What the user asks of a shape, kept with the scene: `scene.staffage_shape`."""

from __future__ import annotations

import bpy

from .properties import candidates, seed, show_thumbnail

PICTURE, SECOND = "shape picture", "shape second picture"  # among the thumbnails

WHERE = (
    ("CURSOR", "3D Cursor", "Its base at the 3D cursor"),
    ("ACTIVE", "On Active Object", "On top of the active object, near the 3D cursor if that is above it"),
)


def _show_picture(settings: StaffageShape, context: bpy.types.Context) -> None:
    show_thumbnail(PICTURE, settings.picture, settings.picture_path)


def _show_second(settings: StaffageShape, context: bpy.types.Context) -> None:
    show_thumbnail(SECOND, settings.second, settings.second_path)


def _edge(name: str, default: float) -> bpy.props.FloatProperty:
    description = f"The {name.lower()} edge of what is meant, as a part of the picture"
    return bpy.props.FloatProperty(
        name=name, description=description, default=default, min=0.0, max=1.0, subtype="FACTOR"
    )


class StaffageShape(bpy.types.PropertyGroup):
    picture_path: bpy.props.StringProperty(
        name="Picture", description="A picture of one object", subtype="FILE_PATH", update=_show_picture
    )
    picture: bpy.props.PointerProperty(
        name="Image", description="A picture that this file has already", type=bpy.types.Image, update=_show_picture
    )
    sketch: bpy.props.BoolProperty(
        name="Sketch", description="The pictures are rough drawings: dark lines on light paper", default=False
    )
    use_crop: bpy.props.BoolProperty(name="Crop", description="Only a part of the picture is meant", default=False)
    left: _edge("Left", 0.0)
    top: _edge("Top", 0.0)
    right: _edge("Right", 1.0)
    bottom: _edge("Bottom", 1.0)
    use_second: bpy.props.BoolProperty(
        name="Mix With", description="A shape between those of two pictures", default=False
    )
    second_path: bpy.props.StringProperty(
        name="Second Picture", description="A picture of another object", subtype="FILE_PATH", update=_show_second
    )
    second: bpy.props.PointerProperty(
        name="Second Image", description="A picture that this file has already", type=bpy.types.Image,
        update=_show_second,
    )  # fmt: skip
    mix: bpy.props.FloatProperty(
        name="Mix", description="0 is the first picture's shape, 1 the second one's", default=0.5, min=0.0, max=1.0,
        subtype="FACTOR",
    )  # fmt: skip
    where: bpy.props.EnumProperty(name="Where", description="Where the object goes", items=WHERE, default="CURSOR")
    candidates: candidates(8)
    seed: seed()
    faces: bpy.props.IntProperty(
        name="Faces", description="Triangles at most", default=8000, min=200, max=100_000, soft_max=20_000
    )
    use_size: bpy.props.BoolProperty(
        name="Own Size", description="Instead of the size that things of its kind usually have", default=False
    )
    size: bpy.props.FloatProperty(
        name="Longest Side",
        description="How long the object's longest side is made",
        default=1.0,
        min=0.001,
        soft_max=10.0,
        max=1000.0,
        subtype="DISTANCE",
    )

    @property
    def crop(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return (self.left, self.top, self.right, self.bottom) if self.use_crop else (0.0, 0.0, 1.0, 1.0)


def register() -> None:
    bpy.utils.register_class(StaffageShape)
    bpy.types.Scene.staffage_shape = bpy.props.PointerProperty(type=StaffageShape)


def unregister() -> None:
    del bpy.types.Scene.staffage_shape
    bpy.utils.unregister_class(StaffageShape)
