"""The workbook that asks people for what no map tells: threats, inventory, practices, laboratories.

Lists to choose from are in the language of whoever fills it in. A hidden sheet has the version of the form,
and every word of the workbook with the id that it stands for. The same catalog and language give the same
bytes. :mod:`soilinfo.ingest.statements` reads it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.stated_words import choices_of, word_lists
from soilinfo.catalog.statements import (
    FORM,
    FORM_SHEET,
    SATISFACTORY,
    SCALES,
    SHEETS,
    Statements,
)
from soilinfo.catalog.text import texts
from soilinfo.catalog.threats import InventoryItem
from soilinfo.report.country.stated_rows import StatedRows
from soilinfo.report.phrases import Phrases
from soilinfo.report.workbook import Cell, write_row

ROWS = 500
"""Rows whose cells know what they take: those of several dozen experts."""
CREATED = datetime(2026, 1, 1)
"""Of every template, so that the same one has the same bytes."""
WIDTHS = {
    "evidence": 40,
    "question": 70,
    "reference": 40,
    "title": 40,
    "threat": 34,
    "threats": 40,
    "part": 42,
    "id": 26,
}
WIDTH = 18
ABOUT = 100
"""Letters in a line of what explains columns and threats."""
LINE_HEIGHT = 15
"""Of a row with one line, in points: not every spreadsheet fits rows to their text by itself."""

YEAR = {"validate": "integer", "criteria": "between", "minimum": 1900, "maximum": 2100}
NOT_NEGATIVE = {"validate": "decimal", "criteria": ">=", "value": 0}


def template(catalog: Catalog, language: str, stated: Statements | None = None) -> bytes:
    """The workbook in one language, the ten threats of a first expert and all questions entered.

    ``stated``: what it is filled in with, such as the statements of the last report. Raises
    UnknownNameError for a language that the catalog does not have.
    """
    content = BytesIO()
    with Workbook(content, {"strings_to_urls": False}) as book:
        book.set_properties({"created": CREATED})
        Template(book, Phrases(catalog, language), stated).write()
    return content.getvalue()


class Template:
    """Writes the sheets of one template."""

    def __init__(self, book: Workbook, phrases: Phrases, stated: Statements | None) -> None:
        self.book, self.phrases, self.catalog = book, phrases, phrases.catalog
        self.stated = StatedRows(phrases, stated)
        wrapped = {"text_wrap": True, "valign": "top", "align": "left"}
        self.bold = book.add_format({"bold": True, "bottom": 1, **wrapped})
        self.plain = book.add_format(wrapped)
        self.lists: dict[str, str] = {}
        """Range of the hidden sheet by list."""

    def write(self) -> None:
        """Every sheet; what explains them first, what they choose from last."""
        self._write_readme()
        pages = {sheet: self._page(sheet) for sheet in SHEETS}
        self._write_lists()
        self._write_threats(pages["threats"])
        self._write_inventory(pages["inventory"])
        self._ask(pages["practices"], "practices", {"area_ha": NOT_NEGATIVE, "year": YEAR})
        self._fill(pages["practices"], "practices", self.stated.practices())
        answers = {"year": YEAR, SATISFACTORY: self._one_of(SATISFACTORY)}
        self._ask(pages["laboratories"], "laboratories", answers)
        self._fill(pages["laboratories"], "laboratories", self.stated.laboratories())

    def _write_readme(self) -> None:
        say, page = self.phrases.say, self.book.add_worksheet(self.phrases.say("statements.sheet.readme"))
        page.set_column(0, 0, 30)
        page.set_column(1, 1, ABOUT)
        page.fit_to_pages(1, 0)
        country = self.phrases.named(self.catalog.country.title)
        page.write_string(
            0, 0, say("statements.title", country=country), self.book.add_format({"bold": True})
        )
        told = ["statements.synthetic"] if self.catalog.country.synthetic else []
        for at, key in enumerate([*told, "statements.readme", "statements.proposal"], start=1):
            self._tell(page, at, say(key))
        for at, (name, about) in enumerate((*self._explained(), *self._defined()), start=5):
            page.write_string(at, 0, name, self.bold)
            self._tell(page, at, about)

    def _tell(self, page: Worksheet, row: int, told: str) -> None:
        """A text of several lines, in a row as high as they need."""
        page.set_row(row, LINE_HEIGHT * ceil(1.1 * len(told) / ABOUT))
        page.write_string(row, 1, told, self.plain)

    def _explained(self) -> Iterator[tuple[str, str]]:
        """The columns that need a word, each with it."""
        known = texts(self.phrases.language, self.catalog.directory)
        for column in dict.fromkeys(column for columns in SHEETS.values() for column in columns):
            if (key := f"statements.about.{column}") in known:
                heading = self.phrases.say(f"statements.column.{column}")
                yield heading, self.phrases.say(key, most=len(self.catalog.threats))

    def _defined(self) -> Iterator[tuple[str, str]]:
        """The threats, each with what is meant by it."""
        for threat in self.catalog.threats.values():
            yield self.phrases.named(threat.title), self.phrases.named(threat.definition)

    def _page(self, sheet: str) -> Worksheet:
        page = self.book.add_worksheet(self.phrases.say(f"statements.sheet.{sheet}"))
        for at, column in enumerate(SHEETS[sheet]):
            page.set_column(at, at, WIDTHS.get(column, WIDTH), self.plain)
            page.write_string(0, at, self.phrases.say(f"statements.column.{column}"), self.bold)
        page.set_row(0, 2 * LINE_HEIGHT)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        return page

    # ---- lists ----

    def _write_lists(self) -> None:
        page = self.book.add_worksheet(FORM_SHEET)
        self.lists = write_form(page, self.phrases)
        page.very_hidden()

    def _one_of(self, name: str) -> dict[str, Any]:
        refused = self.phrases.say("statements.one_of_the_list")
        return {"validate": "list", "source": self.lists[name], "error_message": refused}

    # ---- sheets ----

    def _ask(self, page: Worksheet, sheet: str, answers: Mapping[str, Mapping[str, Any]]) -> None:
        """Say of columns what their cells take."""
        for column, takes in answers.items():
            at = SHEETS[sheet].index(column)
            self._take(page, (1, at, ROWS, at), takes)

    def _take(self, page: Worksheet, cells: Sequence[int], takes: Mapping[str, Any]) -> None:
        refused = takes.get("error_message") or self._bounds(takes)
        told = {"error_title": self.phrases.say("statements.not_so"), "error_message": refused}
        page.data_validation(*cells, {**takes, **told})

    def _bounds(self, takes: Mapping[str, Any]) -> str:
        if "maximum" in takes:
            return self.phrases.say("statements.between", least=takes["minimum"], most=takes["maximum"])
        return self.phrases.say("statements.at_least", least=takes["value"])

    def _write_threats(self, page: Worksheet) -> None:
        most = len(self.catalog.threats)
        rank = {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": most}
        chosen = {column: self._one_of(column) for column in ("threat", *SCALES) if column != SATISFACTORY}
        self._ask(page, "threats", {**chosen, "rank": rank, "area_ha": NOT_NEGATIVE})
        self._fill(page, "threats", self.stated.threats())

    def _write_inventory(self, page: Worksheet) -> None:
        answer = SHEETS["inventory"].index("answer")
        for row, item in enumerate(self.catalog.inventory.values(), start=1):
            page.set_row(row, 2 * LINE_HEIGHT)
            if item.answer != "text":
                self._take(page, (row, answer, row, answer), self._answers(item))
        self._ask(page, "inventory", {"year": YEAR})
        self._fill(page, "inventory", self.stated.inventory())

    def _fill(self, page: Worksheet, sheet: str, rows: Iterable[Mapping[str, Cell]]) -> None:
        for number, cells in enumerate(rows, start=1):
            row = [cells.get(column) for column in SHEETS[sheet]]
            write_row(page, number, row, [self.plain] * len(row))

    def _answers(self, item: InventoryItem) -> Mapping[str, Any]:
        """What the answer to a question may be."""
        if item.answer == "number":
            return NOT_NEGATIVE
        return self._one_of(choices_of(item.id) if item.choices else SATISFACTORY)


def write_form(page: Worksheet, phrases: Phrases) -> dict[str, str]:
    """Write the hidden sheet: the version of the form, and below it a row for each word of the workbook with
    its list, its id, and what it is called, in the language of ``phrases`` first and then in the others.

    Returns where the words of each list are to choose from.
    """
    page.write_string(0, 0, FORM)
    ranges, row = {}, 1
    for name, labels in word_lists(phrases.catalog).items():
        ranges[name] = f"={FORM_SHEET}!$C${row + 1}:$C${row + len(labels)}"
        for at, (id, label) in enumerate(labels.items(), start=row):
            others = (label[language] for language in sorted(label) if language != phrases.language)
            write_row(page, at, [name, id, phrases.named(label), *others])
        row += len(labels)
    return ranges
