"""The process land-suitability: one crop at one level of management within an area."""

from collections.abc import Mapping
from typing import Any, ClassVar

from soilinfo.catalog.models import SCENARIOS
from soilinfo.jobs import area as jobs
from soilinfo.serve.processes.area import NUMBER, AreaProcess, Inputs, Members, choice


class LandSuitability(AreaProcess):
    """Hectares of each suitability class; see :func:`soilinfo.jobs.area.land_suitability`."""

    id = "land-suitability"
    members: ClassVar[Members] = {
        "crop": "string",
        "title": "object",
        "scenario": "string",
        "criteria_set": "string",
        "edition": "string",
        "boundary_rule": "string",
        "snapshot": "integer",
        "area": "object",
        "total_ha": "number",
        "nodata_ha": "number",
        "nodata_pct": NUMBER,
        "partial_ha": "number",
        "classes": "array",
        "limiting": "array",
        "criteria": "array",
        "subclasses": "array",
        "used": "array",
        "unused": "array",
        "confidence": ["object", "null"],
        "findings": "array",
        "note": "string",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """Crop (required) and scenario (current suitability when absent)."""
        return {
            "crop": choice(self.source.label("serve.process.crop"), sorted(self.source.catalog.crops)),
            "scenario": choice(
                self.source.label("serve.process.scenario"), list(SCENARIOS), default="actual"
            ),
        }

    def run(self, area: Mapping[str, Any], chosen: Inputs) -> dict[str, Any]:
        """The evaluation of the area as a JSON-ready dict."""
        source = self.source
        return jobs.land_suitability(source.store, source.catalog, source.snapshot, area=area, **chosen)
