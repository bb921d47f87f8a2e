"""The rules of config that an allocation is made by, as its record keeps them; and which of them changed."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.columns import KeptTitles
from soilinfo.catalog.fertilizers import Fertilizer, Price, in_force
from soilinfo.catalog.models import Catalog
from soilinfo.errors import StoreError
from soilinfo.jobs.subsidy.conversion import CRITERION, eligibility_on, subsidy_of

Rules = dict[str, Any]
"""JSON-ready: ``currency``, ``criterion``, ``eligibility``, ``doses`` by commodity, ``fertilizers`` by id.

``shown`` decides nothing, but what is shown rests on it, whatever config says by then: the ``order`` of the
fertilizers that are divided, and ``titles`` (a KeptTitles)."""


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
        "fertilizers": _contents_beside(catalog, plan)
        | {
            name: _product(catalog.fertilizers[name], plan.date)
            for name in plan.fertilizers
            if name in catalog.fertilizers
        },
        "shown": {"order": [*plan.fertilizers], "titles": _titles(catalog)},
    }


def _titles(catalog: Catalog) -> KeptTitles:
    """What fertilizers, commodities and statuses are called, by their columns."""
    tables = dict.fromkeys(each.classes for each in catalog.nutrient_statuses.values())
    statuses = [each for table in tables for each in catalog.class_table(table).classes]
    return {
        "fertilizer": {name: dict(each.title) for name, each in catalog.fertilizers.items()},
        "commodity": {name: dict(each.title) for name, each in subsidy_of(catalog).commodities.items()},
        "status": {each.id: dict(each.title) for each in statuses},
    }


def _contents_beside(catalog: Catalog, plan: AllocationPlan) -> Rules:
    """What fertilizers hold that decide a need and are not divided: those that are recommended, and those
    that farmers buy beside."""
    editions = [catalog.doses[edition] for edition in subsidy_of(catalog).doses.values()]
    recommended = [name for each in editions for name in (*each.base, *each.by_status)]
    return {
        name: {"contents": _contents(catalog.fertilizers[name])}
        for name in dict.fromkeys([*plan.beside, *recommended])
        if name in catalog.fertilizers
    }


def _contents(fertilizer: Fertilizer) -> Rules | None:
    return {str(name): part for name, part in fertilizer.contents.items()} if fertilizer.contents else None


def _product(fertilizer: Fertilizer, on: date) -> Rules:
    return {
        "contents": _contents(fertilizer),
        "sack_kg": fertilizer.sack_kg,
        "price": _price(in_force(fertilizer.prices, on)),
        "production_price": _price(in_force(fertilizer.production_prices, on)),
    }


def _price(price: Price | None) -> Rules | None:
    return price.model_dump(mode="json", by_alias=True) if price else None


def changed_since(catalog: Catalog, choices: Mapping[str, Any]) -> list[str]:
    """The rules that config has otherwise now than an allocation of these choices was made by, by their keys.

    Those of the plan as they stand in its file ('cap_pct_of_need'), the others by what they are about
    ('fertilizers.urea.contents.n'); 'rules' of an allocation that was drafted before they were kept.
    """
    kept = plan_kept(choices)
    plan = catalog.allocations.get(kept.id)
    now = plan.model_dump(mode="json") if plan else {}
    if "rules" not in choices:
        return [*_changed(choices["plan"], now), "rules"]
    today = rules_of(catalog, kept) | {"shown": choices["rules"].get("shown")}
    return [*_changed(choices["plan"], now), *_changed({"shown": None, **choices["rules"]}, today)]


def plan_kept(choices: Mapping[str, Any]) -> AllocationPlan:
    """The plan that an allocation was made by, without the keys that plans do not have any more.

    StoreError where what is left is no plan.
    """
    try:
        return AllocationPlan.model_validate(choices["plan"], extra="ignore")
    except ValidationError as error:
        lacking = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise StoreError(f"the plan that an allocation keeps cannot be read: {lacking}") from error


def titles_kept(choices: Mapping[str, Any]) -> KeptTitles:
    """What was called how when an allocation was made; nothing of an older one, which does not keep it."""
    titles: KeptTitles = _shown(choices).get("titles", {})
    return titles


def in_order(catalog: Catalog, choices: Mapping[str, Any]) -> tuple[str, ...]:
    """The fertilizers of an allocation as its plan listed them, those of an older one as config does now.

    JSON, in which plans are kept, has no order.
    """
    divided, plan = choices["plan"]["fertilizers"], choices["plan"]["id"]
    now = [*catalog.allocations[plan].fertilizers] if plan in catalog.allocations else []
    listed = _shown(choices).get("order", now)
    return (*(name for name in listed if name in divided), *sorted({*divided} - {*listed}))


def _shown(choices: Mapping[str, Any]) -> Mapping[str, Any]:
    shown: Mapping[str, Any] = choices.get("rules", {}).get("shown", {})
    return shown


def _changed(then: Mapping[str, Any], now: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for name in sorted({*then, *now}):
        old, new = then.get(name), now.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _changed(old, new, f"{within}{name}.")
        elif old != new:
            yield f"{within}{name}"
