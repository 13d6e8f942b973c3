"""Getting a model from the Hugging Face hub, when the user asks for it: which files, how large, and then all of them.

Only safetensors, configurations and tokenizers are taken. Of weights that are there in several forms one is enough:
half precision where there is any, never the copy for other programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import ModuleType

from backend.providers import Provider
from protocol.errors import ModelsMissing

_TAKEN = (".safetensors", ".json", ".txt", ".model")
_HALF = ".fp16"
_PIPELINE = "model_index.json"
_LEFT_OUT = ("non_ema", "openvino", "onnx", "flax")
# Parts of pipelines that paint without looking at what they painted.
_UNUSED_PARTS = ("safety_checker", "feature_extractor", "image_encoder")


@dataclass(frozen=True)
class Offer:
    """What would be fetched."""

    source: str  # the model's id
    files: tuple[str, ...]
    size: int  # bytes


def offer(provider: Provider, source: str = "") -> Offer:
    """The first source that answers and has weights that may be read. Raises `ModelsMissing` with all reasons."""
    hub = _hub()
    reasons = []
    for candidate in [source] if source else provider.sources:
        try:
            found = hub.HfApi().model_info(candidate, files_metadata=True, timeout=20)
        except Exception as error:  # those of whichever HTTP package the hub's client uses
            reasons.append(f"{candidate}: {_first_line(error)}")
            continue
        sizes = {file.rfilename: file.size or 0 for file in found.siblings or ()}
        files = wanted(list(sizes))
        if any(name.endswith(".safetensors") for name in files):
            return Offer(candidate, tuple(files), sum(sizes[name] for name in files))
        reasons.append(f"{candidate}: has no weights as safetensors")
    raise ModelsMissing(
        f"{provider.name} could not be found. " + "; ".join(reasons) + ".",
        remedy="Check the connection, name another source with --source, or copy a folder and use “models add”.",
    )


def download(chosen: Offer) -> Path:
    """All files of the offer into the hub's cache; what is there already is not fetched again. Returns the folder."""
    hub = _hub()
    try:
        return Path(hub.snapshot_download(chosen.source, allow_patterns=[_literal(name) for name in chosen.files]))
    except Exception as error:  # as above, and a full disk
        raise ModelsMissing(
            f"{chosen.source} could not be downloaded: {_first_line(error)}.",
            remedy="Run the same command again: what has arrived is kept.",
        ) from error


def wanted(names: Sequence[str]) -> list[str]:
    """Of a repository's files those to fetch."""
    taken = [
        name for name in names
        if name.endswith(_TAKEN) and not name.startswith(".")
        and not any(word in part for part in name.split("/") for word in _LEFT_OUT)
    ]  # fmt: skip
    if _PIPELINE in names:
        # The files beside the index are single-file copies of the parts below it.
        taken = [name for name in taken if "/" in name or not name.endswith(".safetensors")]
        taken = [name for name in taken if name.split("/")[0] not in _UNUSED_PARTS]
    else:
        taken = [name for name in taken if "/" not in name]
    halves = {name for name in taken if _HALF in PurePosixPath(name).name}
    return [name for name in taken if name in halves or not _has_half(name, halves)]


def _has_half(name: str, halves: set[str]) -> bool:
    """Whether the same part's weights are there in half precision."""
    path = PurePosixPath(name)
    if not (path.name.endswith(".safetensors") or path.name.endswith(".safetensors.index.json")):
        return False
    stem = path.name.split(".")[0].split("-0")[0]
    return any(
        PurePosixPath(half).parent == path.parent and PurePosixPath(half).name.split(".")[0].split("-0")[0] == stem
        for half in halves
    )


def _literal(name: str) -> str:
    """A file's name as a pattern that matches itself only."""
    return name.replace("[", "[[]")


def _hub() -> ModuleType:
    try:
        import huggingface_hub
    except ImportError as error:
        raise ModelsMissing(
            "Fetching needs the package huggingface_hub.", remedy='pip install "staffage[models]"'
        ) from error
    return huggingface_hub


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")[:200]
