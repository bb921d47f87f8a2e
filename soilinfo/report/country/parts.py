"""What the parts of a value are called: scores of an index by indicator, hectares of land degradation."""

from collections.abc import Mapping

from soilinfo.report.country.document import Content
from soilinfo.report.phrases import Phrases

VERDICTS = ("degraded_ha", "stable_ha", "improved_ha")
"""The kinds of land of land degradation."""


def verdict_title(phrases: Phrases, part: str) -> str:
    """What land of one of the VERDICTS is called."""
    return phrases.say(f"reports.paper.land.{part.removesuffix('_ha')}")


def part_titles(phrases: Phrases, content: Content) -> Mapping[str, str]:
    """Titles of the parts that are called otherwise than columns of their name: indicators and verdicts."""
    titles = {each.id: phrases.named(each.title) for each in content.indicators}
    return titles | {part: f"{verdict_title(phrases, part)} (ha)" for part in VERDICTS}


def part_title(phrases: Phrases, titles: Mapping[str, str], part: str) -> str:
    """What a part is called; ``titles`` are those of :func:`part_titles`."""
    return titles.get(part) or phrases.columns.heading(part)
