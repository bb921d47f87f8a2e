"""What a plan says of the optimum: worth of fertilizers, yield responses, a budget for all, quotas."""

from collections import Counter
from collections.abc import Iterable, Iterator

from soilinfo.catalog.allocations import AllocationPlan, Quotas
from soilinfo.catalog.fertilizers import Fertilizer, unit_subsidy
from soilinfo.catalog.files import Entry
from soilinfo.catalog.references import Parts
from soilinfo.catalog.subsidy import Subsidy
from soilinfo.errors import Fault, UnknownNameError


def optimum_faults(parts: Parts, entry: Entry, plan: AllocationPlan) -> Iterator[Fault]:
    """Every fault between these keys of a plan, its fertilizers, and the rest of the configuration."""
    worth = plan.objective.worth if plan.objective else None
    if worth:
        yield from not_divided(entry, "objective.worth", worth, plan)
        if unweighed := sorted({*(plan.fertilizers or {})} - {*worth}):
            message = f"it is not stated what a tonne of {', '.join(unweighed)} is worth beside the others"
            yield entry.fault("objective.worth", message)
    if plan.response:
        yield from _response_faults(parts, entry, plan)
    if plan.budget:
        yield from _budget_faults(parts, entry, plan)
    if plan.quotas:
        yield from _quota_faults(parts, entry, plan, plan.quotas)


def not_divided(entry: Entry, key: str, names: Iterable[str], plan: AllocationPlan) -> Iterator[Fault]:
    """A fault for each fertilizer that the plan does not divide."""
    for name in names:
        if plan.fertilizers and name not in plan.fertilizers:
            yield entry.fault(key, UnknownNameError("fertilizer in this plan", name, plan.fertilizers))


def _response_faults(parts: Parts, entry: Entry, plan: AllocationPlan) -> Iterator[Fault]:
    commodities = [name for _, subsidy in parts.all("subsidy", Subsidy) for name in subsidy.commodities or {}]
    for at, curve in enumerate(plan.response):
        yield from not_divided(entry, f"response.{at}.fertilizer", [curve.fertilizer], plan)
        if commodities and curve.commodity not in commodities:
            error = UnknownNameError("commodity", curve.commodity, commodities)
            yield entry.fault(f"response.{at}.commodity", error)
    counts = Counter((curve.commodity, curve.fertilizer) for curve in plan.response)
    for (commodity, fertilizer), count in counts.items():
        if count > 1:
            message = f"{count} curves of {fertilizer} on {commodity}; there is one yield"
            yield entry.fault("response", message)


def _budget_faults(parts: Parts, entry: Entry, plan: AllocationPlan) -> Iterator[Fault]:
    for product, value in ((each.id, value) for each, value in parts.all("fertilizers", Fertilizer)):
        if product in (plan.fertilizers or {}) and plan.date and unit_subsidy(value, plan.date) is None:
            message = (
                f"a budget needs the production price and the ceiling price of '{product}' on {plan.date}"
            )
            yield entry.fault("budget", message)


def _quota_faults(parts: Parts, entry: Entry, plan: AllocationPlan, quotas: Quotas) -> Iterator[Fault]:
    for error in parts.unknown("level", "regions", [quotas.level]):
        yield entry.fault("quotas.level", error)
    if quotas.level == plan.level:
        message = f"quotas are of units above '{plan.level}'; single units have a floor, a cap, or are frozen"
        yield entry.fault("quotas.level", message)
    for code, by_fertilizer in (quotas.units or {}).items():
        yield from not_divided(entry, f"quotas.units.{code}", by_fertilizer, plan)
