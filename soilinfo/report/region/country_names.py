"""What the countries of a region are called."""

from soilinfo.report.phrases import Phrases
from soilinfo.report.region.document import RegionalReport


def names(report: RegionalReport, phrases: Phrases) -> dict[str, str]:
    """What the members are called, by code."""
    return {each.iso3: phrases.named(each.title) for each in report.members}
