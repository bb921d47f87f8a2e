"""The rules of config that an allocation is made by, as its record keeps them; and which of them changed."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.fertilizers import Fertilizer, Price, in_force
from soilinfo.catalog.models import Catalog
from soilinfo.jobs.subsidy.conversion import CRITERION, eligibility_on, subsidy_of

Rules = dict[str, Any]
"""JSON-ready: ``currency``, ``criterion``, ``eligibility``, ``doses`` by commodity, ``fertilizers`` by id."""


def rules_of(catalog: Catalog, plan: AllocationPlan) -> Rules:
    """Every rule that decides or prices what a plan divides, beside the plan's own, on the plan's date.

    Raises InputError where no rule of eligibility is in force then.
    """
    subsidy = subsidy_of(catalog)
    return {
        "currency": subsidy.currency,
        "criterion": CRITERION,
        "eligibility": eligibility_on(catalog, plan.date).model_dump(
            mode="json", by_alias=True, exclude={"confidence"}
        ),
        "doses": {
            commodity: {"edition": edition, "title": dict(catalog.doses[edition].title)}
            for commodity, edition in subsidy.doses.items()
        },
        "fertilizers": {
            name: _product(catalog.fertilizers[name], plan.date)
            for name in plan.fertilizers
            if name in catalog.fertilizers
        },
    }


def _product(fertilizer: Fertilizer, on: date) -> Rules:
    return {
        "contents": dict(fertilizer.contents) if fertilizer.contents else None,
        "sack_kg": fertilizer.sack_kg,
        "price": _price(in_force(fertilizer.prices, on)),
        "production_price": _price(in_force(fertilizer.production_prices, on)),
    }


def _price(price: Price | None) -> Rules | None:
    return price.model_dump(mode="json", by_alias=True) if price else None


def changed_since(catalog: Catalog, choices: Mapping[str, Any]) -> list[str]:
    """The rules that config has otherwise now than an allocation of these choices was made by, by their keys.

    Those of the plan as they stand in its file ('cap_pct_of_need'), the others by what they are about
    ('fertilizers.urea.contents.n').
    """
    kept = AllocationPlan.model_validate(choices["plan"])
    plan = catalog.allocations.get(kept.id)
    now = plan.model_dump(mode="json") if plan else {}
    return [*_changed(choices["plan"], now), *_changed(choices["rules"], rules_of(catalog, kept))]


def _changed(then: Mapping[str, Any], now: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for name in sorted({*then, *now}):
        old, new = then.get(name), now.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _changed(old, new, f"{within}{name}.")
        elif old != new:
            yield f"{within}{name}"
