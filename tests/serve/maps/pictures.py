"""Reading the pictures that are answered."""

from warnings import catch_warnings, simplefilter

import httpx
import numpy as np
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile


def picture(answer: httpx.Response, media_type: str = "image/png") -> NDArray[np.uint8]:
    """RGBA, shape (height, width, 4); of a format without opacity opaque."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == media_type
    return pixels(answer.content)


def pixels(content: bytes) -> NDArray[np.uint8]:
    """The same of the bytes of a picture."""
    with catch_warnings(), MemoryFile(content) as memory:
        # A picture has no place on earth.
        simplefilter("ignore", NotGeoreferencedWarning)
        with memory.open() as source:
            bands = source.read()
            if source.count == 1:
                palette = source.colormap(1)
                table = np.array([palette.get(index, (0, 0, 0, 0)) for index in range(256)], np.uint8)
                return table[bands[0]]
            if source.count == 3:
                return np.moveaxis(np.concatenate([bands, np.full_like(bands[:1], 255)]), 0, -1)
            return np.moveaxis(bands, 0, -1)
