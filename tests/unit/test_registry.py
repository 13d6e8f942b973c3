"""Which requests a backend offers."""

from backend.pipelines import registry


def test_what_lacks_its_needs_is_not_offered_but_answered_with_the_reason(monkeypatch, tmp_path):
    needs = (tmp_path / "weights.json", tmp_path / "denoiser.safetensors")
    monkeypatch.setitem(registry.NEEDS, "ShapeRequest", needs)
    assert "ShapeRequest" not in registry.offered() and "ShapeRequest" in registry.pipelines()
    assert {"HumansRequest", "ImagineRequest", "PhotoRequest"} <= set(registry.offered())
    needs[1].touch()
    assert "ShapeRequest" not in registry.offered()
    needs[0].touch()
    assert "ShapeRequest" in registry.offered()


def test_a_replaced_pipeline_is_offered(monkeypatch, tmp_path):
    monkeypatch.setitem(registry.NEEDS, "ShapeRequest", (tmp_path / "weights.json",))
    monkeypatch.setenv(registry.OVERRIDE, "ShapeRequest=some.module")
    assert "ShapeRequest" in registry.offered()
