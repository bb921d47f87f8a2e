"""The soil profiles of the sample nation as two offices keep them: a survey of today and an old archive.

The survey writes a table of pits and one of horizons, in today's methods. The archive is in the
GloSIS template, by older methods that have to be converted. What is planted in them stands in
``data/README.md``.
"""

from collections.abc import Callable, Mapping
from math import log
from pathlib import Path

import numpy as np
import pandas as pd

from soilinfo.sample.mapunits import LEGEND
from soilinfo.sample.noise import Array, generator
from soilinfo.sample.pits import Pits, dig, prevailing

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

ARCHIVE_PITS, SWAMP_PITS = 90, 30
SWAMP, GENERAL, ESTATE, FOREST = "Lahan Rawa 1992", "Peta Tanah 1987", "Perkebunan 1990", "Hutan 1994"
"""Projects of the archive: swamps, the general soil map, a company's estates (withheld), forests (of
which only the places are told)."""
LAND_USES = {ESTATE: "A - Crop agriculture (cropping)", FOREST: "F - Forestry"}
"""As the template lists them; the other projects did not note any."""
DAVIES, SADOVSKI = (0.8382775, 0.9569378), (1.53466, 0.88787)
"""pH in water = a + b times pH in CaCl2 and in KCl, of which the archive's values are the reverse."""
RECOVERY = 1 / 1.33
"""Share of organic carbon that Walkley and Black's method finds."""
SILT_TO_20_UM = log(20 / 2) / log(50 / 2)
"""Share of the silt (2-50 um) that is finer than 20 um, log-linear between the limits."""
EXTRACT_OF_PASTE = 0.15
"""Conductivity of a 1:5 extract as a share of that of the saturated paste."""
LIMITS = {"EC 1:5": 0.04, "C Walkley-Black": 1.0, "P Olsen": 2.0}
"""Detection limits, in the unit of each column."""
OLDER_SPREAD = 0.05
"""Standard deviation of old analyses beyond that of new ones, as a share of the value."""
PROCEDURES = (
    ("Clay", "Clay texture fraction", "SaSiCl_2-20-2000u-disp-pipette", "%"),
    ("Silt", "Silt texture fraction", "SaSiCl_2-20-2000u-disp-pipette", "%"),
    ("Sand", "Sand texture fraction", "SaSiCl_2-20-2000u-disp-pipette", "%"),
    ("C Walkley-Black", "Carbon (C) - organic", "OrgC_wc-cro3-walkleyblack", "g/kg"),
    ("pH H2O", "pH - Hydrogen potential", "pHH2O_ratio1-5", "pH"),
    ("pH CaCl2", "pH - Hydrogen potential", "pHCaCl2_ratio1-5", "pH"),
    ("pH KCl", "pH - Hydrogen potential", "pHKCl_ratio1-5", "pH"),
    ("Bulk density", "bulkDensityFineEarthProperty", "BlkDensF_fe-co-od", "kg/dm3"),
    ("EC 1:5", "electricalConductivityProperty", "EC_ratio1-5", "dS/m"),
    ("P Olsen", "Phosphorus (P) - extractable", "Extr_nahco3-olsen", "mg/kg"),
)
"""Heading, observed property and procedure of the GloSIS code list, unit."""


def write_profiles(directory: Path) -> None:
    """Write the files of both datasets into ``directory``, the same bytes in every run."""
    _write_survey(directory, dig("soil survey", SURVEY_PITS))
    parts = [dig("archive", ARCHIVE_PITS), dig("archive of swamps", SWAMP_PITS, least_marsh=0.5)]
    _write_archive(directory, parts)


def _texts(values: Array, decimals: int, limit: float | None = None) -> list[str]:
    """Numbers as a laboratory writes them: '' for none, '<limit' below what it can tell."""

    def text(value: float) -> str:
        if np.isnan(value):
            return ""
        return f"<{limit:g}" if limit is not None and value < limit else f"{value:.{decimals}f}"

    return [text(value) for value in values.tolist()]


def _write(frame: pd.DataFrame, path: Path, groups: str = "") -> None:
    """Write a CSV file, below a row that names groups of columns if the template has one."""
    above = f"{groups}{',' * (len(frame.columns) - 1)}\n" if groups else ""
    path.write_text(above + frame.to_csv(index=False, lineterminator="\n"), "utf-8")


def _places(pits: Pits, codes: list[str]) -> pd.DataFrame:
    """Code, coordinates, height, soil and its names of each pit."""
    land, kinds = pits.soils.relief, prevailing(pits.soils)
    return pd.DataFrame(
        {
            "code": codes,
            "x": _texts(land.x, 5),
            "y": _texts(land.y, 5),
            "height": _texts(land.elevation, 0),
            "wrb": [LEGEND[kind].wrb for kind in kinds],
            "usda": [LEGEND[kind].usda for kind in kinds],
        }
    )


def _days(name: str, first: np.datetime64, days: int, number: int) -> list[str]:
    offsets = generator(f"{name} dates").integers(0, days, number)
    return [str(first + np.timedelta64(int(offset), "D")) for offset in offsets]


# ---- the survey: a table of pits and one of horizons ------------------------------------


def _write_survey(directory: Path, pits: Pits) -> None:
    codes = [f"SN-{number:03}" for number in range(1, SURVEY_PITS + 1)]
    places = _places(pits, codes)
    places.columns = ["KODE", "BUJUR", "LINTANG", "ELEVASI_M", "WRB", "USDA"]
    places.insert(1, "TANGGAL", _days(pits.name, SURVEY_FROM, SURVEY_DAYS, SURVEY_PITS))
    places["BATUAN_CM"] = _texts(pits.rock_cm, 0)
    _write(_with_odd_places(places), directory / "soil_survey.csv")
    _write(_with_odd_horizons(_survey_horizons(pits, codes)), directory / "soil_survey_horizons.csv")


def _survey_horizons(pits: Pits, codes: list[str]) -> pd.DataFrame:
    rows = pits.horizons
    clay, silt, sand = pits.texture()
    values = {"LIAT": _texts(clay, 1), "DEBU": _texts(silt, 1), "PASIR": _texts(sand, 1)}
    lower = (rows["order"] > 2).to_numpy()
    for name, (heading, factor, decimals) in SURVEY_COLUMNS.items():
        found = pits.analyse(name) * factor
        values[heading] = _texts(np.where(lower & (name in FERTILITY), np.nan, found), decimals)
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


# ---- the archive: the GloSIS template ---------------------------------------------------


def _write_archive(directory: Path, parts: list[Pits]) -> None:
    plots, profiles, elements, specimens = [], [], [], []
    first = 1
    for pits in parts:
        number = len(pits.rock_cm)
        codes = [f"L{at:03}" for at in range(first, first + number)]
        first += number
        projects = _projects(pits)
        plots.append(_plots(pits, codes, projects))
        profiles.append(_classified(pits, codes))
        elements.append(_elements(pits, codes))
        specimens.append(_specimens(pits, codes, projects))
    _write(_with_odd_plots(pd.concat(plots)), directory / "legacy_plots.csv", "Location")
    _write(pd.concat(profiles), directory / "legacy_profiles.csv", "Description")
    _write(pd.concat(elements), directory / "legacy_elements.csv", "Description")
    _write(_with_odd_specimens(pd.concat(specimens)), directory / "legacy_specimens.csv")
    headings = ["soil_property", "property_phys_chem_id", "procedure_phys_chem_id", "unit_of_measure_id"]
    _write(pd.DataFrame(PROCEDURES, columns=headings), directory / "legacy_procedures.csv")


def _projects(pits: Pits) -> list[str]:
    """Swamps are a project of their own; elsewhere a draw, and steep land is of the forest office."""
    land, drawn = pits.soils.relief, generator(f"{pits.name} projects").random(len(pits.rock_cm))
    kinds = [land.marsh > 0.5, land.slope > 15.0, drawn < 0.2]
    return np.select(kinds, [SWAMP, FOREST, ESTATE], GENERAL).tolist()  # type: ignore[no-any-return]


def _plots(pits: Pits, codes: list[str], projects: list[str]) -> pd.DataFrame:
    places, number = _places(pits, codes), len(codes)
    years = [np.datetime64(f"{project[-4:]}-01-01") for project in projects]
    days = generator(f"{pits.name} dates").integers(0, 365, number)
    return pd.DataFrame(
        {
            "project_name": projects,
            "site_code": [f"T{code[1:]}" for code in codes],
            "plot_code": codes,
            "profile_code": codes,
            "plot_type": "TrialPit",
            "n_layers": pits.horizons.groupby("pit").size().to_numpy(),
            "date": [
                str(year + np.timedelta64(int(day), "D")) for year, day in zip(years, days, strict=True)
            ],
            "longitude": places["x"].str[:-1],
            "latitude": places["y"].str[:-1],
            "altitude": places["height"],
            "positional_accuracy": "100",
            "Landuse": [LAND_USES.get(project, "") for project in projects],
        }
    )


def _classified(pits: Pits, codes: list[str]) -> pd.DataFrame:
    places = _places(pits, codes)
    columns = {"WRB Soil Name": places["wrb"], "USDA Suborder": places["usda"]}
    return pd.DataFrame({"profile_code": codes, **columns})


def _elements(pits: Pits, codes: list[str]) -> pd.DataFrame:
    """The horizons, and below them the rock of pits that met it (code R), of which nothing was analysed."""
    met = np.flatnonzero(~np.isnan(pits.rock_cm))
    below = {"pit": met, "upper": pits.rock_cm[met].astype(int), "code": "R", "organic": False}
    rock = pd.DataFrame(below).assign(lower=lambda rows: rows["upper"] + 10, order=9)
    rows = pd.concat([pits.horizons, rock]).sort_values(["pit", "order"], kind="stable")
    order = rows.groupby("pit").cumcount() + 1
    code = [codes[pit] for pit in rows["pit"]]
    return pd.DataFrame(
        {
            "profile_code": code,
            "element_code": [f"{each}-{at}" for each, at in zip(code, order, strict=True)],
            "type": "Horizon",
            "order_element": order,
            "upper_depth": rows["upper"],
            "lower_depth": rows["lower"],
            "horizon_code": rows["code"],
        }
    )


def _specimens(pits: Pits, codes: list[str], projects: list[str]) -> pd.DataFrame:
    """What laboratories of the time found, each project by its own methods; one specimen an element."""
    rows = pits.horizons
    project = np.array(projects)[rows["pit"]]
    code = [codes[pit] for pit in rows["pit"]]
    element = [f"{each}-{at}" for each, at in zip(code, rows["order"], strict=True)]
    values = _old_values(pits, project)
    decimals = {"Clay": 0, "Silt": 0, "Sand": 0, "Bulk density": 2, "EC 1:5": 2}
    texts = {
        heading: _texts(values[heading], decimals.get(heading, 1), LIMITS.get(heading))
        for heading, *_ in PROCEDURES
    }
    keys = {"profile_code": code, "element_code": element, "specimen_code": [f"{each}-a" for each in element]}
    return pd.DataFrame(keys | texts)


def _old_values(pits: Pits, project: np.ndarray) -> dict[str, Array]:
    """Values by heading; NaN where a project did not analyse it."""
    random, number = generator(f"{pits.name} archive"), len(pits.horizons)
    clay, silt, _ = pits.texture()
    clay, fine_silt = clay.round(), (SILT_TO_20_UM * silt).round()
    ph = pits.analyse("ph_h2o") + random.normal(0.0, 0.1, number)
    older = 1.0 + random.normal(0.0, OLDER_SPREAD, (3, number))
    swamp, general = project == SWAMP, project == GENERAL
    arid = (prevailing(pits.soils) == "dryland")[pits.horizons["pit"]]
    weighed = (random.random(number) > 0.3) & (pits.horizons["order"] < 4).to_numpy()
    olsen = 0.3 * pits.analyse("p2o5_bray1") * older[2]
    return {
        "Clay": clay,
        "Silt": fine_silt,
        "Sand": 100.0 - clay - fine_silt,
        "C Walkley-Black": 10.0 * RECOVERY * pits.analyse("soc") * older[0],
        "pH H2O": np.where(swamp, ph, np.nan),
        "pH CaCl2": np.where(general, (ph - DAVIES[0]) / DAVIES[1], np.nan),
        "pH KCl": np.where(~general, (ph - SADOVSKI[0]) / SADOVSKI[1], np.nan),
        "Bulk density": np.where(weighed, pits.analyse("bulk_density"), np.nan),
        "EC 1:5": np.where(swamp | arid, EXTRACT_OF_PASTE * pits.analyse("salinity_ec") * older[1], np.nan),
        "P Olsen": np.where(ph > 7.0, olsen, np.nan),
    }


def _with_odd_plots(plots: pd.DataFrame) -> pd.DataFrame:
    """A place that was never entered (0, 0), and a year that has not come yet."""
    plots.loc[plots["profile_code"] == "L019", ["longitude", "latitude"]] = "0"
    plots.loc[plots["profile_code"] == "L052", "date"] = "2087-06-15"
    return plots


def _with_odd_specimens(specimens: pd.DataFrame) -> pd.DataFrame:
    """A trace that is no number, and a second specimen of some topsoils."""
    specimens = specimens.reset_index(drop=True)
    first = specimens["element_code"].str.endswith("-1")
    traced = specimens.index[first & (specimens["P Olsen"] != "")]
    specimens.loc[traced[:1], "P Olsen"] = "tr"
    again = specimens[first].iloc[5:10].copy()
    again["specimen_code"] = again["element_code"] + "-b"
    carbon = pd.to_numeric(again["C Walkley-Black"]) * 1.04
    again["C Walkley-Black"] = _texts(carbon.to_numpy(), 1)
    return pd.concat([specimens, again], ignore_index=True)
