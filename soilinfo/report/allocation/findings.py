"""What was found of an allocation, told in the language of its documents."""

from typing import Any

from soilinfo.catalog.columns import Columns
from soilinfo.catalog.text import texts
from soilinfo.findings import Finding
from soilinfo.report.allocation.document import KG_PLACES
from soilinfo.report.phrases import Phrases

MOST_LISTED = 10
"""Codes that a sentence names; the others are counted."""
CODED = {"fertilizers": "fertilizer", "commodities": "commodity", "nutrients": "nutrient", "reason": "note"}
"""Columns whose values evidence holds under another name."""


def worded(phrases: Phrases, finding: Finding) -> str:
    """The text ``finding.<check>`` filled with the finding's evidence: numbers and names as the language has
    them. The message itself, which is English, of a check that has no such text (those of any table).
    """
    text = texts(phrases.language, phrases.catalog.directory).get(f"finding.{finding.check}")
    if text is None:
        return finding.message
    columns = Columns(phrases.catalog, phrases.language)
    told = {name: _written(phrases, columns, name, value) for name, value in finding.evidence.items()}
    layer = columns.value("layer", finding.layer)
    return text.format(count=phrases.number(finding.count, 0), layer=layer, **told)


def _written(phrases: Phrases, columns: Columns, name: str, value: Any) -> str:
    if isinstance(value, list):
        names = [columns.value(CODED.get(name, name), str(each)) for each in value]
        others = len(names) - MOST_LISTED
        more = [phrases.say("allocation.words.more", count=others)] if others > 0 else []
        return phrases.listed([*names[:MOST_LISTED], *more])
    if isinstance(value, int | float):
        return phrases.value(value, KG_PLACES if name.endswith("_t") else 1)
    return columns.value(CODED.get(name, name), str(value))
