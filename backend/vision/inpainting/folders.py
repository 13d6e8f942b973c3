"""Whether a folder holds an inpainting pipeline that can be loaded, in words for whoever copied it.

The layout is what `save_pretrained` of diffusers writes and what the models' repositories hold: model_index.json and
a sub-folder per part. Weights are read as safetensors only. Nothing is loaded here: headers and file sizes tell.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

CLASSES = ("StableDiffusionInpaintPipeline", "StableDiffusionPipeline")
CLASSES_XL = ("StableDiffusionXLInpaintPipeline", "StableDiffusionXLPipeline")
CHANNELS = 9  # of an inpainting UNet's input: latents 4, mask 1, masked picture's latents 4
HALF = "fp16"  # the variant that many repositories hold beside the full weights, or alone
# Each part's file of weights, without endings.
WEIGHTS = {
    "unet": "diffusion_pytorch_model",
    "vae": "diffusion_pytorch_model",
    "text_encoder": "model",
    "text_encoder_2": "model",
}
_PICKLES = (".bin", ".ckpt", ".pt", ".pth")
_LFS = b"version https://git-lfs"


def check_folder(path: str | Path) -> list[str]:
    """What is wrong with the folder, each a sentence; empty if it can be loaded."""
    path = Path(path)
    if path.is_file():
        return [f"{path.name} is a single file; the folder with model_index.json and its sub-folders is needed."]
    if not path.is_dir():
        return [f"There is no folder {path}."]
    if not (path / "model_index.json").is_file():
        return [_without_index(path)]
    index, problem = read_json(path / "model_index.json")
    if problem:
        return [problem]
    name = str(index.get("_class_name"))
    if name not in CLASSES + CLASSES_XL:
        return [f"It is a {name}; a Stable Diffusion or SDXL inpainting pipeline is needed."]
    foreign = [part for part in _parts(name) if not _known_library(index.get(part))]
    if foreign:
        return [f"model_index.json names no part {part} of diffusers or transformers; other code is not run."
                for part in foreign]  # fmt: skip
    problems = [problem for part in _parts(name) for problem in _check_part(path, part)]
    return problems or _check_channels(path)


def is_xl(path: Path) -> bool:
    index, _ = read_json(path / "model_index.json")
    return index.get("_class_name") in CLASSES_XL


def networks(path: Path) -> dict[str, tuple[str, str]]:
    """The parts with weights, of a folder that was checked: each one's library and class."""
    index, _ = read_json(path / "model_index.json")
    return {part: tuple(index[part]) for part in _parts(index["_class_name"]) if part in WEIGHTS}


def half_only(part: Path) -> bool:
    """Whether a part's weights are there in half precision only, so that this variant is to be loaded."""
    return not _weights(part, WEIGHTS[part.name], "")


def read_json(file: Path) -> tuple[dict[str, Any], str | None]:
    """A JSON object, and what is wrong with its file."""
    where = _where(file)
    if pointer(file):
        return {}, _pointer_words(where)
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}, f"{where} cannot be read as JSON; copy it again."
    return (value, None) if isinstance(value, dict) else ({}, f"{where} is not what it should be; copy it again.")


def pointer(file: Path) -> bool:
    """Whether the file is what git leaves where large files were not fetched."""
    with file.open("rb") as stream:
        return stream.read(len(_LFS)) == _LFS


def safetensors_header(file: Path) -> tuple[dict[str, Any], str | None]:
    """The tensors' names, types, shapes and places, and what is wrong with the file."""
    where = _where(file)
    if pointer(file):
        return {}, _pointer_words(where)
    size = file.stat().st_size
    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            if length > size - 8:
                return {}, _truncated_words(where, size, length + 8)
            header = json.loads(stream.read(length))
        tensors = {name: tensor for name, tensor in header.items() if name != "__metadata__"}
        end = 8 + length + max((tensor["data_offsets"][1] for tensor in tensors.values()), default=0)
    except (OSError, ValueError, struct.error, KeyError, TypeError, AttributeError, IndexError):
        return {}, f"{where} is no safetensors file; copy it again."
    return (tensors, None) if end == size else ({}, _truncated_words(where, size, end))


def indexed(index: Path) -> tuple[list[str], str | None]:
    """The names of the files that an index of weights in several files lists, and what is wrong with it."""
    content, problem = read_json(index)
    if problem:
        return [], problem
    files = content.get("weight_map")
    if not isinstance(files, dict) or not files or not all(isinstance(name, str) for name in files.values()):
        return [], f"{_where(index)} names no files with weights; copy it again."
    return sorted(set(files.values())), None


def _parts(name: str) -> tuple[str, ...]:
    parts = ("unet", "vae", "text_encoder", "tokenizer", "scheduler")
    return (*parts, "text_encoder_2", "tokenizer_2") if name in CLASSES_XL else parts


def _known_library(entry: Any) -> bool:
    """Whether an entry of the index, [library, class], is from the two libraries. A folder could bring its own code."""
    return isinstance(entry, list) and len(entry) == 2 and entry[0] in ("diffusers", "transformers")


def _without_index(path: Path) -> str:
    inside = sorted(file.parent.name for file in path.glob("*/model_index.json"))
    if inside:
        return f"model_index.json is not in {path.name} but in its sub-folder {inside[0]}; name that one."
    if (path.parent / "model_index.json").is_file():
        return f"{path.name} is one part of a pipeline; name the folder above it."
    if any(path.glob("*.safetensors")) or any(path.glob("*.ckpt")):
        return "It holds a single-file checkpoint; the form with model_index.json and sub-folders is needed."
    return "model_index.json is missing: this is no folder of a diffusers pipeline, or it was not copied whole."


def _check_part(path: Path, part: str) -> list[str]:
    folder = path / part
    if not folder.is_dir():
        return [f"The sub-folder {part} is missing; copy the model's whole folder."]
    if part.startswith("tokenizer"):
        return _check_tokenizer(folder)
    name = "scheduler_config.json" if part == "scheduler" else "config.json"
    if not (folder / name).is_file():
        problems = [f"{part}/{name} is missing."]
    else:
        _, problem = read_json(folder / name)
        problems = [problem] if problem else []
    return problems if part == "scheduler" else problems + _check_weights(folder, WEIGHTS[part])


def _check_tokenizer(folder: Path) -> list[str]:
    """Either tokenizer.json, or vocab.json with merges.txt."""
    names = ["tokenizer.json"] if (folder / "tokenizer.json").is_file() else ["vocab.json", "merges.txt"]
    problems = []
    for name in names:
        file = folder / name
        if not file.is_file():
            problems.append(f"{_where(file)} is missing.")
        elif pointer(file):
            problems.append(_pointer_words(_where(file)))
        elif name.endswith(".json") and (problem := read_json(file)[1]):
            problems.append(problem)
    return problems


def _check_weights(folder: Path, stem: str) -> list[str]:
    for variant in ("", HALF):
        if files := _weights(folder, stem, variant):
            if files[0].suffix == ".json" and (problem := indexed(files[0])[1]):
                return [problem]
            missing = [f"{_where(file)} is missing; the weights are in several files." for file in files[1:]
                       if not file.is_file()]  # fmt: skip
            broken = [problem for file in files if file.suffix == ".safetensors" and file.is_file()
                      if (problem := safetensors_header(file)[1])]  # fmt: skip
            return missing + broken
    pickles = sorted(file.name for file in folder.iterdir() if file.suffix in _PICKLES)
    if pickles:
        return [f"{folder.name} holds its weights as {pickles[0]} only; such files can run programs and are not read. "
                "Get the model's .safetensors files."]  # fmt: skip
    return [f"{folder.name}/{stem}.safetensors is missing."]


def _weights(folder: Path, stem: str, variant: str) -> list[Path]:
    """The files with a part's weights in one variant: the file, or the index and its shards; empty if neither."""
    dotted = f".{variant}" if variant else ""
    single = folder / f"{stem}{dotted}.safetensors"
    if single.is_file():
        return [single]
    index = folder / f"{stem}.safetensors.index{dotted}.json"
    if not index.is_file():
        return []
    return [index, *(folder / name for name in indexed(index)[0])]


def _check_channels(path: Path) -> list[str]:
    """Whether the UNet takes mask and masked picture, by its configuration and by its weights."""
    config, _ = read_json(path / "unet" / "config.json")
    channels = config.get("in_channels", 4)
    if channels != CHANNELS:
        return [f"Its UNet is not for inpainting: it takes {channels} channels where inpainting has {CHANNELS}. "
                "Get the model's inpainting version."]  # fmt: skip
    for file in sorted((path / "unet").glob("*.safetensors")):
        shape = safetensors_header(file)[0].get("conv_in.weight", {}).get("shape")
        if shape and shape[1] != CHANNELS:
            return [f"unet/{file.name} is of another model than unet/config.json; copy the folder again."]
    kind = read_json(path / "vae" / "config.json")[0].get("_class_name", "AutoencoderKL")
    if kind != "AutoencoderKL":
        return [f"Its VAE is an {kind}; an AutoencoderKL is needed."]
    return []


def _where(file: Path) -> str:
    return file.name if file.name == "model_index.json" else f"{file.parent.name}/{file.name}"


def _pointer_words(where: str) -> str:
    return f"{where} is a pointer of git LFS, not the file itself; run “git lfs pull” in the model's folder."


def _truncated_words(where: str, size: int, wanted: int) -> str:
    return f"{where} is not whole: {size} bytes of {wanted}; copy or download it again."
