"""What lies in the PDF of one image that a map's cells are made into."""

import re
import zlib

import numpy as np


def read(pdf: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Places (y, x) in the table of colours, and the table (n, 3)."""
    width, height = (int(each) for each in re.search(rb"/Width (\d+)/Height (\d+)", pdf).groups())
    table = np.frombuffer(bytes.fromhex(re.search(rb"<([0-9a-f]+)>\]", pdf)[1].decode()), np.uint8)
    image = pdf[pdf.index(b"/Type/XObject") :]
    rows = np.frombuffer(zlib.decompress(image.split(b"stream\n", 1)[1]), np.uint8)
    rows = rows.reshape(height, width + 1)
    assert (rows[:, 0] == 2).all(), "each row is told by how it differs from the one above"
    return np.add.accumulate(rows[:, 1:], axis=0, dtype=np.uint8), table.reshape(-1, 3)
