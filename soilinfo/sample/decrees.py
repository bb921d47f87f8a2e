"""What decrees of the sample nation print: rates for wetland rice by district, and tonnes by province."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from soilinfo.sample.erdkk import FERTILIZERS, TONNES
from soilinfo.sample.gazetteer import PROVINCES
from soilinfo.sample.noise import generator
from soilinfo.sample.office import cells, write_table

UREA = 200
SP36: Mapping[str, int] = {"low": 100, "medium": 75, "high": 50}
KCL: Mapping[str, int] = {"low": 100, "medium": 50, "high": 50}
CREDITS: Mapping[str, tuple[int, int, int]] = {
    "": (0, 0, 0),
    " jerami": (20, 0, 50),
    " pupuk kandang": (50, 50, 20),
}
"""Kilograms of urea, SP-36 and KCl that straw and manure stand for, by what headings call them. These and the
rates above are those of the annex of Kepmentan 01/2006."""
LEAST_PADDY_HA = 250.0
"""Paddy land below which the annex prints no rate."""
NOT_ANALYSED = "medium"
"""Status the annex supposes where the soil was not analysed."""
FROM_AN_OLDER_SURVEY = 5
"""Districts whose decreed rate of SP-36 is of a time when the soil held less phosphorus."""

SUPPLY_T: Mapping[str, int] = {"urea_t": 108_000, "npk_t": 168_000, "organic_t": 149_000}
"""What there is of each fertilizer, some 70 % of what is needed; the shipped plan divides as much."""
WRONG_TOTAL = "02"
"""Code of the province whose printed total is not the sum of its parts."""
MISPRINT_T = 330


def write_paddy_doses(path: Path, farmland: pd.DataFrame) -> None:
    """Write the annex: a row for each district with paddy land, '-' where it has too little for a rate."""
    rows = farmland[farmland["paddy"] > 0].reset_index()
    phosphorus, potassium = (rows[layer].fillna(NOT_ANALYSED) for layer in ("p2o5_hcl25", "k2o_hcl25"))
    printed = rows["paddy"] >= LEAST_PADDY_HA
    sp36 = phosphorus.map(SP36)
    improved = rows.index[printed & (sp36 < SP36["low"])]
    sp36[generator("older survey").choice(improved, FROM_AN_OLDER_SURVEY, replace=False)] += 25
    base = (pd.Series(UREA, rows.index), sp36, potassium.map(KCL))
    annex = rows[["code", "name"]].copy()
    for organic, credits in CREDITS.items():
        for product, rate, credit in zip(("Urea", "SP-36", "KCl"), base, credits, strict=True):
            annex[f"{product}{organic} (kg/ha)"] = (rate - credit).clip(lower=0).where(printed)
    numbers = list(annex.columns[2:])
    headings = ("Kode", "Kecamatan", *numbers)
    write_table(path, "Dosis pupuk padi sawah", headings, cells(annex, dict.fromkeys(numbers, 0)))


def _parted(total: int, requests: pd.Series) -> pd.Series:
    """A total in proportion to requests, in whole tonnes that add up to it."""
    upper = (total * requests.cumsum() / requests.sum()).round()
    return upper.diff().fillna(upper)


def write_legal_totals(path: Path, erdkk: pd.DataFrame) -> None:
    """Write the tonnes of each province, their total and a row of sums; one total is misprinted."""
    by_province = erdkk.groupby(erdkk["code"].str[:2])[list(FERTILIZERS)].sum()
    tonnes = pd.DataFrame({name: _parted(total, by_province[name]) for name, total in SUPPLY_T.items()})
    misprint = pd.Series({WRONG_TOTAL: MISPRINT_T}).reindex(tonnes.index, fill_value=0)
    tonnes["total_t"] = tonnes.sum(axis=1) + misprint
    names = {province.code: province.name for province in PROVINCES}
    tonnes.insert(0, "name", tonnes.index.map(names))
    sums = tonnes.sum(numeric_only=True).to_frame().T.assign(code="JUMLAH", name="")
    rows = pd.concat([tonnes.rename_axis("code").reset_index(), sums])
    decimals = dict.fromkeys((*FERTILIZERS, "total_t"), 0)
    headings = ("Kode", "Provinsi", *TONNES, "Jumlah (t)")
    write_table(path, "Alokasi pupuk bersubsidi 2026", headings, cells(rows, decimals))
