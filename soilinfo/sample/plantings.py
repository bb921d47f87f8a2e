"""What is planted in the sample nation, and an office's table of it: four crops in each regency."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from soilinfo.sample.gazetteer import REGENCIES
from soilinfo.sample.noise import generator
from soilinfo.sample.office import MISSING, write_table, written


@dataclass(frozen=True)
class Planting:
    """The land a commodity grows on (a kind of farmland), and how much of it it takes in a district."""

    land: str
    least: float
    most: float


PLANTINGS: Mapping[str, Planting] = {
    "rice": Planting("paddy", 0.85, 1.0),
    "maize": Planting("dryland_crops", 0.15, 0.45),
    "soybean": Planting("dryland_crops", 0.01, 0.05),
    "chili": Planting("dryland_crops", 0.003, 0.02),
    "shallot": Planting("dryland_crops", 0.001, 0.01),
    "cassava": Planting("dryland_crops", 0.03, 0.12),
    "cocoa": Planting("mixed_garden", 0.03, 0.15),
    "coffee": Planting("mixed_garden", 0.02, 0.12),
}
"""One crop a year of each: planted area is area of land."""

COMMODITIES = {"padi": "rice", "jagung": "maize", "kakao": "cocoa", "kopi": "coffee"}
"""Commodities of the table, as the office names them."""
WITHOUT_COFFEE_FIGURES = "05"
"""Code of the province whose offices sent no figures for coffee: '-' there, which is not zero."""
HEADINGS = ("Kode", "Kabupaten/Kota", "Komoditas", "Luas tanam (ha)", "Petani")


def planted(farmland: pd.DataFrame) -> pd.DataFrame:
    """Hectares planted with each commodity (columns) in each district (index)."""
    random = generator("planted areas")
    return pd.DataFrame(
        {
            name: (farmland[each.land] * random.uniform(each.least, each.most, len(farmland))).round(1)
            for name, each in PLANTINGS.items()
        },
        index=farmland.index,
    )


def write_planted_areas(path: Path, crops: pd.DataFrame) -> None:
    """Write the table with a blank row and one of sums; ``crops`` as :func:`planted` gives them."""
    rows, total, farmers = [], 0.0, 0
    random = generator("growers")
    by_regency = crops.groupby(crops.index.str[:5]).sum().round(1).to_dict("index")
    for regency in REGENCIES:
        for commodity, name in COMMODITIES.items():
            hectares = by_regency[regency.code][name]
            growers = int(hectares / random.uniform(0.4, 1.2))
            begin = [regency.code, regency.title, commodity]
            if commodity == "kopi" and regency.code.startswith(WITHOUT_COFFEE_FIGURES):
                rows.append([*begin, MISSING, MISSING])
                continue
            rows.append([*begin, written(hectares, 1), written(growers, 0)])
            total, farmers = total + hectares, farmers + growers
    rows += [[""] * 5, ["JUMLAH", "", "", written(total, 1), written(farmers, 0)]]
    write_table(path, "Luas tanam 2024", HEADINGS, rows)
