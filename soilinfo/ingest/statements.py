"""The workbook of a country report as people filled it in (`soilinfo report template`), into statements."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256

from soilinfo.catalog.fields import Label
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.stated_words import HEADINGS, SHEET_TITLES, THREATS, choices_of
from soilinfo.catalog.statements import (
    FORM,
    FORM_SHEET,
    SATISFACTORY,
    SCALES,
    SHEETS,
    Answer,
    Expert,
    Laboratory,
    Practice,
    Statements,
    as_word,
)
from soilinfo.catalog.threats import InventoryItem
from soilinfo.errors import Fault, InputError, SourceError, UnknownNameError
from soilinfo.findings import Finding
from soilinfo.ingest.sheets import Grid, read_sheets
from soilinfo.ingest.stated_cells import StatedRow, StatedSheet
from soilinfo.ingest.stated_words import Words, words_of
from soilinfo.ingest.statement_gaps import gaps

MOST_BYTES = 20_000_000
"""Of a workbook with statements: far more than words and numbers of a nation's experts need."""
MOST_CELLS = 1_000_000
"""Of one of its worksheets."""
MOST_FAULTS = 200
"""Faults that are listed; beyond them is told how many more there are."""
NAME = "statements"
"""What findings and faults call the workbook."""

_SHOWN = ("part", "question", "unit")
"""Columns that tell whoever fills the workbook in what is asked."""


def read_statements(content: bytes, catalog: Catalog, nation_ha: float | None = None) -> Statements:
    """What a filled-in workbook states.

    Its own words count, those that its hidden sheet keeps, and ids: whatever config calls things by now.
    Formulas count as the values that they had when the workbook was saved. ``nation_ha``: the land of the
    nation, which no area may exceed. Rows in which nothing is filled in state nothing. Raises InputError
    with every fault at once, each with its sheet and cell, and for what is no such workbook.
    """
    words = _words(content, catalog)
    sheets = _sheets(content, words)
    threats = _threats(sheets["threats"], catalog, words, nation_ha)
    inventory = _inventory(sheets["inventory"], catalog, words, nation_ha)
    practices = tuple(_practices(sheets["practices"], words[THREATS], nation_ha))
    laboratories = tuple(_laboratories(sheets["laboratories"], words[SATISFACTORY]))
    if faults := [fault for sheet in sheets.values() for fault in sheet.faults]:
        raise _refused(faults)
    linked = any(sheet.grid.is_linked for sheet in sheets.values())
    found = (*_links(linked), *gaps(NAME, catalog, threats, inventory))
    digest = sha256(content).hexdigest()
    return Statements(threats, inventory, practices, laboratories, digest, found)


def _refused(faults: Sequence[Fault]) -> InputError:
    listed = [f"  {fault}" for fault in faults[:MOST_FAULTS]]
    more = [f"  and {len(faults) - MOST_FAULTS:,} more"] if len(faults) > MOST_FAULTS else []
    return InputError("\n".join([f"{len(faults):,} fault(s) in the {NAME}:", *listed, *more]))


def _links(is_linked: bool) -> Iterator[Finding]:
    if is_linked:
        message = "formulas take values from other workbooks; what they were when it was saved is read"
        yield Finding("external_links", "warn", NAME, message)


# ---- sheets -----------------------------------------------------------------------------


def _words(content: bytes, catalog: Catalog) -> Words:
    """What its words stand for; InputError for what is no workbook of this form."""
    if len(content) > MOST_BYTES:
        raise InputError(f"the {NAME} have {len(content):,} bytes; at most {MOST_BYTES:,} are read")
    hidden = _read(content, lambda title: title == FORM_SHEET).get(FORM_SHEET, Grid([]))
    _require_form(hidden)
    return words_of(hidden, catalog)


def _sheets(content: bytes, words: Words) -> dict[str, StatedSheet]:
    """The sheets of the form by id; InputError where one is missing."""
    ids = words[SHEET_TITLES]
    by_id = _by_id(_read(content, lambda title: as_word(title) in ids), ids)
    if missing := [sheet for sheet in SHEETS if sheet not in by_id]:
        raise InputError("; ".join(str(UnknownNameError("sheet", sheet, by_id)) for sheet in missing))
    return {sheet: StatedSheet(*by_id[sheet], SHEETS[sheet], words[HEADINGS], _SHOWN) for sheet in SHEETS}


def _read(content: bytes, is_wanted: Callable[[str], bool]) -> dict[str, Grid]:
    try:
        return read_sheets(NAME, content, is_wanted, MOST_CELLS)
    except SourceError as error:
        raise InputError(str(error)) from error


def _by_id(grids: Mapping[str, Grid], ids: Mapping[str, str]) -> dict[str, tuple[str, Grid]]:
    """Title and cells of each sheet; InputError for two that are one, such as one of each language."""
    found: dict[str, tuple[str, Grid]] = {}
    for title, grid in grids.items():
        before, _ = found.setdefault(ids[as_word(title)], (title, grid))
        if before != title:
            raise InputError(f"the {NAME} have the sheets '{before}' and '{title}': join them into one")
    return found


def _require_form(grid: Grid) -> None:
    form = str(grid.rows[0][0]) if grid.rows and grid.rows[0] else ""
    if form != FORM:
        told = f"of the form '{form[:60]}'" if form else "not of a form that is known"
        raise InputError(
            f"the {NAME} are {told}; '{FORM}' is read. Fill in a template of `soilinfo report template`"
        )


# ---- threats ----------------------------------------------------------------------------


def _threats(
    sheet: StatedSheet, catalog: Catalog, words: Words, nation_ha: float | None
) -> dict[str, tuple[Expert, ...]]:
    """What experts say by threat, in the order of threats.yaml; () for one that nobody says anything of."""
    scales = {name: words[name] for name in SCALES if name != SATISFACTORY}
    said: dict[str, dict[str, Expert]] = {id: {} for id in catalog.threats}
    names: dict[str, str] = {}
    for row in sheet.rows(given=("expert", "threat")):
        # As the expert is written first: capitals make nobody another.
        written = row.text("expert")
        name = names.setdefault(as_word(written), written)
        threat, expert = (
            row.word("threat", "threat", words[THREATS]),
            _expert(row, name, scales, len(said), nation_ha),
        )
        if row.is_empty("expert"):
            row.fault("expert", "nobody is named: a name, a number or a role tells experts apart")
        if threat is None:
            if row.is_empty("threat"):
                row.fault("threat", "no threat is named")
        elif name in said[threat]:
            row.fault("threat", f"expert '{name}' says something of '{threat}' in two rows")
        elif name:
            said[threat][name] = expert
    return {threat: tuple(experts.values()) for threat, experts in said.items()}


def _expert(row: StatedRow, name: str, scales: Words, threats: int, nation_ha: float | None) -> Expert:
    said = {column: row.word(column, "word", words) for column, words in scales.items()}
    return Expert.model_validate(
        {
            "expert": name,
            "rank": row.whole("rank", 1, threats),
            "area_ha": row.number("area_ha", 0, nation_ha),
            "evidence": row.text("evidence"),
            **said,
        }
    )


# ---- inventory --------------------------------------------------------------------------


def _inventory(
    sheet: StatedSheet, catalog: Catalog, words: Words, nation_ha: float | None
) -> tuple[Answer, ...]:
    """An answer to every question of inventory.yaml, in its order; None where there is none."""
    questions = {as_word(id): id for id in catalog.inventory}
    given: dict[str, Answer] = {}
    for row in sheet.rows(given=("id",)):
        id = row.word("id", "question", questions)
        if row.is_empty("id"):
            row.fault("id", "no question is named")
        elif id in given:
            row.fault("id", f"'{id}' is answered in two rows")
        elif id is not None:
            given[id] = _answer(row, catalog.inventory[id], words, nation_ha)
    return tuple(given.get(id) or _answered(item, None) for id, item in catalog.inventory.items())


def _answer(row: StatedRow, item: InventoryItem, words: Words, nation_ha: float | None) -> Answer:
    answer: str | float | bool | None
    if item.answer == "number":
        most = {"ha": nation_ha, "%": 100.0}.get(item.unit or "")
        answer = row.number("answer", 0, most)
    elif item.answer == "text":
        answer = row.text("answer") or None
    elif item.answer == "choice":
        answer = row.word("answer", "choice", words[choices_of(item.id)])
    else:
        answer = _yes_or_no(row, "answer", words[SATISFACTORY])
    return _answered(item, answer, row.year("year"), row.text("evidence"))


def _answered(
    item: InventoryItem, answer: str | float | bool | None, year: int | None = None, evidence: str = ""
) -> Answer:
    choice: Label | None = item.choices.get(answer) if isinstance(answer, str) else None
    return Answer(
        id=item.id,
        question=item.question,
        answer=answer,
        choice=choice,
        unit=item.unit,
        year=year,
        evidence=evidence,
        gsp_area=item.gsp_area,
        component=item.component,
    )


# ---- practices and laboratories ---------------------------------------------------------


def _practices(sheet: StatedSheet, words: Mapping[str, str], nation_ha: float | None) -> Iterator[Practice]:
    for row in sheet.rows():
        yield Practice(
            title=_named(row, "title"),
            threats=tuple(_several(row, "threats", words)),
            area_ha=row.number("area_ha", 0, nation_ha),
            year=row.year("year"),
            reference=row.text("reference"),
        )


def _several(row: StatedRow, column: str, words: Mapping[str, str]) -> Iterator[str]:
    """The ids of words that semicolons or lines part, each once."""
    # As it stands in the cell: lines part words, too.
    written = str(row.cells[column]) if row.text(column) else ""
    parts = [part for part in re.split(r"[;\n]", written) if part.strip()]
    for part, times in Counter(map(as_word, parts)).items():
        if part not in words:
            row.fault(column, str(UnknownNameError("threat", part, set(words.values()))))
        elif times > 1:
            row.fault(column, f"'{part}' is named {times} times")
        else:
            yield words[part]


def _laboratories(sheet: StatedSheet, yes_no: Mapping[str, str]) -> Iterator[Laboratory]:
    for row in sheet.rows():
        yield Laboratory(
            laboratory=_named(row, "laboratory"),
            round=_named(row, "round"),
            **{name: row.text(name) for name in ("provider", "property", "procedure")},
            year=row.year("year"),
            z_score=row.number("z_score"),
            satisfactory=_yes_or_no(row, SATISFACTORY, yes_no),
        )


def _yes_or_no(row: StatedRow, column: str, yes_no: Mapping[str, str]) -> bool | None:
    said = row.word(column, "answer", yes_no)
    return None if said is None else said == "yes"


def _named(row: StatedRow, column: str) -> str:
    """A text that a row cannot do without."""
    text = row.text(column)
    if row.is_empty(column):
        row.fault(column, "is empty, though the row has something")
    return text
