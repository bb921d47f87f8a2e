"""The process fact-sheet: where the one-page PDF of an administrative unit is, in a language."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from soilinfo.errors import InputError
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.evaluation.places import region_of
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.serve.processes.area import AreaProcess, Inputs, Members, choice
from soilinfo.serve.state import pinned


class FactSheet(AreaProcess):
    """A link to the fact sheet (output by reference); see :func:`soilinfo.serve.downloads.fact_sheet`."""

    id = "fact-sheet"
    as_job = False
    ways: ClassVar[tuple[str, ...]] = ("region",)
    members: ClassVar[Members] = {"href": "string", "type": "string", "hreflang": "string", "title": "string"}

    def choices(self) -> dict[str, dict[str, Any]]:
        """The language, that of the service when absent."""
        spoken = list(self.source.catalog.services.languages)
        return {"language": choice(self.source.label("page.language"), spoken, default=spoken[0])}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """A link as OGC API writes it."""
        source, language = self.source, chosen["language"]
        if "region" not in area:
            raise InputError("input 'region' is missing; it is the code of an administrative unit")
        _, unit = region_of(source.store, source.catalog, source.snapshot, area["region"])
        code, name = (str(unit[column].iloc[0]) for column in ("code", "name"))
        title = source.label("factsheet.title", unit=name, code=code)[language]
        href = f"{pinned().base_url}/factsheets/{quote(code)}.pdf?lang={language}"
        return {"href": href, "type": PDF, "hreflang": language, "title": title}

    def _example(self) -> dict[str, Any]:
        code = self.source.example_region
        return super()._example() | ({"region": code} if code else {})
