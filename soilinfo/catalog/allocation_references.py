"""What a plan of an allocation says of fertilizers, levels, tables, columns and layers."""

from collections.abc import Iterator

from soilinfo.catalog.allocation_optimum import not_divided, optimum_faults
from soilinfo.catalog.allocations import (
    AllocationPlan,
    Amounts,
    AreaTable,
    LegalTotals,
    Registry,
    UnitColumn,
    Weight,
)
from soilinfo.catalog.doses import Doses
from soilinfo.catalog.fertilizers import Fertilizer, in_force, unit_subsidy
from soilinfo.catalog.files import Entry
from soilinfo.catalog.nutrient_status import NutrientStatus
from soilinfo.catalog.references import Parts
from soilinfo.catalog.subsidy import Eligibility, Subsidy
from soilinfo.catalog.subsidy_references import unknown_fertilizers
from soilinfo.catalog.table_references import column_faults, level_faults
from soilinfo.errors import Fault


def allocation_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between the plans and the rest of the configuration."""
    for entry, plan in parts.all("allocations", AllocationPlan):
        if not parts.entries["subsidy"]:
            yield entry.fault("", "an allocation follows the rules of subsidy.yaml, and there is none")
        for error in parts.unknown("level", "regions", [plan.level]):
            yield entry.fault("level", error)
        yield from _supply_faults(parts, entry, plan)
        yield from _beside_faults(parts, entry, plan)
        yield from _table_faults(parts, entry, plan)
        yield from optimum_faults(parts, entry, plan)
        for at, weight in enumerate(plan.weights or ()):
            yield from _weight_faults(parts, entry, f"weights.{at}", weight, plan.level)


def _supply_faults(parts: Parts, entry: Entry, plan: AllocationPlan) -> Iterator[Fault]:
    products = {product.id: value for product, value in parts.all("fertilizers", Fertilizer)}
    for name, supply in (plan.fertilizers or {}).items():
        yield from unknown_fertilizers(parts, entry, f"fertilizers.{name}", [name])
        product = products.get(name)
        if supply.budget and product and plan.date and unit_subsidy(product, plan.date) is None:
            message = f"a budget needs the production price and the ceiling price of '{name}' on {plan.date}"
            yield entry.fault(f"fertilizers.{name}.budget", message)
    for code, tonnes in (plan.frozen or {}).items():
        yield from not_divided(entry, f"frozen.{code}", tonnes, plan)


def _beside_faults(parts: Parts, entry: Entry, plan: AllocationPlan) -> Iterator[Fault]:
    """What farmers buy without subsidy holds nutrients, and no rule subsidises it on the day."""
    named, rule = plan.beside or (), _rule_on(parts, plan)
    yield from unknown_fertilizers(parts, entry, "beside", named)
    if twice := sorted({name for name in named if named.count(name) > 1}):
        yield entry.fault("beside", f"named more than once: {', '.join(twice)}")
    for product, value in parts.all("fertilizers", Fertilizer):
        if product.id not in named:
            continue
        if product.id in (plan.fertilizers or {}):
            yield entry.fault("beside", f"'{product.id}' is divided by the plan, so it has no place here")
        elif rule and product.id in rule.fertilizers:
            message = (
                f"'{product.id}' is subsidised on {plan.date} by {rule.rule}: divide it, or leave it out"
            )
            yield entry.fault("beside", message)
        elif value.contents is None:
            yield entry.fault("beside", f"nobody states what '{product.id}' holds, so it serves no nutrient")


def _rule_on(parts: Parts, plan: AllocationPlan) -> Eligibility | None:
    """The rule of subsidies that is in force on the plan's date."""
    rules = next((subsidy.eligibility for _, subsidy in parts.all("subsidy", Subsidy)), None)
    return in_force(rules, plan.date) if rules and plan.date else None


def _table_faults(parts: Parts, entry: Entry, plan: AllocationPlan) -> Iterator[Fault]:
    for key in ("area", "registry"):
        if (table := getattr(plan, key)) is not None:
            yield from _area_faults(parts, entry, key, table, plan.level)
    for key in ("request", "redeemed"):
        if (amounts := getattr(plan, key)) is not None:
            yield from _amount_faults(parts, entry, key, amounts, plan.level)
    if plan.request:
        known = parts.entries["fertilizers"].keys() & (plan.fertilizers or {}).keys()
        for name in sorted(known - plan.request.columns.keys()):
            message = f"no column for '{name}', which the plan divides: nobody gets more than is requested"
            yield entry.fault("request.columns", message)
    if plan.redeemed:
        month = {"month": plan.redeemed.month}
        yield from column_faults(parts, entry, "redeemed", plan.redeemed.table, numbers=month)
    if plan.legal_totals:
        yield from _legal_faults(parts, entry, plan.legal_totals)
    if plan.objective:
        yield from _column_faults(parts, entry, "objective", plan.objective, plan.level)


def _area_faults(
    parts: Parts, entry: Entry, key: str, table: AreaTable | Registry, level: str
) -> Iterator[Fault]:
    texts = {"code": table.code, "commodity": table.commodity}
    if isinstance(table, Registry):
        texts["farmer"] = table.farmer
        counts = {"seasons": table.seasons}
    else:
        counts = {"farmers": table.farmers}
    yield from column_faults(parts, entry, key, table.table, numbers=counts)
    area = {"area_ha": table.area_ha}
    yield from column_faults(parts, entry, key, table.table, texts=texts, numbers=area, unit="ha")
    yield from level_faults(parts, entry, key, table.table, level)


def _amount_faults(parts: Parts, entry: Entry, key: str, amounts: Amounts, level: str) -> Iterator[Fault]:
    yield from unknown_fertilizers(parts, entry, f"{key}.columns", amounts.columns)
    numbers = {f"columns.{name}": column for name, column in amounts.columns.items()}
    code = {"code": amounts.code}
    yield from column_faults(parts, entry, key, amounts.table, texts=code, numbers=numbers, unit="t")
    yield from level_faults(parts, entry, key, amounts.table, level)


def _legal_faults(parts: Parts, entry: Entry, totals: LegalTotals) -> Iterator[Fault]:
    for error in parts.unknown("level", "regions", [totals.level]):
        yield entry.fault("legal_totals.level", error)
    yield from _amount_faults(parts, entry, "legal_totals", totals, totals.level)
    total = {"total": totals.total}
    yield from column_faults(parts, entry, "legal_totals", totals.table, numbers=total, unit="t")


def _column_faults(parts: Parts, entry: Entry, key: str, about: UnitColumn, level: str) -> Iterator[Fault]:
    code, column = {"code": about.code}, {"column": about.column}
    yield from column_faults(parts, entry, key, about.table, texts=code, numbers=column)
    yield from level_faults(parts, entry, key, about.table, level)


def _weight_faults(parts: Parts, entry: Entry, key: str, weight: Weight, level: str) -> Iterator[Fault]:
    yield from _column_faults(parts, entry, key, weight, level)
    for error in parts.unknown("layer", "layers", weight.of_layers):
        yield entry.fault(f"{key}.of_layers", error)
    inside = dict(_inside_the_rate(parts))
    for layer in () if weight.forced else weight.of_layers:
        if edition := inside.get(parts.data("layers", layer).get("property")):
            message = f"'{layer}' is counted twice: the doses of '{edition}' go by it already"
            yield entry.fault(f"{key}.of_layers", f"{message}. Leave the weight out, or state forced: true")


def _inside_the_rate(parts: Parts) -> Iterator[tuple[object, str]]:
    """The properties that the doses in force go by, each with the edition of the doses."""
    editions = {
        edition for _, subsidy in parts.all("subsidy", Subsidy) for edition in (subsidy.doses or {}).values()
    }
    limits = {
        entry.id: status.nutrients or {} for entry, status in parts.all("nutrient_status", NutrientStatus)
    }
    for entry, doses in parts.all("doses", Doses):
        for dose in (doses.by_status or {}).values() if entry.id in editions else ():
            if limit := limits.get(str(doses.nutrient_status), {}).get(dose.nutrient):
                yield limit.property, entry.id
