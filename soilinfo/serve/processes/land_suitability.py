"""The process land-suitability: one crop at one level of management within an area."""

from collections.abc import Mapping
from typing import Any, ClassVar

from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.names import suitability_of
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning import area as jobs
from soilinfo.serve.processes.area import NUMBER, AreaProcess, Inputs, Members, choice


class LandSuitability(AreaProcess):
    """Hectares of each suitability class; see :func:`soilinfo.jobs.planning.area.land_suitability`."""

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
        # A fallback table is used only when asked for: here where its result is published.
        known = self.source.catalog
        crops = [name for name in known.every_crop() if name in known.crops or self._is_published(name)]
        return {
            "crop": choice(self.source.label("serve.process.crop"), sorted(crops)),
            "scenario": choice(
                self.source.label("serve.process.scenario"), list(SCENARIOS), default="actual"
            ),
        }

    def _is_published(self, crop: str) -> bool:
        return suitability_of(crop) in self.source.snapshot.layers

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:
        """The evaluation of the area as a JSON-ready dict."""
        source = self.source
        return jobs.land_suitability(
            source.store, source.catalog, source.snapshot, area=area, effort=effort, **chosen
        )
