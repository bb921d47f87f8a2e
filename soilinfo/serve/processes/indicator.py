"""The process indicator: what an indicator says of an area, how sure it is, what hangs on its thresholds."""

from collections.abc import Mapping
from typing import Any, ClassVar

from soilinfo.jobs.effort import Effort
from soilinfo.jobs.indicators.area import indicator_of_area
from soilinfo.serve.processes.area import AreaProcess, Inputs, Members, choice


class IndicatorProcess(AreaProcess):
    """An indicator of any area; see :func:`soilinfo.jobs.indicators.area.indicator_of_area`."""

    id = "indicator"
    members: ClassVar[Members] = {
        "indicator": "string",
        "title": "object",
        "definition": "object",
        "edition": "string",
        "unit": "string",
        "wanted_depth_cm": ["array", "null"],
        "source": "string",
        "snapshot": "integer",
        "area": "object",
        "interval_pct": "number",
        "values": "array",
        "parts": "array",
        "findings": "array",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The indicator (required), one of those that are configured."""
        return {
            "indicator": choice(
                self.source.label("serve.process.indicator"), [*self.source.catalog.indicators]
            )
        }

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:
        """The values of the area as a JSON-ready dict."""
        source = self.source
        return indicator_of_area(
            source.store, source.catalog, source.snapshot, area=area, effort=effort, **chosen
        )
