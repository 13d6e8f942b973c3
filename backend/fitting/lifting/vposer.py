"""VPoser's latent code as a pose space for SMPL-X: decoded by the user's weights, its cost the mean of the squares.

The decoder is three linear layers (32 → 512 → 512 → 21 · 6) with leaky rectifiers, and two columns for each rotation,
made orthonormal. Weights are read from safetensors or .npz under the names of VPoser's own state (`decoder_net.0`,
`.3`, `.5`, with any prefix). The checkpoint as it is distributed is a pickle; this makes safetensors of it, and runs
nothing that is in it:

    python -m backend.fitting.lifting.vposer V02_05_epoch=….ckpt FOLDER/vposer.safetensors

Angle term: GenZI's table of SMPL-X joints, axes and signs.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from backend.body.pose_joints import smooth_log
from backend.body.rotations import exp, frame
from backend.body.smplx_model import BODY, FILE, JOINTS, TO_OURS, SmplxModel
from protocol.errors import ModelsMissing, ModelUnusable

from .pose_space import Decoded

SIZE = 32
_LAYERS = ("decoder_net.0", "decoder_net.3", "decoder_net.5")
_SLOPE = 0.01  # of the leaky rectifiers
_STARTS = 64
# (SMPL-X joint with the pelvis as 0, axis, sign): what relu(sign · angle) should not be above zero.
_SIGNED = (
    (1, 0, 1), (2, 0, 1), *((joint, 0, -1) for joint in range(3, 10)), (12, 0, -1), (13, 1, 1), (14, 1, -1), (16, 1, 1),
    (17, 1, -1), (18, 1, 1), (19, 1, -1),
)  # fmt: skip
# Angles that should be none.
_NONE = (*((joint, axis) for joint in (10, 11, 15) for axis in (0, 1, 2)), (20, 1), (21, 1))


class VPoserPoses:
    size = SIZE
    bones = ("pelvis", *BODY)

    def __init__(self, model: SmplxModel, weights: dict[str, Tensor]) -> None:
        """`weights`: see `read`."""
        self._layers = [(weights[f"{name}.weight"], weights[f"{name}.bias"]) for name in _LAYERS]
        self.held = torch.eye(3).repeat(len(JOINTS), 1, 1)
        for side, mean in model.hands.items():
            first = JOINTS.index(f"{side}_index1")
            self.held[first : first + len(mean)] = exp(mean)

    def decode(self, latent: Tensor) -> Decoded:
        found = latent
        for k, (weight, bias) in enumerate(self._layers):
            found = torch.nn.functional.linear(found, weight, bias)
            if k < len(self._layers) - 1:
                found = torch.nn.functional.leaky_relu(found, _SLOPE)
        columns = found.reshape(len(latent), len(BODY), 3, 2)
        joints = frame(columns[..., 0], columns[..., 1])  # in SMPL-X's axes
        return Decoded(TO_OURS @ joints @ TO_OURS.T, joints)

    def cost(self, latent: Tensor) -> Tensor:
        return latent.square().mean(1)

    def angles(self, decoded: Decoded) -> Tensor:
        vectors = smooth_log(decoded.joints)
        signed = [sign * vectors[:, joint - 1, axis] for joint, axis, sign in _SIGNED]
        none = [vectors[:, joint - 1, axis].abs() for joint, axis in _NONE]
        return torch.cat((torch.stack(signed, 1).clamp_min(0), torch.stack(none, 1)), 1).mean(1)

    def starts(self) -> Tensor:
        drawn = torch.randn(_STARTS - 1, SIZE, generator=torch.Generator().manual_seed(1))
        return torch.cat((torch.zeros(1, SIZE), drawn))


def load(model: SmplxModel, file: Path | None = None) -> VPoserPoses:
    """From `file`, else from the folder that is configured for the role “pose_prior”."""
    if file is None:
        from backend.providers import folder_of

        folder = folder_of("pose_prior")
        # SMPL-X itself may lie beside it.
        found = [
            path for kind in ("*.safetensors", "*.npz") for path in (sorted(folder.glob(kind)) if folder else ())
            if path.name != FILE
        ]  # fmt: skip
        if not found:
            raise ModelsMissing(
                "SMPL-X is lifted with VPoser: no folder with its weights as safetensors is configured.",
                remedy="Convert its checkpoint with “python -m backend.fitting.lifting.vposer CHECKPOINT "
                "FOLDER/vposer.safetensors”, then run “python -m backend models add pose_prior FOLDER”.",
            )
        file = found[0]
    return VPoserPoses(model, read(file))


def read(path: Path) -> dict[str, Tensor]:
    """The decoder's six arrays, float32, under names without prefix. Raises `ModelUnusable`."""
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as file:
                tensors = {name: torch.as_tensor(file[name]) for name in file.files}
        else:
            tensors = load_file(str(path))
    except (OSError, ValueError, zipfile.BadZipFile, SafetensorError) as error:
        raise ModelUnusable(f"{path.name} cannot be read: {error}") from error
    return _decoder(tensors, path.name)


def convert(checkpoint: Path, out: Path) -> None:
    """VPoser's checkpoint (.ckpt, .pt) as safetensors with the decoder alone.

    Only tensors and plain containers are unpickled; a file that asks for anything else is refused.
    """
    try:
        content = torch.load(checkpoint, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ModelUnusable(f"{checkpoint.name} holds more than plain tensors: {error}") from error
    state = content.get("state_dict", content)
    save_file({name: value.contiguous() for name, value in _decoder(state, checkpoint.name).items()}, str(out))


def _decoder(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    found = {}
    for layer in _LAYERS:
        for part in ("weight", "bias"):
            key = next((key for key in tensors if key.endswith(f"{layer}.{part}")), None)
            if key is None:
                raise ModelUnusable(f"{name} is not VPoser: it has no “{layer}.{part}”.")
            found[f"{layer}.{part}"] = tensors[key].float()
    if found[f"{_LAYERS[0]}.weight"].shape[1] != SIZE or len(found[f"{_LAYERS[-1]}.bias"]) != 6 * len(BODY):
        raise ModelUnusable(f"{name} is another version of VPoser: the decoder's sizes are not 32 and {6 * len(BODY)}.")
    return found


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m backend.fitting.lifting.vposer CHECKPOINT OUT.safetensors")
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
