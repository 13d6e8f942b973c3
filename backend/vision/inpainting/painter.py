"""What a painter is: pictures in, the same pictures with a person out. No diffusion here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from backend.place.camera import Camera

Array = np.ndarray
Report = Callable[[float], None]  # the fraction done, 0…1; it may raise, which ends the painting
Show = Callable[[int, Array], None]  # index and picture (H, W, 3) uint8; may raise to cancel, too

# Within the 77 word pieces that CLIP reads: what spoils a pose first, style after it.
NEGATIVE = (
    "nobody, several people, crowd, close-up, body cut off by the frame, missing arms, missing legs, extra limbs, "
    "twisted joints, floating in the air, transparent, doll, statue, drawing, cartoon, blurred, text, watermark"
)


@dataclass(frozen=True)
class Painting:
    """How pictures are painted. The defaults are the paper's where it says them."""

    steps: int = 50
    guidance: float = 7.5  # classifier-free guidance; at most 1 is none
    prefix: str = ""  # the prompt is “prefix, prompt, suffix”
    suffix: str = "one person, whole body in view, realistic photograph, natural light"
    negative: str = NEGATIVE
    strength: float | None = None  # 1 starts from pure noise; None is what the model's class does best with
    side: int | None = None  # pixels: pictures are painted at this side squared in area; None is the model's own
    # The dynamic mask.
    dynamic: float = 0.5  # share of the steps, from the first, after each of which the mask is made anew
    quantile_first: float = 0.7  # of the attention, above which a pixel is masked: 0.7 masks 30 % of them
    quantile_last: float = 0.7
    remembered: int = 3  # steps whose attention is averaged
    # The machine.
    batch: int | None = None  # pictures at once; None estimates what fits the memory
    # Pictures from which compiling the UNet pays (CUDA only): it takes about half a minute and saves, by published
    # figures for SD 1.5, a quarter of a second per picture.
    compile_from: int = 128

    def __post_init__(self) -> None:
        if self.steps < 1 or self.remembered < 1 or (self.batch is not None and self.batch < 1):
            raise ValueError("steps, remembered and batch are at least 1")
        if not (0 <= self.quantile_first < 1 and 0 <= self.quantile_last < 1 and 0 <= self.dynamic <= 1):
            raise ValueError("quantiles lie in [0, 1), the dynamic share in [0, 1]")
        if self.strength is not None and not (0 < self.strength <= 1 and self.strength * self.steps >= 1):
            raise ValueError("the strength lies in (0, 1] and leaves at least one step")

    def text(self, prompt: str) -> str:
        return ", ".join(part.strip(" ,") for part in (self.prefix, prompt, self.suffix) if part.strip(" ,"))


@dataclass(frozen=True)
class Painted:
    """What came of it, in the order of the pictures given."""

    pictures: Array  # (N, H, W, 3) uint8 sRGB
    masks: Array  # (N, H, W) bool: where the person was painted; the masks given, or the last dynamic ones
    warnings: tuple[str, ...] = ()  # in words, for the user


def unseen(index: int, picture: Array) -> None:
    """Nobody watches."""


class Painter(Protocol):
    """Paints a person into pictures."""

    name: str

    def paint(
        self,
        pictures: Array,
        prompt: str,
        *,
        person: str,
        masks: Array | None = None,
        seeds: Sequence[int],
        report: Report,
        show: Show = unseen,
        cameras: Sequence[Camera] = (),
    ) -> Painted:
        """pictures: (N, H, W, 3) uint8 sRGB; person: the words for the person as they stand in the prompt.

        masks: (N, H, W) bool, what may change, everything else comes back as it was; None lets the model find the
        place. seeds: one per picture; the same seed paints the same picture, whatever it is painted together with (up
        to the rounding of other batch sizes). report: called before the first and after every denoising step.
        show: called with every picture's index and the picture as soon as it is painted. cameras: one per picture, for
        painters that know the scene; models of images go by the pictures alone.
        """
        ...
