"""A table as an office sends it: paddy land by regency of the sample nation, and how much is protected."""

from pathlib import Path

import pandas as pd

from soilinfo.sample.gazetteer import REGENCIES
from soilinfo.sample.noise import generator
from soilinfo.sample.office import MISSING, write_table, written

NOT_DECLARED = "04"
"""Code of the province whose regencies have not yet declared any land protected: '-', which is not zero."""
HEADINGS = ("Kode", "Kabupaten/Kota", "LBS (ha)", "LP2B (ha)")


def write_paddy_land(path: Path, paddy: pd.Series) -> None:
    """Write the table; ``paddy`` is hectares by district, which the office measures some percent off."""
    rows, random = [], generator("paddy land")
    by_regency = paddy.groupby(paddy.index.str[:5]).sum()
    for regency in REGENCIES:
        hectares = round(float(by_regency[regency.code]) * random.uniform(0.97, 1.03), 2)
        protected = round(hectares * random.uniform(0.35, 1.0), 2)
        declared = not regency.code.startswith(NOT_DECLARED)
        lp2b = written(protected, 2) if declared else MISSING
        rows.append([regency.code, regency.title, written(hectares, 2), lp2b])
    write_table(path, "Lahan sawah 2025", HEADINGS, rows)
