"""The process atlas: the published maps of a unit, or of the nation, as a PDF to print."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from soilinfo.catalog.entries import THEMES, Entry
from soilinfo.catalog.names import NATION
from soilinfo.catalog.text import DEFAULT_LANGUAGE
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.effort import Advance, Effort, unheard
from soilinfo.jobs.evaluation.places import region_of
from soilinfo.jobs.planning.atlas import DEFAULT_PAPER, atlas, maps_of
from soilinfo.report.atlas.paper import PAPERS
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.serve.processes.area import AreaProcess, Inputs, Members, choice, of_inputs, optional
from soilinfo.serve.texts import Text

CELLS_OF_SHEET = 2_000_000
"""Cells of the grid that take as long as a sheet does: a few are made at once, more are a job."""


class AtlasProcess(AreaProcess):
    """The list of the sheets; with f=pdf the atlas; see :func:`soilinfo.jobs.planning.atlas.atlas`."""

    id = "atlas"
    ways: ClassVar[tuple[str, ...]] = ("region",)
    documents: ClassVar[Mapping[str, str]] = {"pdf": PDF}
    members: ClassVar[Members] = {
        "region": "string",
        "paper": "string",
        "themes": "array",
        "snapshot": "integer",
        "sheets": "array",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The paper, and the themes that the sheets are narrowed to."""
        words, some = self.source.label, {"type": "array", "items": {"type": "string", "enum": [*THEMES]}}
        themes = optional(words("serve.process.themes"), some)
        return {"paper": choice(words("serve.process.paper"), [*PAPERS], DEFAULT_PAPER), "themes": themes}

    def _size(self) -> Text:
        return {}

    def cells(self, data: Inputs) -> int:
        """As many as take as long as its sheets do: they are drawn from overviews, however large the land."""
        with of_inputs():
            area, chosen = self._area(data), self._chosen(data)
            return CELLS_OF_SHEET * len(self._maps(area, chosen))

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        paper, themes = data.get("paper", DEFAULT_PAPER), data.get("themes", [])
        if not isinstance(paper, str) or paper not in PAPERS:
            raise UnknownNameError("paper", str(paper), PAPERS)
        if not isinstance(themes, list) or not all(isinstance(theme, str) for theme in themes):
            raise InputError("input 'themes' must be a list of themes: ['soil', 'suitability']")
        return {"paper": paper, "themes": themes}

    def _maps(self, area: Mapping[str, Any], chosen: Inputs) -> Sequence[Entry]:
        source, region = self.source, area.get("region", NATION)
        if region != NATION:
            region_of(source.store, source.catalog, source.snapshot, region)
        return maps_of(source.store, source.catalog, source.snapshot, DEFAULT_LANGUAGE, chosen["themes"])

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """The sheets as a JSON-ready dict."""
        layers = self.source.snapshot.layers
        sheets = [
            {"id": each.id, "theme": each.theme, "title": each.title, "version": layers[each.layer]}
            for each in self._maps(area, chosen)
        ]
        asked = {"region": area.get("region", NATION), **chosen}
        return asked | {"snapshot": self.source.snapshot.id, "sheets": sheets}

    def document(
        self,
        value: Mapping[str, Any],
        form: str,  # noqa: ARG002
        language: str,
        advance: Advance = unheard,
    ) -> bytes:
        """The atlas in a language."""
        source = self.source
        asked = {"paper": value["paper"], "themes": value["themes"], "advance": advance}
        return atlas(source.store, source.catalog, source.snapshot, value["region"], language, **asked)

    def _example(self) -> dict[str, Any]:
        code = self.source.example_region
        return {"paper": DEFAULT_PAPER, "themes": ["terrain"]} | ({"region": code} if code else {})
