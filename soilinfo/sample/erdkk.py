"""What farmers of the sample nation ask for: requests (e-RDKK) by district, and one regency's register."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from soilinfo.sample.noise import generator
from soilinfo.sample.office import cells, write_table

FERTILIZERS = ("urea_t", "npk_t", "organic_t")
TONNES = ("Urea (t)", "NPK (t)", "Organik (t)")
"""Headings of FERTILIZERS."""
RATES: Mapping[str, tuple[float, float, float]] = {
    "rice": (115, 290, 300),
    "maize": (280, 240, 0),
    "soybean": (40, 180, 0),
    "chili": (140, 300, 500),
    "shallot": (120, 280, 500),
    "cassava": (130, 180, 0),
    "cocoa": (90, 220, 200),
    "coffee": (110, 180, 200),
}
"""What farmers usually ask for in kg/ha of urea, NPK and organic fertilizer; made up, of no rule."""
REGISTERED = "03.71"
"""Code of the regency that has a register of farmers."""

_FARM_HA = (0.35, 0.8)
_PLOT_HA = 0.45
_FARMERS_PER_PLOT = 0.6
_LEAST_HA = 1.0
"""Smaller areas are not registered."""


def registered(planted: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Registered area by district and commodity: code, name, commodity, area_ha; most of what is planted."""
    rows = planted.reset_index().melt("code", var_name="commodity", value_name="area_ha")
    rows = rows.sort_values("code", kind="stable", ignore_index=True)
    share = generator("registered").uniform(0.75, 0.98, len(rows))
    rows["area_ha"] = (rows["area_ha"] * share).round(2)
    rows.insert(1, "name", rows["code"].map(names))
    return rows[rows["area_ha"] >= _LEAST_HA].reset_index(drop=True)


def register(areas: pd.DataFrame) -> pd.DataFrame:
    """Every plot of REGISTERED's farmers: farmer, plot, code, name, commodity, area_ha.

    A farmer may have plots in several districts; a few have many, more than two hectares together.
    """
    random = generator("register")
    here = areas[areas["code"].str.startswith(REGISTERED)]
    plots = pd.concat([_plots(row, random) for _, row in here.iterrows()], ignore_index=True)
    farmers = int(len(plots) * _FARMERS_PER_PLOT)
    # The square makes low numbers frequent: those farmers have many plots.
    owner = (farmers * random.uniform(0.0, 1.0, len(plots)) ** 2).astype(int) + 1
    plots.insert(0, "farmer", [f"{REGISTERED}-{number:04}" for number in owner])
    plots = plots.sort_values("farmer", kind="stable", ignore_index=True)
    plots.insert(1, "plot", plots.groupby("farmer").cumcount() + 1)
    return plots


def _plots(row: pd.Series, random: np.random.Generator) -> pd.DataFrame:
    """A row's area parted into plots of uneven size."""
    sizes = random.lognormal(0.0, 0.6, max(1, round(row["area_ha"] / _PLOT_HA)))
    hectares = np.maximum(np.round(row["area_ha"] * sizes / sizes.sum(), 2), 0.01)
    return pd.DataFrame({**row[["code", "name", "commodity"]], "area_ha": hectares})


def erdkk(areas: pd.DataFrame, plots: pd.DataFrame) -> pd.DataFrame:
    """The e-RDKK: ``areas`` with farmers and the tonnes of each fertilizer asked for.

    Where there is a register, area and farmers are its sums. Some ask for more than they need.
    """
    random = generator("erdkk")
    rows = areas.assign(farmers=(areas["area_ha"] / random.uniform(*_FARM_HA, len(areas))).astype(int) + 1)
    key = ["code", "commodity"]
    known = plots.groupby(key).agg(area_ha=("area_ha", "sum"), farmers=("farmer", "nunique"))
    rows = rows.set_index(key)
    rows.update(known.round(2))
    rows = rows.reset_index().astype({"farmers": int})[["code", "name", "commodity", "area_ha", "farmers"]]
    rates = np.array([RATES[commodity] for commodity in rows["commodity"]])
    asked = rows["area_ha"].to_numpy()[:, None] * rates * random.uniform(0.8, 1.25, rates.shape) / 1000
    return pd.concat([rows, pd.DataFrame(asked.round(2), columns=list(FERTILIZERS))], axis=1)


def write_erdkk(path: Path, erdkk: pd.DataFrame) -> None:
    """Write the e-RDKK by district and commodity."""
    decimals = {"area_ha": 2, "farmers": 0} | dict.fromkeys(FERTILIZERS, 2)
    headings = ("Kode", "Kecamatan", "Komoditas", "Luas tanam (ha)", "Petani", *TONNES)
    write_table(path, "Rekapitulasi e-RDKK 2026", headings, cells(erdkk, decimals))


def write_farmers(path: Path, plots: pd.DataFrame) -> None:
    """Write the register of farmers, a row a plot."""
    headings = ("Petani", "Petak", "Kode", "Kecamatan", "Komoditas", "Luas (ha)")
    write_table(path, "Daftar petani 2026", headings, cells(plots, {"plot": 0, "area_ha": 2}))


def in_another_code_system(erdkk: pd.DataFrame) -> pd.DataFrame:
    """The same rows by codes as a statistics office gives them: as deep, but numbered by name.

    Each code is one of this nation's too, of another district as a rule: only names tell.
    """
    units = erdkk.drop_duplicates("code").assign(regency=lambda rows: rows["code"].str[:5])
    codes = dict(_numbered(units.sort_values(["regency", "name"])))
    return erdkk.assign(code=erdkk["code"].map(codes))


def _numbered(units: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """(code, code by the order of names within the regency) of each district."""
    for regency, group in units.groupby("regency"):
        for number, code in enumerate(group["code"], start=1):
            yield code, f"{regency}.{number:02}"
