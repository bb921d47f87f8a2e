"""What an allocation looks at besides need: what was redeemed so far, and figures that may give priority."""

from pathlib import Path

import numpy as np
import pandas as pd

from soilinfo.sample.erdkk import FERTILIZERS, TONNES
from soilinfo.sample.noise import generator
from soilinfo.sample.office import cells, write_table

MONTHLY = (0.10, 0.09, 0.06, 0.04)
"""Share of a usual year's request that is redeemed in each month from January on."""
NOT_REPORTED = ("03.02.01", 4)
"""Code of the district and number of the month of which no figures have come in: '-', which is not zero."""


def write_redeemed(path: Path, erdkk: pd.DataFrame) -> None:
    """Write the tonnes redeemed by district and month: some districts are quick, some slow."""
    asked = erdkk.groupby(["code", "name"])[list(FERTILIZERS)].sum()
    random = generator("redeemed")
    pace = random.uniform(0.35, 1.05, len(asked))
    months = []
    for month, share in enumerate(MONTHLY, start=1):
        fetched = pace * share * random.uniform(0.8, 1.2, len(asked))
        months.append(asked.mul(fetched, axis=0).round(2).reset_index().assign(month=month))
    rows = pd.concat(months).sort_values(["code", "month"], ignore_index=True)
    code, month = NOT_REPORTED
    rows.loc[(rows["code"] == code) & (rows["month"] == month), list(FERTILIZERS)] = np.nan
    rows = rows[["code", "name", "month", *FERTILIZERS]]
    decimals = {"month": 0} | dict.fromkeys(FERTILIZERS, 2)
    headings = ("Kode", "Kecamatan", "Bulan", *TONNES)
    write_table(path, "Penebusan pupuk bersubsidi 2026", headings, cells(rows, decimals))


def write_priority(path: Path, farmland: pd.DataFrame) -> None:
    """Write yield, uptake and poverty by district: yields are higher where much land is paddy."""
    random, number = generator("priority"), len(farmland)
    crops = farmland[["paddy", "dryland_crops"]]
    wet = (crops["paddy"] / crops.sum(axis=1).clip(lower=1.0)).to_numpy()
    rows = farmland[["name"]].assign(
        productivity_t_ha=(3.6 + 1.9 * wet + random.normal(0.0, 0.35, number)).clip(2.5).round(2),
        uptake_pct=random.uniform(62.0, 99.0, number).round(1),
        poverty_pct=(14.0 - 4.0 * wet + random.normal(0.0, 3.5, number)).clip(2.0).round(1),
    )
    decimals = {"productivity_t_ha": 2, "uptake_pct": 1, "poverty_pct": 1}
    headings = ("Kode", "Kecamatan", "Hasil (t/ha)", "Penyerapan (%)", "Kemiskinan (%)")
    write_table(path, "Data prioritas 2025", headings, cells(rows.reset_index(), decimals))
