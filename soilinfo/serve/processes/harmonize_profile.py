"""The process harmonize-profile: a profile at any depths, each value with its equations, error and trace."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from soilinfo.errors import InputError
from soilinfo.jobs.effort import Advance, Effort, unheard
from soilinfo.jobs.harmonization.inline import DEEPEST_CM, MOST_VALUES, Value
from soilinfo.jobs.harmonization.one_profile import (
    MOST_INTERVALS,
    Choices,
    OneProfile,
    given_profile,
    published_profile,
)
from soilinfo.jobs.harmonization.profile_answer import answer_about, plotted
from soilinfo.report.profile.frame import NARROWEST, WIDEST, WIDTH
from soilinfo.report.profile.plot import SVG
from soilinfo.serve.processes.area import NUMBER, AreaProcess, Inputs, Members, optional, valid

DEPTH = {"type": "number", "minimum": 0, "maximum": DEEPEST_CM}
EITHER = "give either 'profile', the id of a published profile, or 'horizons', the values of your own"


class Asked(BaseModel):
    """The inputs, as JSON has them; horizons are checked value by value later on."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    profile: str | None = None
    horizons: list[Any] | None = None
    bedrock_cm: Annotated[float, Field(ge=0, le=DEEPEST_CM)] | None = None
    intervals: list[Annotated[tuple[float, float], Field(strict=False)]] = []
    smoothing: float | None = None
    properties: list[str] = []
    equations: dict[str, list[str]] = {}
    plot_width: Annotated[int, Field(ge=NARROWEST, le=WIDEST)] = WIDTH

    @property
    def choices(self) -> Choices:
        """How it is harmonized."""
        return Choices(self.intervals, self.smoothing, self.properties, self.equations)


class HarmonizeProfile(AreaProcess):
    """A table and depth plots; see :func:`soilinfo.jobs.harmonization.profile_answer.answer_about`."""

    id = "harmonize-profile"
    ways: ClassVar[tuple[str, ...]] = ()
    as_job: ClassVar[bool] = False
    documents: ClassVar[Mapping[str, str]] = {"svg": SVG}
    members: ClassVar[Members] = {
        "profile": "string",
        "source": "string",
        "bedrock_cm": NUMBER,
        "snapshot": "integer",
        "intervals": "array",
        "smoothing": "number",
        "harmonized": "array",
        "drawings": "array",
        "equations": "array",
        "unconverted": "array",
        "plot_width": "integer",
        "read": "array",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The profile, or horizons; depths, smoothing, properties and equations as configured when absent."""
        catalog = self.source.catalog
        known = [*catalog.harmonization.properties] if catalog.harmonization else []
        name = {"type": "string"} | ({"enum": known} if known else {})
        schemas: dict[str, dict[str, Any]] = {
            "profile": {"type": "string"},
            "horizons": {"type": "array", "maxItems": MOST_VALUES, "items": value_schema()},
            "bedrock_cm": DEPTH,
            "intervals": {
                "type": "array",
                "maxItems": MOST_INTERVALS,
                "items": {"type": "array", "items": DEPTH, "minItems": 2, "maxItems": 2},
            },
            "smoothing": {"type": "number", "minimum": 0},
            "properties": {"type": "array", "items": name, "uniqueItems": True},
            "equations": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
            "plot_width": {"type": "integer", "minimum": NARROWEST, "maximum": WIDEST, "default": WIDTH},
        }
        return {
            name: optional(self.source.label(f"serve.process.profile.{name}"), schema)
            for name, schema in schemas.items()
        }

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        asked = valid(Asked, data)
        if (asked.profile is None) == (asked.horizons is None):
            raise InputError(EITHER)
        return {"asked": asked}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """The harmonized values as a JSON-ready dict."""
        asked: Asked = chosen["asked"]
        source = self.source
        answer = answer_about(source.catalog, self._profile(asked), asked.choices, source.snapshot.id)
        return answer | {"plot_width": asked.plot_width}

    def _profile(self, asked: Asked) -> OneProfile:
        if asked.profile is not None:
            if asked.bedrock_cm is not None:
                raise InputError("'bedrock_cm' is of 'horizons'; a published profile has its own")
            return published_profile(self.source.store, self.source.snapshot, asked.profile)
        return given_profile(self.source.catalog, asked.horizons, asked.bedrock_cm)

    def document(
        self,
        value: Mapping[str, Any],
        form: str,  # noqa: ARG002
        language: str,
        advance: Advance = unheard,  # noqa: ARG002
    ) -> bytes:
        """The depth plot of an answer about one property."""
        return plotted(self.source.catalog, value, language, value["plot_width"])

    def _example(self) -> dict[str, Any]:
        """Two horizons of the first number that config harmonizes, at depths of one's own."""
        catalog = self.source.catalog
        known = catalog.harmonization.properties if catalog.harmonization else catalog.properties
        numbers = (prop for prop in map(catalog.property, known) if prop.kind == "numeric" and prop.ramp)
        prop = next(numbers)
        values = ((0, 20, prop.ramp.high), (20, 60, prop.ramp.low)) if prop.ramp else ()
        horizons = [
            {
                "upper_cm": upper,
                "lower_cm": lower,
                "property": prop.id,
                "unit": prop.unit,
                "value": value,
            }
            for upper, lower, value in values
        ]
        return {"horizons": horizons, "intervals": [[0, 30], [30, 60]], "properties": [prop.id]}


def value_schema() -> dict[str, Any]:
    """The schema of one value of a horizon, as OpenAPI 3.0 writes it."""
    texts = {name: {"type": "string"} for name in ("property", "procedure", "unit", "horizon_code")}
    return {
        "type": "object",
        "properties": {
            "upper_cm": DEPTH,
            "lower_cm": DEPTH,
            "value": {"type": "number"},
            "sd": {"type": "number", "minimum": 0},
            "qualifier": {"type": "string", "enum": ["", "<", ">"]},
            "is_organic": {"type": "boolean"},
            **texts,
        },
        "required": [name for name, field in Value.model_fields.items() if field.is_required()],
    }
