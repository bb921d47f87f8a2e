"""The process pack: everything published about a unit in one zip, for work without a network."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from soilinfo.errors import InputError
from soilinfo.jobs.effort import Advance, Effort, unheard
from soilinfo.jobs.evaluation.places import cells_of, region_of, resolve_area
from soilinfo.jobs.pack.pack import asked, write_pack
from soilinfo.report.pack.contents import PACK_THEMES, rasters, themes_of
from soilinfo.serve.processes.area import AreaProcess, Inputs, Members, of_inputs

ZIP = "application/zip"
CELLS_OF_RASTER = 100_000
"""Cells that take as long as a raster without any: few are cut at once, more are a job."""


class PackProcess(AreaProcess):
    """The list of what is in it; with f=zip the pack; see :func:`soilinfo.jobs.pack.pack.write_pack`."""

    id = "pack"
    ways: ClassVar[tuple[str, ...]] = ("region",)
    documents: ClassVar[Mapping[str, str]] = {"zip": ZIP}
    members: ClassVar[Members] = {
        "region": "string",
        "themes": "array",
        "snapshot": "integer",
        "rasters": "array",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The themes that the pack is narrowed to."""
        some = {"type": "array", "items": {"type": "string", "enum": [*PACK_THEMES]}}
        title = self.source.label("serve.process.pack_themes")
        return {"themes": {"title": title, "schema": some, "minOccurs": 0, "maxOccurs": 1}}

    def cells(self, data: Inputs) -> int:
        """The cells of every raster within the unit, and what opening it takes."""
        source = self.source
        with of_inputs():
            area, themes = self._area(data), self._chosen(data)["themes"]
            place = resolve_area(source.store, source.catalog, source.snapshot, _named(area))
            packed = [*rasters(source.catalog, source.snapshot.layers, themes_of(themes))]
            return len(packed) * (CELLS_OF_RASTER + cells_of(source.catalog, place))

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        themes = data.get("themes", [])
        if not isinstance(themes, list) or not all(isinstance(theme, str) for theme in themes):
            raise InputError("input 'themes' must be a list of themes: ['soil', 'suitability']")
        themes_of(themes)
        return {"themes": themes}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """What there is to pack, as a JSON-ready dict."""
        source, code = self.source, _named(area)["region"]
        region_of(source.store, source.catalog, source.snapshot, code)
        layers, themes = source.snapshot.layers, themes_of(chosen["themes"])
        packed = [
            {"id": each.id, "theme": each.entry.theme, "version": layers[each.layer]}
            for each in rasters(source.catalog, layers, themes)
        ]
        return {"region": code, "themes": [*themes], "snapshot": source.snapshot.id, "rasters": packed}

    def document(
        self,
        value: Mapping[str, Any],
        form: str,  # noqa: ARG002
        language: str,
        advance: Advance = unheard,  # noqa: ARG002
    ) -> bytes:
        """The pack in a language."""
        source = self.source
        wanted = asked(source.catalog, value["region"], [language], value["themes"])
        with TemporaryDirectory() as directory:
            target = Path(directory) / "pack.zip"
            write_pack(source.store, source.catalog, source.snapshot, wanted, target)
            return target.read_bytes()

    def _example(self) -> dict[str, Any]:
        code = self.source.example_region
        return {"themes": ["terrain"]} | ({"region": code} if code else {})


def _named(area: Mapping[str, Any]) -> dict[str, Any]:
    """The area, which has to be a region."""
    if "region" not in area:
        raise InputError("input 'region' is missing; it is the code of an administrative unit")
    return {"region": area["region"]}
