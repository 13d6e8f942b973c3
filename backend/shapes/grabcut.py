"""What in a picture stands out from its background: GrabCut (Rother, Kolmogorov and Blake 2004) without a user's box.

The background is first guessed from the picture's border: a smooth course of colours, as walls and studio backdrops
have, and how much the border strays from it. What differs by more is the first guess of the object; where the border
is as lively as the rest, the middle of the picture is. Then mixtures of Gaussians are fitted to the colours of both,
and the cut between them that costs least is found as a maximum flow, in turns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import (
    binary_dilation,
    binary_erosion,
    binary_fill_holes,
    binary_opening,
    gaussian_filter,
    gaussian_gradient_magnitude,
    label,
)
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import maximum_flow

Array = np.ndarray
SAMPLES = 6000  # pixels that a mixture is fitted to


@dataclass(frozen=True)
class Parameters:
    border: float = 0.04  # of the shorter side: what is taken for background
    colors: int = 5  # Gaussians each
    rounds: int = 4
    contrast: float = 40.0  # cost of a cut between pixels of equal colour
    stray: float = 0.02  # least deviation of the background's colours
    lively: float = 0.09  # deviation from which on a background is cluttered
    belief: float = 1.5  # how much the first guess counts against colours
    shade: tuple[float, float] = (0.4, 0.98)  # how light a shadow is, of the background
    tint: float = 0.035  # how far its colour may be from the background's
    soft: float = 0.2  # of a shadow's darkness: how much of it comes within a pixel at its outer border, at most


def outlined(colors: Array, parameters: Parameters = Parameters()) -> Array:
    """(H, W) bool: the object's pixels. colors: (H, W, 3) float32 in [0, 1]; a few hundred pixels wide."""
    opponent = _opponent(colors)
    border, x, y = _frame(opponent.shape[:2], parameters.border)
    course, stray = _course(opponent, x, y, border)
    guess = _guess(opponent, course, max(stray, parameters.stray), border, x, y, parameters)
    mask = guess > 0.5
    if not mask.any() or mask.all():
        return mask
    links = _links(opponent, parameters.contrast)
    lean = parameters.belief * np.log(guess / (1 - guess))
    for _ in range(parameters.rounds):
        flat = opponent.reshape(-1, 3)
        costs = [_Mixture(flat[part.reshape(-1)], parameters.colors).cost(flat) for part in (mask, ~mask)]
        found = _cut((costs[1] - costs[0]).reshape(mask.shape) + lean, links).reshape(mask.shape)
        if not found.any() or found.all():
            return found
        settled = (found == mask).mean() > 0.9995
        mask = found
        if settled:
            break
    if stray < parameters.lively:
        mask &= ~_shadows(mask, opponent, course, parameters)
        mask |= _panes(mask, opponent, course, max(stray, 0.5 * parameters.stray))
    return mask


def _opponent(colors: Array) -> Array:
    """Lightness and two differences of colours, which shadows change less."""
    red, green, blue = np.moveaxis(colors.astype(np.float64), 2, 0)
    return np.stack([(red + green + blue) / 3, 1.5 * (red - green), 1.5 * ((red + green) / 2 - blue)], 2)


def _frame(shape: tuple[int, int], share: float) -> tuple[Array, Array, Array]:
    """(H, W) each: the strip along the border, and places from −1 to 1 across and down."""
    height, width = shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    edge = max(2, round(share * min(height, width)))
    border = np.ones(shape, bool)
    border[edge:-edge, edge:-edge] = False
    return border, x, y


def _guess(
    opponent: Array, course: Array, stray: float, border: Array, x: Array, y: Array, parameters: Parameters
) -> Array:
    """(H, W): how likely a pixel belongs to the object, 0.02 … 0.98."""
    away = np.linalg.norm((opponent - course) * [0.8, 1.2, 1.2], axis=2) / (3.0 * stray)
    middle = np.exp(-0.5 * ((x / 0.55) ** 2 + (y / 0.55) ** 2))
    lively = np.clip(stray / parameters.lively - 1.0, 0.0, 1.0)
    apart = 1 / (1 + np.exp(-4 * (gaussian_filter(away, 1.0) - 1.0)))
    guess = (1 - lively) * apart * (0.35 + 0.65 * np.sqrt(middle)) / 0.75 + lively * middle
    guess[border] *= 0.5
    return np.clip(guess, 0.02, 0.98)


def _shadows(mask: Array, opponent: Array, course: Array, parameters: Parameters) -> Array:
    """(H, W) bool: parts of the mask that are the background, only darker, and end softly on it."""
    darkness = 1 - opponent[..., 0] / np.maximum(course[..., 0], 1e-3)
    tint = np.linalg.norm(opponent[..., 1:] - course[..., 1:] * (1 - darkness)[..., None], axis=2)
    least, most = 1 - parameters.shade[1], 1 - parameters.shade[0]
    dark = binary_opening(mask & (darkness > least) & (darkness < most) & (tint < parameters.tint), iterations=2)
    steep = gaussian_gradient_magnitude(opponent[..., 0], 1.0)
    outside = binary_dilation(~mask, iterations=2)
    found = np.zeros_like(mask)
    pieces, count = label(dark)
    rows = np.flatnonzero(mask.any(1))
    low = rows[0] + 0.5 * (rows[-1] - rows[0])
    for piece in range(1, count + 1):
        own = pieces == piece
        rim = own & outside
        if rim.sum() < 0.4 * (own & ~binary_erosion(own)).sum() or np.nonzero(own)[0].mean() < low:
            continue
        drop = float((darkness * course[..., 0])[own].mean())
        if np.median(steep[rim]) < parameters.soft * drop:
            found |= own
    return found


def _panes(mask: Array, opponent: Array, course: Array, stray: float) -> Array:
    """(H, W) bool: holes through which something else than the background is seen, such as a car's windows."""
    filled = binary_fill_holes(mask) & ~mask
    pieces, count = label(filled)
    away = np.linalg.norm(opponent - course, axis=2)
    found = np.zeros_like(mask)
    for piece in range(1, count + 1):
        own = pieces == piece
        if own.sum() < 8 or np.median(away[own]) > 2.0 * stray:
            found |= own
    return found


def _course(opponent: Array, x: Array, y: Array, border: Array) -> tuple[Array, float]:
    """The background's colours, quadratic over the picture, and how far the border's own stray from them."""
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], 2)
    rows, values = terms[border], opponent[border]
    weight = np.ones(len(rows))
    for _ in range(5):  # what touches the border counts ever less
        ridge = 1e-3 * len(rows) * np.diag([0, 1, 1, 1, 1, 1])
        factors = np.linalg.solve((rows * weight[:, None]).T @ rows + ridge, (rows * weight[:, None]).T @ values)
        off = np.linalg.norm(values - rows @ factors, axis=1)
        scale = max(float(np.median(off)), 1e-3)
        weight = 1 / (1 + (off / (2 * scale)) ** 2)
    return terms @ factors, float(np.sqrt((weight * off**2).sum() / weight.sum()))


class _Mixture:
    """Gaussians fitted to colours (N, 3) by a few rounds of hard assignments, which start at quantiles of lightness."""

    def __init__(self, colors: Array, count: int) -> None:
        colors = colors[:: max(1, len(colors) // SAMPLES)]
        count = max(1, min(count, len(colors) // 20))
        order = np.argsort(colors[:, 0], kind="stable")
        whose = np.empty(len(colors), int)
        whose[order] = np.arange(len(colors)) * count // len(colors)
        for _ in range(6):
            self._fit(colors, whose, count)
            whose = self._each(colors).argmin(1)
        self._fit(colors, whose, count)

    def _fit(self, colors: Array, whose: Array, count: int) -> None:
        self._parts = []
        for k in range(count):
            own = colors[whose == k]
            if len(own) < 4:
                continue
            spread = np.cov(own.T) + 2e-4 * np.eye(3)
            cost = 0.5 * np.linalg.slogdet(spread)[1] - np.log(len(own) / len(colors))
            self._parts.append((own.mean(0), np.linalg.inv(spread), cost))
        if not self._parts:
            self._parts = [(colors.mean(0), np.eye(3) / 0.02, 0.0)]

    def _each(self, colors: Array) -> Array:
        """(N, parts): −log of each Gaussian's share."""
        costs = []
        for mean, inverse, cost in self._parts:
            off = colors - mean
            costs.append(cost + 0.5 * np.einsum("ni,ij,nj->n", off, inverse, off, optimize=True))
        return np.stack(costs, 1)

    def cost(self, colors: Array) -> Array:
        """(N,): −log of the density, at most what a Gaussian far away would give."""
        return np.minimum(self._each(colors).min(1), 25.0)


def _links(opponent: Array, contrast: float) -> tuple[Array, Array, Array]:
    """Pairs of neighbouring pixels and what a cut between them costs."""
    number = np.arange(opponent.shape[0] * opponent.shape[1]).reshape(opponent.shape[:2])
    found = []
    for one, other, far in (
        (np.s_[:, :-1], np.s_[:, 1:], 1.0),
        (np.s_[:-1], np.s_[1:], 1.0),
        (np.s_[:-1, :-1], np.s_[1:, 1:], np.sqrt(2)),
        (np.s_[:-1, 1:], np.s_[1:, :-1], np.sqrt(2)),
    ):
        apart = ((opponent[one] - opponent[other]) ** 2).sum(2).reshape(-1)
        found.append((number[one].reshape(-1), number[other].reshape(-1), apart, np.full(len(apart), far)))
    first, second, apart, far = (np.concatenate(column) for column in zip(*found, strict=True))
    beta = 0.5 / max(float(apart.mean()), 1e-7)
    return first, second, contrast * np.exp(-beta * apart) / far


def _cut(lean: Array, links: tuple[Array, Array, Array]) -> Array:
    """The least cut: pixels that lean (positive: towards the object) against neighbours that hold together."""
    first, second, cost = links
    count = lean.size
    lean = lean.reshape(-1)
    source, sink = count, count + 1
    ours, theirs = np.flatnonzero(lean > 0), np.flatnonzero(lean <= 0)
    rows = np.concatenate([first, second, np.full(len(ours), source), theirs])
    columns = np.concatenate([second, first, ours, np.full(len(theirs), sink)])
    values = np.concatenate([cost, cost, lean[ours], -lean[theirs]])
    graph = coo_matrix(((100 * values + 0.5).astype(np.int32), (rows, columns)), (count + 2,) * 2).tocsr()
    flow = maximum_flow(graph, source, sink).flow
    left = graph - flow
    left.data = (left.data > 0).astype(np.int8)
    left.eliminate_zeros()
    return _reached(left, source)[:count]


def _reached(graph: coo_matrix, source: int) -> Array:
    from scipy.sparse.csgraph import breadth_first_order

    found = np.zeros(graph.shape[0], bool)
    found[breadth_first_order(graph, source, return_predecessors=False)] = True
    return found
