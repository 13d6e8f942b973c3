"""Inpainting pipelines with random weights, in the architectures of the real ones or tiny: for figures and for tests.

They paint noise, at the speed and in the memory of the models whose sizes they have. The tokenizers have CLIP's form
and length with a vocabulary of single characters and a few words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

MERGES = ("m a", "ma n</w>", "o l", "ol d</w>", "t h", "th e</w>")
LENGTH = 77  # tokens that CLIP reads


@dataclass(frozen=True)
class Architecture:
    """The numbers in which the models differ."""

    name: str
    side: int  # pixels
    unet: dict[str, Any]
    vae: dict[str, Any]
    texts: tuple[dict[str, Any], ...]  # one text encoder, or SDXL's two

    @property
    def xl(self) -> bool:
        return len(self.texts) == 2


_VAE_CHANNELS = (128, 256, 512, 512)
_CLIP_L = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12,
           "projection_dim": 768, "vocab_size": 49408}  # fmt: skip
_CLIP_H = {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 23, "num_attention_heads": 16,
           "projection_dim": 512, "vocab_size": 49408, "hidden_act": "gelu"}  # fmt: skip
_CLIP_G = {"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32, "num_attention_heads": 20,
           "projection_dim": 1280, "vocab_size": 49408, "hidden_act": "gelu"}  # fmt: skip
_CLIP_TINY = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
              "projection_dim": 16, "vocab_size": 1000}  # fmt: skip
_XL_LEVELS = {
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "addition_embed_type": "text_time",
    "use_linear_projection": True,
}

SD15 = Architecture(
    "Stable Diffusion 1.5",
    512,
    {"block_out_channels": (320, 640, 1280, 1280), "cross_attention_dim": 768, "attention_head_dim": 8},
    {"block_out_channels": _VAE_CHANNELS},
    (_CLIP_L,),
)
SD2 = Architecture(
    "Stable Diffusion 2",
    512,
    {"block_out_channels": (320, 640, 1280, 1280), "cross_attention_dim": 1024, "attention_head_dim": (5, 10, 20, 20),
     "use_linear_projection": True},
    {"block_out_channels": _VAE_CHANNELS},
    (_CLIP_H,),
)  # fmt: skip
SDXL = Architecture(
    "Stable Diffusion XL",
    1024,
    {"block_out_channels": (320, 640, 1280), "cross_attention_dim": 2048, "attention_head_dim": (5, 10, 20),
     "transformer_layers_per_block": (1, 2, 10), "addition_time_embed_dim": 256,
     "projection_class_embeddings_input_dim": 2816, **_XL_LEVELS},
    {"block_out_channels": _VAE_CHANNELS, "scaling_factor": 0.13025, "force_upcast": True},
    (_CLIP_L, _CLIP_G),
)  # fmt: skip
TINY = Architecture(
    "tiny SD",
    128,
    {"block_out_channels": (8, 8, 16, 16), "cross_attention_dim": 16, "attention_head_dim": 2, "norm_num_groups": 4},
    {"block_out_channels": (4, 4, 8, 8), "norm_num_groups": 2},
    (_CLIP_TINY,),
)
TINY_XL = Architecture(
    "tiny SDXL",
    128,
    {"block_out_channels": (8, 8, 16), "cross_attention_dim": 32, "attention_head_dim": 2, "norm_num_groups": 4,
     "transformer_layers_per_block": (1, 1, 2), "addition_time_embed_dim": 8,
     "projection_class_embeddings_input_dim": 64, **_XL_LEVELS},
    {"block_out_channels": (4, 4, 8, 8), "norm_num_groups": 2, "scaling_factor": 0.13025, "force_upcast": True},
    (_CLIP_TINY, _CLIP_TINY),
)  # fmt: skip


_BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}


def build(architecture: Architecture, device: str = "cpu", dtype: torch.dtype = torch.float32, seed: int = 0) -> Any:
    """The inpainting pipeline of diffusers with weights drawn from the seed, on the device."""
    import diffusers
    import transformers

    with torch.random.fork_rng(), torch.device(device):
        torch.manual_seed(seed)
        side = architecture.side
        unet = diffusers.UNet2DConditionModel(in_channels=9, sample_size=side // 8, **architecture.unet)
        levels = len(architecture.vae["block_out_channels"])
        vae = diffusers.AutoencoderKL(
            sample_size=side,
            layers_per_block=2,
            down_block_types=("DownEncoderBlock2D",) * levels,
            up_block_types=("UpDecoderBlock2D",) * levels,
            **{"force_upcast": False, **architecture.vae},
        )
        words = vocabulary()
        marks = {"bos_token_id": words["<|startoftext|>"], "eos_token_id": words["<|endoftext|>"]}
        kinds = (transformers.CLIPTextModel, transformers.CLIPTextModelWithProjection)
        encoders = [
            kind(transformers.CLIPTextConfig(max_position_embeddings=LENGTH, **marks, **text)).eval()
            for kind, text in zip(kinds, architecture.texts, strict=False)
        ]
    for part in (unet, vae, *encoders):
        part.to(dtype).eval()
    scheduler = diffusers.DPMSolverMultistepScheduler(**_BETAS)
    shared = {"unet": unet, "vae": vae, "scheduler": scheduler, "text_encoder": encoders[0], "tokenizer": tokenizer()}
    if architecture.xl:
        second = {"text_encoder_2": encoders[1], "tokenizer_2": tokenizer()}
        return diffusers.StableDiffusionXLInpaintPipeline(**shared, **second, add_watermarker=False)
    return diffusers.StableDiffusionInpaintPipeline(
        **shared, safety_checker=None, feature_extractor=None, requires_safety_checker=False
    )


def tokenizer() -> Any:
    """CLIP's tokenizer over bytes and the few words of `MERGES`."""
    import transformers

    merges = [tuple(merge.split()) for merge in MERGES]
    return transformers.CLIPTokenizer(vocab=vocabulary(), merges=merges, model_max_length=LENGTH)


def vocabulary() -> dict[str, int]:
    """Every byte as CLIP writes it, alone and at a word's end, the merged words, and the two marks."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(code) for code in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    words = letters + [letter + "</w>" for letter in letters] + [merge.replace(" ", "") for merge in MERGES]
    return {word: number for number, word in enumerate([*words, "<|startoftext|>", "<|endoftext|>"])}


def save(pipeline: Any, folder: Path) -> None:
    """The folder as the real models' repositories have it: safetensors, their schedulers, tokenizers in two files."""
    from diffusers import EulerDiscreteScheduler, PNDMScheduler

    own = pipeline.scheduler
    euler = hasattr(pipeline, "text_encoder_2")
    pipeline.scheduler = EulerDiscreteScheduler(**_BETAS) if euler else PNDMScheduler(**_BETAS, skip_prk_steps=True)
    pipeline.save_pretrained(folder, safe_serialization=True)
    pipeline.scheduler = own
    for place in folder.glob("tokenizer*"):
        for file in place.iterdir():
            file.unlink()
        (place / "vocab.json").write_text(json.dumps(vocabulary(), ensure_ascii=False), encoding="utf-8")
        (place / "merges.txt").write_text("#version: 0.2\n" + "\n".join(MERGES) + "\n", encoding="utf-8")
        marks = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
        marks["pad_token"] = "!" if place.name == "tokenizer_2" else "<|endoftext|>"
        (place / "special_tokens_map.json").write_text(json.dumps(marks), encoding="utf-8")
        settings = {**marks, "model_max_length": LENGTH, "tokenizer_class": "CLIPTokenizer", "do_lower_case": True}
        (place / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
