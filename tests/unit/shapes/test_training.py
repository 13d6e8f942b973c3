"""The recipes on tiny networks: losses fall, what was stopped goes on the same, the commands leave usable weights."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from backend.shapes import storage
from backend.shapes.denoiser import Denoiser
from backend.shapes.model import ShapeModel
from backend.training.cisp import batches
from backend.training.cisp import recipe as cisp
from backend.training.cisp.joint import HIGHEST_SCALE, CoarseVolume, ImageOnly, Joint, contrast, within
from backend.training.loop import Plan, steps_done, train
from backend.training.run import Run
from backend.training.shape_diffusion import autoencoding, denoising, reference
from backend.training.shape_diffusion import recipe as shapes
from backend.training.shape_diffusion.autoencoding import Volumes, train_autoencoder
from backend.training.shape_diffusion.codes import codes_of
from backend.training.shape_diffusion.overlap import occupied, overlap
from backend.training.shape_diffusion.reference_unet import UNet, UNetSize
from backend.training.shapes.volume import occupancy_of
from tests.unit.shapes import tiny

CPU = torch.device("cpu")
UNET = UNetSize(base=8, multiples=(1, 1, 1, 2), residual=1, time=16, context=16, joint=16, picture=32)


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def data():
    return {"train": tiny.packed(30), "validation": tiny.packed(12, 1), "test": tiny.packed(12, 2)}


def _falls(net, loss, steps: int = 12, rate: float = 3e-3) -> None:
    """The loss of one batch, which training on it must lower."""
    optimiser = torch.optim.Adam(net.parameters(), rate)
    found = []
    for _ in range(steps):
        optimiser.zero_grad()
        value = loss()
        value.backward()
        optimiser.step()
        found.append(float(value.detach()))
    assert np.isfinite(found).all() and found[-1] < 0.9 * found[0], found


# --- what is minimised ------------------------------------------------------------------------------------------------


def test_the_contrast_is_least_for_pairs_and_the_temperature_is_clamped():
    first = torch.nn.functional.normalize(torch.randn(6, 8, generator=_generator()), dim=1)
    scale = torch.tensor(2.0)
    own, crossed = contrast(first, first, scale), contrast(first, first.roll(1, 0), scale)
    assert own < crossed
    assert contrast(first, first.roll(1, 0), scale) == pytest.approx(float(contrast(first.roll(1, 0), first, scale)))
    # By hand: the mean over rows and columns of log-sum-exp less the pair's own logit.
    logits = first @ first.roll(1, 0).T * np.exp(2.0)
    by_hand = (logits.logsumexp(0).mean() + logits.logsumexp(1).mean()) / 2 - logits.diagonal().mean()
    assert float(crossed) == pytest.approx(float(by_hand), abs=1e-4)
    high = [float(contrast(first, first, torch.tensor(value))) for value in (HIGHEST_SCALE, HIGHEST_SCALE + 3)]
    assert high[0] == pytest.approx(high[1])


def test_ranks_are_counted():
    similarity = torch.tensor([[0.9, 0.1, 0.2], [0.8, 0.5, 0.9], [0.1, 0.2, 0.9]])
    assert within(similarity, 1) == pytest.approx(2 / 3)
    assert within(similarity, 2) == pytest.approx(2 / 3)
    assert within(similarity, 3) == 1


def test_solids_overlap_as_they_should():
    volume = torch.from_numpy(tiny.packed(3).signed_distance.astype(np.float32))
    solid = occupied(volume)
    assert np.array_equal(solid[1].numpy(), occupancy_of(volume[1].numpy()))
    assert overlap(solid, solid).tolist() == [1, 1, 1]
    half = solid.clone()
    half[:, :16] = False
    assert overlap(solid, half) == pytest.approx((half.sum((1, 2, 3)) / solid.sum((1, 2, 3))).tolist())
    nothing = torch.zeros_like(solid)
    assert overlap(nothing, nothing).tolist() == [1, 1, 1] and overlap(solid, nothing).tolist() == [0, 0, 0]


def test_only_the_volume_asks_something_of_the_last_tokens(data):
    batch = batches.draw(data["train"], 6, 1, _generator(), CPU)
    asked = []
    for coarse in (True, False):
        torch.manual_seed(0)
        net = Joint(tiny.PICTURE, tiny.SHAPE, coarse)
        for layer in net.modules():  # layers that start at nothing would hide what flows through them
            if isinstance(layer, torch.nn.Linear) and not layer.weight.any():
                torch.nn.init.normal_(layer.weight, std=0.1)
        seen = net.picture(batch.pictures[0])
        assert CoarseVolume(32, 2)(seen.tokens).shape == (6, 16, 16, 16)
        kept = []
        net.picture.norm.register_forward_hook(lambda _, __, out, kept=kept: (out.retain_grad(), kept.append(out))[0])
        net.loss(batch).backward()
        asked.append(float(kept[0].grad[:, 1:].abs().max()))
    assert asked[0] > 0 and asked[1] == 0


def test_the_joint_loss_falls_and_so_does_that_without_shapes(data):
    batch = batches.draw(data["train"], 16, 2, _generator(), CPU)
    for net in (Joint(tiny.PICTURE, tiny.SHAPE), Joint(tiny.PICTURE, tiny.SHAPE, False), ImageOnly(tiny.PICTURE)):
        _falls(net, lambda net=net: net.loss(batch))


def test_the_denoising_loss_falls():
    torch.manual_seed(0)
    net, model = Denoiser(tiny.LATENT), tiny.model()
    latents = torch.ones(16, 64, 8)
    all_there = torch.ones(16, dtype=torch.bool)
    given = denoising.Given(torch.randn(16, 16), torch.randn(16, 36, 32), all_there, all_there)
    assert model.denoiser.size == net.size
    _falls(net, lambda: denoising.denoising_loss(net, latents, given, _generator(1)))


def test_the_reference_learns_to_tell_noise_and_draws_solids(data):
    torch.manual_seed(0)
    net, rows = UNet(UNET), torch.arange(4)
    all_there = torch.ones(4, dtype=torch.bool)
    given = denoising.Given(torch.randn(4, 16), torch.randn(4, 36, 32), all_there, all_there)
    solid = reference.solids(data["train"], rows, torch.tensor([False, True, False, False]))
    assert solid.shape == (4, 1, 32, 32, 32) and set(solid.unique().tolist()) == {0, 1}
    assert torch.equal(solid[2, 0].bool(), torch.from_numpy(data["train"].occupied(np.array([2])))[0])
    _falls(net, lambda: reference.noise_loss(net, solid, given, _generator(1)))
    drawn = reference.sample(net, given, _generator(), steps=2)
    assert drawn.shape == (4, 32, 32, 32) and drawn.dtype == torch.bool
    assert torch.equal(drawn, reference.sample(net, given, _generator(), steps=2))


def test_the_references_noise_is_that_of_its_schedule():
    kept = reference.kept_share()
    assert kept[0] == pytest.approx(1 - 1e-4, abs=1e-6) and kept[-1] < 1e-4
    step, noise = torch.tensor([300]), torch.randn(1, 1, 32, 32, 32, generator=_generator())
    found = reference.noised(torch.ones(1, 1, 32, 32, 32), step, noise)
    assert float(found.mean()) == pytest.approx(float(kept[300].sqrt()), abs=0.03)
    assert float(found.var()) == pytest.approx(float(1 - kept[300]), abs=0.03)


# --- what is run ------------------------------------------------------------------------------------------------------


def test_an_interrupted_autoencoder_ends_like_one_that_was_not(tmp_path, data, monkeypatch):
    monkeypatch.setattr(autoencoding, "BATCH", 4)
    volumes = Volumes(data["train"].signed_distance, data["validation"].signed_distance)
    plan = Plan(steps=6, validate_every=3, checkpoint_every=2, warm_up=2)

    def run(name, plan=plan, seconds=None):
        return train_autoencoder(volumes, tmp_path / name, say=lambda line: None, device=CPU, size=tiny.VOLUME,
                                 plan=plan, seconds=seconds)  # fmt: skip

    whole, found = run("whole.safetensors")
    assert 0.3 < found <= 1
    run("parts.safetensors", replace(plan, fall=1e-9), seconds=1e-9)  # one step, at the full rate's warm-up
    assert steps_done(tmp_path / "parts.safetensors") == 1
    parts, again = run("parts.safetensors")
    assert again == pytest.approx(found, abs=1e-6)
    for key, value in whole.state_dict().items():
        assert torch.allclose(value, parts.state_dict()[key], atol=1e-5), key
    assert float(whole.deviation) != 1


def test_a_run_without_fixed_data_takes_its_checkpoint_up_with_more_steps_and_ends_when_told(tmp_path):
    net, said = torch.nn.Linear(1, 1), []

    def run(steps, seconds=None, seed=1):
        train(net, lambda generator: (net(torch.ones(1, 1)) - 3).square().mean(), lambda _: float(net.bias.detach()),
              Plan(steps, validate_every=2), name="line", checkpoint=tmp_path / "a.safetensors", seed=seed,
              learned=None, say=said.append, seconds=seconds)  # fmt: skip
        return steps_done(tmp_path / "a.safetensors")

    assert run(3) == 3
    assert run(5, seed=2) == 5 and "goes on from step 3" in "".join(said)
    assert run(1000, seconds=1e-9) == 6
    assert "min left" in "".join(said)


def test_codes_are_kept_until_data_or_networks_change(tmp_path, data):
    model, path, said = tiny.model(), tmp_path / "codes.safetensors", []

    def codes(split, autoencoder, encoder=model.shape_encoder):
        return codes_of(data[split], autoencoder, encoder, path, CPU, said.append)

    first = codes("validation", model.autoencoder)
    assert first.latents.shape == (12, 2, 64, 8) and first.embeddings.shape == (12, 2, 16)
    stamp = path.stat().st_mtime_ns
    assert torch.equal(codes("validation", model.autoencoder).latents, first.latents)
    assert path.stat().st_mtime_ns == stamp
    other = tiny.model(1).autoencoder
    assert not torch.allclose(codes("validation", other).latents, first.latents)
    assert codes("test", other, None).embeddings is None


def test_conditions_are_left_out_independently(data):
    model = tiny.model()
    codes = SimpleNamespace(latents=None, embeddings=torch.nn.functional.normalize(torch.randn(30, 2, 16), dim=-1))
    rows = torch.arange(30).repeat(10)
    mirror = torch.zeros(300, dtype=torch.bool)
    given = denoising.conditions(data["train"], codes, model.picture_encoder, rows, mirror, _generator(), CPU)
    embedding, tokens = given.has_embedding.float(), given.has_tokens.float()
    assert 0.84 < embedding.mean() < 0.97 and 0.73 < tokens.mean() < 0.89
    own = (given.embedding - codes.embeddings[rows, 0]).abs().amax(1) < 1e-6
    assert 0.05 < own.float().mean() < 0.16
    assert given.has_embedding[own].all() and not given.has_tokens[own].any()
    neither = (~given.has_embedding & ~given.has_tokens).float().mean()
    assert 0 < neither < 0.04


def test_the_commands_recipes_leave_weights_that_the_product_loads(tmp_path, data, monkeypatch):
    for module in (cisp, shapes):
        monkeypatch.setattr(module, "load_packed", lambda folder, split: data[split])
    monkeypatch.setattr(cisp, "SHAPES", 8)
    monkeypatch.setattr(autoencoding, "BATCH", 4)
    monkeypatch.setattr(denoising, "BATCH", 4)
    monkeypatch.setattr(reference, "BATCH", 2)
    monkeypatch.setattr(shapes, "GLANCED", 1)
    monkeypatch.setattr(shapes, "TESTED", 2)
    monkeypatch.setattr(shapes, "TRIES", 2)
    said = []
    run = Run(tmp_path, tmp_path / "checkpoints", tmp_path / "weights", said.append, steps=2)
    found = cisp.train_cisp(run, picture=tiny.PICTURE, shape=tiny.SHAPE)
    assert found.gallery == 12 and 0 <= found.first <= found.five <= 1
    shapes.train_volumes(run, tiny.VOLUME)
    made = shapes.train_shapes(run, tiny.LATENT)
    assert 0 <= made.one <= made.best <= 1 and 0 <= made.nearest <= 1
    monkeypatch.setattr(shapes, "REFERENCE_STEPS", 2)
    assert 0 <= shapes.train_reference_whole(run, UNET) <= 1
    assert storage.holds(run.checkpoints / "reference", "reference") and not storage.holds(run.out, "reference")
    model = ShapeModel.load(run.out, device="cpu")
    assert model.categories == tiny.NAMES
    assert model.sample(None, 1, _generator(), steps=1).shape == (1, 64, 64, 64)
    for card in ("cisp.md", "autoencoder.md", "denoiser.md"):
        text = (run.out / card).read_text()
        assert "30 shapes for training" in text and "{" not in text
        assert all(len(line) <= 120 for line in text.splitlines())
    # The comparison: no shape encoder beside it.
    other = replace(run, out=tmp_path / "image_only", checkpoints=tmp_path / "other")
    assert 0 <= cisp.train_image_only(other, picture=tiny.PICTURE) <= 1
    shapes.train_volumes(other, tiny.VOLUME)
    assert np.isnan(shapes.train_shapes(other, tiny.LATENT).nearest)
    alone = ShapeModel.load(other.out, device="cpu")
    assert alone.shape_encoder is None
    with pytest.raises(storage.ShapeWeightsUnusable, match="no encoder of shapes"):
        alone.encode_volumes(np.zeros((1, 64, 64, 64), np.float32))
