"""The process compare-countries: which countries' indicators may stand side by side, and why not others."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import orjson

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.region.report import side_by_side
from soilinfo.report.country.canonical import parse
from soilinfo.report.country.document import CountryReport
from soilinfo.report.region.document import RegionalIndicator, RegionalReport
from soilinfo.serve.processes.area import AreaProcess, Inputs, Members, optional
from soilinfo.serve.reports.regional import merged

FEWEST, MOST = 2, 20
"""Reports that are compared at a time."""


class CompareCountries(AreaProcess):
    """Members of the region, or reports that are sent along; nothing is fetched, and nothing is kept."""

    id = "compare-countries"
    ways: ClassVar[tuple[str, ...]] = ()
    as_job: ClassVar[bool] = False
    members: ClassVar[Members] = {
        "countries": "array",
        "indicators": "array",
        "members": "array",
        "findings": "array",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """Which countries, or their reports, and of them which indicator."""
        region = self.source.catalog.region
        codes = [each.iso3 for each in region.members] if region else []
        code = {"type": "string"} | ({"enum": codes} if codes else {})
        several = {"type": "array", "minItems": FEWEST, "maxItems": MOST}
        schemas: dict[str, dict[str, Any]] = {
            "compared_indicator": {"type": "string"},
            "countries": {**several, "items": code, "uniqueItems": True},
            "reports": {**several, "items": {"type": "object"}},
        }
        inputs = {
            name: optional(self.source.label(f"serve.process.{name}"), schema)
            for name, schema in schemas.items()
        }
        return {"indicator": inputs.pop("compared_indicator"), **inputs}

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        indicator, countries, reports = (data.get(name) for name in ("indicator", "countries", "reports"))
        if indicator is not None and not isinstance(indicator, str):
            raise InputError("input 'indicator' must be the id of an indicator, as text in quotes")
        if countries is not None and reports is not None:
            raise InputError(
                "give either 'countries', members of the region, or 'reports', the files themselves"
            )
        codes = _several("countries", countries, str)
        if codes and len({*codes}) < len(codes):
            raise InputError("input 'countries' names a country twice: each is compared with the others once")
        return {
            "indicator": indicator,
            "countries": codes,
            "reports": _several("reports", reports, dict),
        }

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """The verdicts as a JSON-ready dict."""
        report = self._report(chosen["reports"])
        codes = _codes(report, chosen["countries"])
        indicators = [_among(each, codes) for each in _asked(report, chosen["indicator"])]
        return {
            "countries": codes,
            "indicators": [each.model_dump(mode="json") for each in indicators],
            "members": [each.model_dump(mode="json") for each in report.members if each.iso3 in codes],
            "findings": [each.model_dump(mode="json") for each in report.findings],
        }

    def _report(self, given: Sequence[Any] | None) -> RegionalReport:
        source = self.source
        if given is not None:
            return side_by_side(source.catalog, [_parsed(at, each) for at, each in enumerate(given)])
        if source.catalog.region is None:
            raise InputError("this node is the host of no region: send the countries' 'reports' along")
        return merged(source)[0]

    def _example(self) -> dict[str, Any]:
        region = self.source.catalog.region
        if region is None or len(region.members) < FEWEST:
            return {}
        return {"countries": [each.iso3 for each in region.members[:FEWEST]]}


def _several(name: str, given: Any, kind: type) -> list[Any] | None:
    """A list of two to twenty; None where it is not given."""
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(each, kind) for each in given):
        what = "codes of countries" if kind is str else "country reports as JSON objects"
        raise InputError(f"input '{name}' must be a list of {what}")
    if not FEWEST <= len(given) <= MOST:
        raise InputError(f"input '{name}' must have {FEWEST} to {MOST} entries, not {len(given)}")
    return given


def _parsed(at: int, given: Mapping[str, Any]) -> CountryReport:
    """A report that was sent along; InputError says which of them is none, and why."""
    try:
        return parse(orjson.dumps(given))
    except InputError as error:
        raise InputError(f"reports[{at}]: {error}") from None


def _codes(report: RegionalReport, asked: Sequence[str] | None) -> list[str]:
    known = [each.iso3 for each in report.members]
    for code in asked or ():
        if code not in known:
            raise UnknownNameError("country", code, known)
    return [code for code in known if asked is None or code in asked]


def _asked(report: RegionalReport, name: str | None) -> Sequence[RegionalIndicator]:
    known = {each.id: each for each in report.indicators}
    if name is None:
        return report.indicators
    if name not in known:
        raise UnknownNameError("indicator that any of these countries reports", name, known)
    return [known[name]]


def _among(indicator: RegionalIndicator, codes: Sequence[str]) -> RegionalIndicator:
    """An indicator as it is told of some of its countries."""
    return indicator.model_copy(
        update={
            "values": tuple(each for each in indicator.values if each.iso3 in codes),
            "not_reported": tuple(each for each in indicator.not_reported if each.iso3 in codes),
            "verdicts": tuple(each for each in indicator.verdicts if each.a in codes and each.b in codes),
        }
    )
