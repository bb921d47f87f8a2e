"""The process compare-scenarios: what each administrative unit gains and loses under a what-if."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson

from soilinfo.catalog.names import SUITABILITY
from soilinfo.catalog.what_ifs import WhatIf, as_text
from soilinfo.errors import InputError
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning import what_if as jobs
from soilinfo.serve.maps.addresses import tile_address
from soilinfo.serve.processes.area import Inputs, Members, choice
from soilinfo.serve.processes.what_if import ASKED, ORIGIN, WhatIfProcess


class CompareScenarios(WhatIfProcess):
    """Hectares gained and lost by unit; see :func:`soilinfo.jobs.planning.what_if.compare_scenarios`."""

    id = "compare-scenarios"
    ways: ClassVar[tuple[str, ...]] = ()
    members: ClassVar[Members] = {
        **ASKED,
        "level": "string",
        "units": "array",
        "total": "object",
        "map": "string",
        "tiles": "string",
        **ORIGIN,
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """Those of a what-if, and the level whose units are compared."""
        catalog, layers = self.source.catalog, self.source.snapshot.layers
        levels = [name for name in catalog.every_level() if name in layers]
        # The level below the top one: plans are made there.
        default = next(reversed([name for name in catalog.levels if name in layers][:2]), "")
        level = choice(self.source.label("serve.process.level"), levels, default=default)
        return super().choices() | {"level": level}

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        level = data.get("level", self.choices()["level"]["schema"]["default"] or None)
        if not isinstance(level, str | None):
            raise InputError("input 'level' must be the id of a level, as text")
        return super()._chosen(data) | {"level": level}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """The comparison as a JSON-ready dict, with the addresses of its change map."""
        source = self.source
        answer = jobs.compare_scenarios(
            source.store, source.catalog, source.snapshot, **chosen, effort=effort
        )
        query = urlencode(_query(chosen["crop"], chosen["asked"], chosen["compare"]))
        addresses = {"map": f"collections/{SUITABILITY}/map", "tiles": tile_address(SUITABILITY)[1:]}
        return answer | {name: f"{address}?{query}" for name, address in addresses.items()}


def _query(crop: str, asked: WhatIf, compare: str) -> dict[str, str]:
    """The query parameters of the map that shows a what-if against another."""
    query = {
        "crop": crop,
        "scenario": asked.scenario,
        "compare": compare,
        "adjust": as_text(asked.adjustments),
    }
    if asked.criteria:
        rows = {
            name: row and row.model_dump(mode="json", exclude_defaults=True)
            for name, row in asked.criteria.items()
        }
        query["criteria"] = orjson.dumps(rows).decode()
    return query | ({"irrigated": "true"} if asked.irrigated else {})
