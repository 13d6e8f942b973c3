"""Attention becomes a mask that covers what it should, where it should."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.vision.inpainting.masks import attention_mask, scheduled_quantile
from backend.vision.inpainting.painter import Painting


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31), quantile=st.sampled_from([0.5, 0.7, 0.9]), rows=st.sampled_from([4, 16]))
def test_the_mask_covers_the_share_above_the_quantile(seed, quantile, rows):
    attention = torch.rand((2, rows, 16), generator=torch.Generator().manual_seed(seed))
    mask = attention_mask(attention, rows * 8, 128, quantile)
    assert mask.shape == (2, 1, rows * 8, 128)
    pixels = rows * 8 * 128
    assert torch.all((mask.sum((1, 2, 3)) - (1 - quantile) * pixels).abs() <= 2)


def test_the_mask_lies_where_the_attention_is_and_each_picture_has_its_own():
    attention = torch.full((2, 16, 16), 0.01)
    attention[0, 2:6, 2:6] = 1.0  # rows from the top, columns from the left
    attention[1, 10:14, 8:12] = 1.0
    masks = attention_mask(attention, 512, 512, 0.95)[:, 0] > 0
    for mask, (rows, columns) in zip(masks, (((64, 192), (64, 192)), ((320, 448), (256, 384))), strict=True):
        where = torch.nonzero(mask).float()
        centre = where.mean(0)
        assert (centre - torch.tensor([sum(rows) / 2, sum(columns) / 2])).abs().max() < 8
        inside = mask[rows[0] : rows[1], columns[0] : columns[1]].float().mean()
        assert inside > 0.6


def test_the_border_is_neither_preferred_nor_avoided():
    """A ramp's highest pixels lie at the border, where a window that counted what is outside would lower them."""
    ramp = torch.arange(16.0).repeat(16, 1)[None]
    mask = attention_mask(ramp, 128, 128, 0.7)[0, 0]
    assert mask[:, -1].all() and mask[:, : 128 // 2].sum() == 0


def test_the_quantile_goes_from_the_first_to_the_last_value():
    parameters = Painting(quantile_first=0.5, quantile_last=0.9)
    values = [scheduled_quantile(parameters, step, 25) for step in range(25)]
    assert values[0] == pytest.approx(0.5) and values[-1] == pytest.approx(0.9) and np.all(np.diff(values) >= 0)
    assert scheduled_quantile(parameters, 0, 1) == pytest.approx(0.9)
    assert {scheduled_quantile(Painting(), step, 25) for step in range(25)} == {0.7}
