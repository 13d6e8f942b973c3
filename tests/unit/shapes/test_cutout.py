"""Whatever kind of picture comes, the object is found, cut out and centred, or it is said why not."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from backend.shapes.cutout import FILL, cut_out, for_network, resized
from backend.shapes.pictures import LARGEST, cropped, read, small
from protocol.errors import NothingInPicture, PictureUnusable, RequestInvalid

BACKGROUNDS = ("plain", "gradient", "noise")


def scene(background="plain", width=240, height=180, at=(120, 90), size=50, color=(180, 60, 40)):
    """A house-like shape, its mask, on a background."""
    y, x = np.mgrid[:height, :width]
    if background == "plain":
        picture = np.full((height, width, 3), 200.0)
    elif background == "gradient":
        picture = np.repeat((120 + 100 * y / height)[..., None], 3, 2) + (x / width * 30)[..., None]
    else:
        picture = np.random.default_rng(0).normal(150, 12, (height, width, 3))
    mask = (abs(x - at[0]) < size * 0.7) & (y < at[1] + size) & (y > at[1] - size + abs(x - at[0]))
    picture[mask] = np.array(color) + np.random.default_rng(1).normal(0, 6, (mask.sum(), 3))
    return np.clip(picture, 0, 255).astype(np.uint8), mask


def agreement(found, mask, box):
    """Intersection over union of a cut-out's alpha and a mask of the whole picture."""
    left, top, right, bottom = box
    alpha = resized(found[..., 3:].astype(np.float32), bottom - top, right - left)[..., 0] > 127
    whole = np.zeros(mask.shape, bool)
    rows, columns = slice(max(top, 0), bottom), slice(max(left, 0), right)
    whole[rows, columns] = alpha[max(-top, 0) :, max(-left, 0) :][: whole[rows].shape[0], : whole[:, columns].shape[1]]
    return (whole & mask).sum() / (whole | mask).sum()


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("at", [(120, 90), (70, 70)], ids=["in the middle", "aside"])
def test_the_object_is_found_before_any_background(background, at):
    picture, mask = scene(background, at=at)
    found = cut_out(picture)
    assert agreement(found.pixels, mask, found.box) > 0.93
    assert found.warnings == ()


def test_it_fills_most_of_the_square_and_stands_in_its_middle():
    found = cut_out(scene(at=(80, 80))[0]).pixels
    assert found.shape[0] == found.shape[1]
    rows, columns = (np.flatnonzero((found[..., 3] > 127).any(axis)) for axis in (1, 0))
    longest = max(np.ptp(rows), np.ptp(columns)) + 1
    assert longest == pytest.approx(FILL * len(found), abs=3)
    assert (rows[0] + rows[-1]) / 2 == pytest.approx(len(found) / 2, abs=3)


def test_transparency_decides_where_there_is_any():
    picture, mask = scene("noise")
    other = np.zeros_like(mask)
    other[40:140, 60:200] = True
    found = cut_out(np.dstack([picture, np.where(other, 255, 0).astype(np.uint8)]))
    assert agreement(found.pixels, other, found.box) > 0.98


def test_transparency_that_says_nothing_is_not_heeded():
    picture, mask = scene()
    found = cut_out(np.dstack([picture, np.full(mask.shape, 254, np.uint8)]))
    assert agreement(found.pixels, mask, found.box) > 0.93


def test_a_soft_shadow_below_is_no_part_of_it():
    picture, mask = scene()
    y, x = np.mgrid[:180, :240]
    shade = 1 - 0.3 * np.exp(-(((x - 120) / 60) ** 2) - ((y - 146) / 8) ** 2)
    shaded = np.where(mask[..., None], picture, picture * shade[..., None]).astype(np.uint8)
    found = cut_out(shaded)
    assert agreement(found.pixels, mask, found.box) > 0.9


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.mean(2).astype(np.uint8),
        lambda p: p.mean(2, keepdims=True).astype(np.uint8),
        lambda p: np.dstack([p.mean(2), np.full(p.shape[:2], 255)]).astype(np.uint8),
        lambda p: p.astype(np.uint16) * 257,
        lambda p: (p / 255).astype(np.float32),
        lambda p: (p / 255).astype(np.float16),
    ],
    ids=["grey", "one channel", "grey and alpha", "16 bits", "float", "half"],
)
def test_every_depth_and_number_of_channels_gives_the_same(change):
    picture, mask = scene(color=(90, 40, 30))
    found = cut_out(change(picture))
    assert agreement(found.pixels, mask, found.box) > 0.93


def test_the_largest_of_several_is_taken_and_it_is_said():
    picture, _ = scene(at=(70, 90), size=55)
    second, other = scene(at=(190, 100), size=42)
    picture[other] = second[other]
    found = cut_out(picture)
    assert any("several" in warning for warning in found.warnings)
    assert found.box[0] + found.box[2] < 240  # the left one


def test_an_object_that_the_edge_cuts_is_said():
    found = cut_out(scene(at=(10, 90), size=60)[0])
    assert any("left" in warning and "top" not in warning for warning in found.warnings)


@pytest.mark.parametrize("picture", [np.full((100, 120, 3), 90, np.uint8), np.zeros((64, 64), np.uint8)])
def test_a_picture_of_nothing_is_said(picture):
    with pytest.raises(NothingInPicture):
        cut_out(picture)


def test_a_clear_picture_is_a_picture_of_nothing():
    picture = np.zeros((80, 80, 4), np.uint8)
    picture[0, 0, 3] = 255
    with pytest.raises(NothingInPicture):
        cut_out(picture)


@pytest.mark.parametrize(
    "picture",
    [np.zeros((5, 5, 3), np.uint8), np.zeros((50, 50, 7)), np.zeros(9), np.zeros((64, 64), complex),
     np.zeros((16, 60_000), np.uint8)],
    ids=["tiny", "channels", "no picture", "complex", "a line"],
)  # fmt: skip
def test_arrays_that_are_no_pictures_are_refused(picture):
    with pytest.raises(PictureUnusable):
        cut_out(picture)


def test_a_crop_chooses_the_object():
    picture, _ = scene(at=(70, 90), size=55)
    second, other = scene(at=(190, 100), size=30)
    picture[other] = second[other]
    found = cut_out(cropped(picture, (0.6, 0.1, 1.0, 0.95)))
    assert agreement(found.pixels, other[18:171, 144:], found.box) > 0.9
    for crop in ((0.5, 0, 0.5, 1), (0, 0, 1.2, 1), (0.9, 0, 0.1, 1)):
        with pytest.raises(RequestInvalid):
            cropped(picture, crop)


def test_fifty_megapixels_are_reduced_first():
    picture = np.full((5800, 8700, 3), 200, np.uint8)
    picture[1500:4500, 3000:6000] = (40, 80, 160)
    assert max(small(picture).shape) <= LARGEST
    found = cut_out(picture)
    assert len(found.pixels) <= 512


def test_a_small_part_of_a_large_file_keeps_its_pixels():
    """Reduced first, an object of 60 pixels in a picture of 6000 would be 10 pixels."""
    picture = np.full((4000, 6000, 3), 200, np.uint8)
    picture[1000:1060, 3000:3060] = (40, 80, 160)
    part = (2950 / 6000, 950 / 4000, 3110 / 6000, 1110 / 4000)
    found = read(as_file(Image.fromarray(picture), "JPEG", quality=95), part)
    assert found.shape == (160, 160, 4) and found[80, 80, 2] > 120
    with pytest.raises(RequestInvalid):
        read(as_file(Image.fromarray(picture[:20, :20])), (0.5, 0, 0.2, 1))


def as_file(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def test_a_photo_is_turned_as_exif_says():
    picture, _ = scene(width=120, height=60, at=(60, 30), size=20)
    turned = Image.Exif()
    turned[0x0112] = 6
    assert read(as_file(Image.fromarray(picture), "JPEG", exif=turned)).shape[:2] == (120, 60)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "1", "F"])
def test_files_of_every_mode_are_read(mode):
    picture, _ = scene()
    image = Image.fromarray(picture).convert("L" if mode in ("I;16", "F") else mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    if mode == "F":
        image = Image.fromarray(np.asarray(image).astype(np.float32) / 255)
    kind = {"CMYK": "JPEG", "F": "TIFF"}.get(mode, "PNG")
    found = read(as_file(image, kind))
    assert found.shape == (180, 240, 4)
    assert abs(float(found[10, 10, 0]) - picture[10, 10, 0]) < 60 or mode == "1"


def test_files_that_are_no_pictures_are_refused(tmp_path):
    whole = as_file(Image.fromarray(scene()[0]))
    broken = tmp_path / "broken.png"
    for content in (b"", b"no picture", whole[:200], whole[: len(whole) // 2]):
        broken.write_bytes(content)
        for source in (content, broken):
            with pytest.raises(PictureUnusable):
                read(source)
    with pytest.raises(PictureUnusable):
        read(tmp_path / "missing.png")


def test_what_would_start_another_program_is_not_opened():
    file = as_file(Image.new("RGB", (40, 40), (200, 30, 30)), "EPS")
    assert file.startswith(b"%!PS")
    with pytest.raises(PictureUnusable, match="identify"):
        read(file)


def drawing(ink=20, paper=245):
    image = Image.new("L", (300, 200), paper)
    pen = ImageDraw.Draw(image)
    pen.rectangle((100, 50, 200, 110), outline=ink, width=3)
    for x in (105, 195):
        pen.line((x, 110, x, 170), fill=ink, width=3)
    return np.asarray(image)


@pytest.mark.parametrize(("ink", "paper"), [(20, 245), (120, 200), (240, 30)], ids=["ink", "pencil", "chalk"])
def test_a_sketch_becomes_dark_lines_on_white(ink, paper):
    found = cut_out(drawing(ink, paper), sketch=True).pixels
    assert (found[..., 3] == 255).all()
    assert found[0, 0, 0] == 255 and found[..., 0].min() < 40
    rows = np.flatnonzero((found[..., 0] < 128).any(1))
    assert np.ptp(rows) + 1 == pytest.approx(FILL * len(found), abs=4)


def test_an_empty_sheet_is_said():
    with pytest.raises(NothingInPicture):
        cut_out(np.full((100, 100), 250, np.uint8), sketch=True)


def test_the_network_sees_it_on_grey():
    seen = for_network(cut_out(scene()[0]).pixels)
    assert seen.shape == (96, 96, 3) and seen.dtype == np.float32
    assert seen[0, 0] == pytest.approx(240 / 255, abs=1e-3)


def test_a_models_outline_is_taken_and_an_empty_one_is_not():
    picture, mask = scene()
    half = mask & (np.arange(240) < 120)
    found = cut_out(picture, outline=lambda colors, box: half)
    assert agreement(found.pixels, half, found.box) > 0.98
    found = cut_out(picture, outline=lambda colors, box: np.zeros(mask.shape, bool))
    assert agreement(found.pixels, mask, found.box) > 0.93
