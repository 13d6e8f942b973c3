"""What is wrong with a model's folder, in words for whoever copied it. Nothing is loaded: headers and sizes tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from backend.providers import Layout, Role
from backend.vision.inpainting.folders import check_folder, indexed, pointer, read_json, safetensors_header

_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".msgpack", ".h5")
WEIGHTS = "model.safetensors"


def check(role: Role, folder: Path) -> list[str]:
    """Sentences, empty if some provider of the role can be loaded from the folder."""
    if not folder.exists():
        return [f"There is no folder {folder}."]
    if not folder.is_dir():
        return [f"{folder.name} is a single file; the folder that holds it, with its configuration, is needed."]
    if not any(folder.iterdir()):
        return [f"{folder} is empty."]
    layouts = [provider.layout for provider in role.providers if provider.layout.kind]
    found = [CHECKS[layout.kind](folder, layout) for layout in layouts]
    return min(found, key=len, default=[f"Nothing can be configured for “{role.name}”."])


def _diffusers(folder: Path, layout: Layout) -> list[str]:
    if not layout.classes:
        return check_folder(folder)
    index = folder / "model_index.json"
    if not index.is_file():
        return ["model_index.json is missing: this is no folder of a diffusers pipeline, or it was not copied whole."]
    content, problem = read_json(index)
    if problem:
        return [problem]
    if content.get("_class_name") not in layout.classes:
        return [f"It is a {content.get('_class_name')}; a {' or '.join(layout.classes)} is needed."]
    return [problem for file in sorted(folder.rglob("*.safetensors")) if (problem := safetensors_header(file)[1])]


def _transformers(folder: Path, layout: Layout) -> list[str]:
    if not (folder / "config.json").is_file():
        return [_without_config(folder)]
    content, problem = read_json(folder / "config.json")
    if problem:
        return [problem]
    classes = content.get("architectures") or []
    classes = [classes] if isinstance(classes, str) else classes
    if layout.classes and classes and not set(classes) & set(layout.classes):
        return [f"It is a {classes[0]}; a {' or '.join(layout.classes)} is needed."]
    if layout.classes and not classes:
        return ["config.json does not say what it is (“architectures”); copy the model's own config.json."]
    return [*_weights(folder), *_missing(folder, layout)]


def _files(folder: Path, layout: Layout) -> list[str]:
    problems = _missing(folder, layout)
    if problems and (pickles := _pickles(folder)):
        problems.append(f"{pickles[0]} is a pickle; such files can run programs and are not read.")
    return problems


CHECKS: dict[str, Callable[[Path, Layout], list[str]]] = {
    "diffusers": _diffusers,
    "transformers": _transformers,
    "files": _files,
}


def _without_config(folder: Path) -> str:
    inside = sorted(file.parent.name for file in folder.glob("*/config.json"))
    if (folder / "model_index.json").is_file():
        return "It is a diffusers pipeline; a single model with config.json is needed."
    if inside:
        return f"config.json is not in {folder.name} but in its sub-folder {inside[0]}; name that one."
    if (folder / "blobs").is_dir() or (folder / "snapshots").is_dir():
        return "It is a folder of the hub's cache; name the folder below “snapshots”, or the model's id."
    return "config.json is missing: this is no folder of a model, or it was not copied whole."


def _weights(folder: Path) -> list[str]:
    """Of one model: the file, or the index and every file that it names."""
    if (folder / WEIGHTS).is_file():
        return _broken([folder / WEIGHTS])
    index = folder / f"{WEIGHTS}.index.json"
    if index.is_file():
        names, problem = indexed(index)
        if problem:
            return [problem]
        files = [folder / name for name in names]
        missing = [file.name for file in files if not file.is_file()]
        whole = [file for file in files if file.is_file()]
        words = [f"Of {len(files)} files with weights {len(missing)} are missing: {', '.join(missing[:3])}"
                 f"{' …' if len(missing) > 3 else '.'}"] if missing else []  # fmt: skip
        return words + _broken(whole)
    if pickles := _pickles(folder):
        return [f"It holds its weights as {pickles[0]} only; such files can run programs and are not read. "
                "Get the model's .safetensors files."]  # fmt: skip
    return [f"{WEIGHTS} is missing."]


def _broken(files: list[Path]) -> list[str]:
    return [problem for file in files if (problem := safetensors_header(file)[1])]


def _missing(folder: Path, layout: Layout) -> list[str]:
    """Files that are not there, or only as git LFS's pointers. Names are patterns of `Path.glob`, "a|b" is either."""
    problems = []
    for names in layout.files:
        found = [file for name in names.split("|") for file in sorted(folder.glob(name)) if file.is_file()]
        if not found:
            problems.append(f"{names.replace('|', ' or ')} is missing.")
        elif pointer(found[0]):
            problems.append(f"{found[0].name} is a pointer of git LFS; run “git lfs pull” in the model's folder.")
    return problems


def _pickles(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.suffix in _PICKLES)
