"""Networks of this room small enough for tests, and packed data made of boxes."""

from __future__ import annotations

import numpy as np
import torch

from backend.shapes.autoencoder import Autoencoder, AutoencoderSize
from backend.shapes.denoiser import Denoiser, DenoiserSize
from backend.shapes.model import ShapeModel
from backend.shapes.picture_encoder import PictureEncoder, PictureEncoderSize
from backend.shapes.shape_encoder import ShapeEncoder, ShapeEncoderSize
from backend.training.shapes.pack import Packed

NAMES = ("flat", "tall", "wide")
PICTURE = PictureEncoderSize(channels=(16, 16), width=32, heads=2, blocks=1, joint=16, categories=3)
SHAPE = ShapeEncoderSize(width=32, heads=2, blocks=1, joint=16)
VOLUME = AutoencoderSize(channels=16, width=32, latent=8, heads=2, volume_blocks=(1, 1), token_blocks=(1, 1))
LATENT = DenoiserSize(latent=8, width=32, heads=2, blocks=2, joint=16, picture=32)


def box(half: np.ndarray, resolution: int = 64) -> np.ndarray:
    """(R, R, R) float32 signed distances of a box of these half edges (3,) in the middle of the unit cube."""
    line = (np.arange(resolution) + 0.5) / resolution - 0.5
    away = np.abs(np.stack(np.meshgrid(line, line, line, indexing="ij"), -1)) - half
    outside = np.linalg.norm(np.maximum(away, 0), axis=-1)
    return (outside + np.minimum(away.max(-1), 0)).astype(np.float32)


def packed(count: int, seed: int = 0) -> Packed:
    """Boxes of three kinds; pictures show them from the front, as wide and as high as they are."""
    dice = np.random.default_rng(seed)
    kind = np.arange(count) % 3
    half = 0.45 * dice.uniform(0.2, 0.6, (count, 3))
    half[np.arange(count), np.array([1, 2, 0])[kind]] = 0.45
    pictures = np.zeros((count, 2, 96, 96, 4), np.uint8)
    volumes = np.stack([box(row) for row in half])
    line = (np.arange(96) + 0.5) / 96 - 0.5
    for row, (x, _, z) in enumerate(half):
        shown = (np.abs(line)[None, :] < x) & (np.abs(line)[:, None] < z)
        pictures[row, :, shown] = np.append(dice.integers(60, 200, 3), 255)
    angle = np.zeros((count, 2), np.float32)
    return Packed(
        pictures, 255 - pictures[:, :1, :, :, 3], angle, angle, angle[:, :1], angle[:, :1], volumes.astype(np.float16),
        np.packbits((volumes.reshape(count, 32, 2, 32, 2, 32, 2) < 0).any(axis=(2, 4, 6)).reshape(count, -1), axis=1),
        kind.astype(np.int16), np.arange(count), (2 * half).astype(np.float32), NAMES,
    )  # fmt: skip


def model(seed: int = 0) -> ShapeModel:
    """Untrained, but with something to say: layers that start at zero are given numbers."""
    torch.manual_seed(seed)
    nets = PictureEncoder(PICTURE), ShapeEncoder(SHAPE), Autoencoder(VOLUME), Denoiser(LATENT)
    for net in nets:
        for parameter in net.parameters():
            if not parameter.any():
                torch.nn.init.normal_(parameter, std=0.2)
        net.requires_grad_(False).eval()
    return ShapeModel(*nets, NAMES, torch.device("cpu"))
