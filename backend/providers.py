"""Roles and who can fill them: what each provider is for, what it costs, its licence, and where it comes from.

Every role works on a fresh machine with its embedded default, or is an option that everything else does without.
Sources are defaults with fall-backs, in the order in which they are tried: famous repositories have vanished before,
and a folder of the user's always works. Nothing is downloaded unasked: see `backend/models`. Sizes are in bytes of
download (half precision where there is any) and of a GPU's memory, to be read as “about”.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

from backend.models import settings
from protocol.errors import ModelsMissing, RequestInvalid

MB, GB = 10**6, 10**9
_MODELS = 'pip install "staffage[models]"'


@dataclass(frozen=True)
class Layout:
    """How a provider's folder must look, for the check. `kind` chooses the check, see models/diagnose."""

    kind: str = ""  # "diffusers", "transformers", "files", or nothing to be configured
    classes: tuple[str, ...] = ()  # of config.json's "architectures", one of them
    files: tuple[str, ...] = ()  # that must be there; "a|b" means either


@dataclass(frozen=True)
class Provider:
    name: str
    modules: tuple[str, ...]  # Python packages that it is used through
    install: str  # how to get them
    licence: str
    download: int = 0  # bytes; 0 if it is inside the package
    memory: int = 0  # bytes, of a GPU where there is one; 0 if hardly any
    sources: tuple[str, ...] = ()  # model ids on the Hugging Face hub, the first that works is taken
    page: str = ""  # where a human gets it, if it is not on the hub
    layout: Layout = field(default_factory=Layout)
    embedded: bool = False  # comes with the backend and needs no configuration
    gpu: bool = False  # whether it is of little use without one
    used: bool = True  # by what this release does for users

    @property
    def missing_modules(self) -> tuple[str, ...]:
        return tuple(module for module in self.modules if importlib.util.find_spec(module) is None)


@dataclass(frozen=True)
class Role:
    key: str  # as in the configuration
    name: str
    purpose: str
    without: str  # what works when nothing but the embedded default is there
    providers: tuple[Provider, ...]
    companion: str = ""  # another role's key that must be filled, too

    @property
    def configurable(self) -> bool:
        return any(provider.layout.kind for provider in self.providers)


ROLES = (
    Role(
        "body", "body", "the people's bodies", "Everything: Anny comes with the backend.",
        (
            Provider("Anny", ("anny",), "pip install anny", "Apache-2.0, data CC0", embedded=True),
            Provider(
                "SMPL-X", (), "", "non-commercial research only", 520 * MB,
                page="smpl-x.is.tue.mpg.de, after registering",
                layout=Layout("files", files=("SMPLX_NEUTRAL.npz|smplx/SMPLX_NEUTRAL.npz",)),
            ),
        ),
    ),
    Role(
        "pose_prior", "pose prior", "how likely a pose is", "Everything: a network trained on real motion is embedded.",
        (
            Provider("embedded network", (), "", "GPL-3.0-or-later, as the backend", embedded=True),
            Provider(
                "VPoser", (), "", "non-commercial research only", 30 * MB,
                page="smpl-x.is.tue.mpg.de, after registering (convert it with backend.fitting.lifting.vposer)",
                layout=Layout("files", files=("*.safetensors|*.npz",)),  # used with SMPL-X only
            ),
        ),
    ),
    Role(
        "inpainting", "imagination", "imagines people in pictures of the scene",
        "People take the poses of the embedded library; “Imagine” needs this.",
        (
            Provider(
                "Stable Diffusion 1.5 inpainting", ("diffusers", "transformers", "accelerate"), _MODELS,
                "CreativeML Open RAIL-M", 2_750 * MB, 4 * GB,
                ("stable-diffusion-v1-5/stable-diffusion-inpainting", "botp/stable-diffusion-v1-5-inpainting"),
                layout=Layout("diffusers"), gpu=True,
            ),
            Provider(
                "Stable Diffusion 2 inpainting", ("diffusers", "transformers", "accelerate"), _MODELS,
                "CreativeML Open RAIL++-M", 2_600 * MB, 4 * GB, ("sd2-community/stable-diffusion-2-inpainting",),
                layout=Layout("diffusers"), gpu=True,
            ),
            Provider(
                "SDXL inpainting", ("diffusers", "transformers", "accelerate"), _MODELS,
                "CreativeML Open RAIL++-M", 6_940 * MB, 10 * GB, ("diffusers/stable-diffusion-xl-1.0-inpainting-0.1",),
                layout=Layout("diffusers"), gpu=True,
            ),
        ),
    ),
    Role(
        "pose2d", "2D pose", "finds people's joints in pictures, for “Imagine” and for poses from photos",
        "The same with MediaPipe, which needs no weights; without it neither works.",
        (
            Provider(
                "MediaPipe", ("mediapipe",), 'pip install "staffage[photo]" (mediapipe 0.10.21; Python up to 3.12)',
                "Apache-2.0", embedded=True,
            ),
            Provider(
                "ViTPose", ("transformers",), _MODELS, "Apache-2.0", 345 * MB, 1 * GB,
                ("usyd-community/vitpose-base-simple", "usyd-community/vitpose-plus-base"),
                layout=Layout("transformers", ("VitPoseForPoseEstimation",), ("preprocessor_config.json",)),
            ),
        ),
        companion="person_detector",
    ),
    Role(
        "person_detector", "person boxes", "finds the people whose joints ViTPose then looks for",
        "MediaPipe finds people by itself; only ViTPose needs this.",
        (
            Provider(
                "RT-DETR", ("transformers",), _MODELS, "Apache-2.0", 172 * MB, 1 * GB,
                ("PekingU/rtdetr_r50vd_coco_o365", "PekingU/rtdetr_r50vd"),
                layout=Layout(
                    "transformers", ("RTDetrForObjectDetection", "RTDetrV2ForObjectDetection"),
                    ("preprocessor_config.json",),
                ),
            ),
        ),
    ),
    Role(
        "clip", "text and pictures", "ranks imagined people by the prompt; reads words the lexicon does not know",
        "The lexicon reads prompts; imagined people are ranked by how well the views agree.",
        (
            Provider(
                "CLIP ViT-B/32", ("transformers",), _MODELS, "MIT", 605 * MB, 1 * GB,
                ("openai/clip-vit-base-patch32", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K"),
                layout=Layout(
                    "transformers", ("CLIPModel", "CLIPTextModelWithProjection"), ("tokenizer.json|vocab.json",)
                ),
            ),
        ),
    ),
    Role(
        "segmentation", "segmentation", "outlines objects in pictures that become shapes",
        "Objects are outlined by the picture's transparency or by GrabCut, which comes with the backend.",
        (
            Provider("GrabCut", (), "", "GPL-3.0-or-later, as the backend", embedded=True),
            Provider(
                "SAM", ("transformers",), _MODELS, "Apache-2.0", 375 * MB, 2 * GB, ("facebook/sam-vit-base",),
                layout=Layout("transformers", ("SamModel",), ("preprocessor_config.json",)),
            ),
        ),
    ),
    Role(
        "image_to_3d", "image to 3D", "things from a picture", "Nothing is lost: this release does not use it.",
        (
            Provider(
                "Shap-E", ("diffusers", "transformers", "accelerate"), _MODELS, "MIT", 2_300 * MB, 6 * GB,
                ("openai/shap-e-img2img",), layout=Layout("diffusers", ("ShapEImg2ImgPipeline",)), gpu=True, used=False,
            ),
        ),
    ),
    Role(
        "splats", "splat rendering", "fast pictures of Gaussians", "Nothing is lost: this release does not use it.",
        (Provider("gsplat", ("gsplat",), "pip install gsplat", "Apache-2.0", 0, 2 * GB, gpu=True, used=False),),
    ),
    Role(
        "hash_grid", "hash grid", "fast neural fields", "Nothing is lost: this release does not use it.",
        (
            Provider(
                "tiny-cuda-nn", ("tinycudann",), "the tiny-cuda-nn package, built for this GPU", "BSD-3-Clause", 0,
                2 * GB, gpu=True, used=False,
            ),
        ),
    ),
)  # fmt: skip
# What is used on the way to the models, beside the providers' own packages.
TOOLS = ("huggingface_hub", "PIL")


def role(key: str) -> Role:
    """Raises `RequestInvalid` for a name that is no role."""
    for found in ROLES:
        if found.key == key:
            return found
    known = ", ".join(found.key for found in ROLES if found.configurable)
    raise RequestInvalid(f"There is no role “{key}”.", remedy=f"Choose one of: {known}.")


def folder_of(key: str) -> Path | None:
    """The folder configured for a role; None where nothing is. It is not looked into.

    Raises `ModelsMissing` for a model's id that has not been downloaded.
    """
    value = settings.configured(role(key).key)
    return located(key, value) if value else None


def located(key: str, value: str) -> Path:
    """Where a folder or a model's id for a role lies. Raises `ModelsMissing` for an id that is not downloaded."""
    if not is_id(value):
        return Path(value).expanduser()
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(value, local_files_only=True))
    except (ImportError, OSError, ValueError) as error:
        raise ModelsMissing(
            f"For “{role(key).name}”: there is no folder {value}, and no model of this name has been downloaded.",
            remedy=f"Run “python -m backend models fetch {key} --source {value}”, or name a folder with “models add”.",
        ) from error


def required_folder(key: str) -> Path:
    """As `folder_of`; raises `ModelsMissing` with what to do where nothing is configured."""
    folder = folder_of(key)
    if folder is None:
        wanted = role(key)
        raise ModelsMissing(
            f"Nothing is configured for “{wanted.name}”: it {wanted.purpose}.",
            remedy=f"Run “python -m backend models fetch {key}”, or “python -m backend models add {key} FOLDER”.",
        )
    return folder


def is_id(value: str) -> bool:
    """Whether a value has the form “owner/name” of a hub's models and is no folder here."""
    parts = value.split("/")
    return (
        len(parts) == 2
        and all(part and part.strip(".~") == part and "\\" not in part and ":" not in part for part in parts)
        and not Path(value).exists()
    )
