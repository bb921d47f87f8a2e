"""The process soc-stock-change: the carbon stock of one place at two times, compared by depth and by mass."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from soilinfo.errors import InputError
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.harmonization.inline import DEEPEST_CM, MOST_VALUES
from soilinfo.jobs.harmonization.one_profile import given_profile, published_profile
from soilinfo.jobs.harmonization.stock_change import DEPTH_CM, Sampling, soc_stock_change
from soilinfo.serve.processes.area import NUMBER, AreaProcess, Inputs, Members, optional, valid
from soilinfo.serve.processes.harmonize_profile import value_schema

WHICH: tuple[Literal["first"], Literal["second"]] = ("first", "second")
EXAMPLE = (
    ("2010-08-01", ((0, 30, 20.0, 1.0), (30, 50, 8.0, 1.2))),
    ("2020-08-01", ((0, 24, 20.0, 1.25), (24, 40, 8.0, 1.5))),
)
"""A soil pressed together by a fifth: day, and ends (cm), carbon (g/kg) and density (g/cm3) of its layers."""
UNITS = {"soc": ("g/kg", 1.0), "bulk_density": ("g/cm3", 0.05), "coarse_fragments": ("% vol", 0.5)}
"""Unit, and standard deviation of the example, by property."""


class Asked(BaseModel):
    """The inputs, as JSON has them; horizons are checked value by value later on."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    first: str | None = None
    first_horizons: list[Any] | None = None
    first_date: str | None = None
    second: str | None = None
    second_horizons: list[Any] | None = None
    second_date: str | None = None
    depth_cm: Annotated[float, Field(gt=0, le=DEEPEST_CM)] = DEPTH_CM


class SocStockChange(AreaProcess):
    """Two comparisons; see :func:`soilinfo.jobs.harmonization.stock_change.soc_stock_change`."""

    id = "soc-stock-change"
    ways: ClassVar[tuple[str, ...]] = ()
    as_job: ClassVar[bool] = False
    members: ClassVar[Members] = {
        "sentence": "object",
        "depth_cm": "number",
        "years": NUMBER,
        "reference_mass_t_ha": NUMBER,
        "fixed_depth": ["object", "null"],
        "equal_mass": ["object", "null"],
        "organic_matter_equation": "string",
        "samplings": "array",
        "lacking": "array",
        "warnings": "array",
        "snapshot": "integer",
        "read": "array",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """Of each sampling a published profile or horizons, and its day; and the depth."""
        depth = {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": DEEPEST_CM}
        schemas: dict[str, dict[str, Any]] = {}
        for which in WHICH:
            schemas[which] = {"type": "string"}
            schemas[f"{which}_horizons"] = {"type": "array", "maxItems": MOST_VALUES, "items": value_schema()}
            schemas[f"{which}_date"] = {"type": "string", "format": "date"}
        schemas["depth_cm"] = {**depth, "default": DEPTH_CM}
        return {
            name: optional(self.source.label(f"serve.process.stock_change.{name}"), schema)
            for name, schema in schemas.items()
        }

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        asked = valid(Asked, data)
        for which in WHICH:
            if (getattr(asked, which) is None) == (getattr(asked, f"{which}_horizons") is None):
                raise InputError(
                    f"give either '{which}', the id of a published profile, or '{which}_horizons', the "
                    "values of your own"
                )
        return {"asked": asked}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """Both comparisons as a JSON-ready dict."""
        asked: Asked = chosen["asked"]
        first, second = (self._sampling(asked, which) for which in WHICH)
        return soc_stock_change(self.source.catalog, first, second, asked.depth_cm, self.source.snapshot.id)

    def _sampling(self, asked: Asked, which: str) -> Sampling:
        source, id = self.source, getattr(asked, which)
        horizons, day = getattr(asked, f"{which}_horizons"), getattr(asked, f"{which}_date")
        if id is not None:
            return Sampling(published_profile(source.store, source.snapshot, id), day)
        return Sampling(given_profile(source.catalog, horizons), day)

    def _example(self) -> dict[str, Any]:
        """A soil that was only compacted."""
        days = {f"{which}_date": day for which, (day, _) in zip(WHICH, EXAMPLE, strict=True)}
        horizons = {
            f"{which}_horizons": [
                {
                    "upper_cm": top,
                    "lower_cm": bottom,
                    "property": name,
                    "unit": unit,
                    "value": value,
                    "sd": sd,
                }
                for top, bottom, soc, density in layers
                for (name, (unit, sd)), value in zip(UNITS.items(), (soc, density, 0.0), strict=True)
            ]
            for which, (_, layers) in zip(WHICH, EXAMPLE, strict=True)
        }
        return {**horizons, **days, "depth_cm": DEPTH_CM}
