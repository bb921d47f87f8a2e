"""The regional report of this node, and its files: made once a day of what a source sees, for all who ask."""

from collections.abc import Sequence
from datetime import date

from soilinfo.jobs.region.received import reports
from soilinfo.jobs.region.report import regional_report
from soilinfo.report.country.document import CountryReport
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.atlas import region_atlas
from soilinfo.report.region.document import RegionalReport
from soilinfo.serve.collections import Source
from soilinfo.serve.kept import kept_with_it
from soilinfo.serve.reports.files import region_file
from soilinfo.store import clock

Merged = tuple[RegionalReport, Sequence[CountryReport]]
"""The regional report, and the reports that it is made of."""
KEPT = 8
"""Files of each kind that are kept as they were made: up to a megabyte each."""


def merged(source: Source) -> Merged:
    """The regional report of today; InputError of a node that is the host of no region."""
    return _merged(source, clock.now().date())


def written(source: Source, form: str, language: str) -> bytes:
    """The regional report of today in a form."""
    return _written(source, clock.now().date(), form, language)


def sheets(source: Source, language: str, paper: str) -> bytes:
    """The regional atlas of today (PDF)."""
    return _sheets(source, clock.now().date(), language, paper)


@kept_with_it(1)
def _merged(source: Source, day: date) -> Merged:
    return regional_report(source.store, source.catalog, day), reports(source.store, source.catalog)


@kept_with_it(KEPT)
def _written(source: Source, day: date, form: str, language: str) -> bytes:
    return region_file(source.catalog, *_merged(source, day), form, language)


@kept_with_it(KEPT)
def _sheets(source: Source, day: date, language: str, paper: str) -> bytes:
    return region_atlas(*_merged(source, day), Phrases(source.catalog, language), paper)
