"""The search for the nearest skin finds what holding everything against everything finds."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.fitting.nearby import SkinSearch


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**20), probes=st.integers(0, 40), targets=st.integers(1, 150), parts=st.integers(1, 4),
    reach=st.floats(0.05, 2.0),
)  # fmt: skip
def test_finds_the_nearest_that_is_allowed(seed, probes, targets, parts, reach):
    generator = torch.Generator().manual_seed(seed)
    rest = torch.rand(targets, 3, generator=generator)
    owners = torch.randint(parts, (targets,), generator=generator)
    allowed = torch.rand(probes, parts, generator=generator) < 0.6
    # Two bodies in poses in which the clusters of the rest pose are torn apart.
    skin = rest * torch.tensor([1.0, 2.0, 1.0]) + 0.3 * torch.rand(2, targets, 3, generator=generator)
    points = torch.rand(2, probes, 3, generator=generator)
    found = SkinSearch(rest, owners, allowed)(points, skin, reach)
    distance = (points[:, :, None] - skin[:, None]).norm(dim=-1).masked_fill(~allowed[:, owners], torch.inf)
    least = distance.amin(-1)
    assert found.shape == (2, probes)
    missing = found < 0
    assert (least[missing] >= reach - 1e-6).all()
    reached = distance.gather(2, found.clamp_min(0)[..., None])[..., 0][~missing]
    assert (reached < reach + 1e-6).all()
    assert torch.allclose(reached, least[~missing], atol=1e-6)


def test_nothing_may_be_touched():
    search = SkinSearch(torch.rand(5, 3), torch.zeros(5, dtype=torch.long), torch.zeros(3, 1, dtype=torch.bool))
    assert (search(torch.rand(1, 3, 3), torch.rand(1, 5, 3), 1.0) == -1).all()
