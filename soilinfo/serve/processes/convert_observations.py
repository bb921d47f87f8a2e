"""The process convert-observations: values told as another property or unit, each with its error."""

from collections.abc import Mapping
from typing import Any, ClassVar

from soilinfo.catalog.equations import Equation
from soilinfo.errors import InputError, LimitError
from soilinfo.harmonize.conversions import REFUSALS
from soilinfo.harmonize.on_request import MEMBERS, QUALIFIERS, Observation, answers, observation
from soilinfo.jobs.effort import Effort
from soilinfo.serve.processes.area import AreaProcess, Inputs, Members, optional

OBSERVATIONS = "observations"
CHOICES = ("to", "equation", "unit")


class ConvertObservations(AreaProcess):
    """Numbers by other methods, made comparable; see :func:`soilinfo.harmonize.on_request.answers`."""

    id = "convert-observations"
    ways: ClassVar[tuple[str, ...]] = ()
    as_job: ClassVar[bool] = False
    members: ClassVar[Members] = {
        OBSERVATIONS: "array",
        "equations_used": "array",
        "refused_count": "integer",
        "refusals": "object",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The observations (required); property, equation and unit that they are wanted in."""
        catalog = self.source.catalog
        numeric = [name for name, one in catalog.properties.items() if one.kind == "numeric"]
        single = [name for name, one in catalog.equations.items() if one.form != "rule"]
        return {
            OBSERVATIONS: {
                "title": self.source.label("serve.process.observations"),
                "schema": {"type": "array", "items": self._observation(numeric), "minItems": 1},
                "minOccurs": 1,
                "maxOccurs": 1,
            },
            "to": self._text("to_property", {"enum": numeric}),
            "equation": self._text("equation", {"enum": single}),
            "unit": self._text("unit", {}),
        }

    def _observation(self, numeric: list[str]) -> dict[str, Any]:
        members: dict[str, dict[str, Any]] = {
            **{name: {"type": "string"} for name in MEMBERS},
            "property": {"type": "string", "enum": numeric},
            "value": {"type": "number"},
            "sd": {"type": "number", "minimum": 0},
            "qualifier": {"type": "string", "enum": [*QUALIFIERS]},
        }
        return {"type": "object", "properties": members, "required": ["unit", "value"]}

    def _text(self, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        return optional(self.source.label(f"serve.process.{name}"), {"type": "string", **schema})

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        wanted = {name: data.get(name) for name in CHOICES}
        for name, given in wanted.items():
            if not isinstance(given, str | None):
                raise InputError(f"input '{name}' must be text, not {given!r}")
        return {OBSERVATIONS: self._observations(data.get(OBSERVATIONS)), **wanted}

    def _observations(self, given: object) -> list[Observation]:
        if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
            example = '[{"property": "ph_kcl", "unit": "pH", "value": 5.1}]'
            raise InputError(f"input '{OBSERVATIONS}' must be a list of observations: {example}")
        most = self.source.catalog.services.limits.page_features
        if len(given) > most:
            raise LimitError(f"{len(given):,} observations are too many for one request: at most {most:,}")
        return [self._read(at, one) for at, one in enumerate(given, 1)]

    def _read(self, at: int, given: Mapping[str, Any]) -> Observation:
        try:
            return observation(self.source.catalog, given)
        except InputError as error:
            raise InputError(f"observation {at}: {error}") from None

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """Every observation as it is wanted, and the equations that did it."""
        catalog = self.source.catalog
        found = answers(catalog, **chosen)
        used = dict.fromkeys(id for one in found for id in one["equations"])
        return {
            OBSERVATIONS: found,
            "equations_used": [told(catalog.equation(id)) for id in used],
            "refused_count": sum(one["refused"] is not None for one in found),
            "refusals": {code: self.source.label(f"conversion.refused.{code}") for code in REFUSALS},
        }

    def _example(self) -> dict[str, Any]:
        """A value in the middle of what a map shows, by the first equation that there is."""
        catalog = self.source.catalog
        equation = next((one for one in catalog.equations.values() if one.form != "rule"), None)
        numeric = (one for one in catalog.properties.values() if one.kind == "numeric")
        prop = catalog.property(equation.from_property) if equation else next(numeric)
        middle = (prop.ramp.low + prop.ramp.high) / 2 if prop.ramp else 1.0
        asked = {"property": prop.id, "unit": prop.unit, "value": round(middle, prop.decimals)}
        by = {"to": equation.to_property, "equation": equation.id} if equation else {}
        return {OBSERVATIONS: [asked], **by}


def told(equation: Equation) -> dict[str, Any]:
    """An equation as JSON, with its formula."""
    return {**equation.model_dump(mode="json"), "formula": equation.formula}
