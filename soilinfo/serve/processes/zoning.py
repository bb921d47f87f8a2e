"""The process zoning: which land of an area is to be protected or may be used, and why."""

from collections.abc import Mapping
from typing import Any, ClassVar

from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning import zoning_area as jobs
from soilinfo.serve.processes.area import NUMBER, AreaProcess, Inputs, Members


class Zoning(AreaProcess):
    """Hectares of each zone with the reasons; see :func:`soilinfo.jobs.planning.zoning_area.zoning`."""

    id = "land-zoning"
    members: ClassVar[Members] = {
        "edition": "string",
        "snapshot": "integer",
        "area": "object",
        "total_ha": "number",
        "nodata_ha": "number",
        "nodata_pct": NUMBER,
        "zones": "array",
        "reasons": "array",
        "used": "array",
        "findings": "array",
        "note": "string",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """None: the rules are those of the configuration."""
        return {}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """The zoning of the area as a JSON-ready dict."""
        source = self.source
        return jobs.zoning(source.store, source.catalog, source.snapshot, area=area, effort=effort)
