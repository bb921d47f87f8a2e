"""The process fertilizer-recommendation: how much of what, why, and as which products."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, get_args

from soilinfo.catalog.doses import OrganicMatter
from soilinfo.errors import InputError
from soilinfo.evaluate.fertilizer import Criterion
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.subsidy import answer as jobs
from soilinfo.jobs.subsidy.conversion import CRITERION
from soilinfo.serve.processes.area import NUMBER, AreaProcess, Inputs, Members, choice, optional


class FertilizerRecommendation(AreaProcess):
    """Status, rates and products of an area; see :func:`soilinfo.jobs.subsidy.answer.recommend`."""

    id = "fertilizer-recommendation"
    members: ClassVar[Members] = {
        "sentence": "object",
        "commodity": "string",
        "title": "object",
        "edition": "string",
        "edition_title": "object",
        "date": "string",
        "snapshot": "integer",
        "area": "object",
        "is_point": "boolean",
        "region": ["object", "null"],
        "total_ha": "number",
        "landless": ["string", "null"],
        "status": "array",
        "legal": ["object", "null"],
        "credits": "array",
        "rates": "array",
        "rule": ["string", "null"],
        "subsidised": ["boolean", "null"],
        "criterion": "string",
        "nutrients": "array",
        "products": "array",
        "left_over": "array",
        "unserved": "array",
        "unstated": "array",
        "cost": NUMBER,
        "currency": "string",
        "used": "array",
        "findings": "array",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The commodity (required, one with rates), organic matter, products, criterion and day."""
        catalog, words = self.source.catalog, self.source.label
        commodities = list(catalog.subsidy.doses) if catalog.subsidy else []
        return {
            "commodity": choice(words("serve.process.commodity"), commodities),
            "credits": self._several("credits", [*get_args(OrganicMatter)]),
            "products": self._several("products", [*catalog.fertilizers]),
            "criterion": choice(words("serve.process.criterion"), [*get_args(Criterion)], default=CRITERION),
            "date": optional(words("serve.process.date"), {"type": "string", "format": "date"}),
        }

    def _several(self, name: str, known: list[str]) -> dict[str, Any]:
        several = {"type": "array", "items": {"type": "string", "enum": known}, "uniqueItems": True}
        return optional(self.source.label(f"serve.process.{name}"), several)

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        data = {name: value for name, value in data.items() if value is not None}
        if "commodity" not in data:
            known = ", ".join(self.choices()["commodity"]["schema"].get("enum", []))
            raise InputError(f"input 'commodity' is missing; it is one of: {known or 'none'}")
        return {
            "question": jobs.asked_question(
                str(data["commodity"]),
                credits=_listed("credits", data),
                products=_listed("products", data) if "products" in data else None,
                criterion=data.get("criterion"),
                on=_day(data["date"]) if "date" in data else None,
            )
        }

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:
        """The recommendation as a JSON-ready dict."""
        source = self.source
        return jobs.recommend(
            source.store, source.catalog, source.snapshot, chosen["question"], area=area, effort=effort
        )

    def _example(self) -> dict[str, Any]:
        """Of a region, as the middle of a country may be sea, or have no land of the commodity."""
        code, example = self.source.example_region, super()._example()
        return (
            {"region": code} | {name: example[name] for name in self.choices().keys() & example}
            if code
            else example
        )


def _listed(name: str, data: Inputs) -> list[str]:
    given = data.get(name, [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise InputError(f"input '{name}' must be a list of names")
    return given


def _day(given: Any) -> date:
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise InputError(f"input 'date' must be a day such as 2026-01-31; given: {given}") from error
