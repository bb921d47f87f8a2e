"""The process what-if: one crop in an area before and after a measure, another climate, other criteria."""

from collections.abc import Mapping
from typing import Any, ClassVar

from soilinfo.catalog.asking import SAVED, question
from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.what_ifs import WhatIf
from soilinfo.errors import InputError
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning import what_if as jobs
from soilinfo.serve.collections import Source
from soilinfo.serve.processes.area import NUMBER, AreaProcess, Inputs, Members, choice

ASKED: Members = {
    "crop": "string",
    "title": "object",
    "scenario": "string",
    "compare": "string",
    "adjust": "string",
    "irrigated": "boolean",
    "criteria_set": "string",
    "edition": "string",
    "criteria": "array",
    "edited_rows": "array",
    "boundary_rule": "string",
    "snapshot": "integer",
}
"""Members that say what was asked and by which criteria."""
ORIGIN: Members = {"used": "array", "unused": "array", "findings": "array"}


class WhatIfProcess(AreaProcess):
    """A process whose inputs describe a what-if about one crop."""

    def choices(self) -> dict[str, dict[str, Any]]:
        """Crop (required), and either a saved what-if or the parts of one; what it is compared with."""
        words, saved = self.source.label, [*self.source.catalog.what_ifs]
        crops = sorted(self.source.catalog.crops)
        schemas: dict[str, dict[str, Any]] = {
            "adjustments": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}]},
            "criteria": {"type": "object"},
            "irrigated": {"type": "boolean"},
            "scenario": {"type": "string", "enum": [*SCENARIOS]},
            SAVED: {"type": "string"} | ({"enum": saved} if saved else {}),
        }
        optional = {
            name: {"title": words(f"serve.process.{name}"), "schema": schema, "minOccurs": 0, "maxOccurs": 1}
            for name, schema in schemas.items()
        }
        compared = choice(words("serve.process.compare"), [*SCENARIOS, *saved], default="actual")
        return {"crop": choice(words("serve.process.crop"), crops), **optional, "compare": compared}

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        crop = data.get("crop")
        if crop is None:
            raise InputError(f"input 'crop' is missing; it is one of: {', '.join(self.source.catalog.crops)}")
        asked = {name: data[name] for name in self.choices() if name in data}
        return {
            "crop": self.source.catalog.crop(str(crop)).id,
            "asked": _question(self.source, str(crop), asked),
            "compare": str(asked.get("compare", "actual")),
        }


def _question(source: Source, crop: str, asked: Mapping[str, Any]) -> WhatIf:
    names = ("adjustments", "criteria", "irrigated", "scenario", SAVED)
    return question(source.catalog, crop, {name: asked[name] for name in names if name in asked})


class WhatIfOfArea(WhatIfProcess):
    """Hectares before and after; see :func:`soilinfo.jobs.planning.what_if.what_if`."""

    id = "what-if"
    members: ClassVar[Members] = {
        **ASKED,
        "area": "object",
        "total_ha": "number",
        "nodata_ha": "number",
        "nodata_pct": NUMBER,
        "improved_ha": "number",
        "worsened_ha": "number",
        "classes": "array",
        "by_quality": "array",
        "transitions": "array",
        "moves": "array",
        "adjustments": "array",
        "note": "string",
        **ORIGIN,
    }

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:
        """The what-if of the area as a JSON-ready dict."""
        source = self.source
        return jobs.what_if(source.store, source.catalog, source.snapshot, area=area, effort=effort, **chosen)
