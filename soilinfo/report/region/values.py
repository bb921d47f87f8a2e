"""What countries tell of one indicator, taken out of their reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from soilinfo.report.country.document import CountryReport, Header, ReportedIndicator, Value
from soilinfo.report.region.document import CountryValue


@dataclass(frozen=True)
class Told:
    """A country's value of an indicator, what it says of it, and the header of its report."""

    header: Header
    indicator: ReportedIndicator
    value: CountryValue

    @property
    def iso3(self) -> str:
        """Whose it is."""
        return self.header.iso3


def told(report: CountryReport, indicator: str) -> Told | None:
    """What a report tells of an indicator; None where it does not report it."""
    header, found = report.content.header, reported(report, indicator)
    return None if found is None else Told(header, found, _value(header.iso3, found))


def reported(report: CountryReport, indicator: str) -> ReportedIndicator | None:
    """An indicator as a report has it; None where it does not report it."""
    return next((each for each in report.content.indicators if each.id == indicator), None)


def indicators(reports: Iterable[CountryReport]) -> Mapping[str, ReportedIndicator]:
    """Every indicator that a report tells, by id, as the first one that tells it says it."""
    found: dict[str, ReportedIndicator] = {}
    for report in reports:
        for each in report.content.indicators:
            found.setdefault(each.id, each)
    return found


def _value(iso3: str, indicator: ReportedIndicator) -> CountryValue:
    nation = indicator.values[0]
    how = {name: getattr(indicator, name) for name in _HOW}
    numbers = {name: getattr(nation, name) for name in _NUMBERS}
    threshold = next(iter(indicator.thresholds), None)
    return CountryValue(iso3=iso3, threshold=threshold, **how, **numbers)


_NUMBERS = tuple(name for name in CountryValue.model_fields if name in Value.model_fields)
_HOW = tuple(
    name
    for name in CountryValue.model_fields
    if name in ReportedIndicator.model_fields and name not in Value.model_fields
)
