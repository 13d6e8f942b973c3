"""The lists of paraphrases beside the tests: (interaction, how somebody might say it)."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data"


def paraphrases(name: str) -> list[tuple[str, str]]:
    """Rows of `paraphrases_<name>.txt`."""
    rows = []
    for line in (DATA / f"paraphrases_{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            interaction, _, said = line.partition(":")
            rows += [(interaction, text.strip()) for text in said.split("|")]
    return rows
