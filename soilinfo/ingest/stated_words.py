"""The hidden sheet of a workbook of statements: which id each of its own words stands for."""

from collections.abc import Mapping

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.stated_words import word_lists
from soilinfo.catalog.statements import as_word
from soilinfo.ingest.sheets import Grid

Words = Mapping[str, Mapping[str, str]]
"""Ids by word, by list."""


def words_of(hidden: Grid, catalog: Catalog) -> Words:
    """The ids by word of every list; the words of things that config has no more are left out.

    Below the form each row is a list, an id, and what it is called: in the workbook's language first, then in
    the others. Where words are alike that of the workbook's language counts, the id itself last.
    """
    known = word_lists(catalog)
    found: dict[str, dict[str, str]] = {name: {} for name in known}
    rows = [[*map(str, row)] for row in hidden.rows[1:] if len(row) > 1 and row[1] in known.get(row[0], ())]
    for column in (*range(2, max(map(len, rows), default=0)), 1):
        for row in rows:
            if word := as_word("".join(row[column : column + 1])):
                found[row[0]].setdefault(word, row[1])
    return found
