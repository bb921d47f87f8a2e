"""The process country-report: a report that was submitted or approved, in whichever form."""

from collections.abc import Mapping
from typing import Any, ClassVar

from soilinfo.errors import InputError
from soilinfo.jobs.effort import Advance, Effort, unheard
from soilinfo.report.country.document import CountryReport
from soilinfo.serve.processes.area import AreaProcess, Inputs, Members, optional
from soilinfo.serve.reports.files import COUNTRY_TYPES, country_file
from soilinfo.serve.reports.served import ids, newest_approved, served, served_report

FORMS = {"csv": "zip"}
"""Forms that a process calls by the ending of their files, which it names by them."""


class CountryReportProcess(AreaProcess):
    """A report of this node; it was made by people, and is here only looked up and written out."""

    id = "country-report"
    ways: ClassVar[tuple[str, ...]] = ()
    as_job: ClassVar[bool] = False
    documents: ClassVar[Mapping[str, str]] = {
        FORMS.get(form, form): each for form, each in COUNTRY_TYPES.items()
    }
    members: ClassVar[Members] = {
        "form": "string",
        "id": "string",
        "state": "string",
        "sign_off": "array",
        "software": "string",
        "content_sha256": "string",
        "content": "object",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The report's id: the ids are not listed here, as they change without a publication."""
        return {"report": optional(self.source.label("serve.process.report"), {"type": "string"})}

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        asked = data.get("report")
        if asked is not None and not isinstance(asked, str):
            raise InputError("input 'report' must be the id of a report, as text in quotes")
        return {"report": asked or newest_approved(self.source.store)}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """The file as a JSON-ready dict."""
        return served_report(self.source.store, chosen["report"]).model_dump(mode="json")

    def document(
        self,
        value: Mapping[str, Any],
        form: str,
        language: str,
        advance: Advance = unheard,  # noqa: ARG002
    ) -> bytes:
        """The report as a workbook, tables or PDF."""
        view = next((each for each, name in FORMS.items() if name == form), form)
        return country_file(self.source.catalog, CountryReport.model_validate(value), view, language)

    def _example(self) -> dict[str, Any]:
        known = ids(served(self.source.store))
        return {"report": known[0]} if known else {}
