"""The process explain-suitability: why land suits a crop, what would help, and how sure that is."""

from collections.abc import Mapping
from typing import Any, ClassVar

from soilinfo.jobs.effort import Effort
from soilinfo.jobs.evaluation.places import NATION, WAYS
from soilinfo.jobs.planning import explain as jobs
from soilinfo.serve.processes.area import Inputs, Members
from soilinfo.serve.processes.land_suitability import LandSuitability


class ExplainSuitability(LandSuitability):
    """One answer with all three; see :func:`soilinfo.jobs.planning.explain.explain`."""

    id = "explain-suitability"
    members: ClassVar[Members] = {
        "sentence": "object",
        **LandSuitability.members,
        "prevailing": ["string", "null"],
        "is_point": "boolean",
        "cell": "array",
        "measures": "array",
        "management": "array",
        "missing": "array",
        "unrated": "array",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The crop (required); levels of management are part of the answer."""
        return {"crop": super().choices()["crop"]}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:
        """The explanation as a JSON-ready dict."""
        source = self.source
        return jobs.explain(source.store, source.catalog, source.snapshot, area=area, effort=effort, **chosen)

    def _area(self, data: Inputs) -> dict[str, Any]:
        given = super()._area(data)
        return given if any(given.get(way) is not None for way in WAYS) else {"region": NATION}
