"""The archive of soil profiles of the sample nation: older methods, in the GloSIS template.

Its values are those of pits as they are dug today, turned into what laboratories of the time would have
found.
"""

from math import log
from pathlib import Path

import numpy as np
import pandas as pd

from soilinfo.sample.field_book import located, texts, write
from soilinfo.sample.noise import Array, generator
from soilinfo.sample.pits import Pits, dig, prevailing

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


def write_archive(directory: Path) -> None:
    """Write the files of the archive into ``directory``, the same bytes in every run."""
    parts = [dig("archive", ARCHIVE_PITS), dig("archive of swamps", SWAMP_PITS, least_marsh=0.5)]
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
    write(_with_odd_plots(pd.concat(plots)), directory / "legacy_plots.csv", "Location")
    write(pd.concat(profiles), directory / "legacy_profiles.csv", "Description")
    write(pd.concat(elements), directory / "legacy_elements.csv", "Description")
    write(_with_odd_specimens(pd.concat(specimens)), directory / "legacy_specimens.csv")
    headings = ["soil_property", "property_phys_chem_id", "procedure_phys_chem_id", "unit_of_measure_id"]
    write(pd.DataFrame(PROCEDURES, columns=headings), directory / "legacy_procedures.csv")


def _projects(pits: Pits) -> list[str]:
    """Swamps are a project of their own; elsewhere a draw, and steep land is of the forest office."""
    land, drawn = pits.soils.relief, generator(f"{pits.name} projects").random(len(pits.rock_cm))
    kinds = [land.marsh > 0.5, land.slope > 15.0, drawn < 0.2]
    return np.select(kinds, [SWAMP, FOREST, ESTATE], GENERAL).tolist()  # type: ignore[no-any-return]


def _plots(pits: Pits, codes: list[str], projects: list[str]) -> pd.DataFrame:
    places, number = located(pits, codes), len(codes)
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
    places = located(pits, codes)
    columns = {"WRB Soil Name": places["wrb"], "USDA Suborder": places["usda"]}
    return pd.DataFrame({"profile_code": codes, **columns})


def _elements(pits: Pits, codes: list[str]) -> pd.DataFrame:
    """The horizons, and below them the rock of pits that met it (code R), of which nothing was analysed."""
    met = np.flatnonzero(~np.isnan(pits.rock_cm))
    below = {"pit": met, "upper": pits.rock_cm[met].astype(int), "code": "R", "organic": False}
    rock = pd.DataFrame(below).assign(lower=lambda rows: rows["upper"] + 10, order=9)
    rows = pd.concat([_colours(pits), rock]).sort_values(["pit", "order"], kind="stable")
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
            **{heading: rows[heading].fillna("") for heading in ("Colour Moist", "Colour Dry")},
        }
    )


def _colours(pits: Pits) -> pd.DataFrame:
    """Munsell notations of the horizons: the more carbon, the darker and the greyer; dry soil is paler."""
    random, number = generator(f"{pits.name} colours"), len(pits.horizons)
    dark = np.sqrt(pits.analyse("soc")) + random.normal(0.0, 0.25, number)
    value, chroma = (
        np.clip(np.rint(pale - dark), 2, most).astype(int) for pale, most in ((5.3, 6), (5.0, 6))
    )
    dry = value + random.integers(1, 3, number)
    return pits.horizons.assign(
        **{
            "Colour Moist": [f"10YR {v}/{c}" for v, c in zip(value, chroma, strict=True)],
            "Colour Dry": [f"10YR {v}/{c}" for v, c in zip(dry, chroma, strict=True)],
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
    written = {
        heading: texts(values[heading], decimals.get(heading, 1), LIMITS.get(heading))
        for heading, *_ in PROCEDURES
    }
    keys = {"profile_code": code, "element_code": element, "specimen_code": [f"{each}-a" for each in element]}
    return pd.DataFrame(keys | written)


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
    again["C Walkley-Black"] = texts(carbon.to_numpy(), 1)
    return pd.concat([specimens, again], ignore_index=True)
