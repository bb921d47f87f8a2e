"""The process zonal-statistics: one layer within an area."""

from collections.abc import Mapping
from typing import Any, ClassVar

from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning import area as jobs
from soilinfo.serve.processes.area import NUMBER, AreaProcess, Inputs, Members, choice


class ZonalStatistics(AreaProcess):
    """Statistics of a published layer; see :func:`soilinfo.jobs.planning.area.zonal_statistics`."""

    id = "zonal-statistics"
    members: ClassVar[Members] = {
        "layer": "string",
        "title": "object",
        "unit": "string",
        "version": "string",
        "snapshot": "integer",
        "area": "object",
        "total_ha": "number",
        "valid_ha": "number",
        "nodata_ha": "number",
        "nodata_pct": NUMBER,
        "covered_pct": NUMBER,
        "mean": NUMBER,
        "sd": NUMBER,
        "min": NUMBER,
        "q05": NUMBER,
        "q25": NUMBER,
        "median": NUMBER,
        "q75": NUMBER,
        "q95": NUMBER,
        "max": NUMBER,
        "classes": "array",
        "findings": "array",
        "note": "string",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The layer (required), one of those published."""
        source = self.source
        published = sorted(name for name in source.catalog.layers if name in source.snapshot.layers)
        return {"layer": choice(self.source.label("serve.process.layer"), published)}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:
        """The statistics of the area as a JSON-ready dict."""
        source = self.source
        return jobs.zonal_statistics(
            source.store, source.catalog, source.snapshot, area=area, effort=effort, **chosen
        )
