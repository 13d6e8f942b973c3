"""The model card that ships beside the weights, written from the figures of the run that made them."""

from __future__ import annotations

import textwrap

_HEAD = """# Pose prior

How plausible a body's pose is, apart from its place and orientation; restoring hidden and noisy joints; samples.
Weights: `pose_prior.safetensors`, code: `backend/body/prior.py`, recipe: `backend/training/pose_prior/`.

    python -m backend train pose-prior --motion FOLDER

## Data

Recorded motion of the CMU Graphics Lab motion capture database (mocap.cs.cmu.edu, created with funding from NSF
EIA-0196217; free for all uses), thinned to ten frames a second and carried over to our body by segment directions and
hinge axes. Split by clip: of every seven clips of a subject the third is for validation, the sixth held out. Each
training pose also counts mirrored; the library's authored anchors (sitting, lying, kneeling: rare in the recordings)
have 12 % of the weight in training and no part in any figure below.

Poses: {train} training, {validation} validation, {held} held out, {anchors} authored.

## What it is

- A pose is the rotations of sixteen joints (spine, neck, clavicles, shoulders, elbows with forearms, wrists, hips,
  knees, ankles); the root's orientation is left out, so that lying and handstands cost nothing.
- Density: {components} Gaussians with full covariances and one wide one, by expectation–maximisation, in rotation
  vectors about each joint's middle. Energies are nats above the median held-out pose, percentiles count held-out poses.
- Restoring: a residual network on top of the Gaussian's best guess, trained to the least angle with random joints and
  limbs hidden and noise up to 0.3 rad on the rest.

A flow (RealNVP) and a variational autoencoder (16 latents) were trained on the same poses, two to six minutes each on
one core. What ships is the best on the validation clips: the mixture in likelihood, the denoiser in restoring.

## Figures

Negative log likelihood in nats of poses blurred by 0.05 rad per axis (lower is better; the autoencoder's is a bound;
PCA has 16 directions, as many as the autoencoder);
`hidden`: 30 % of the joints are to be found from the rest, mean error of those joints, and of 16 points of the body
with the pelvis in place; `noisy`: what is left of 0.15 rad of noise per axis on every joint (all of it for the mean
pose, which keeps what is seen).
"""

_TAIL = """
## Limits

Six subjects, all grown and able; much climbing, walking, dance, ball play and sword play, hardly any sitting, lying or
crawling but for the authored anchors (whose median percentile is {usual:.0f}). Held-out clips are of the same
subjects as the training clips: a stranger's poses will be less likely. Fingers and toes are not modelled; wrists of the
recordings are coarse; clavicles follow a rule in the retargeting, not markers. A low percentile means unlike the
recordings, not impossible: acrobatics are rare in them.

{shown}
"""


def card(
    figures: dict[str, list[dict]], counts: dict[str, int], shown: list[str], usual: float, components: int
) -> str:
    """The card's text."""
    text = _HEAD.format(
        train=counts["train"], validation=counts["validation"], held=counts["held-out"], anchors=counts["anchors"],
        components=components,
    )  # fmt: skip
    for split in ("held-out", "validation"):
        text += f"\n{split.capitalize()} clips:\n\n"
        text += "| | likelihood | hidden | | noisy | |\n|---|---|---|---|---|---|\n"
        for row in figures[split]:
            nll = "–" if row["nll"] is None else f"{'≤ ' if row['nll_is_bound'] else ''}{row['nll']:.1f}"
            text += (
                f"| {row['name']} | {nll} | {row['hidden_degrees']:.1f}° | {row['hidden_centimetres']:.2f} cm "
                f"| {row['noisy_degrees']:.1f}° | {row['noisy_centimetres']:.2f} cm |\n"
            )
    themes = sorted({line.partition(" - ")[0].partition(",")[0].strip() for line in shown})
    told = textwrap.fill(f"The clips show: {', '.join(themes) or 'not told'}.", 118)
    return text + _TAIL.format(usual=usual, shown=told)
