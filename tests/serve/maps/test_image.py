"""Pictures: what is encoded is what is read, in every format and with any number of colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.serve.maps.image import ENCODINGS, Image, png
from tests.serve.maps.pictures import pixels


def image(colours: int, height: int = 40, width: int = 50) -> Image:
    """Random pixels of so many opaque colours and the background."""
    random = np.random.default_rng(colours)
    table = random.integers(0, 256, (colours + 1, 4), dtype=np.uint8)
    table[:, 3] = 255
    table[0] = 0
    return Image(random.integers(0, colours + 1, (height, width)).astype(np.uint16), table)


@pytest.mark.parametrize("colours", [1, 2, 255, 256, 700])
def test_a_png_shows_every_pixel_in_its_colour(colours: int):
    drawn = image(colours)
    np.testing.assert_array_equal(pixels(png(drawn)), drawn.rgba)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 300))
def test_pictures_of_any_size_and_of_any_colours_that_a_table_has(height: int, width: int, colours: int):
    drawn = image(colours, height, width)
    np.testing.assert_array_equal(pixels(png(drawn)), drawn.rgba)


def test_a_palette_holds_only_the_colours_that_occur():
    drawn = image(2000, 10, 10)
    assert len(png(drawn)) < 1000


def test_webp_is_without_loss_and_jpeg_nearly():
    smooth = Image(np.repeat(np.arange(1, 5, dtype=np.uint16), 800).reshape(40, 80), image(4).colours)
    np.testing.assert_array_equal(pixels(ENCODINGS["webp"].encode(smooth)), smooth.rgba)
    assert np.abs(pixels(ENCODINGS["jpeg"].encode(smooth)).astype(int) - smooth.rgba).mean() < 3


def test_rgba_pixels_become_numbers_of_colours_and_the_clear_ones_background():
    drawn = image(9)
    again = Image.of(drawn.rgba)
    np.testing.assert_array_equal(again.rgba, drawn.rgba)
    np.testing.assert_array_equal(again.numbers == 0, drawn.numbers == 0)


def test_another_background_changes_no_other_pixel():
    drawn = image(9)
    red = drawn.on((255, 0, 0, 255))
    assert (red.rgba[drawn.numbers == 0] == (255, 0, 0, 255)).all()
    np.testing.assert_array_equal(red.rgba[drawn.numbers > 0], drawn.rgba[drawn.numbers > 0])


def test_only_background_can_be_void():
    drawn = image(3)
    every = drawn.with_void(np.ones((40, 50), bool), (0, 0, 128, 255))
    assert (every.rgba[drawn.numbers == 0] == (0, 0, 128, 255)).all()
    np.testing.assert_array_equal(every.rgba[drawn.numbers > 0], drawn.rgba[drawn.numbers > 0])
