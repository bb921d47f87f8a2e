"""Country reports as records: drafted from what is published, read back as the file that is sent on."""

from pydantic import ValidationError

from soilinfo import __version__
from soilinfo.catalog.models import Catalog
from soilinfo.errors import StoreError
from soilinfo.jobs.reporting.content import draft_content
from soilinfo.report.country.canonical import canonical, content_of, content_sha256
from soilinfo.report.country.document import CountryReport, Event
from soilinfo.store.home import Store
from soilinfo.store.reports import ReportRecord


class OtherFormError(StoreError):
    """A report that was kept by another version of the program, in another form than this one reads."""

    def __init__(self, record: ReportRecord) -> None:
        super().__init__(
            f"'{record.id}' was kept by {record.software} in another form than soilinfo {__version__} reads; "
            "draft it anew, or take it with the version that kept it"
        )
        self.record = record


def draft(store: Store, catalog: Catalog, *, actor: str, note: str = "") -> ReportRecord:
    """Keep what the country reports from what is published now; the newest again when it says the same.

    InputError as :func:`soilinfo.jobs.reporting.content.draft_content` raises it.
    """
    content = draft_content(store, catalog, store.ledger.current().layers)
    return store.country_reports.draft(
        content.series,
        canonical(content),
        sha256=content_sha256(content),
        inputs={each.name: each.version for each in content.inputs},
        software=f"soilinfo {__version__}",
        actor=actor,
        note=note,
    )


def report_of(store: Store, id_: str) -> CountryReport:
    """A kept report as its file has it.

    UnknownNameError when there is none, OtherFormError when it is kept in another form.
    """
    kept = store.country_reports
    record, history = kept.record(id_), kept.history(id_)
    try:
        content = content_of(kept.content(id_))
    except ValidationError as error:
        raise OtherFormError(record) from error
    steps = (Event(state=each.state, by=each.actor, on=each.created, note=each.note) for each in history)
    return CountryReport(
        id=record.id,
        state=record.state,
        sign_off=tuple(steps),
        software=record.software,
        content_sha256=record.content_sha256,
        content=content,
    )
