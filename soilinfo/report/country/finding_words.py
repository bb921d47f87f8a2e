"""The findings of a country report in one language."""

from dataclasses import replace

from soilinfo.report.country.document import Content
from soilinfo.report.phrases import Phrases
from soilinfo.report.wording import Words, told


def findings_told(content: Content, phrases: Phrases) -> list[Words]:
    """The findings of a report in words; what they name is called as the report calls it."""
    kept = {
        "indicator": {each.id: each.title for each in content.indicators},
        "threat": {each.id: each.title for each in content.threats},
    }
    names = {content.header.iso3: phrases.named(content.header.country)}
    return told(replace(phrases, kept={**phrases.kept, **kept}), content.findings, names)
