"""Datasets of soil profiles written as people write them, read and judged for tests."""

from functools import cache
from pathlib import Path

import pandas as pd

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.soil_profiles import SoilProfiles
from soilinfo.grid import Grid
from soilinfo.ingest.checks.profiles import Judgement, judge_profiles
from soilinfo.ingest.profiles.glosis import read_glosis
from soilinfo.ingest.profiles.held import Held, held
from soilinfo.ingest.profiles.readings import Readings, read_all
from soilinfo.ingest.profiles.tables import read_horizons, read_values
from soilinfo.ingest.sheets import read_cells
from tests.country import ROOT

NATION = Grid.covering("EPSG:4326", 0.1, (95, -11, 141, 6))
ABOUT = {"title": {"en": "Survey", "id": "Survei"}, "licence": "CC0-1.0", "attribution": "tests"}
LABORATORY = (
    {"column": "clay", "property": "clay", "unit": "%"},
    {"column": "silt", "property": "silt", "unit": "%"},
    {"column": "sand", "property": "sand", "unit": "%"},
    {"column": "ph", "property": "ph_h2o", "unit": "pH"},
    {"column": "oc", "property": "soc", "unit": "g/kg"},
    {"column": "bd", "property": "bulk_density", "unit": "g/cm3"},
)


@cache
def shipped() -> Catalog:
    """The shipped configuration, for its properties and procedures."""
    return load(ROOT / "config")


def read(dataset: SoilProfiles, grid: Grid = NATION) -> Readings:
    """A dataset in any form, read."""
    catalog = shipped()

    def cells(sheet):
        return read_cells(sheet.source, sheet)

    if dataset.glosis:
        written = read_glosis(dataset, cells, catalog.procedures, catalog.properties)
    elif dataset.horizons:
        written = read_horizons(dataset, cells)
    else:
        written = read_values(dataset, cells, catalog.properties)
    return read_all(written, dataset, catalog.properties, grid)


def judged(dataset: SoilProfiles, grid: Grid = NATION) -> tuple[Judgement, Held]:
    """What is found of a dataset, and what is held of it."""
    seen = read(dataset, grid)
    judgement = judge_profiles(seen, "held_survey_profiles")
    return judgement, held(seen, judgement.flags)


def found(judgement: Judgement) -> dict[str, str]:
    """Message by check."""
    return {one.check: one.message for one in judgement.findings}


def survey(directory: Path, sites: str, horizons: str, **changes: object) -> SoilProfiles:
    """A dataset of two CSV files: lines of ``code,lon,lat`` and what else, and of horizons; with headings."""
    values = [each for each in LABORATORY if each["column"] in horizons.splitlines()[0].split(",")]
    given = set(sites.splitlines()[0].split(","))
    columns = {name: name for name in ("date", "project") if name in given}
    (directory / "sites.csv").write_text(sites)
    (directory / "horizons.csv").write_text(horizons)
    return SoilProfiles.model_validate(
        {
            "id": "survey",
            "profiles": {
                "source": str(directory / "sites.csv"),
                "decimal": ".",
                "columns": {"profile_code": "code", "longitude": "lon", "latitude": "lat", **columns},
            },
            "horizons": {
                "source": str(directory / "horizons.csv"),
                "decimal": ".",
                "profile_code": "code",
                "upper": "top",
                "lower": "bottom",
                "values": values,
            },
            **ABOUT,
            **changes,
        }
    )


def values_of(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """Rows of a frame as tuples, None for what is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))
