"""The fact sheet of one administrative unit: one A4 page as PDF, the same bytes for the same publication.

``page.typ`` lays the page out; it is given finished texts as data, so that nothing that somebody
called a regency can become markup. Only the fonts within typst are used.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any

import typst

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.styles import style_of_suitability
from soilinfo.report.factsheet.facts import Crops, Publication, UnitFacts, ranked
from soilinfo.report.factsheet.further import sections
from soilinfo.report.factsheet.notes import notes
from soilinfo.report.factsheet.reasons import reason
from soilinfo.report.factsheet.tables import crop_table, property_table
from soilinfo.report.maps import draw
from soilinfo.report.phrases import Phrases

TEMPLATE = files("soilinfo.report.factsheet").joinpath("page.typ").read_bytes()
PDF = "application/pdf"
"""Media type of a fact sheet."""

Sheet = dict[str, Any]
"""What the page says, as ``page.typ`` reads it."""


def fact_sheet(catalog: Catalog, facts: UnitFacts, language: str) -> bytes:
    """The page as PDF; UnknownNameError for a language that the configuration does not have."""
    return pdf(assemble(Phrases(catalog, language), facts), facts.publication.created)


def pdf(sheet: Sheet, created: datetime, template: bytes = TEMPLATE) -> bytes:
    """Pages laid out by a template, dated ``created``."""
    inputs = {"sheet": json.dumps(sheet, ensure_ascii=False, allow_nan=False)}
    moment = created.replace(microsecond=0)
    return typst.compile(template, sys_inputs=inputs, ignore_system_fonts=True, timestamp=moment)


def assemble(phrases: Phrases, facts: UnitFacts) -> Sheet:
    """Every text of the page."""
    say, catalog = phrases.say, phrases.catalog
    crops = ranked(facts.suitability)
    synthetic = catalog.country.synthetic or facts.level.synthetic
    title = say("factsheet.title", unit=facts.name, code=facts.code)
    return {
        "language": phrases.language,
        "title": title,
        "author": catalog.services.contact.organisation,
        "kicker": say("factsheet.kicker"),
        "name": facts.name,
        "subtitle": " · ".join(_identity(phrases, facts)),
        "stamp": list(_stamp(phrases, facts.publication)),
        "watermark": say("factsheet.synthetic") if synthetic else "",
        "facts": list(_facts(phrases, facts, crops)),
        "map": _map(phrases, facts, crops),
        "reasons": _reasons(phrases, facts, crops),
        "crops": crop_table(phrases, crops),
        "properties": property_table(phrases, facts),
        "sections": sections(phrases, facts.further, _told(facts, crops)),
        "notes": [[label, text] for label, text in notes(phrases, facts, crops) if text],
    }


def _told(facts: UnitFacts, crops: Crops) -> list[str]:
    """The crops of every section: those whose reasons are told, then the others in their order."""
    return [*dict.fromkeys([*facts.explained, *(str(actual["crop"]) for actual, _ in crops)])]


# ---- the head ---------------------------------------------------------------------------


def _identity(phrases: Phrases, facts: UnitFacts) -> Iterator[str]:
    yield phrases.named(facts.level.singular)
    yield phrases.say("factsheet.code", code=facts.code)
    if facts.parent:
        yield facts.parent
    yield phrases.named(phrases.catalog.country.title)


def _stamp(phrases: Phrases, publication: Publication) -> Iterator[str]:
    date = phrases.date(publication.created)
    yield phrases.named(phrases.catalog.services.title)
    yield phrases.say("factsheet.publication", number=publication.id, date=date)


def _facts(phrases: Phrases, facts: UnitFacts, crops: Crops) -> Iterator[tuple[str, str]]:
    say = phrases.say
    if facts.area_ha is not None:
        yield say("factsheet.area"), f"{phrases.hectares(facts.area_ha)} ha"
    if facts.official_area_ha is not None:
        yield (
            say("column.official_area_ha").partition(" (")[0],
            f"{phrases.hectares(facts.official_area_ha)} ha",
        )
    if crops:
        yield say("factsheet.crops_evaluated"), phrases.number(len(crops), 0)


def _map(phrases: Phrases, facts: UnitFacts, crops: Crops) -> dict[str, str]:
    if not crops or facts.picture is None or facts.outline is None:
        return {"svg": "", "title": "", "note": phrases.say("factsheet.no_map")}
    catalog = phrases.catalog
    crop = phrases.named(catalog.crop(crops[0][0]["crop"]).title)
    geographic = catalog.grid.is_geographic
    svg = draw(facts.outline, facts.picture, style_of_suitability(catalog), phrases, geographic=geographic)
    return {"svg": svg, "title": phrases.say("suitability.actual_of", crop=crop), "note": ""}


# ---- reasons ----------------------------------------------------------------------------


def _reasons(phrases: Phrases, facts: UnitFacts, crops: Crops) -> Sheet:
    say, catalog = phrases.say, phrases.catalog
    lines = [
        {"crop": phrases.named(catalog.crop(crop).title), "text": reason(phrases, answer)}
        for crop, answer in facts.explained.items()
    ]
    note = "factsheet.reasons_note" if lines else "factsheet.reasons_asked"
    return {
        "title": say("factsheet.reasons"),
        "lines": lines,
        "note": say(note if crops else "factsheet.no_evaluation"),
    }
