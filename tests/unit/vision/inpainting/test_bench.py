"""The case `inpainting` of the bench: it runs where there is no GPU, and keeps its section of the page."""

import pytest

from backend.bench import inpainting
from backend.bench import inpainting_models as models


def test_without_a_gpu_it_measures_tiny_models_and_leaves_the_page_alone(monkeypatch, tmp_path):
    page = tmp_path / "performance.md"
    page.write_text("# Performance\n")
    monkeypatch.setattr(inpainting, "PAGE", page)
    monkeypatch.setattr(inpainting, "TINY", (inpainting.Case("tiny_sd", models.TINY, 2, 2),))
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    figures = inpainting.run()
    for name in ("pictures_per_second", "plain_pictures_per_second", "static_ratio", "dynamic_ratio"):
        assert figures[f"tiny_sd_{name}"] > 0
    assert "tiny" in figures["device"] and page.read_text() == "# Performance\n"


@pytest.mark.parametrize("after", ["", "## Lifting\n\nFast.\n"])
def test_the_section_is_replaced_and_the_rest_of_the_page_stays(after):
    page = f"# Performance\n\n{inpainting.TITLE}\n\nNot yet.\n\n### Below it\n\n{after}"
    changed = inpainting.with_section(page, f"{inpainting.TITLE}\n\n| new |\n")
    assert changed == f"# Performance\n\n{inpainting.TITLE}\n\n| new |\n" + (f"\n{after}" if after else "")
    assert inpainting.with_section("# Performance\n", "## Inpainting\n\nx\n") == "# Performance\n\n## Inpainting\n\nx\n"


def test_the_table_says_what_was_not_run():
    measured = {"pictures_per_second": 1.25, "plain_pictures_per_second": 1.5, "static_ratio": 0.99,
                "dynamic_ratio": 0.83, "compiled_ratio": 1.1, "compile_seconds": 41.0, "peak_gb": 9.0,
                "plain_peak_gb": 8.5, "type": "float16"}  # fmt: skip
    figures = {"device": "a GPU", **{f"sd15_{name}": value for name, value in measured.items()}}
    text = inpainting.table(figures | {"sdxl_not_run": "20 GB free, about 36 GB needed"})
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({row.count("|") for row in rows}) == 1 and len(rows) == 5
    assert "| 1.25 | 1.50 | 0.99 | 0.83 | 1.10 | 41 s | 9.0 GB | 8.5 GB |" in rows[2]
    assert "not run: 20 GB free" in rows[4]
