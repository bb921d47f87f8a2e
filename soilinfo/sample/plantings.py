"""A table of the sample nation as an office sends it: planted area of four crops in each regency."""

from pathlib import Path

from soilinfo.sample.gazetteer import REGENCIES
from soilinfo.sample.noise import generator

COMMODITIES = {"padi": 9000.0, "jagung": 4000.0, "kakao": 2500.0, "kopi": 1500.0}
"""Commodity as the office names it and a usual planted area in hectares."""
WITHOUT_COFFEE_FIGURES = "05"
"""Code of the province whose offices sent no figures for coffee: '-' there, which is not zero."""
HEADER = "Kode;Kabupaten/Kota;Komoditas;Luas tanam (ha);Petani"


def write_planted_areas(path: Path) -> None:
    """Write the table as CSV with semicolons, decimal commas, dots for thousands, a blank and a sums row."""
    rows, total, farmers = [], 0.0, 0
    random = generator("planted areas")
    for regency in REGENCIES:
        share = 0.05 if regency.is_city else 1.0
        for commodity, usual in COMMODITIES.items():
            hectares = round(usual * share * random.uniform(0.2, 1.8), 1)
            growers = int(hectares / random.uniform(0.4, 1.2))
            begin = f"{regency.code};{regency.title};{commodity}"
            if commodity == "kopi" and regency.code.startswith(WITHOUT_COFFEE_FIGURES):
                rows.append(f"{begin};-;-")
                continue
            rows.append(f"{begin};{written(hectares, 1)};{written(growers, 0)}")
            total, farmers = total + hectares, farmers + growers
    rows += [";;;;", f"JUMLAH;;;{written(total, 1)};{written(farmers, 0)}"]
    path.write_text("\n".join(["Luas tanam 2024;;;;", HEADER, *rows, ""]), "utf-8-sig")


def written(number: float, decimals: int) -> str:
    """A number as Indonesian offices write it: 1.234,5."""
    return f"{number:,.{decimals}f}".translate(str.maketrans(",.", ".,"))
