"""Painting with tiny Stable Diffusion and SDXL inpainting pipelines of random weights, loaded from disk."""

import dataclasses

import numpy as np
import pytest
import torch

from backend.bench import inpainting_models as models
from backend.vision.inpainting import Painting, load_painter
from backend.vision.inpainting.attention import LATENTS_PER_CELL, AttentionReader, ReadProcessor
from protocol.errors import Cancelled, ModelUnusable, NobodyInPrompt, OutOfMemory

PROMPT = "an old man sitting on the sofa"


def paint(painter, pictures, seeds, masks=None, report=lambda _: None, person="old man"):
    return painter.paint(pictures, PROMPT, person=person, masks=masks, seeds=seeds, report=report)


def boxes(pictures):
    """Masks of another box in each picture: (N, H, W) bool."""
    masks = np.zeros(pictures.shape[:3], bool)
    for i, mask in enumerate(masks):
        mask[20 + 8 * i : 90 + 8 * i, 30:77] = True
    return masks


def test_the_person_is_painted_on_thirty_percent_of_each_picture(painter, pictures):
    before = pictures(2)
    painted = paint(painter, before, [1, 2])
    assert painted.pictures.shape == before.shape and painted.pictures.dtype == np.uint8
    assert painted.masks.shape == before.shape[:3] and painted.masks.dtype == bool
    np.testing.assert_allclose(painted.masks.sum((1, 2)), 0.3 * 128 * 128, atol=1)
    assert (painted.masks[0] != painted.masks[1]).any()
    assert not painted.warnings


def test_pictures_are_shown_as_soon_as_they_are_painted(folder, pictures):
    painter = load_painter(folder, "cpu", parameters=Painting(steps=2, suffix="", batch=1))
    before, told = pictures(2), []
    painted = painter.paint(
        before, PROMPT, person="old man", seeds=[1, 2], report=lambda fraction: told.append(fraction),
        show=lambda index, picture: told.append((index, picture)),
    )  # fmt: skip
    shown = [entry for entry in told if isinstance(entry, tuple)]
    assert [index for index, _ in shown] == [0, 1]
    assert all((picture == painted.pictures[index]).all() for index, picture in shown)
    assert told.index(shown[0]) < len(told) - 2, "the first one before the second is begun"


def test_the_mask_is_made_in_the_first_half_and_then_kept(folder, pictures, monkeypatch):
    """What the UNet gets: nothing masked, then the last mask, and masked pictures that belong to it."""
    painter = load_painter(folder, "cpu", parameters=Painting(steps=6, suffix="", strength=1.0))
    seen = []
    forward = painter._pipeline.unet.forward

    def watch(sample, *arguments, **keywords):
        seen.append(sample[:, 4:].clone())
        return forward(sample, *arguments, **keywords)

    encoded = []
    prepare = painter._pipeline.prepare_mask_latents
    monkeypatch.setattr(painter._pipeline.unet, "forward", watch)
    monkeypatch.setattr(painter._pipeline, "prepare_mask_latents", lambda *a: encoded.append(a[:2]) or prepare(*a))
    before = pictures(1)
    painted = paint(painter, before, [3])
    scaled = torch.from_numpy(before).permute(0, 3, 1, 2).float() / 127.5 - 1
    assert len(encoded) == 1 + 3  # the pipeline's own, and after each step of the first half
    for mask, masked in encoded:
        torch.testing.assert_close(masked, scaled * (1 - mask))
    masks = [tensor[:, 0] for tensor in seen]
    assert len(masks) == 6 and not masks[0].any()
    for mask in masks[1:]:
        assert torch.equal(mask[0], mask[1])  # both halves of the guidance
        assert abs(float(mask.mean()) - 0.3) < 0.06  # a latent cell is 8 pixels wide
    final = torch.from_numpy(painted.masks[0, ::8, ::8].astype(np.float32))
    for tensor in seen[3:]:
        assert torch.equal(tensor, seen[3]) and torch.equal(tensor[0, 0], final)
    assert not torch.equal(seen[0][:, 1:], seen[1][:, 1:])  # the masked picture was encoded again


def test_attention_is_the_mean_of_the_last_three_steps_over_the_persons_words(folder, pictures, monkeypatch):
    painter = load_painter(folder, "cpu", parameters=Painting(steps=8, suffix="", strength=1.0, batch=2))
    maps, used = [], []
    take = AttentionReader.take

    def watch(reader):
        taken = take(reader)
        if taken is not None:
            maps.append(taken)
        return taken

    from backend.vision.inpainting import masks

    attention_mask = masks.attention_mask
    monkeypatch.setattr(AttentionReader, "take", watch)
    monkeypatch.setattr(masks, "attention_mask", lambda *given: used.append(given[0]) or attention_mask(*given))
    paint(painter, pictures(2), [3, 4])
    assert len(maps) == len(used) == 4  # half of the steps
    cells = 4 * 4  # a quarter of the latents' 16 × 16
    for taken in maps:
        assert taken.shape == (2, cells, 77)
        torch.testing.assert_close(taken.sum(-1), torch.ones(2, cells), rtol=0, atol=1e-5)
    words = [2 + len("n"), 4]  # start, a, n: “an” is two pieces here; then “old” and “man”
    expected = torch.stack(maps[1:4]).mean(0)[..., words].sum(-1).reshape(2, 4, 4)
    torch.testing.assert_close(used[3], expected)


def test_reading_attention_is_all_layers_of_that_resolution_and_changes_no_result(painter):
    unet = painter._pipeline.unet
    tokens = unet.config.cross_attention_dim
    generator = torch.Generator().manual_seed(0)
    sample = torch.randn((2, 9, 16, 16), generator=generator)
    words = torch.randn((2, 77, tokens), generator=generator)
    added = {"text_embeds": torch.zeros(2, 16), "time_ids": torch.zeros(2, 6)} if painter._xl else None

    def run():
        with torch.no_grad():
            return unet(sample, 10, encoder_hidden_states=words, added_cond_kwargs=added).sample

    layers = []
    for name, module in unet.named_modules():
        if name.endswith("attn2"):
            module.register_forward_hook(lambda _, given, __: layers.append(given[0].shape[1] == 16))
    painter._reader.cells = 16
    read = run()
    assert painter._reader._layers == sum(layers) >= 5  # two down, three up at least
    half = painter._reader.take()
    assert half.shape == (1, 16, 77)
    painter._reader.guided = False
    run()
    torch.testing.assert_close(painter._reader.take()[1:], half)
    unet.set_attn_processor({name: getattr(p, "inner", p) for name, p in unet.attn_processors.items()})
    assert torch.equal(run(), read)


def test_outside_a_given_mask_the_picture_is_what_it_was(painter, pictures):
    before = pictures(2)
    masks = boxes(before)
    painted = paint(painter, before, [1, 2], masks)
    assert np.array_equal(painted.pictures[~masks], before[~masks])
    assert (painted.pictures[masks] != before[masks]).mean() > 0.9
    assert np.array_equal(painted.masks, masks)


def test_a_given_mask_paints_what_the_plain_pipeline_paints(painter, pictures):
    before = pictures(1)
    masks = boxes(before)
    painted = paint(painter, before, [7], masks)
    parameters = painter.parameters
    steps = parameters.steps
    plain = painter._pipeline(
        prompt=[parameters.text(PROMPT)],
        negative_prompt=[parameters.negative],
        image=torch.from_numpy(before).permute(0, 3, 1, 2) / 255,
        mask_image=torch.from_numpy(masks)[:, None].float(),
        height=128,
        width=128,
        strength=0.9999 if painter._xl else 1.0,
        num_inference_steps=steps,
        guidance_scale=7.5,
        generator=[torch.Generator().manual_seed(7)],
        output_type="np",
    ).images
    plain = np.round(plain * 255).astype(np.uint8)
    assert np.array_equal(painted.pictures[masks], plain[masks])


def test_an_empty_mask_changes_nothing(painter, pictures):
    before = pictures(1)
    assert np.array_equal(paint(painter, before, [1], np.zeros((1, 128, 128), bool)).pictures, before)


def test_the_same_seed_paints_the_same_picture_in_any_batch(folder, pictures):
    before = pictures(3)
    painters = [load_painter(folder, "cpu", parameters=Painting(steps=4, batch=batch)) for batch in (1, 2, 3)]
    alone, pairs, together = (paint(painter, before, [5, 6, 7]) for painter in painters)
    again = paint(painters[0], before, [5, 6, 7])
    assert np.array_equal(alone.pictures, again.pictures) and np.array_equal(alone.masks, again.masks)
    shuffled = paint(painters[0], before[::-1], [7, 6, 5])
    assert np.array_equal(alone.pictures, shuffled.pictures[::-1])
    for other in (pairs, together):  # sums over a batch are rounded otherwise
        assert np.abs(other.pictures.astype(int) - alone.pictures).max() <= 2
        assert (other.masks != alone.masks).mean() < 1e-3
    assert not np.array_equal(paint(painters[0], before, [8, 9, 10]).pictures, alone.pictures)


def test_pictures_of_other_sizes_are_painted_at_the_models_and_come_back_at_theirs(painter, pictures):
    before = pictures(1, 96, 180)
    assert painter._size(96, 180) == ((96, 160) if painter._xl else (64, 192))  # multiples of 32, of 64
    assert painter._size(512, 512) == (128, 128)
    masks = boxes(before)
    painted = paint(painter, before, [1], masks)
    assert painted.pictures.shape == before.shape
    assert np.array_equal(painted.pictures[~masks], before[~masks])
    dynamic = paint(painter, before, [1])
    assert dynamic.pictures.shape == before.shape
    assert abs(dynamic.masks.mean() - 0.3) < 0.01


def test_at_512_pixels_the_attention_is_read_at_sixteen_by_sixteen(folders, pictures, monkeypatch):
    painter = load_painter(folders["sd"], "cpu", parameters=Painting(steps=2, suffix="", side=512))
    shapes = []
    take = AttentionReader.take
    monkeypatch.setattr(
        AttentionReader, "take", lambda r: shapes.append(t.shape) or t if (t := take(r)) is not None else t
    )
    painted = paint(painter, pictures(1, 512, 512), [1])
    assert shapes == [(1, 256, 77)]
    assert painted.masks.sum() == pytest.approx(0.3 * 512 * 512, abs=1)


def test_progress_rises_to_one_and_is_told_at_least_once_a_step(folder, pictures):
    painter = load_painter(folder, "cpu", parameters=Painting(steps=5, batch=2, suffix=""))
    told = []
    paint(painter, pictures(3), [1, 2, 3], report=told.append)
    assert told == sorted(told) and told[0] == 0 and told[-1] == 1
    assert len(told) >= 2 * 4


@pytest.mark.parametrize("error", [Cancelled("enough"), RuntimeError("CUDA out of memory, says the caller")])
def test_it_ends_within_the_step_in_which_the_caller_ends_it(painter, pictures, monkeypatch, error):
    steps = []
    forward = painter._pipeline.unet.forward
    monkeypatch.setattr(painter._pipeline.unet, "forward", lambda *a, **k: steps.append(1) or forward(*a, **k))

    def report(fraction):
        if fraction > 0:
            raise error

    with pytest.raises(type(error)) as caught:
        paint(painter, pictures(2), [1, 2], report=report)
    assert caught.value is error and len(steps) == 1 and painter._reader.cells == 0
    painted = paint(painter, pictures(1), [1])  # and nothing is left of it
    assert painted.masks.sum() == pytest.approx(0.3 * 128 * 128, abs=1) and not painted.warnings


def test_it_ends_before_the_first_step_too(painter, pictures):
    def report(_):
        raise Cancelled

    with pytest.raises(Cancelled):
        paint(painter, pictures(1), [1], report=report)


class Narrow:
    """A UNet's forward that bears so many pictures (twice as many rows, with guidance) and no more."""

    def __init__(self, forward, most, error):
        self.forward, self.most, self.error, self.sizes = forward, most, error, []

    def __call__(self, sample, *arguments, **keywords):
        self.sizes.append(len(sample) // 2)
        if len(sample) > 2 * self.most:
            raise self.error
        return self.forward(sample, *arguments, **keywords)


def test_a_batch_that_does_not_fit_is_halved_and_said(folders, pictures, monkeypatch):
    parameters = Painting(steps=1, batch=4, suffix="")
    painter = load_painter(folders["sd"], "cpu", parameters=parameters)
    before = pictures(5)
    whole = paint(painter, before, range(5))
    narrow = Narrow(painter._pipeline.unet.forward, 1, torch.OutOfMemoryError("CUDA out of memory."))
    monkeypatch.setattr(painter._pipeline.unet, "forward", narrow)
    painted = paint(painter, before, range(5))
    assert narrow.sizes == [4, 2] + [1] * 5
    narrow.sizes.clear()
    assert not paint(painter, before[:2], [0, 1]).warnings and narrow.sizes == [1, 1]  # remembered
    assert len(painted.warnings) == 2 and all("memory" in warning for warning in painted.warnings)
    assert np.abs(painted.pictures.astype(int) - whole.pictures).max() <= 2


def test_a_single_picture_that_does_not_fit_is_sliced_then_refused(painter, pictures, monkeypatch):
    forward = painter._pipeline.unet.forward
    narrow = Narrow(forward, 0, torch.OutOfMemoryError("CUDA out of memory."))
    monkeypatch.setattr(painter._pipeline.unet, "forward", narrow)
    with pytest.raises(OutOfMemory) as caught:
        paint(painter, pictures(1), [1])
    assert caught.value.remedy and len(narrow.sizes) == 2
    monkeypatch.setattr(painter._pipeline.unet, "forward", forward)
    processors = painter._pipeline.unet.attn_processors
    assert all(type(getattr(p, "inner", p)).__name__ == "SlicedAttnProcessor" for p in processors.values())
    assert any(isinstance(p, ReadProcessor) for p in processors.values())
    assert paint(painter, pictures(1), [1]).masks.sum() == pytest.approx(0.3 * 128 * 128, abs=1)


def test_half_precision_that_overflows_is_repeated_wider_and_said(folder, pictures):
    painter = load_painter(folder, "cpu", dtype=torch.bfloat16, parameters=Painting(steps=2, suffix=""))
    unet = painter._pipeline.unet
    forward = unet.forward

    def overflow(*arguments, **keywords):
        (noise,) = forward(*arguments, **keywords)
        return (noise * float("inf") if noise.dtype == torch.bfloat16 else noise,)

    unet.forward = overflow
    painted = paint(painter, pictures(1), [1])
    assert unet.dtype == torch.float32 and "overflowed" in painted.warnings[0]
    unet.forward = lambda *a, **k: (forward(*a, **k)[0] * float("nan"),)
    with pytest.raises(ModelUnusable, match="damaged"):
        paint(painter, pictures(1), [1])


def test_without_guidance_the_whole_batch_is_read(folder, pictures):
    parameters = Painting(steps=3, guidance=1.0, suffix="", batch=2)
    painted = paint(load_painter(folder, "cpu", parameters=parameters), pictures(2), [1, 2])
    np.testing.assert_allclose(painted.masks.sum((1, 2)), 0.3 * 128 * 128, atol=1)


def test_what_cannot_be_painted_is_refused_in_words(painter, pictures):
    with pytest.raises(NobodyInPrompt):
        paint(painter, pictures(1), [1], person="woman")
    for wrong in (pictures(1).astype(np.float32), pictures(1)[0]):
        with pytest.raises(ValueError, match="uint8"):
            paint(painter, wrong, [1])
    with pytest.raises(ValueError, match="seeds"):
        paint(painter, pictures(2), [1])
    with pytest.raises(ValueError, match="bool"):
        paint(painter, pictures(2), [1, 2], np.zeros((1, 128, 128), bool))


def test_no_pictures_are_no_pictures(painter, pictures):
    painted = paint(painter, pictures(0), [])
    assert painted.pictures.shape == (0, 128, 128, 3) and painted.masks.shape == (0, 128, 128)


def test_a_long_prompt_is_cut_and_said(folders, pictures):
    painter = load_painter(folders["sd"], "cpu", parameters=Painting(steps=1, suffix="very " * 40))
    assert "left off" in paint(painter, pictures(1), [1]).warnings[0]


@pytest.mark.parametrize(
    "change",
    [{"steps": 0}, {"batch": 0}, {"quantile_first": 1.0}, {"dynamic": 1.5}, {"strength": 0.0}, {"strength": 0.01}],
)
def test_parameters_out_of_range_are_refused(change):
    with pytest.raises(ValueError, match=r"at least|lie"):
        dataclasses.replace(Painting(), **change)


def test_the_prompt_is_prefix_prompt_suffix():
    assert Painting(prefix="a photo", suffix="daylight, ").text("a man, ") == "a photo, a man, daylight"
    assert Painting(prefix="", suffix="").text("a man") == "a man"


@pytest.mark.parametrize(
    ("architecture", "side", "layers"),
    [(models.SD15, 16, 5), (models.SD2, 16, 5), (models.SDXL, 32, 60)],
    ids=["SD 1.5", "SD 2", "SDXL"],
)
def test_in_the_real_architectures_the_attention_of_a_quarter_of_the_latents_is_read(architecture, side, layers):
    """Shapes alone, without memory: SD reads 16² at 512 pixels, SDXL the 32² of its deepest level at 1024."""
    import diffusers

    latents = architecture.side // 8
    with torch.device("meta"), torch.no_grad():
        unet = diffusers.UNet2DConditionModel(in_channels=9, sample_size=latents, **architecture.unet)
        reader = AttentionReader()
        reader.attach(unet)
        reader.cells = (latents // LATENTS_PER_CELL) ** 2
        unet(
            torch.empty(2, 9, latents, latents),
            torch.ones(()),
            encoder_hidden_states=torch.empty(2, 77, unet.config.cross_attention_dim),
            added_cond_kwargs={"text_embeds": torch.empty(2, 1280), "time_ids": torch.empty(2, 6)},
        )
    assert reader._layers == layers
    assert reader.take().shape == (1, side * side, 77)
