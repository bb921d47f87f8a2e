"""config/ -> Catalog: every fault of every file at once, with file and key.

A country may build on another directory (``base`` in country.yaml), which lends properties.yaml,
evaluation.yaml and, file by file, classes/, crops/ and scorings (:mod:`soilinfo.catalog.lending`); layers,
regions, grid and services are always its own.
"""

import re
from collections.abc import Iterator, Mapping
from os.path import normpath
from pathlib import Path
from typing import Any

from soilinfo.catalog.allocation_references import allocation_faults
from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.choice import AvailableLand, Choice, LandUseConflict
from soilinfo.catalog.choice_references import choice_faults
from soilinfo.catalog.colours import colour_findings
from soilinfo.catalog.criteria_faults import criteria_faults
from soilinfo.catalog.criteria_sets import RegionalCriteria, as_fallback
from soilinfo.catalog.doses import Doses
from soilinfo.catalog.equations import Equation
from soilinfo.catalog.fertilizers import Fertilizer
from soilinfo.catalog.files import Entry, Reading
from soilinfo.catalog.gsp import GspProduct
from soilinfo.catalog.gsp_references import gsp_faults
from soilinfo.catalog.harmonization import Harmonization
from soilinfo.catalog.indicator_references import indicator_faults
from soilinfo.catalog.indicators import Indicator
from soilinfo.catalog.land_degradation import LandDegradation
from soilinfo.catalog.land_degradation_references import land_degradation_faults
from soilinfo.catalog.lending import advised, borrow
from soilinfo.catalog.lint import lint_all
from soilinfo.catalog.mapunit_references import raster_faults
from soilinfo.catalog.mapunits import ComponentTable, Iso28258, PolygonTable
from soilinfo.catalog.models import (
    Catalog,
    ClassTable,
    Country,
    Crop,
    GridSpec,
    LandEvaluation,
    Layer,
    Level,
    Model,
    Property,
    SoilMap,
    Table,
)
from soilinfo.catalog.nutrient_status import NutrientStatus
from soilinfo.catalog.procedures import Procedure
from soilinfo.catalog.profile_references import profile_faults
from soilinfo.catalog.property_references import property_faults
from soilinfo.catalog.rating_references import rating_faults
from soilinfo.catalog.ratings import RatingEdition
from soilinfo.catalog.references import Parts, reference_faults
from soilinfo.catalog.region_references import region_faults
from soilinfo.catalog.report_references import report_faults
from soilinfo.catalog.reporting import Region, Report
from soilinfo.catalog.services import Services
from soilinfo.catalog.soil_profiles import SoilProfiles
from soilinfo.catalog.subsidy import Subsidy
from soilinfo.catalog.subsidy_references import subsidy_faults
from soilinfo.catalog.text import DEFAULT_LANGUAGE, languages, locale_files, texts
from soilinfo.catalog.threat_references import threat_faults
from soilinfo.catalog.threats import InventoryItem, Threat
from soilinfo.catalog.validate import validate
from soilinfo.catalog.what_ifs import SavedWhatIf
from soilinfo.catalog.zoning import Rehabilitation, SoilCrosswalk, Zoning
from soilinfo.catalog.zoning_references import zoning_faults
from soilinfo.errors import ConfigError, Fault, UnknownNameError
from soilinfo.findings import Finding

MODELS: Mapping[str, type[Model]] = {
    "country": Country,
    "grid": GridSpec,
    "services": Services,
    "evaluation": LandEvaluation,
    "properties": Property,
    "regions": Level,
    "classes": ClassTable,
    "crops": Crop,
    "fallback_crops": Crop,
    "regional_criteria": RegionalCriteria,
    "layers": Layer,
    "soil_maps": SoilMap,
    "soil_profiles": SoilProfiles,
    "procedures": Procedure,
    "equations": Equation,
    "harmonization": Harmonization,
    "tables": Table,
    "what_ifs": SavedWhatIf,
    "choice": Choice,
    "available_land": AvailableLand,
    "land_use_conflict": LandUseConflict,
    "zoning": Zoning,
    "soil_crosswalks": SoilCrosswalk,
    "rehabilitation": Rehabilitation,
    "ratings": RatingEdition,
    "nutrient_status": NutrientStatus,
    "fertilizers": Fertilizer,
    "doses": Doses,
    "subsidy": Subsidy,
    "allocations": AllocationPlan,
    "gsp": GspProduct,
    "indicators": Indicator,
    "land_degradation": LandDegradation,
    "threats": Threat,
    "inventory": InventoryItem,
    "report": Report,
    "region": Region,
}
"""The type of the entries of each section; a section is a file of its name, or a folder."""

MapTable = PolygonTable | ComponentTable | Iso28258
"""What names a source of a soil map."""


def load(directory: Path) -> Catalog:
    """The checked configuration in ``directory``; ConfigError with every fault of every file."""
    catalog, faults = _read(directory)
    if catalog is None:
        raise ConfigError(faults)
    return catalog


def check(directory: Path) -> tuple[list[Fault], list[Finding]]:
    """The faults of a configuration and, when it has none, what is found in its crops and its colours."""
    catalog, faults = _read(directory)
    return faults, [*lint_all(catalog), *colour_findings(catalog)] if catalog else []


def path_of(catalog: Catalog, source: str) -> str:
    """Where a file named in config is: a relative path starts at the configuration directory.

    GDAL's own names (``/vsizip/...``, ``NETCDF:...``, ``https://...``) are returned as they are.
    """
    if source.startswith("/") or re.match(r"\w{2,}:", source):
        return source
    return normpath(catalog.directory / source)


def _read(directory: Path) -> tuple[Catalog | None, list[Fault]]:
    if not directory.is_dir():
        return None, [Fault(str(directory), "", "no such directory")]
    directory = directory.resolve()
    reading = Reading(directory)
    entries = _entries(reading)
    reading.faults += [*_localise(reading, entries), *reading.strays()]
    values: dict[tuple[str, str], Model] = {}
    for section, id, entry in _each(entries):
        if entry.readable:
            values[section, id], faults = validate(entry, MODELS[section])
            reading.faults += faults
    parts = Parts(entries, values, reading.unread, languages(directory))
    told = {(fault.file, fault.key) for fault in reading.faults}
    between = (
        *property_faults(parts),
        *reference_faults(parts),
        *criteria_faults(parts),
        *choice_faults(parts),
        *raster_faults(parts),
        *zoning_faults(parts),
        *rating_faults(parts),
        *gsp_faults(parts),
        *indicator_faults(parts),
        *land_degradation_faults(parts),
        *subsidy_faults(parts),
        *allocation_faults(parts),
        *profile_faults(parts),
        *region_faults(parts),
        *report_faults(parts),
        *threat_faults(parts),
    )
    further = [fault for fault in between if (fault.file, fault.key) not in told]
    faults = sorted(advised(reading, {*reading.faults, *further}))
    return (None if faults else _catalog(directory, parts)), faults


def _each(entries: Mapping[str, Mapping[str, Entry]]) -> Iterator[tuple[str, str, Entry]]:
    for section, members in entries.items():
        for id, entry in members.items():
            yield section, id, entry


def _entries(reading: Reading) -> dict[str, dict[str, Entry]]:
    """The raw entries of every section, the base's where the country has none of its own."""
    here = reading.directory
    country = reading.one("country", here / "country.yaml")
    borrow(reading, country)
    base = reading.base
    lenders = [base, here] if base else [here]

    def lent(name: str) -> Path:
        if base is None or (here / name).exists() or base / name in reading.left_out:
            return here / name
        return base / name

    return {
        "country": country,
        "grid": reading.one("grid", here / "grid.yaml"),
        "services": reading.one("services", here / "services.yaml"),
        "evaluation": reading.one("evaluation", lent("evaluation.yaml")),
        "properties": reading.many("properties", lent("properties.yaml")),
        "regions": reading.many("regions", here / "regions.yaml"),
        "classes": reading.folder("classes", [lender / "classes" for lender in lenders]),
        "crops": reading.folder("crops", [lender / "crops" for lender in lenders]),
        "fallback_crops": reading.folder("fallback_crops", [lender / "fallback_crops" for lender in lenders]),
        "regional_criteria": reading.folder("regional_criteria", [here / "regional_criteria"]),
        "layers": reading.folder("layers", [here / "layers"]),
        "soil_maps": reading.folder("soil_maps", [here / "soil_maps"]),
        "soil_profiles": reading.folder("soil_profiles", [here / "soil_profiles"]),
        "procedures": _optional_many(reading, "procedures", lent("procedures.yaml")),
        "equations": reading.folder("equations", [lender / "equations" for lender in lenders]),
        "harmonization": _optional(reading, "harmonization", lent("harmonization.yaml")),
        "tables": reading.folder("tables", [here / "tables"]),
        "what_ifs": reading.folder("what_ifs", [lender / "what_ifs" for lender in lenders]),
        "choice": _optional(reading, "choice", lent("choice.yaml")),
        # These name layers, which are always a country's own.
        "available_land": _optional(reading, "available_land", here / "available_land.yaml"),
        "land_use_conflict": _optional(reading, "land_use_conflict", here / "land_use_conflict.yaml"),
        "zoning": _optional(reading, "zoning", lent("zoning.yaml")),
        "soil_crosswalks": reading.folder("soil_crosswalks", [each / "soil_crosswalks" for each in lenders]),
        "rehabilitation": _optional(reading, "rehabilitation", lent("rehabilitation.yaml")),
        "ratings": reading.folder("ratings", [lender / "ratings" for lender in lenders]),
        "nutrient_status": reading.folder("nutrient_status", [each / "nutrient_status" for each in lenders]),
        "fertilizers": reading.folder("fertilizers", [lender / "fertilizers" for lender in lenders]),
        "doses": reading.folder("doses", [lender / "doses" for lender in lenders]),
        "subsidy": _optional(reading, "subsidy", here / "subsidy.yaml"),
        "allocations": reading.folder("allocations", [here / "allocations"]),
        "gsp": reading.folder("gsp", [lender / "gsp" for lender in lenders]),
        "indicators": _without_lent_indices(
            reading.folder("indicators", [lender / "indicators" for lender in lenders])
        ),
        "threats": _optional_many(reading, "threats", lent("threats.yaml")),
        "inventory": _optional_many(reading, "inventory", lent("inventory.yaml")),
        "land_degradation": _optional(reading, "land_degradation", here / "land_degradation.yaml"),
        "report": _optional(reading, "report", here / "report.yaml"),
        "region": _optional(reading, "region", here / "region.yaml"),
    }


def _without_lent_indices(indicators: Mapping[str, Entry]) -> dict[str, Entry]:
    """An index of soil health is a country's own choice: no other one gets it unasked."""
    return {
        id: each for id, each in indicators.items() if not (each.lent and each.data.get("kind") == "index")
    }


def _optional(reading: Reading, section: str, path: Path) -> dict[str, Entry]:
    """The single entry of a file that a country may do without."""
    return reading.one(section, path) if path.exists() else {}


def _optional_many(reading: Reading, section: str, path: Path) -> dict[str, Entry]:
    """The entries of a file that a country may do without."""
    return reading.many(section, path) if path.exists() else {}


# ---- locales ----------------------------------------------------------------------------


def _localise(reading: Reading, entries: Mapping[str, Mapping[str, Entry]]) -> Iterator[Fault]:
    """Write the labels of locales/<language>.yaml into the raw entries; a fault for a key of nothing."""
    known = texts(DEFAULT_LANGUAGE)
    for language, path in locale_files(reading.directory).items():
        for key, text in (reading.mapping(path) or {}).items():
            section = str(key).split(".")[0]
            if section not in MODELS and key not in known:
                yield Fault(reading.name(path), str(key), str(UnknownNameError("text", key, known)))
            elif section in MODELS and not _label(entries[section], str(key), language, text):
                yield Fault(reading.name(path), str(key), "no label there to translate")


def _label(members: Mapping[str, Entry], key: str, language: str, text: str) -> bool:
    """Add one text to the label that ``key`` leads to; False when it leads to none."""
    steps = key.split(".")[1:]
    single = members.get("")
    entry = single or (members.get(steps[0]) if steps else None)
    target: Any = entry.data if entry else None
    for step in steps if single else steps[1:]:
        target = _below(target, step)
    if not isinstance(target, dict) or DEFAULT_LANGUAGE not in target:
        return False
    target[language] = text
    return True


def _below(data: Any, step: str) -> Any:
    """What a step leads to: the value of a key, or the item of a list with that id or code."""
    if isinstance(data, list):
        items = (item for item in data if isinstance(item, dict))
        return next((item for item in items if step in (item.get("id"), item.get("code"))), None)
    return data.get(step) if isinstance(data, dict) else None


# ---- catalog ----------------------------------------------------------------------------


def _catalog(directory: Path, parts: Parts) -> Catalog:
    def one[M: Model](section: str, model: type[M]) -> M:
        return next(value for _, value in parts.all(section, model))

    def many[M: Model](section: str, model: type[M]) -> dict[str, M]:
        return {entry.id: value for entry, value in parts.all(section, model)}

    crops, fallbacks = many("crops", Crop), many("fallback_crops", Crop)
    tables = many("tables", Table)
    return Catalog(
        directory=directory,
        country=one("country", Country),
        grid=one("grid", GridSpec).grid,
        services=one("services", Services),
        evaluation=one("evaluation", LandEvaluation),
        properties=many("properties", Property),
        class_tables=many("classes", ClassTable),
        layers=many("layers", Layer),
        levels=many("regions", Level),
        tables=tables,
        soil_maps=many("soil_maps", SoilMap),
        soil_profiles=many("soil_profiles", SoilProfiles),
        procedures=many("procedures", Procedure),
        equations=many("equations", Equation),
        harmonization=many("harmonization", Harmonization).get(""),
        crops=crops,
        fallback_crops={
            name: as_fallback(crop, directory) for name, crop in fallbacks.items() if name not in crops
        },
        regional_criteria=many("regional_criteria", RegionalCriteria),
        what_ifs=many("what_ifs", SavedWhatIf),
        choice=many("choice", Choice).get(""),
        available_land=many("available_land", AvailableLand).get(""),
        land_use_conflict=many("land_use_conflict", LandUseConflict).get(""),
        zoning=many("zoning", Zoning).get(""),
        soil_crosswalks=many("soil_crosswalks", SoilCrosswalk),
        rehabilitation=many("rehabilitation", Rehabilitation).get(""),
        ratings=many("ratings", RatingEdition),
        nutrient_statuses=many("nutrient_status", NutrientStatus),
        fertilizers=many("fertilizers", Fertilizer),
        doses={id: each.where(tables) for id, each in many("doses", Doses).items()},
        subsidy=many("subsidy", Subsidy).get(""),
        allocations=many("allocations", AllocationPlan),
        gsp=many("gsp", GspProduct),
        indicators=many("indicators", Indicator),
        land_degradation=many("land_degradation", LandDegradation).get(""),
        threats=many("threats", Threat),
        inventory=many("inventory", InventoryItem),
        report=many("report", Report).get(""),
        region=many("region", Region).get(""),
    )
