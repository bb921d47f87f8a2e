"""The soil profiles of the sample nation as two offices keep them: a survey of today and an old archive.

The survey writes a table of pits and one of horizons, in today's methods. What is planted in both stands
in ``data/README.md``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from soilinfo.sample.archive import write_archive
from soilinfo.sample.field_book import located, texts, write
from soilinfo.sample.noise import generator
from soilinfo.sample.pits import Pits, dig

SURVEY_PITS = 240
SURVEY_COLUMNS: Mapping[str, tuple[str, float, int]] = {
    "ph_h2o": ("PH_H2O", 1.0, 1),
    "soc": ("C_ORG", 10.0, 1),
    "n_total": ("N_TOTAL", 10.0, 2),
    "cec": ("KTK", 1.0, 1),
    "base_saturation": ("KB", 1.0, 0),
    "bulk_density": ("BI", 1.0, 2),
    "coarse_fragments": ("BAHAN_KASAR", 1.0, 0),
    "salinity_ec": ("DHL_JENUH", 1.0, 2),
    "p2o5_hcl25": ("P2O5_HCL25", 1.0, 1),
    "p2o5_bray1": ("P2O5_BRAY1", 1.0, 1),
    "k2o_hcl25": ("K2O_HCL25", 1.0, 1),
}
"""Heading, factor to its unit and decimals by property; carbon and nitrogen in g/kg."""
FERTILITY = ("p2o5_hcl25", "p2o5_bray1", "k2o_hcl25")
"""Analysed in the two upper horizons only."""
SURVEY_FROM, SURVEY_DAYS = np.datetime64("2018-03-01"), 2000


def write_profiles(directory: Path) -> None:
    """Write the files of both datasets into ``directory``, the same bytes in every run."""
    _write_survey(directory, dig("soil survey", SURVEY_PITS))
    write_archive(directory)


def _days(name: str, first: np.datetime64, days: int, number: int) -> list[str]:
    offsets = generator(f"{name} dates").integers(0, days, number)
    return [str(first + np.timedelta64(int(offset), "D")) for offset in offsets]


def _write_survey(directory: Path, pits: Pits) -> None:
    codes = [f"SN-{number:03}" for number in range(1, SURVEY_PITS + 1)]
    places = located(pits, codes)
    places.columns = ["KODE", "BUJUR", "LINTANG", "ELEVASI_M", "WRB", "USDA"]
    places.insert(1, "TANGGAL", _days(pits.name, SURVEY_FROM, SURVEY_DAYS, SURVEY_PITS))
    places["BATUAN_CM"] = texts(pits.rock_cm, 0)
    write(_with_odd_places(places), directory / "soil_survey.csv")
    write(_with_odd_horizons(_survey_horizons(pits, codes)), directory / "soil_survey_horizons.csv")


def _survey_horizons(pits: Pits, codes: list[str]) -> pd.DataFrame:
    rows = pits.horizons
    clay, silt, sand = pits.texture()
    values = {"LIAT": texts(clay, 1), "DEBU": texts(silt, 1), "PASIR": texts(sand, 1)}
    lower = (rows["order"] > 2).to_numpy()
    for name, (heading, factor, decimals) in SURVEY_COLUMNS.items():
        found = pits.analyse(name) * factor
        values[heading] = texts(np.where(lower & (name in FERTILITY), np.nan, found), decimals)
    columns = {
        "KODE": [codes[pit] for pit in rows["pit"]],
        "HORIZON": rows["code"],
        "ATAS_CM": rows["upper"].astype(str),
        "BAWAH_CM": rows["lower"].astype(str),
    }
    return pd.DataFrame(columns | values)


def _with_odd_places(places: pd.DataFrame) -> pd.DataFrame:
    """Longitude and latitude of one pit are exchanged; one pit is entered twice, under two codes."""
    swapped = places.index[places["KODE"] == "SN-101"]
    places.loc[swapped, ["BUJUR", "LINTANG"]] = places.loc[swapped, ["LINTANG", "BUJUR"]].to_numpy()
    again = places[places["KODE"] == "SN-033"].assign(KODE="SN-033B")
    return pd.concat([places, again], ignore_index=True)


_TYPED_WRONG: Mapping[tuple[str, int, str], Callable[[str], str]] = {
    ("SN-023", 2, "ATAS_CM"): lambda text: str(int(text) - 6),
    ("SN-058", 1, "BAWAH_CM"): lambda _: "",
    ("SN-012", 1, "PH_H2O"): lambda _: "55",
    ("SN-066", 1, "LIAT"): lambda text: f"{float(text) + 20:.1f}",
}
"""Cells that went wrong at a desk, by code, number of the horizon and heading."""


def _with_odd_horizons(rows: pd.DataFrame) -> pd.DataFrame:
    """Cells typed wrong; a horizon upside down, one left out, one of a pit that is not in the table."""

    def at(code: str, order: int) -> "pd.Index[int]":
        return rows.index[rows["KODE"] == code][order - 1 : order]

    for (code, order, heading), wrong in _TYPED_WRONG.items():
        rows.loc[at(code, order), heading] = rows.loc[at(code, order), heading].map(wrong)
    ends, upside_down = ["ATAS_CM", "BAWAH_CM"], at("SN-007", 2)
    rows.loc[upside_down, ends] = rows.loc[upside_down, ends[::-1]].to_numpy()
    again = rows[rows["KODE"] == "SN-033"].assign(KODE="SN-033B")
    orphan = rows.loc[at("SN-040", 1)].assign(KODE="SN-999")
    return pd.concat([rows.drop(index=at("SN-041", 2)), again, orphan], ignore_index=True)
