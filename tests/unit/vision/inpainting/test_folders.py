"""A model's folder is told right from wrong in words, before anything of it is loaded."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from backend.vision.inpainting import check_folder, load_painter
from protocol.errors import ModelUnusable

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32\nsize 492\n"


@pytest.fixture
def copy(folder, tmp_path):
    """A folder of either class that a test may break."""
    return shutil.copytree(folder, tmp_path / "model")


@pytest.fixture
def sd(folders, tmp_path):
    return shutil.copytree(folders["sd"], tmp_path / "model")


def problems(path):
    """The one problem that is found; loading refuses the folder with the same words and a remedy."""
    found = check_folder(path)
    assert len(found) == 1, found
    with pytest.raises(ModelUnusable) as caught:
        load_painter(path, "cpu")
    assert found[0] in caught.value.detail and str(path) in caught.value.detail and caught.value.remedy
    return found[0]


def edit(file, **changes):
    value = json.loads(file.read_text())
    value.update(changes)
    file.write_text(json.dumps(value))


def test_a_whole_folder_has_no_problem(copy):
    assert check_folder(copy) == [] == check_folder(str(copy))


def test_the_class_is_chosen_by_the_index(folders):
    assert type(load_painter(folders["sd"], "cpu")._pipeline).__name__ == "StableDiffusionInpaintPipeline"
    assert type(load_painter(folders["sdxl"], "cpu")._pipeline).__name__ == "StableDiffusionXLInpaintPipeline"


def test_what_is_loaded_is_what_was_saved_on_the_papers_schedule(copy):
    painter = load_painter(copy, "cpu")
    assert "DPMSolver" not in (copy / "scheduler" / "scheduler_config.json").read_text()
    assert type(painter._pipeline.scheduler).__name__ == "DPMSolverMultistepScheduler"
    assert painter._pipeline.scheduler.config.beta_schedule == "scaled_linear"
    assert painter.name == "model" and painter.parameters.steps == 50 and painter.parameters.guidance == 7.5
    saved = load_file(copy / "unet" / "diffusion_pytorch_model.safetensors")
    for name, tensor in painter._pipeline.unet.state_dict().items():
        assert torch.equal(tensor, saved[name])


def test_a_model_under_the_name_of_its_plain_pipeline_is_loaded_for_inpainting(copy):
    index = copy / "model_index.json"
    name = json.loads(index.read_text())["_class_name"].replace("Inpaint", "")
    edit(index, _class_name=name)
    assert check_folder(copy) == []
    assert "Inpaint" in type(load_painter(copy, "cpu")._pipeline).__name__


def test_a_safety_checker_is_not_needed(sd):
    """Real folders list one, and people leave it out to save a gigabyte."""
    edit(
        sd / "model_index.json",
        safety_checker=["stable_diffusion", "StableDiffusionSafetyChecker"],
        feature_extractor=["transformers", "CLIPImageProcessor"],
        requires_safety_checker=True,
    )
    assert check_folder(sd) == []
    load_painter(sd, "cpu")


def test_weights_in_half_precision_alone_are_enough(copy):
    for file in copy.rglob("*.safetensors"):
        half = {
            name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in load_file(file).items()
        }
        save_file(half, file.with_name(file.stem + ".fp16.safetensors"), metadata={"format": "pt"})
        file.unlink()
    assert check_folder(copy) == []
    assert load_painter(copy, "cpu")._pipeline.unet.dtype == torch.float32


def test_no_folder(tmp_path):
    assert "no folder" in problems(tmp_path / "nowhere")


def test_a_single_file(tmp_path):
    file = tmp_path / "sd-inpainting.ckpt"
    file.write_bytes(b"")
    assert "single file" in problems(file)


def test_a_folder_without_the_index(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert "single-file checkpoint" in problems(tmp_path)


def test_an_empty_folder(tmp_path):
    assert "model_index.json is missing" in problems(tmp_path)


def test_the_folder_above_and_the_folder_below_are_hinted_at(copy):
    assert "sub-folder model;" in problems(copy.parent)
    assert "folder above" in problems(copy / "unet")


def test_another_kind_of_pipeline(copy):
    edit(copy / "model_index.json", _class_name="FluxFillPipeline")
    assert "FluxFillPipeline" in problems(copy)


@pytest.mark.parametrize("entry", [["my_unet", "MyUNet"], [None, None], "diffusers"])
def test_code_that_a_folder_brings_is_not_run(copy, entry):
    edit(copy / "model_index.json", unet=entry)
    (copy / "unet" / "my_unet.py").write_text("raise SystemExit('this ran')")
    assert "other code is not run" in problems(copy)


@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder", "tokenizer", "scheduler"])
def test_a_missing_sub_folder(copy, part):
    shutil.rmtree(copy / part)
    assert f"sub-folder {part} is missing" in problems(copy)


def test_sdxl_needs_its_second_text_encoder(folders, tmp_path):
    copy = shutil.copytree(folders["sdxl"], tmp_path / "model")
    shutil.rmtree(copy / "text_encoder_2")
    shutil.rmtree(copy / "tokenizer_2")
    assert check_folder(copy) == [
        "The sub-folder text_encoder_2 is missing; copy the model's whole folder.",
        "The sub-folder tokenizer_2 is missing; copy the model's whole folder.",
    ]


@pytest.mark.parametrize("name", ["unet/config.json", "scheduler/scheduler_config.json", "tokenizer/merges.txt"])
def test_a_missing_file(copy, name):
    (copy / name).unlink()
    assert problems(copy) == f"{name} is missing."


def test_missing_weights(copy):
    (copy / "vae" / "diffusion_pytorch_model.safetensors").unlink()
    assert "vae/diffusion_pytorch_model.safetensors is missing" in problems(copy)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tokenizer/merges.txt", "\ufffd \n"), ("tokenizer/vocab.json", "{}"),
        ("text_encoder/config.json", '{"hidden_size": "x"}'),
    ],
)  # fmt: skip
def test_what_only_loading_shows_is_a_typed_error(sd, file, content):
    (sd / file).write_text(content)
    assert check_folder(sd) == []
    with pytest.raises(ModelUnusable, match="model: "):
        load_painter(sd, "cpu")


@pytest.mark.parametrize(
    "file",
    [
        "unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors",
        "text_encoder/model.safetensors", "text_encoder_2/model.safetensors",
    ],
)  # fmt: skip
def test_weights_that_lack_a_tensor_are_not_filled_with_random_ones(folders, tmp_path, file):
    copy = shutil.copytree(folders["sdxl"], tmp_path / "model")
    tensors = load_file(copy / file)
    del tensors[sorted(tensors)[len(tensors) // 2]]
    save_file(tensors, copy / file, metadata={"format": "pt"})
    assert check_folder(copy) == []
    with pytest.raises(ModelUnusable, match=f"{file.partition('/')[0]} lack 1 of the model's tensors"):
        load_painter(copy, "cpu")


@pytest.mark.parametrize("index", ['{"weight_map": ["a"]}', "{}", '{"weight_map": {}}', '{"weight_map"'])
def test_an_index_of_weights_that_names_no_files(copy, index):
    (copy / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    (copy / "unet" / "diffusion_pytorch_model.safetensors.index.json").write_text(index)
    assert "unet/diffusion_pytorch_model.safetensors.index.json" in problems(copy)


@pytest.mark.parametrize("name", ["diffusion_pytorch_model.bin", "unet.ckpt"])
def test_pickles_are_not_read(copy, name):
    (copy / "unet" / "diffusion_pytorch_model.safetensors").rename(copy / "unet" / name)
    problem = problems(copy)
    assert name in problem and "safetensors" in problem


def test_a_pickle_beside_safetensors_does_no_harm(copy):
    (copy / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"not to be read")
    assert check_folder(copy) == []
    load_painter(copy, "cpu")


@pytest.mark.parametrize(
    "name", ["unet/diffusion_pytorch_model.safetensors", "tokenizer/vocab.json", "model_index.json"]
)
def test_pointers_of_git_lfs(copy, name):
    (copy / name).write_text(POINTER)
    problem = problems(copy)
    assert problem.startswith(name) and "git lfs pull" in problem


@pytest.mark.parametrize("keep", [0.0, 0.001, 0.5, 0.999])
def test_weights_cut_short(copy, keep):
    file = copy / "unet" / "diffusion_pytorch_model.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * keep)])
    problem = problems(copy)
    assert problem.startswith("unet/diffusion") and ("not whole" in problem or "no safetensors" in problem)


@pytest.mark.parametrize("content", [b"<!DOCTYPE html><html>404</html>" * 9, b"\x10" + 7 * b"\0" + b"[1, 2, 3]       "])
def test_weights_that_are_none(copy, content):
    (copy / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(content)
    assert problems(copy).startswith("unet/diffusion_pytorch_model.safetensors")


@pytest.mark.parametrize("content", ["{", "[1]", "<html>"])
def test_a_configuration_that_is_none(copy, content):
    (copy / "unet" / "config.json").write_text(content)
    assert problems(copy).startswith("unet/config.json")


def test_a_unet_that_is_not_for_inpainting(copy):
    edit(copy / "unet" / "config.json", in_channels=4)
    problem = problems(copy)
    assert "4 channels" in problem and "inpainting version" in problem


def test_weights_of_another_unet(copy):
    file = copy / "unet" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(file)
    tensors["conv_in.weight"] = tensors["conv_in.weight"][:, :4].contiguous()
    save_file(tensors, file, metadata={"format": "pt"})
    assert "another model" in problems(copy)


def test_weights_in_several_files(copy):
    """Large UNets are saved in shards with an index; every shard is needed."""
    file = copy / "unet" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(file)
    names = sorted(tensors)
    shards = {f"diffusion_pytorch_model-0000{i + 1}-of-00002.safetensors": names[i::2] for i in range(2)}
    for name, inside in shards.items():
        save_file({key: tensors[key] for key in inside}, copy / "unet" / name, metadata={"format": "pt"})
    places = {key: name for name, inside in shards.items() for key in inside}
    index = {"metadata": {"total_size": file.stat().st_size}, "weight_map": places}
    (copy / "unet" / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))
    file.unlink()
    assert check_folder(copy) == []
    assert torch.equal(load_painter(copy, "cpu")._pipeline.unet.conv_in.weight, tensors["conv_in.weight"])
    (copy / "unet" / next(iter(shards))).unlink()
    assert "00001-of-00002.safetensors is missing" in problems(copy)
