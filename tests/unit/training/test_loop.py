"""Training that was interrupted ends with the weights of training that was not."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from backend.training.loop import Plan, train

PLAN = Plan(steps=60, validate_every=10, checkpoint_every=15, warm_up=5)
DATA = torch.linspace(-1, 1, 64)[:, None]


def _net():
    torch.manual_seed(4)
    return nn.Sequential(nn.Linear(1, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 1))


def _run(path, stop_at=None, data=DATA, said=None):
    net, calls = _net(), [0]

    def loss(generator):
        calls[0] += 1
        if calls[0] == stop_at:
            raise KeyboardInterrupt
        x = data[torch.randint(len(data), (16,), generator=generator)]
        return (net(x) - torch.sin(3 * x)).square().mean()

    def validate(candidate):
        assert not candidate.training
        return float((candidate(data) - torch.sin(3 * data)).square().mean())

    say = (lambda line: None) if said is None else said.append
    least = train(net, loss, validate, PLAN, name="sine", checkpoint=path, seed=1, learned=data, say=say)
    return least, net.state_dict(), calls[0]


def test_an_interrupted_run_ends_like_one_that_was_not(tmp_path):
    least, whole, _ = _run(tmp_path / "whole.safetensors")
    path = tmp_path / "parts.safetensors"
    with pytest.raises(KeyboardInterrupt):
        _run(path, stop_at=38)
    assert path.is_file()
    said = []
    resumed, parts, calls = _run(path, said=said)
    assert calls == 60 - 37
    assert "goes on from step 37" in said[0]
    assert resumed == pytest.approx(least)
    learned = [key for key, value in whole.items() if value.is_floating_point()]  # what is not: how often norms looked
    assert "1.running_mean" in learned and whole["1.running_mean"].any()
    assert all(torch.equal(whole[key], parts[key]) for key in learned)


def test_checkpoints_of_other_data_or_broken_ones_are_not_taken_up(tmp_path):
    path = tmp_path / "a.safetensors"
    _run(path)
    assert _run(path)[2] == 0  # all done already
    assert _run(path, data=DATA + 0.5)[2] == 60
    path.write_bytes(b"not a checkpoint")
    assert _run(path)[2] == 60


def test_it_learns(tmp_path):
    before = float((_net()(DATA) - torch.sin(3 * DATA)).square().mean().detach())
    assert _run(tmp_path / "a.safetensors")[0] < before
