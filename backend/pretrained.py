"""Networks from the user's folders, whole or not at all: for diffusers' and transformers' classes alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def whole(kind: Any, folder: Path, **options: Any) -> Any:
    """The network of class `kind` in `folder`: safetensors only, nothing fetched.

    Raises ValueError where its weights lack tensors: left to themselves the libraries fill them with random numbers and
    go on, and whatever the network says is noise. Otherwise raises what `from_pretrained` does.
    """
    model, told = kind.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, output_loading_info=True, **options
    )
    missing = sorted(told["missing_keys"])
    if missing:
        raise ValueError(
            f"The weights in {folder.name} lack {len(missing)} of the model's tensors, such as {missing[0]}; "
            "copy or download them again."
        )
    return model
