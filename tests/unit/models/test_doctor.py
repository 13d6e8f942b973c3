"""The doctor's rows about models: what is configured is looked at, not believed."""

import pytest

from backend import doctor


@pytest.fixture
def row(monkeypatch, tmp_path):
    """The row about the configured inpainting model."""
    monkeypatch.setenv("STAFFAGE_CONFIG", str(tmp_path / "config.json"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))

    def found(value):
        monkeypatch.setenv("STAFFAGE_INPAINTING", str(value))
        return next(row for row in doctor._options("Options") if row.name == "imagination")

    return found


def test_a_configured_folder_that_is_gone_empty_or_an_id_that_was_never_downloaded_is_not_good(row, tmp_path):
    gone = row(tmp_path / "gone")
    assert gone.state == doctor.ABSENT and "no folder" in gone.needs
    (tmp_path / "empty").mkdir()
    assert row(tmp_path / "empty").state == doctor.ABSENT
    missing = row("owner/name")
    assert missing.state == doctor.ABSENT and "models fetch inpainting" in missing.needs


def test_a_whole_folder_is_good_and_stands_alone(row, tmp_path):
    pytest.importorskip("diffusers", reason="diffusers is not installed")
    from backend.bench import inpainting_models

    inpainting_models.save(inpainting_models.build(inpainting_models.TINY), tmp_path / "sd")
    assert row(tmp_path / "sd").state == doctor.GOOD
    assert not [r for r in doctor._options("Options") if r.name.startswith("imagination: ")]
