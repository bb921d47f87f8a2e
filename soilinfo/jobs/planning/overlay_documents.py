"""The table of an overlay as files: a workbook for people; CSV, GeoPackage and GeoJSON for programs.

Files for programs have codes and the names of columns; the workbook and the styles speak a language.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import shape

from soilinfo.catalog.models import Catalog
from soilinfo.findings import Finding
from soilinfo.jobs.planning.area import Answer
from soilinfo.jobs.planning.overlay import findings_told
from soilinfo.report.phrases import Phrases
from soilinfo.report.qgis.form import aliases, value_maps
from soilinfo.report.qgis.style import categorised_renderer
from soilinfo.report.qgis.tables import qml
from soilinfo.report.readme import service_facts, words
from soilinfo.report.workbook import CSV, XLSX, Cell, Column, ReadMe, Sheet, harmless, workbook
from soilinfo.store.handout import Handout, write_handout
from soilinfo.store.ledger import Snapshot

TABLE = "overlay"
"""What the table is called in files."""
GEOPACKAGE, GEOJSON = "application/geopackage+sqlite3", "application/geo+json"


@dataclass(frozen=True)
class Document:
    """What a file is written from: an answer of :func:`soilinfo.jobs.planning.overlay.overlay`."""

    phrases: Phrases
    snapshot: Snapshot
    answer: Answer

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The properties of each feature."""
        return [feature["properties"] for feature in self.answer["table"]["features"]]

    @property
    def columns(self) -> Sequence[Mapping[str, Any]]:
        """Name, title, unit, titles and colours of each column."""
        found: Sequence[Mapping[str, Any]] = self.answer["columns"]
        return found

    @property
    def findings(self) -> list[Finding]:
        """What was found, in the language of the file."""
        return findings_told(self.answer, self.phrases.language)

    def heading(self, column: Mapping[str, Any]) -> str:
        """The title of a column with its unit."""
        title, unit = self.phrases.named(column["title"]), self.phrases.unit(column["unit"] or "1")
        return f"{title} ({unit})" if unit else title


def document(catalog: Catalog, snapshot: Snapshot, answer: Answer, form: str, language: str) -> bytes:
    """An answer as a file in one of FORMS."""
    return FORMS[form][1](Document(Phrases(catalog, language), snapshot, answer))


# ---- for people -------------------------------------------------------------------------


def _workbook(told: Document) -> bytes:
    """A sheet of the polygons, one of the findings, and one that says where all is from."""
    assert told.snapshot.created is not None, "a snapshot that publishes something has a date"
    return workbook(_readme(told), [_polygons(told), *_findings(told)], told.snapshot.created)


def _polygons(told: Document) -> Sheet:
    say, named = told.phrases.say, told.phrases.named
    columns = tuple(
        Column(each["name"], told.heading(each), told.phrases.unit(each["unit"] or "1"))
        for each in told.columns
    )
    titles = [{code: named(title) for code, title in each["titles"].items()} for each in told.columns]
    rows = [
        [_cell(row[each["name"]], names) for each, names in zip(told.columns, titles, strict=True)]
        for row in told.rows
    ]
    return Sheet(TABLE, say("overlay.table"), str(told.snapshot.id), columns, rows, say("overlay.table"))


def _cell(value: Any, titles: Mapping[str, str]) -> Cell:
    cell: Cell = titles.get(value, value) if isinstance(value, str) else value
    return cell


def _findings(told: Document) -> Iterator[Sheet]:
    if not told.findings:
        return
    phrases, title = told.phrases, told.phrases.say("overlay.findings")
    names = ("severity", "check", "layer", "count", "message")
    columns = tuple(Column(name, phrases.columns.heading(name), "") for name in names)
    rows = [
        [phrases.called("severity", each.severity), each.check, each.layer, each.count, each.message]
        for each in told.findings
    ]
    yield Sheet("findings", title, str(told.snapshot.id), columns, rows, title)


def _readme(told: Document) -> ReadMe:
    return ReadMe(list(_facts(told)), words(told.phrases))


def _facts(told: Document) -> Iterator[tuple[str, str]]:
    phrases, created = told.phrases, told.snapshot.created
    assert created is not None, "a snapshot that publishes something has a date"
    number = phrases.say("factsheet.publication", number=told.snapshot.id, date=phrases.date(created))
    yield phrases.named(phrases.catalog.services.title), number
    yield phrases.columns.title("scenario"), phrases.called("scenario", told.answer["scenario"])
    versions = ", ".join(f"{each['layer']} {each['version']}" for each in told.answer["read"])
    yield phrases.say("collection.version"), versions
    yield from service_facts(phrases)


# ---- for programs -----------------------------------------------------------------------


def _csv(told: Document) -> bytes:
    rows = ({name: harmless(value) for name, value in row.items()} for row in told.rows)
    frame = pd.DataFrame(list(rows), columns=[each["name"] for each in told.columns], dtype=object)
    return frame.to_csv(index=False).encode()


def _geojson(told: Document) -> bytes:
    return json.dumps(told.answer["table"], ensure_ascii=False, separators=(",", ":")).encode()


def _geopackage(told: Document) -> bytes:
    """Polygons with a style for each column that has colours, and tables of what was read and found."""
    assert told.snapshot.created is not None, "a snapshot that publishes something has a date"
    title = told.phrases.say("serve.overlay")
    found = [asdict(each) for each in told.findings]
    findings = pd.DataFrame(found, columns=["severity", "check", "layer", "message", "count"])
    collections = [
        Handout(TABLE, title, _frame(told), styles=dict(_styles(told))),
        Handout("versions", told.phrases.say("collection.version"), pd.DataFrame(told.answer["read"])),
        Handout("findings", told.phrases.say("overlay.findings"), findings),
    ]
    with TemporaryDirectory() as directory:
        path = Path(directory) / f"{TABLE}.gpkg"
        write_handout(path, collections, told.snapshot.created)
        return path.read_bytes()


def _frame(told: Document) -> gpd.GeoDataFrame:
    rows, features = told.rows, told.answer["table"]["features"]
    columns = {
        each["name"]: _typed([row[each["name"]] for row in rows], "float64" if each["unit"] else "object")
        for each in told.columns
    }
    shapes = [shape(each["geometry"]) if each["geometry"] else None for each in features]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def _typed(values: list[Any], otherwise: str) -> "pd.Series[Any]":
    """A column of whole numbers stays one, whatever lacks; one of several types becomes text.

    ``otherwise``: the type of one without any value.
    """
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return pd.Series(values, dtype=otherwise)
    if kinds == {int}:
        return pd.Series(values, dtype="Int64")
    if kinds <= {int, float}:
        return pd.Series(values, dtype="float64")
    if kinds == {bool}:
        return pd.Series(values, dtype="boolean")
    return pd.Series([None if value is None else str(value) for value in values], dtype=object)


def _styles(told: Document) -> Iterator[tuple[str, str]]:
    """QML by the heading of each column that a map can be coloured by; the first has the fields for all."""
    named = told.phrases.named
    coded = {each["name"]: _titles(told, each) for each in told.columns if each["titles"]}
    form = aliases({each["name"]: told.heading(each) for each in told.columns}), value_maps(coded, coded)
    for at, each in enumerate(column for column in told.columns if column["colours"]):
        titles = _titles(told, each)
        lines = [(code, titles[code], colour) for code, colour in each["colours"].items()]
        fields = form if at == 0 else ()
        yield named(each["title"]), qml((categorised_renderer(each["name"], lines), *fields))


def _titles(told: Document, column: Mapping[str, Any]) -> dict[str, str]:
    return {code: told.phrases.named(title) for code, title in column["titles"].items()}


FORMS: Mapping[str, tuple[str, Callable[[Document], bytes]]] = {
    "xlsx": (XLSX, _workbook),
    "csv": (CSV, _csv),
    "gpkg": (GEOPACKAGE, _geopackage),
    "geojson": (GEOJSON, _geojson),
}
"""Media type and writer by the ending of a file's name."""
