"""The shape networks: sizes, linear starts, volumes there and back, heads that tell what they know."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.shapes.autoencoder import Autoencoder, AutoencoderSize
from backend.shapes.blocks import Block, VolumeBlock, join_cells, split_cells
from backend.shapes.denoiser import Denoiser, DenoiserSize, Given
from backend.shapes.picture_encoder import PictureEncoder, PictureEncoderSize, azimuth_of, view_of
from backend.shapes.shape_encoder import ShapeEncoder, ShapeEncoderSize
from tests.unit.shapes import tiny


def _given(count: int, size: DenoiserSize, tokens: int = 36) -> Given:
    all_there = torch.ones(count, dtype=torch.bool)
    return Given(torch.randn(count, size.joint), torch.randn(count, tokens, size.picture), all_there, all_there)


def test_sizes_of_what_ships_fit_the_repository():
    nets = PictureEncoder(), ShapeEncoder(), Autoencoder(), Denoiser()
    assert 2 * sum(parameter.numel() for net in nets for parameter in net.parameters()) < 39.5e6
    assert DenoiserSize().tokens == AutoencoderSize().tokens and DenoiserSize().latent == AutoencoderSize().latent
    assert PictureEncoderSize().joint == ShapeEncoderSize().joint == DenoiserSize().joint
    assert PictureEncoderSize().width == DenoiserSize().picture


def test_a_picture_becomes_an_embedding_tokens_kind_and_view():
    torch.manual_seed(0)
    seen = PictureEncoder(tiny.PICTURE)(torch.rand(3, 3, 96, 96))
    assert seen.embedding.shape == (3, 16) and seen.tokens.shape == (3, 36, 32) and seen.summary.shape == (3, 32)
    assert seen.categories.shape == (3, 3) and seen.view.shape == (3, 7)
    assert torch.allclose(seen.embedding.norm(dim=1), torch.ones(3), atol=1e-5)


def test_a_volume_becomes_an_embedding_that_knows_left_from_right():
    torch.manual_seed(0)
    volume = torch.from_numpy(tiny.box(np.array([0.1, 0.3, 0.45])))[None].roll(9, 1)
    net = ShapeEncoder(tiny.SHAPE)
    found = net(torch.cat([volume, volume.flip(1)]))
    assert found.shape == (2, 16)
    assert torch.allclose(found.norm(dim=1), torch.ones(2), atol=1e-5)
    assert (found[0] - found[1]).abs().max() > 1e-3


@settings(deadline=None, max_examples=20)
@given(st.sampled_from([(1, 1), (2, 3), (4, 2)]), st.integers(1, 3), st.integers(0, 99))
def test_cells_are_split_and_joined(edges, channels, seed):
    edge, count = edges
    given = torch.randn((2, *[edge * count] * 3, channels), generator=torch.Generator().manual_seed(seed))
    cubes = split_cells(given, edge)
    assert cubes.shape == (2, count, count, count, edge**3 * channels)
    assert torch.equal(join_cells(cubes, edge), given)
    assert torch.equal(cubes[1, -1, 0, -1].view(edge, edge, edge, -1), given[1, -edge:, :edge, -edge:])


def test_blocks_start_as_nothing():
    torch.manual_seed(0)
    tokens, volume = torch.randn(2, 5, 16), torch.randn(2, 16, 4, 4, 4)
    assert torch.equal(Block(16, 2)(tokens), tokens)
    assert torch.equal(VolumeBlock(16)(volume), volume)


def test_the_autoencoder_starts_as_the_principal_components():
    given = torch.from_numpy(tiny.packed(24).signed_distance.astype(np.float32))
    size = AutoencoderSize(channels=32, width=32, latent=16, heads=2, volume_blocks=(1, 1), token_blocks=(1, 1))
    net = Autoencoder(size)
    net.start_from_components(given)
    with torch.no_grad():
        net.measure(net.raw_latents(net.cubes(given)))
        latents = net.encode(given)
        back = net.decode(latents)
    assert latents.shape == (24, 64, 16) and back.shape == given.shape
    assert latents.mean().abs() < 0.05 and latents.std() == pytest.approx(1, abs=0.05)
    clipped = given.clamp(-size.reach, size.reach)
    assert (back - clipped).square().mean() < 0.05 * clipped.var()
    spread = latents.std((0, 1))
    assert spread[0] == spread.max() and spread[0] > 1.5 * spread[-1]


def test_what_lies_beyond_reach_is_not_encoded():
    torch.manual_seed(0)
    net = Autoencoder(tiny.VOLUME)
    given = torch.from_numpy(tiny.box(np.array([0.2, 0.2, 0.2])))[None]
    far = torch.where(given > net.size.reach, given + 1, given)
    assert torch.equal(net.encode(given), net.encode(far))


def test_velocities_have_the_latents_shape_and_deviation_one_is_kept():
    torch.manual_seed(0)
    net, given = Denoiser(tiny.LATENT), _given(64, tiny.LATENT)
    clean, noise = torch.randn(64, 64, 8), torch.randn(64, 64, 8)
    sigma = torch.rand(64)
    level = sigma[:, None, None]
    with torch.no_grad():
        found = net((1 - level) * clean + level * noise, sigma, given)
    assert found.shape == clean.shape
    # Before training: the best guess that the noisy latents alone allow. Its errors have deviation 1/√(σ² + (1 − σ)²).
    error = (noise - clean - found) * (level.square() + (1 - level).square()).sqrt()
    assert error.std() == pytest.approx(1, abs=0.02)


def test_absent_conditions_are_not_read():
    net = tiny.model().denoiser
    given, other = _given(2, tiny.LATENT), _given(2, tiny.LATENT)
    x, sigma = torch.randn(2, 64, 8), torch.tensor([0.2, 0.9])
    assert torch.equal(net(x, sigma, given.without()), net(x, sigma, other.without()))
    nothing, everything = given.without().has_tokens, given.has_tokens
    only = [Given(one.embedding, two.tokens, everything, nothing) for one, two in ((given, given), (given, other))]
    assert torch.equal(net(x, sigma, only[0]), net(x, sigma, only[1]))
    for changed in (
        Given(other.embedding, given.tokens, everything, everything),
        Given(given.embedding, other.tokens, everything, everything), given.without(), only[0],
    ):  # fmt: skip
        assert (net(x, sigma, given) - net(x, sigma, changed)).abs().max() > 1e-4


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 2 * np.pi - 1e-3), st.floats(-0.5, 1.5))
def test_the_azimuth_is_read_from_what_the_head_tells(azimuth, elevation):
    told = view_of(torch.tensor([azimuth]), torch.tensor([elevation]))
    found = float(azimuth_of(told))
    assert abs(np.angle(np.exp(1j * (found - azimuth)))) < np.radians(0.6)
    # An object that looks alike from the back: the mean over both leaves only even turns, and either side is right.
    both = (told + view_of(torch.tensor([azimuth + np.pi]), torch.tensor([elevation]))) / 2
    assert abs(np.angle(np.exp(2j * (float(azimuth_of(both)) - azimuth)))) < np.radians(1.2)
