"""The shape model: its weights' file, its conditions, its sampler; the same from one generator, guided."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.shapes import sampler, storage
from backend.shapes.autoencoder import Autoencoder, AutoencoderSize
from backend.shapes.model import Condition, ShapeModel
from backend.shapes.storage import ShapeWeightsUnusable
from tests.unit.shapes import tiny

PARTS = ("picture_encoder", "autoencoder", "shape_encoder", "denoiser")


@pytest.fixture(scope="module")
def model() -> ShapeModel:
    return tiny.model()


@pytest.fixture
def folder(tmp_path, model):
    for name in PARTS:
        beside = ("picture_encoder", "autoencoder") if name == "denoiser" else ()
        storage.write(tmp_path, name, getattr(model, name), {"categories": list(tiny.NAMES)}, beside)
    return tmp_path


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _condition(model: ShapeModel, seed: int = 0) -> Condition:
    picture = np.random.default_rng(seed).random((1, 96, 96, 3), np.float32)
    return model.encode_pictures(picture).condition()


def test_codes_of_pictures_and_volumes(model):
    pictures = np.random.default_rng(0).random((19, 96, 96, 3), np.float32)
    code = model.encode_pictures(pictures)
    assert code.embedding.shape == (19, 16) and code.tokens.shape == (19, 36, 32) and code.category.shape == (19, 3)
    assert code.azimuth.shape == code.elevation.shape == (19,)
    assert np.allclose(code.category.sum(1), 1, atol=1e-5)
    alone = model.encode_pictures(pictures[17:18])
    assert np.allclose(alone.embedding[0], code.embedding[17], atol=1e-5)
    assert len(code.conditions()) == 19 and code.condition(3).tokens.dtype == np.float32
    volumes = np.stack([tiny.box(np.array([0.1, 0.2, 0.45])), tiny.box(np.array([0.45, 0.2, 0.1]))])
    assert model.encode_volumes(volumes).shape == (2, 16)


def test_the_same_seed_is_the_same_shape_whatever_the_count(model):
    condition = _condition(model)
    done = []
    one = model.sample(condition, 1, _generator(5), steps=3, report=done.append)
    assert one.shape == (1, 64, 64, 64) and one.dtype == np.float32
    assert done == pytest.approx([1 / 3, 2 / 3, 1])
    three = model.sample(condition, 3, _generator(5), steps=3)
    assert np.allclose(three[:1], one, atol=1e-4)
    assert np.abs(three[1] - three[0]).max() > 1e-3
    assert np.array_equal(model.sample(condition, 3, _generator(5), steps=3), three)
    assert np.abs(model.sample(condition, 1, _generator(6), steps=3) - one).max() > 1e-3


def test_guidance_of_nothing_is_no_condition(model):
    condition = _condition(model)
    free = model.sample(None, 1, _generator(), steps=3)
    assert np.array_equal(model.sample(condition, 1, _generator(), guidance=0, steps=3), free)
    made = {strength: model.sample(condition, 1, _generator(), guidance=strength, steps=1) for strength in (1, 1.5)}
    assert np.abs(made[1] - free).max() > 1e-3 and np.abs(made[1.5] - made[1]).max() > 1e-4
    loose = model.sample(Condition(condition.embedding), 1, _generator(), guidance=1, steps=1)
    assert np.abs(loose - made[1]).max() > 1e-4


def test_guidance_goes_from_without_to_with_and_beyond():
    free, with_it = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 2.0])
    assert torch.equal(sampler.guided(with_it, free, 0.0), free)
    assert torch.equal(sampler.guided(with_it, free, 1.0), with_it)
    assert torch.equal(sampler.guided(with_it, free, 2.0), torch.tensor([5.0, 2.0]))


def test_a_cancelled_job_stops_the_sampling(model):
    def cancel(fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.sample(None, 1, _generator(), steps=3, report=cancel)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.floats(0.01, 0.99))
def test_mixes_lie_on_the_arc_and_end_in_what_is_mixed(seed, share):
    dice = np.random.default_rng(seed)
    ends = dice.normal(size=(2, 16)).astype(np.float32)
    ends /= np.linalg.norm(ends, axis=1, keepdims=True)
    tokens = dice.normal(size=(2, 4, 8)).astype(np.float32)
    first, second = (Condition(*pair) for pair in zip(ends, tokens, strict=True))
    assert first.mix(second, 0.0) is first and first.mix(second, 1.0) is second
    mixed = first.mix(second, share)
    assert np.linalg.norm(mixed.embedding) == pytest.approx(1, abs=1e-5)
    whole = np.arccos(np.clip(ends[0] @ ends[1], -1, 1))
    assert np.arccos(np.clip(ends[0] @ mixed.embedding, -1, 1)) == pytest.approx(share * whole, abs=2e-3)
    assert np.allclose(mixed.tokens, (1 - share) * tokens[0] + share * tokens[1], atol=1e-5)
    assert first.mix(Condition(ends[1]), share).tokens is None


def test_the_solver_is_that_of_diffusers():
    diffusers = pytest.importorskip("diffusers", reason="diffusers is not installed")
    scheduler = diffusers.DPMSolverMultistepScheduler(
        use_flow_sigmas=True, prediction_type="flow_prediction", flow_shift=2.0, final_sigmas_type="zero"
    )
    turn = torch.randn(6, 6, generator=_generator(1)) / 3

    def velocity(latents, sigma):
        return torch.tanh(latents @ turn) * (1 + sigma)

    start = torch.randn(2, 4, 6, generator=_generator(2))
    theirs = sampler.solve_with(scheduler, velocity, start, 12)
    ours = sampler.solve(velocity, start, scheduler.sigmas.tolist())
    assert torch.allclose(ours, theirs, atol=1e-4)


def test_the_solver_finds_what_a_known_flow_leads_to():
    """For shapes that are normal about 2 with deviation 0.4, the flow is known; all of them arrive there."""

    def velocity(x, sigma):
        variance = sigma**2 + (1 - sigma) ** 2 * 0.16
        residue = x - (1 - sigma) * 2
        clean = 2 + (1 - sigma) * 0.16 / variance * residue
        return sigma / variance * residue - clean

    levels = sampler.levels(20)
    assert levels[0] == 1 and levels[-1] == 0 and len(levels) == 21 and all(np.diff(levels) < 0)
    found = sampler.solve(velocity, torch.randn(4000, 1, 1, generator=_generator()), levels)
    assert found.mean() == pytest.approx(2, abs=0.02)
    assert found.std() == pytest.approx(0.4, abs=0.03)


def test_weights_come_back_nearly_as_they_were(folder, model):
    read = ShapeModel.load(folder, device="cpu")
    assert read.categories == tiny.NAMES
    for name in PARTS:
        there, kept = getattr(read, name).state_dict(), getattr(model, name).state_dict()
        assert all(torch.allclose(there[key], kept[key], atol=1e-3) for key in kept)
        assert not any(parameter.requires_grad for parameter in getattr(read, name).parameters())


def test_altered_missing_and_foreign_weights_are_refused_in_words(folder, model):
    def refused(words):
        with pytest.raises(ShapeWeightsUnusable, match=words):
            storage.read(folder, "autoencoder", Autoencoder, AutoencoderSize)

    path, listed = folder / "autoencoder.safetensors", folder / storage.LIST
    data, text = path.read_bytes(), listed.read_text()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    refused("SHA-256")
    path.write_bytes(data[: len(data) // 2])
    refused("SHA-256")
    path.unlink()
    refused("cannot be read")
    path.write_bytes(data)
    for damaged, words in (
        (text.replace('"version": 1', '"version": 99'), "version 99"), (text[:50], "damaged"), ("[]", "damaged"),
        (json.dumps({"version": storage.VERSION, "networks": {}}), "names no"),
        (text.replace('"sha256"', '"sum"'), "does not describe"),
        (text.replace('"beside"', '"by"'), "does not describe"),
        (re.sub(r'"latent": \d+', '"latent": 3', text), "does not describe"),
    ):  # fmt: skip
        listed.write_text(damaged)
        refused(words)
    listed.unlink()
    refused("cannot be read")


def test_a_denoiser_of_another_autoencoder_is_refused(folder):
    torch.manual_seed(9)
    storage.write(folder, "autoencoder", Autoencoder(tiny.VOLUME), {})
    with pytest.raises(ShapeWeightsUnusable, match="another “autoencoder”"):
        ShapeModel.load(folder, device="cpu")
