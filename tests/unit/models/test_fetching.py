"""Fetching from a hub of our own on this computer: only what is needed, only when asked, and what failed in words."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from backend.models.fetching import download, offer, wanted
from backend.providers import Layout, Provider
from protocol.errors import ModelsMissing

PIPELINE = [
    "model_index.json", "README.md", "sd-inpainting.safetensors", "sd-inpainting.ckpt", ".gitattributes",
    "unet/config.json", "unet/diffusion_pytorch_model.safetensors", "unet/diffusion_pytorch_model.fp16.safetensors",
    "unet/diffusion_pytorch_model.non_ema.safetensors", "unet/diffusion_pytorch_model.bin",
    "vae/config.json", "vae/diffusion_pytorch_model.safetensors",
    "text_encoder/config.json", "text_encoder/model.fp16.safetensors", "text_encoder/model.safetensors",
    "tokenizer/vocab.json", "tokenizer/merges.txt", "scheduler/scheduler_config.json",
    "safety_checker/model.safetensors", "feature_extractor/preprocessor_config.json",
]  # fmt: skip


def test_of_a_pipeline_its_parts_in_half_precision_where_there_is_any():
    assert set(wanted(PIPELINE)) == {
        "model_index.json", "unet/config.json", "unet/diffusion_pytorch_model.fp16.safetensors", "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors", "text_encoder/config.json", "text_encoder/model.fp16.safetensors",
        "tokenizer/vocab.json", "tokenizer/merges.txt", "scheduler/scheduler_config.json",
    }  # fmt: skip


def test_weights_in_several_files_are_all_taken():
    names = ["config.json", "model.safetensors.index.json", "model-00001-of-00002.safetensors",
             "model-00002-of-00002.safetensors", "pytorch_model.bin", "onnx/model.onnx", "tf_model.h5"]  # fmt: skip
    assert set(wanted(names)) == set(names[:4])


# --- a hub ----------------------------------------------------------------------------------------------------------

FILES = {
    "config.json": b'{"architectures": ["CLIPModel"]}',
    "model.safetensors": b"\x02\0\0\0\0\0\0\0{}",
    "vocab.json": b"{}",
    "pytorch_model.bin": b"never",
}
COMMIT = "0" * 40


class Hub(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self):
        type(self).asked.append(self.path)
        path = self.path.split("?")[0]
        if path.startswith("/api/models/good/model"):
            if "/tree/" in path:
                self._answer(json.dumps([
                    {"type": "file", "path": name, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}
                    for name, data in FILES.items()
                ]).encode())  # fmt: skip
            else:
                siblings = [{"rfilename": name, "size": len(data)} for name, data in FILES.items()]
                self._answer(json.dumps({"id": "good/model", "sha": COMMIT, "siblings": siblings}).encode())
        elif path.startswith("/api/models/pickles/model"):
            siblings = [{"rfilename": "config.json", "size": 2}, {"rfilename": "pytorch_model.bin", "size": 9}]
            self._answer(json.dumps({"id": "pickles/model", "sha": COMMIT, "siblings": siblings}).encode())
        elif path.startswith("/good/model/resolve/") and path.rsplit("/", 1)[1] in FILES:
            self._answer(FILES[path.rsplit("/", 1)[1]])
        else:
            self.send_error(404)

    do_HEAD = do_GET

    def _answer(self, data):
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{hashlib.sha1(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """The hub's client talks to this one, and keeps what it gets in a cache of its own."""
    client = pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    Hub.asked = []
    # Read at import, by several of its modules.
    monkeypatch.setattr(client.constants, "ENDPOINT", endpoint)
    monkeypatch.setattr(client.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(client.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    template = endpoint + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(client.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(client.HfApi, "__init__", _with_endpoint(client.HfApi.__init__, endpoint))
    yield Hub
    server.shutdown()
    server.server_close()


def _with_endpoint(make, endpoint):
    def begin(self, *arguments, **named):
        make(self, *arguments, **{**named, "endpoint": endpoint})

    return begin


def provider(*sources):
    return Provider("Model", (), "", "MIT", sources=sources, layout=Layout("transformers"))


def test_the_first_source_that_has_safetensors_is_offered_and_nothing_fetched_yet(hub):
    found = offer(provider("gone/model", "pickles/model", "good/model"))
    assert found.source == "good/model"
    assert set(found.files) == {"config.json", "model.safetensors", "vocab.json"}
    assert found.size == sum(len(FILES[name]) for name in found.files)
    assert not any("resolve" in path for path in hub.asked)


def test_reasons_of_all_sources_are_told(hub):
    with pytest.raises(ModelsMissing) as caught:
        offer(provider("gone/model", "pickles/model"))
    assert "gone/model" in caught.value.detail and "no weights as safetensors" in caught.value.detail


def test_what_is_fetched_is_what_was_offered(hub):
    folder = download(offer(provider("good/model")))
    assert {file.name for file in folder.iterdir()} == {"config.json", "model.safetensors", "vocab.json"}
    assert (folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert not any("pytorch_model.bin" in path for path in hub.asked if "resolve" in path)
