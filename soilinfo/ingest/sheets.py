"""Cells of a table as people sent them: CSV as text, XLSX as the workbook holds them; none is interpreted."""

import csv
import io
import posixpath
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from charset_normalizer import from_bytes
from python_calamine import CalamineError, CalamineWorkbook

from soilinfo.catalog.models import Sheet
from soilinfo.errors import SourceError, UnknownNameError
from soilinfo.ingest.files import explained, require

MAX_BYTES = 200_000_000
"""Size of the largest table that is read, unpacked: a small workbook may claim to hold far more."""

MAX_COLUMNS = 16_384
"""Columns of the widest table that is read: a worksheet has no more."""
MAX_CELLS = 30_000_000
"""Cells of the largest table that is read, empty ones between others included: a lone cell at the far end of
a worksheet makes it a table of billions."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_UNREADABLE = (
    BadZipFile,
    zlib.error,
    EOFError,
    CalamineError,
    ElementTree.ParseError,
    KeyError,
    ValueError,
    OSError,
    # An encrypted member is a RuntimeError, a method of packing that nobody uses a NotImplementedError.
    RuntimeError,
)
_ERROR = re.compile(r"#(REF|DIV/0|VALUE|NAME\?|NUM|NULL|N/A|CALC|SPILL)!?")


@dataclass(frozen=True)
class Cells:
    """The headings of a table and its rows below them, '' where a cell is empty."""

    headings: list[str]
    rows: list[list[Any]]
    first_row: int
    """Number, as a spreadsheet counts, of the first of ``rows``."""
    errors: tuple[str, ...] = ()
    """Cells ('C7') whose formula gives an error."""
    is_linked: bool = False
    """Whether formulas take values from other workbooks: what they were when it was saved."""

    def column(self, heading: str) -> list[Any]:
        """The cells below a heading."""
        place = self.headings.index(heading)
        return [row[place] for row in self.rows]


def read_cells(path: str, sheet: Sheet) -> Cells:
    """The cells of a CSV or XLSX file from its header row on.

    Formulas count as the values that they had when the workbook was saved; nothing is calculated or
    executed. Raises SourceError when it is missing, too large, no such file, in an encoding that is not
    stated, with macros, or without such a worksheet or header.
    """
    require(path)
    with explained(path):
        grid = _workbook(path, sheet) if _is_workbook(path) else Grid(_delimited(path, sheet))
    rows = grid.rows
    if len(rows) < sheet.header_row:
        raise SourceError(f"{path}: has {len(rows)} row(s), but the header row is {sheet.header_row}")
    headings = [" ".join(str(cell).split()) for cell in rows[sheet.header_row - 1]]
    twice = {heading for heading in headings if heading and headings.count(heading) > 1}
    if twice:
        raise SourceError(f"{path}: more than one column is headed {', '.join(sorted(twice))}")
    below = rows[sheet.header_row :]
    first = sheet.header_row + 1
    width = len(headings)
    for number, row in enumerate(below, start=first):
        if len(row) > width and any(cell != "" for cell in row[width:]):
            raise SourceError(
                f"{path}: row {number} has {len(row)} cells, the header only {width}; is the separator right?"
            )
    _require_size(path, len(rows), width)
    filled = [(row + [""] * width)[:width] for row in below]
    return Cells(headings, filled, first, grid.errors, grid.is_linked)


@dataclass(frozen=True)
class Grid:
    """Every cell from the first one on, '' where it is empty; errors and links as in :class:`Cells`."""

    rows: list[list[Any]]
    errors: tuple[str, ...] = ()
    is_linked: bool = False


def read_sheets(
    name: str, content: bytes, is_wanted: Callable[[str], bool], most_cells: int
) -> dict[str, Grid]:
    """The wanted worksheets of the workbook with these bytes, by what they are called there.

    ``name`` is what messages call it. Guarded and read as by :func:`read_cells`; SourceError likewise.
    """
    # Two readers, each at a place of its own.
    with _opened(name, io.BytesIO(content), io.BytesIO(content)) as (archive, workbook):
        wanted = [each for each in workbook.sheet_names if is_wanted(each)]
        return {each: _grid(name, archive, workbook, each, most_cells) for each in wanted}


def _require_size(path: str, rows: int, columns: int, most_cells: int = MAX_CELLS) -> None:
    if columns > MAX_COLUMNS:
        raise SourceError(f"{path}: {columns:,} columns or more; a table has {MAX_COLUMNS:,} at most")
    if rows * columns > most_cells:
        raise SourceError(f"{path}: {rows:,} rows and {columns:,} columns, more than {most_cells:,} cells")


def _is_workbook(path: str) -> bool:
    with Path(path).open("rb") as file:
        return file.read(2) == b"PK"


# ---- CSV --------------------------------------------------------------------------------


def _delimited(path: str, sheet: Sheet) -> list[list[Any]]:
    if Path(path).stat().st_size > MAX_BYTES:
        raise SourceError(f"{path}: larger than {MAX_BYTES:,} bytes")
    text = _decoded(path, Path(path).read_bytes(), sheet.encoding)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=sheet.separator, strict=True)
        rows: list[list[Any]] = []
        widest = 0
        for line in lines:
            widest = max(widest, len(line))
            _require_size(path, len(rows) + 1, widest)
            rows.append([cell.strip() for cell in line])
        return rows
    except csv.Error as error:
        raise SourceError(f"{path}: not a readable CSV file: {error}") from error


def _decoded(path: str, content: bytes, encoding: str | None) -> str:
    """The text of a file; a byte order mark tells its encoding, else config does, else it is UTF-8."""
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = next((name for mark, name in marks.items() if content.startswith(mark)), None)
    try:
        return content.decode(marked or encoding or "utf-8")
    except LookupError as error:
        raise SourceError(f"{path}: {error}") from error
    except UnicodeError as error:
        best = from_bytes(content[:100_000]).best()
        likely = f", perhaps {best.encoding}" if best else ""
        message = f"{path}: not in {marked or encoding or 'UTF-8'}; state its 'encoding'{likely}"
        raise SourceError(message) from error


# ---- XLSX -------------------------------------------------------------------------------


def _workbook(path: str, sheet: Sheet) -> Grid:
    with _opened(path, path, path) as (archive, workbook):
        name = _worksheet(path, workbook.sheet_names, sheet.sheet)
        return _grid(path, archive, workbook, name, MAX_CELLS)


@contextmanager
def _opened[File: (str, io.BytesIO)](
    name: str, packed: File, file: File
) -> Iterator[tuple[ZipFile, CalamineWorkbook]]:
    """A workbook and the archive that it is; SourceError for what is too large, has macros or is neither."""
    try:
        with ZipFile(packed) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > MAX_BYTES:
                raise SourceError(f"{name}: unpacked it would have {size:,} bytes, more than {MAX_BYTES:,}")
            if any(member.endswith("vbaProject.bin") for member in archive.namelist()):
                raise SourceError(f"{name}: holds macros; save it as a workbook without them (.xlsx)")
            yield archive, CalamineWorkbook.from_object(file)
    except _UNREADABLE as error:
        raise SourceError(f"{name}: not a readable XLSX workbook: {error}") from error


def _grid(name: str, archive: ZipFile, workbook: CalamineWorkbook, sheet: str, most_cells: int) -> Grid:
    # Looked through first: the reader makes room for every cell up to the last one.
    errors = tuple(_errors(name, archive, sheet, most_cells))
    rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    is_linked = any(member.startswith("xl/externalLinks/") for member in archive.namelist())
    return Grid([list(map(_plain, row)) for row in rows], errors, is_linked)


def _worksheet(path: str, names: list[str], wanted: str | None) -> str:
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted is None:
        raise SourceError(
            f"{path}: state which 'sheet' is meant, or keep that one alone; there are: {', '.join(names)}"
        )
    if wanted not in names:
        raise SourceError(f"{path}: {UnknownNameError('sheet', wanted, names)}")
    return wanted


def _plain(cell: Any) -> Any:
    return cell.strip() if isinstance(cell, str) else cell


def _errors(path: str, archive: ZipFile, sheet: str, most_cells: int) -> Iterator[str]:
    """References of the cells that hold an error; the reader of workbooks gives them as empty.

    SourceError when the last row and the last column of all span more cells than are read.
    """
    rows = columns = cells = 0
    with archive.open(_part(archive, sheet)) as file:
        for _, element in ElementTree.iterparse(file):
            if element.tag == f"{_MAIN}c":
                cells += 1
                columns = max(columns, cells, _column(element))
                _require_size(path, max(rows, 1), columns, most_cells)
                if element.get("t") == "e":
                    yield str(element.get("r"))
            if element.tag == f"{_MAIN}row":
                rows, cells = max(rows + 1, int(element.get("r") or 0)), 0
                _require_size(path, rows, columns, most_cells)
                element.clear()


def _column(cell: ElementTree.Element) -> int:
    """Number of a cell's column, 28 for 'AB7'; 0 for a cell that does not tell."""
    number = 0
    for letter in (cell.get("r") or "").rstrip("0123456789"):
        number = 26 * number + ord(letter) - 64
    return number


def _part(archive: ZipFile, sheet: str) -> str:
    """The member of a workbook's archive that holds a worksheet."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    ids = {entry.get("name"): entry.get(_RELATION) for entry in book.iter(f"{_MAIN}sheet")}
    return posixpath.normpath(posixpath.join("/xl", targets[ids[sheet]])).lstrip("/")


def is_error(cell: Any) -> bool:
    """True for the text that a spreadsheet shows instead of a formula's result."""
    return isinstance(cell, str) and _ERROR.fullmatch(cell) is not None
