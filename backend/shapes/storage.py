"""Networks as files: safetensors in half precision, and beside them one list of sizes and SHA-256 sums.

    weights.json         {"version": 1, "networks": {"autoencoder": {"file", "sha256", "size", "beside", "facts"}, …}}

`beside` names what a network was trained with and their sums then: a denoiser does not fit another autoencoder. A file
that is missing or is not the one that the list describes is refused in words, before anything of it is used.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import nn

from backend.whole_file import whole_file
from protocol.errors import ModelUnusable

VERSION = 1  # of these networks' code: weights of another version are refused
LIST = "weights.json"
_Net = TypeVar("_Net", bound=nn.Module)


class ShapeWeightsUnusable(ModelUnusable):
    """Weights of a shape network that are missing, altered, or of another version."""

    code = "shape_weights_unusable"
    title = "The shape model cannot be used"
    remedy = "Install the backend again, or make the weights anew with “python -m backend train cisp” and “… shapes”."


def write(folder: Path, name: str, net: nn.Module, facts: dict[str, Any], beside: tuple[str, ...] = ()) -> Path:
    """Write a network that has `size` (a frozen dataclass), and its line in the list. Returns the file."""
    listed = _listed(folder) if (folder / LIST).is_file() else {}
    tensors = {
        key: (value.half() if value.is_floating_point() else value).detach().cpu().contiguous()
        for key, value in net.state_dict().items()
    }
    data, path = save(tensors), folder / f"{name}.safetensors"
    listed[name] = {
        "file": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "size": asdict(net.size),
        "beside": {other: listed[other]["sha256"] for other in beside}, "facts": facts,
    }  # fmt: skip
    with whole_file(path) as part:
        part.write_bytes(data)
    text = json.dumps({"version": VERSION, "networks": dict(sorted(listed.items()))}, indent=1, ensure_ascii=False)
    with whole_file(folder / LIST) as part:
        part.write_text(text + "\n", encoding="utf-8")
    return path


def read(folder: Path, name: str, kind: type[_Net], size: type) -> _Net:
    """The network `kind(size(…))` of that name, in float32, not to be trained. Raises `ShapeWeightsUnusable`."""
    listed = _listed(folder)
    if name not in listed:
        raise ShapeWeightsUnusable(f"{folder.name}/{LIST} names no “{name}”.")
    entry = listed[name]
    try:
        for other, sum_ in entry["beside"].items():
            if listed.get(other, {}).get("sha256") != sum_:
                raise ShapeWeightsUnusable(f"“{name}” was trained with another “{other}” than the one that is there.")
        data = (folder / entry["file"]).read_bytes()
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise ShapeWeightsUnusable(f"{entry['file']} is not the file that was shipped: its SHA-256 sum differs.")
        sizes = {key: tuple(value) if isinstance(value, list) else value for key, value in entry["size"].items()}
        net = kind(size(**sizes))
        net.load_state_dict(load(data))  # into float32
    except OSError as error:
        raise ShapeWeightsUnusable(f"{entry['file']} cannot be read: {error.strerror or error}.") from error
    except (KeyError, AttributeError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise ShapeWeightsUnusable(f"{LIST} does not describe “{name}”: {str(error).splitlines()[0][:200]}.") from error
    return net.requires_grad_(False).eval()


def facts(folder: Path, name: str) -> dict[str, Any]:
    """What was noted when the network was written."""
    return dict(_listed(folder).get(name, {}).get("facts", {}))


def categories(folder: Path) -> tuple[str, ...]:
    """The words that the picture encoder knows, in its order. Raises `ShapeWeightsUnusable`."""
    found = facts(folder, "picture_encoder").get("categories")
    if not isinstance(found, list):
        raise ShapeWeightsUnusable(f"{LIST} does not say which categories “picture_encoder” knows.")
    return tuple(found)


def sum_of(folder: Path, name: str) -> str | None:
    """The SHA-256 sum that the list names."""
    return _listed(folder).get(name, {}).get("sha256")


def holds(folder: Path, name: str) -> bool:
    """Whether the list names such a network."""
    return name in _listed(folder)


def _listed(folder: Path) -> dict[str, Any]:
    """The networks in the list."""
    try:
        found = json.loads((folder / LIST).read_text(encoding="utf-8"))
        version, networks = found["version"], dict(found["networks"])
    except OSError as error:
        raise ShapeWeightsUnusable(f"{folder.name}/{LIST} cannot be read: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ShapeWeightsUnusable(f"{folder.name}/{LIST} is damaged.") from error
    if version != VERSION:
        raise ShapeWeightsUnusable(f"The weights are of version {version}, this backend is of version {VERSION}.")
    return networks
