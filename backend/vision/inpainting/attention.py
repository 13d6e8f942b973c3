"""What the UNet looks at: its cross-attention maps, read while it works, through diffusers' attention processors.

Stable Diffusion at 512 pixels has latents of 64² and cross-attention at 64², 32², 16² and 8²; the paper reads 16², a
quarter of the latents' side, where words and regions are tied best. A quarter is kept for every model and size: SDXL
at 1024 pixels has latents of 128² and cross-attention at 64² and 32²; 32² is its deepest level and the one that holds
most of its cross-attention layers.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

LATENTS_PER_CELL = 4  # sides: of the latents over those of the attention maps that are read


class AttentionReader:
    """Collects the cross-attention of one resolution, averaged over heads and layers, for the guided half alone."""

    def __init__(self) -> None:
        self.cells = 0  # places of the maps that are read (rows · columns); 0 reads nothing
        self.guided = True  # whether the batch is (without prompt, with prompt): only the latter half is read
        self._sum: Tensor | None = None
        self._layers = 0

    def attach(self, unet: Any) -> None:
        """Wraps every cross-attention processor. The layers compute what they did; calling it again does no harm."""
        processors = {}
        for name, processor in unet.attn_processors.items():
            inner = processor.inner if isinstance(processor, ReadProcessor) else processor
            processors[name] = ReadProcessor(inner, self) if ".attn2." in name else inner
        unet.set_attn_processor(processors)

    @torch.compiler.disable  # what it keeps between calls is no part of a compiled block
    def look(self, attn: Any, hidden: Tensor, words: Tensor) -> None:
        """hidden: (B, cells, C) queries' input; words: (B, tokens, D) keys' input; B is N, or 2 N if guided."""
        mean = _probabilities(attn, hidden, words, self.guided).mean(dim=1)
        self._sum = mean if self._sum is None else self._sum + mean
        self._layers += 1

    def take(self) -> Tensor | None:
        """(N, cells, tokens) float32, the mean since the last call; None if no layer has this resolution."""
        mean = None if self._sum is None else self._sum / self._layers
        self._sum, self._layers = None, 0
        return mean


class ReadProcessor:
    """An attention processor that does what the one inside does, and lets a reader see the probabilities.

    They are computed beside, for the half and the resolution that are read: a few thousandths of a step's work, and
    the picture stays what the plain pipeline paints.
    """

    def __init__(self, inner: Any, reader: AttentionReader) -> None:
        self.inner = inner
        self.reader = reader

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        **kwargs: Any,
    ) -> Tensor:
        if encoder_hidden_states is not None and hidden_states.shape[1] == self.reader.cells:
            self.reader.look(attn, hidden_states, encoder_hidden_states)
        return self.inner(attn, hidden_states, encoder_hidden_states, attention_mask, **kwargs)


def _probabilities(attn: Any, hidden: Tensor, words: Tensor, guided: bool) -> Tensor:
    """(N, heads, cells, tokens) float32, each row summing to one over the tokens. These UNets mask no words."""
    if guided:
        hidden, words = hidden[len(hidden) // 2 :], words[len(words) // 2 :]
    if attn.norm_cross:
        words = attn.norm_encoder_hidden_states(words)
    query, key = attn.head_to_batch_dim(attn.to_q(hidden)), attn.head_to_batch_dim(attn.to_k(words))
    return torch.unflatten(attn.get_attention_scores(query.float(), key.float()), 0, (len(hidden), attn.heads))
