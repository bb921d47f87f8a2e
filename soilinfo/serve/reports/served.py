"""Which country reports of this node are served: those submitted or approved; drafts are nobody else's."""

from collections.abc import Sequence

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.reporting.records import report_of
from soilinfo.report.country.document import CountryReport
from soilinfo.report.figures.numbers import years
from soilinfo.serve.site.site import Site
from soilinfo.serve.texts import Text
from soilinfo.store.home import Store
from soilinfo.store.reports import ReportRecord

SERVED = ("submitted", "approved")
"""States in which others may read a report."""


def served(store: Store) -> Sequence[ReportRecord]:
    """The records of what is served, newest first."""
    found = [each for each in store.country_reports.records() if each.state in SERVED]
    return sorted(found, key=lambda each: each.created, reverse=True)


def newest_approved(store: Store) -> str:
    """Id of the newest approved report; InputError that names those submitted where none is approved."""
    found = served(store)
    newest = next((each.id for each in found if each.state == "approved"), None)
    if newest is None:
        others = ", ".join(ids(found)) or "none"
        raise InputError(
            f"no country report of this node is approved yet: name one by 'report'; submitted: {others}"
        )
    return newest


def served_report(store: Store, id_: str) -> CountryReport:
    """A report as its file has it; UnknownNameError that names those served, of a draft too."""
    known = ids(served(store))
    if id_ not in known:
        raise UnknownNameError("country report", id_, known)
    return report_of(store, id_)


def period_of(record: ReportRecord) -> tuple[int, int]:
    """First and last year that a report is about."""
    first, last = map(int, record.series.split("-")[1:])
    return first, last


def titled(site: Site, country: Text, period: tuple[int, int]) -> str:
    """What a country's report of a period is called."""
    return site.say("reports.title", country=site.named(country), period=years(period))


def ids(records: Sequence[ReportRecord]) -> list[str]:
    """The ids of records."""
    return [each.id for each in records]
