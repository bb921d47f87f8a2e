"""What is written down of pits: numbers as laboratories write them, places and names of soils, CSV files."""

from pathlib import Path

import numpy as np
import pandas as pd

from soilinfo.sample.mapunits import LEGEND
from soilinfo.sample.noise import Array
from soilinfo.sample.pits import Pits, prevailing


def texts(values: Array, decimals: int, limit: float | None = None) -> list[str]:
    """Numbers as a laboratory writes them: '' for none, '<limit' below what it can tell."""

    def text(value: float) -> str:
        if np.isnan(value):
            return ""
        return f"<{limit:g}" if limit is not None and value < limit else f"{value:.{decimals}f}"

    return [text(value) for value in values.tolist()]


def write(frame: pd.DataFrame, path: Path, groups: str = "") -> None:
    """Write a CSV file, below a row that names groups of columns if the template has one."""
    above = f"{groups}{',' * (len(frame.columns) - 1)}\n" if groups else ""
    path.write_text(above + frame.to_csv(index=False, lineterminator="\n"), "utf-8")


def located(pits: Pits, codes: list[str]) -> pd.DataFrame:
    """Code, coordinates, height, soil and its names of each pit."""
    land, kinds = pits.soils.relief, prevailing(pits.soils)
    return pd.DataFrame(
        {
            "code": codes,
            "x": texts(land.x, 5),
            "y": texts(land.y, 5),
            "height": texts(land.elevation, 0),
            "wrb": [LEGEND[kind].wrb for kind in kinds],
            "usda": [LEGEND[kind].usda for kind in kinds],
        }
    )
