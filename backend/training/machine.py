"""Where and how finely training computes: a GPU if there is one; matrices and convolutions in bfloat16."""

from __future__ import annotations

import torch


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half(where: torch.device) -> torch.autocast:
    """A context in which what gains from it is computed in bfloat16; parameters stay float32."""
    return torch.autocast(where.type, torch.bfloat16)
