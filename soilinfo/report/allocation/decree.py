"""The workbook behind a decree: a sheet for each level with its totals and room for signatures.

Numbers are numbers and sums are exact to the kilogram. Until the allocation is approved every sheet and
every printed page says so. The same allocation gives the same bytes.
"""

from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from soilinfo.report.allocation.document import Document
from soilinfo.report.allocation.level_sheet import LevelSheet
from soilinfo.report.allocation.looks import Looks
from soilinfo.report.allocation.months_sheet import write_months
from soilinfo.report.allocation.readme import facts
from soilinfo.report.allocation.tables import level_table
from soilinfo.report.phrases import Phrases
from soilinfo.report.readme import words
from soilinfo.report.workbook import ReadMe, sheet_name, write_readme, write_sheet

A4 = 9
"""Number of the paper in the file format."""


def decree(phrases: Phrases, document: Document) -> bytes:
    """The workbook of an allocation in one language: what it rests on, levels, months, how it came about."""
    content = BytesIO()
    with Workbook(content, {"strings_to_urls": False}) as book:
        book.set_properties({"created": document.created.replace(tzinfo=None, microsecond=0)})
        looks = Looks.of(book)
        chain = level_table(phrases, document, document.finest, phrases.say("allocation.chain"))
        readme = ReadMe(list(facts(phrases, document)), words(phrases))
        write_readme(book, readme, [chain], looks.bold)
        for level, frame in document.levels.items():
            title = phrases.named(phrases.catalog.level(level).title)
            page = book.add_worksheet(sheet_name(book, title))
            units = document.units_of(phrases, level)
            LevelSheet(page, looks, phrases, document, title, frame, units).write()
        write_months(book, looks, phrases, document)
        write_sheet(book, chain, looks.bold, looks.faint)
        for page in book.worksheets():
            _for_print(page, phrases, document)
    return content.getvalue()


def _for_print(page: Worksheet, phrases: Phrases, document: Document) -> None:
    """A4 across, one page wide, its mark and number on every page."""
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.6)
    # An ampersand begins a code of the header.
    name = document.heading(phrases).replace("&", "&&")
    page.set_header(f"&L{name}&C&B{document.mark(phrases)}&R&A")
    page.set_footer(f"&C{phrases.say('allocation.page', page='&P', pages='&N')}")
