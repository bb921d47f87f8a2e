"""The process best-crops: which crops suit an area best, and why."""

from collections.abc import Mapping
from typing import Any, ClassVar

from soilinfo.catalog.choice import HEAVIEST
from soilinfo.catalog.product_direction import compared_crops
from soilinfo.errors import InputError
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning import best_crops as jobs
from soilinfo.serve.processes.area import NUMBER, AreaProcess, Inputs, Members, optional

WEIGHT = {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": HEAVIEST}


class BestCrops(AreaProcess):
    """The ranking of crops in an area; see :func:`soilinfo.jobs.planning.best_crops.best_crops`."""

    id = "best-crops"
    members: ClassVar[Members] = {
        "area": "object",
        "snapshot": "integer",
        "boundary_rule": "string",
        "potential": "string",
        "suitable": "array",
        "total_ha": "number",
        "nodata_ha": "number",
        "nodata_pct": NUMBER,
        "no_crop_ha": "number",
        "ranking": "array",
        "suitable_crops": "array",
        "used": "array",
        "left_out": "array",
        "findings": "array",
        "note": "string",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """Crops and their weights; both as configured when absent."""
        known = sorted(self.source.catalog.crops)
        schemas: dict[str, dict[str, Any]] = {
            "crops": {
                "type": "array",
                "items": {"type": "string", "enum": known},
                "uniqueItems": True,
                "default": compared_crops(self.source.catalog),
            },
            "weights": {
                "type": "object",
                "additionalProperties": WEIGHT,
                "default": {},
            },
        }
        return {
            name: optional(self.source.label(f"serve.process.{name}"), schema)
            for name, schema in schemas.items()
        }

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        crops, weights = data.get("crops", []), data.get("weights", {})
        if not isinstance(crops, list) or not all(isinstance(crop, str) for crop in crops):
            raise InputError("input 'crops' must be a list of crops: ['maize', 'cocoa']")
        if not isinstance(weights, dict):
            raise InputError("input 'weights' must be an object of crops and numbers: {'maize': 2}")
        if len(set(crops)) < len(crops):
            raise InputError("input 'crops' must name each crop once")
        jobs.weighted(self.source.catalog, crops, weights)
        return {"crops": crops, "weights": weights}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:
        """The ranking as a JSON-ready dict."""
        source = self.source
        return jobs.best_crops(
            source.store, source.catalog, source.snapshot, area=area, effort=effort, **chosen
        )
