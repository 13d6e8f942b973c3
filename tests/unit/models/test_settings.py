"""The user's configuration: written whole or not at all, never over what cannot be read; variables override it."""

import json

import pytest

from backend import providers
from backend.models import settings
from protocol.errors import ModelsMissing, RequestInvalid


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "config.json"
    monkeypatch.setenv(settings.FILE, str(path))
    for role in providers.ROLES:
        monkeypatch.delenv(settings.variable(role.key), raising=False)
    return path


def test_what_is_configured_is_found_again_and_forgotten(file, tmp_path):
    assert settings.configured("clip") == "" and providers.folder_of("clip") is None
    settings.configure("clip", str(tmp_path))
    settings.configure("pose2d", "owner/name")
    assert providers.folder_of("clip") == tmp_path
    assert settings.models() == {"clip": str(tmp_path), "pose2d": "owner/name"}
    settings.configure("clip", "")
    assert settings.models() == {"pose2d": "owner/name"}
    assert [path.name for path in file.parent.iterdir()] == ["config.json"]  # no drafts are left


def test_what_else_the_file_says_stays(file):
    file.parent.mkdir()
    file.write_text(json.dumps({"theme": "dark", "models": {"clip": "x/y"}}))
    settings.configure("pose2d", "a/b")
    assert json.loads(file.read_text()) == {"theme": "dark", "models": {"clip": "x/y", "pose2d": "a/b"}}


@pytest.mark.parametrize("content", ["{", "[]", '{"models": []}', '{"models": {"clip": 3}}', "[" * 100_000])
def test_a_broken_file_says_nothing_and_is_not_written_over(file, content, caplog):
    file.parent.mkdir()
    file.write_text(content)
    assert settings.configured("clip") == ""
    assert "cannot be read" in caplog.text
    with pytest.raises(RequestInvalid):
        settings.configure("clip", "a/b")
    assert file.read_text() == content


def test_a_variable_overrides_the_file(file, monkeypatch, tmp_path):
    settings.configure("clip", "somewhere else")
    monkeypatch.setenv("STAFFAGE_CLIP", str(tmp_path))
    assert providers.folder_of("clip") == tmp_path


def test_an_id_that_was_not_downloaded_is_missing_and_says_how_to_get_it(file):
    pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed")
    settings.configure("inpainting", "nobody/nothing-here")
    with pytest.raises(ModelsMissing) as caught:
        providers.folder_of("inpainting")
    assert "models fetch inpainting" in caught.value.remedy


def test_a_role_without_anything_is_missing_where_it_is_required(file):
    with pytest.raises(ModelsMissing) as caught:
        providers.required_folder("inpainting")
    assert "models fetch inpainting" in caught.value.remedy and "pictures of the scene" in caught.value.detail


@pytest.mark.parametrize(
    ("value", "is_id"),
    [("owner/name", True), ("./models", False), ("../x", False), ("C:/models", False), ("~/models", False),
     ("a/b/c", False), ("models", False), ("/x", False), ("tests/unit", False)],
)  # fmt: skip
def test_ids_and_folders_are_told_apart(value, is_id):
    assert providers.is_id(value) == is_id


def test_every_role_says_what_works_without_it_and_every_provider_its_licence():
    keys = [role.key for role in providers.ROLES]
    assert len(set(keys)) == len(keys)
    for role in providers.ROLES:
        assert role.purpose and role.without.endswith(".")
        assert ("does not use it" in role.without) == (not any(provider.used for provider in role.providers)), role.key
        for provider in role.providers:
            assert provider.licence
            if provider.layout.kind:
                assert provider.sources or provider.page, provider.name
                assert provider.download > 0, provider.name
            assert all(providers.is_id(source) for source in provider.sources)
    with pytest.raises(RequestInvalid) as caught:
        providers.role("nonsense")
    assert "inpainting" in caught.value.remedy
