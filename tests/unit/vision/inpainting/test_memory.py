"""Running out of memory is recognised in every form in which it is said, and nothing else is taken for it."""

from types import SimpleNamespace

import pytest
import torch

from backend.vision.inpainting import memory


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried to"),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes."),  # Windows
        RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
)
def test_out_of_memory_is_recognised(error):
    assert memory.ran_out(error)


def test_the_processors_own_words_for_it_are_recognised():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert memory.ran_out(caught.value)


@pytest.mark.parametrize("error", [RuntimeError("shapes do not match"), ValueError("out of memory"), KeyError("x")])
def test_other_failures_are_not(error):
    assert not memory.ran_out(error)


def test_the_first_batch_fits_the_free_memory(monkeypatch):
    vae = SimpleNamespace(config=SimpleNamespace(force_upcast=False), dtype=torch.float16)
    device = torch.device("cuda")
    one = memory.picture_bytes(512 * 512, vae)
    for free, batch in ((one // 2, 1), (4 * one, 3), (10**13, memory.MOST)):
        monkeypatch.setattr(memory, "free_bytes", lambda _, free=free: free)
        assert memory.first_batch(512 * 512, vae, device) == batch
    assert memory.first_batch(512 * 512, vae, torch.device("cpu")) == 1
    upcast = SimpleNamespace(config=SimpleNamespace(force_upcast=True), dtype=torch.float16)
    assert memory.picture_bytes(512 * 512, upcast) == 2 * one


def test_free_memory_is_known_here():
    assert memory.free_bytes(torch.device("cpu")) > 10**6
