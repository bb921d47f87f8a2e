"""Every published table by the units of one level, as one workbook or as a CSV each."""

from collections.abc import Iterator

from soilinfo.catalog.columns import Columns
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import TABLES, table_of
from soilinfo.catalog.products import products
from soilinfo.catalog.titles import titles
from soilinfo.errors import InputError
from soilinfo.report.phrases import Phrases
from soilinfo.report.readme import service_facts, words
from soilinfo.report.workbook import ReadMe, Sheet, sheet, workbook
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query


def tables_of(store: Store, catalog: Catalog, snapshot: Snapshot, level: str, language: str) -> list[Sheet]:
    """The tables of a level in one language.

    UnknownNameError for a level or language that the configuration does not have, InputError when no
    table of the level is published.
    """
    kinds = [*TABLES, *products(catalog)]
    names = [table_of(kind, catalog.level(level).id) for kind in kinds]
    found = [name for name in names if name in snapshot.layers]
    if not found:
        raise InputError(f"no table of '{level}' is published; run `soilinfo evaluate` first")
    return [sheet_of(store, catalog, snapshot, name, language, Query(geometry=False)) for name in found]


def sheet_of(
    store: Store, catalog: Catalog, snapshot: Snapshot, table: str, language: str, query: Query
) -> Sheet:
    """Rows of one published collection as a sheet in one language."""
    version = snapshot.layers[table]
    frame = store.vector.read(table, version, query)
    title = titles(catalog, language).get(table, table)
    short = _shorts(catalog, language).get(table.partition("_by_")[0], "")
    return sheet(Columns(catalog, language), table, title, version, frame, short=short)


def _shorts(catalog: Catalog, language: str) -> dict[str, str]:
    """What each kind of table is called, without its level."""
    phrases = Phrases(catalog, language)
    made = {kind: phrases.named(product.title) for kind, product in products(catalog).items()}
    return {kind: phrases.say(f"workbook.{kind}") for kind in TABLES} | made


def write_workbook(catalog: Catalog, snapshot: Snapshot, sheets: list[Sheet], language: str) -> bytes:
    """These sheets as a workbook that says where they are from; the same bytes for the same snapshot."""
    assert snapshot.created is not None, "a snapshot that publishes a table has a date"
    phrases = Phrases(catalog, language)
    return workbook(_readme(phrases, snapshot), sheets, snapshot.created)


def _readme(phrases: Phrases, snapshot: Snapshot) -> ReadMe:
    return ReadMe(list(_facts(phrases, snapshot)), words(phrases))


def _facts(phrases: Phrases, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    assert snapshot.created is not None, "a snapshot that publishes a table has a date"
    date = phrases.date(snapshot.created)
    told = phrases.say("factsheet.publication", number=snapshot.id, date=date)
    yield phrases.named(phrases.catalog.services.title), told
    yield from service_facts(phrases)
