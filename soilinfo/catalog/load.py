"""config/ -> Catalog: every fault of every file at once, with file and key.

A country may build on another directory (``base`` in country.yaml), which lends some of the sections
(:mod:`soilinfo.catalog.sections`): a file where the country has none, and of folders file by file; layers,
regions, grid and services are always its own.
"""

import re
from collections.abc import Iterator, Mapping
from os.path import normpath
from pathlib import Path
from typing import Any

from soilinfo.catalog.allocation_references import allocation_faults
from soilinfo.catalog.choice_references import choice_faults
from soilinfo.catalog.colours import colour_findings
from soilinfo.catalog.criteria_faults import criteria_faults
from soilinfo.catalog.criteria_sets import as_fallback
from soilinfo.catalog.files import Entry, Reading
from soilinfo.catalog.gsp_references import gsp_faults
from soilinfo.catalog.indicator_references import indicator_faults
from soilinfo.catalog.land_degradation_references import land_degradation_faults
from soilinfo.catalog.lending import advised, borrow
from soilinfo.catalog.lint import lint_all
from soilinfo.catalog.mapunit_references import raster_faults
from soilinfo.catalog.models import Catalog, Model
from soilinfo.catalog.profile_references import profile_faults
from soilinfo.catalog.property_references import property_faults
from soilinfo.catalog.rating_references import rating_faults
from soilinfo.catalog.references import Parts, reference_faults
from soilinfo.catalog.region_references import region_faults
from soilinfo.catalog.report_references import report_faults
from soilinfo.catalog.sections import SECTIONS, Section
from soilinfo.catalog.subsidy_references import subsidy_faults
from soilinfo.catalog.text import DEFAULT_LANGUAGE, languages, locale_files, texts
from soilinfo.catalog.threat_references import threat_faults
from soilinfo.catalog.validate import validate
from soilinfo.catalog.zoning_references import zoning_faults
from soilinfo.errors import ConfigError, Fault, UnknownNameError
from soilinfo.findings import Finding


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
            values[section, id], faults = validate(entry, SECTIONS[section].model)
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
    """The raw entries of every section, those of the country first: it says which base lends what."""
    country = _members(reading, "country", SECTIONS["country"])
    borrow(reading, country)
    others = {name: section for name, section in SECTIONS.items() if name != "country"}
    entries = {name: _members(reading, name, section) for name, section in others.items()}
    return {"country": country, **entries, "indicators": _without_lent_indices(entries["indicators"])}


def _members(reading: Reading, name: str, section: Section) -> dict[str, Entry]:
    """The raw entries of a section, the base's where it lends them and the country has none of its own."""
    here, base = reading.directory, reading.base if section.lent else None
    if section.form == "folder":
        return reading.folder(name, [each / name for each in (base, here) if each])
    path = here / f"{name}.yaml"
    if base and not path.exists() and base / path.name not in reading.left_out:
        path = base / path.name
    if not (section.needed or path.exists()):
        return {}
    return reading.one(name, path) if section.form == "entry" else reading.many(name, path)


def _without_lent_indices(indicators: Mapping[str, Entry]) -> dict[str, Entry]:
    """An index of soil health is a country's own choice: no other one gets it unasked."""
    return {
        id: each for id, each in indicators.items() if not (each.lent and each.data.get("kind") == "index")
    }


# ---- locales ----------------------------------------------------------------------------


def _localise(reading: Reading, entries: Mapping[str, Mapping[str, Entry]]) -> Iterator[Fault]:
    """Write the labels of locales/<language>.yaml into the raw entries; a fault for a key of nothing."""
    known = texts(DEFAULT_LANGUAGE)
    for language, path in locale_files(reading.directory).items():
        for key, text in (reading.mapping(path) or {}).items():
            section = str(key).split(".")[0]
            if section not in SECTIONS and key not in known:
                yield Fault(reading.name(path), str(key), str(UnknownNameError("text", key, known)))
            elif section in SECTIONS and not _label(entries[section], str(key), language, text):
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
    found = {section.field or name: _value(parts, name, section) for name, section in SECTIONS.items()}
    tables, crops = found["tables"], found["crops"]
    fallbacks = {
        name: as_fallback(crop, directory)
        for name, crop in found["fallback_crops"].items()
        if name not in crops
    }
    doses = {id: each.where(tables) for id, each in found["doses"].items()}
    made = {"grid": found["grid"].grid, "fallback_crops": fallbacks, "doses": doses}
    return Catalog(directory=directory, **{**found, **made})


def _value(parts: Parts, name: str, section: Section) -> Any:
    """What the catalog holds of a section: its one entry, None without it, or its entries by id."""
    members = {entry.id: value for entry, value in parts.all(name, section.model)}
    return members.get("") if section.form == "entry" else members
