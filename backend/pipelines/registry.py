"""Which module answers which request. Names only: the service imports a pipeline in the worker and nowhere else.

A pipeline module has

    warm_up(report: Callable[[str, float], None]) -> None      load and build what the first job would wait for;
                                                               `report` may raise Cancelled: then it is called again
    run(request, meshes: Mapping[str, Mesh], job: JobContext) -> Result

and may have `ACTIONS: tuple[str, ...]`, what people can do, for the panel's help.
"""

from __future__ import annotations

import os
from pathlib import Path

PIPELINES = {
    "HumansRequest": "backend.pipelines.humans",
    "ImagineRequest": "backend.pipelines.imagine",
    "PhotoRequest": "backend.pipelines.photo",
    "ShapeRequest": "backend.pipelines.shapes",
}

# Loaded before the worker is ready; the others when the first request for them comes: what they need is large, and
# nobody may ever ask for it.
AT_START = ("HumansRequest",)

# What a pipeline cannot do without, where that may be missing: it is not offered then, and says so if it is asked.
_SHAPES = Path(__file__).parents[1] / "shapes" / "weights"
_NETWORKS = ("picture_encoder", "shape_encoder", "autoencoder", "denoiser")
NEEDS = {"ShapeRequest": (_SHAPES / "weights.json", *(_SHAPES / f"{name}.safetensors" for name in _NETWORKS))}

# "HumansRequest=some.module,…" replaces entries: for tests and for pipelines under development.
OVERRIDE = "STAFFAGE_PIPELINES"


def pipelines() -> dict[str, str]:
    """Request class name → module path."""
    replaced = (entry.partition("=") for entry in os.environ.get(OVERRIDE, "").split(",") if entry)
    return PIPELINES | {name.strip(): module.strip() for name, _, module in replaced}


def offered() -> tuple[str, ...]:
    """Names of the requests that can be answered here; a replaced pipeline looks after its own needs."""
    return tuple(
        name
        for name, module in pipelines().items()
        if module != PIPELINES.get(name) or all(path.is_file() for path in NEEDS.get(name, ()))
    )
