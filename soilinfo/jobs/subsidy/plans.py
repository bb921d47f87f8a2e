"""What an allocation plan is worked out from: gathered from the store, checked, every mistake named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan, Amounts, UnitColumn, Weight
from soilinfo.catalog.fertilizers import in_force, unit_subsidy
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import allocation_of_plan
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.allocation.hierarchy import UNIT_FERTILIZER
from soilinfo.evaluate.need import asked_within_cap
from soilinfo.findings import Finding, some
from soilinfo.jobs.subsidy.conversion import eligibility_on
from soilinfo.jobs.subsidy.need import NOT_ELIGIBLE, UNRATED, Need, as_counted, need_of
from soilinfo.jobs.subsidy.unit_tree import UnitTree, unit_tree
from soilinfo.jobs.subsidy.uploads import Units, of_units, uploaded, without_duplicates, without_negatives
from soilinfo.store.home import Store


@dataclass(frozen=True)
class PlanBasis:
    """All that a plan's tonnes follow from, beside how they are shared.

    ``demand``: indexed by fertilizer and code, of the units that take part: ``area_ha``, ``need_t``,
    ``request_t`` (NaN where the plan has no requests). ``weights``: indexed by code, a column for each
    weight of the plan. ``prices``: per kg to farmers, of the fertilizers that have one. ``legal``: the
    printed totals by code, None where the plan names none. ``planted``: ``code``, ``commodity``,
    ``fertilizer`` and ``area_ha`` of what has a need; None of an allocation that was recorded. ``needs`` and
    ``rates``: what the demand follows from, as :class:`soilinfo.jobs.subsidy.need.Need` has them.
    """

    plan: AllocationPlan
    tree: UnitTree
    demand: pd.DataFrame
    weights: pd.DataFrame
    objective: "pd.Series[float] | None"
    supply_t: Mapping[str, float]
    prices: Mapping[str, float]
    legal: pd.DataFrame | None
    findings: tuple[Finding, ...]
    inputs: Mapping[str, str]
    needs: pd.DataFrame
    rates: pd.DataFrame
    planted: pd.DataFrame | None = None


def plan_of(catalog: Catalog, name: str) -> AllocationPlan:
    """The plan of that name, or UnknownNameError naming those that exist."""
    if name not in catalog.allocations:
        raise UnknownNameError("allocation plan", name, catalog.allocations)
    return catalog.allocations[name]


def basis_of(
    store: Store, catalog: Catalog, plan: AllocationPlan, published: Mapping[str, str] | None = None
) -> PlanBasis:
    """What the published layers and tables give for a plan.

    Raises InputError for a fertilizer that no rule subsidises on the plan's date, a table or level that is
    not published, is empty, or has units twice or numbers below zero, a weight of layers that the rate rests
    on already, and units of no level above; UnknownNameError for a frozen unit that there is not.
    """
    published = store.ledger.current().layers if published is None else published
    _check_eligible(catalog, plan)
    tree, need = unit_tree(store, catalog, published, plan.level), need_of(store, catalog, plan, published)
    used = {**tree.versions, **need.versions}
    _check_counted_once(store, plan, used)
    rows = _counted(plan, need)
    demand, told = _demand(store, published, plan, tree, rows)
    weights = [column_of(store, published, plan, each, tree) for each in plan.weights]
    tables = [each.table for each in (*plan.weights, plan.objective, plan.legal_totals) if each]
    _check_frozen(plan, demand)
    return PlanBasis(
        plan,
        tree,
        demand,
        pd.DataFrame(dict(zip(_names(plan.weights), weights, strict=True))),
        column_of(store, published, plan, plan.objective, tree) if plan.objective else None,
        {name: _supply(catalog, plan, name) for name in plan.fertilizers},
        _prices(catalog, plan),
        printed_totals(store, published, plan),
        (*need.findings, *told),
        used | {name: published[name] for name in tables},
        need.rows,
        need.rates,
        rows.loc[rows["need_t"] > 0, ["code", "commodity", "fertilizer", "area_ha"]],
    )


# ---- rules ------------------------------------------------------------------------------


def _check_eligible(catalog: Catalog, plan: AllocationPlan) -> None:
    rule = eligibility_on(catalog, plan.date)
    refused = [name for name in plan.fertilizers if name not in rule.fertilizers]
    if refused:
        raise InputError(
            f"{', '.join(refused)} of allocation plan '{plan.id}' is not subsidised on {plan.date} by "
            f"{rule.rule}, which subsidises {', '.join(rule.fertilizers)}"
        )


def _check_counted_once(store: Store, plan: AllocationPlan, inputs: Mapping[str, str]) -> None:
    """InputError for a weight of layers that the need was derived from, unless it is forced."""
    rate = {layer for layer, _ in derived_from(store, inputs)}
    for weight in plan.weights:
        twice = sorted({*weight.of_layers} & rate)
        if twice and not weight.forced:
            raise InputError(
                f"the weight '{weight.column}' of allocation plan '{plan.id}' is made of {', '.join(twice)}, "
                "which the recommended rate goes by already, so it would count twice; state `forced: true` "
                "if it is to"
            )


def derived_from(store: Store, inputs: Mapping[str, str]) -> set[tuple[str, str]]:
    """(layer, version) of all that these were derived from, through everything in between."""
    found: set[tuple[str, str]] = set()
    open_ = list(inputs.items())
    while open_:
        key = open_.pop()
        version = store.ledger.version(*key)
        if key not in found and version:
            found.add(key)
            open_ += version.inputs.items()
    return found


def _supply(catalog: Catalog, plan: AllocationPlan, name: str) -> float:
    """Tonnes that there are of a fertilizer, or that its budget pays for."""
    supply, fertilizer = plan.fertilizers[name], catalog.fertilizers[name]
    if supply.total_t is not None:
        return supply.total_t
    assert supply.budget is not None, "a supply has tonnes or a budget"
    paid = unit_subsidy(fertilizer, plan.date)
    if paid is None or paid <= 0:
        raise InputError(
            f"the budget of '{name}' gives no tonnes: on {plan.date} config/fertilizers/{name}.yaml has no "
            "production price above its ceiling price; state total_t instead"
        )
    return supply.budget / paid / 1000


def _prices(catalog: Catalog, plan: AllocationPlan) -> dict[str, float]:
    """Ceiling prices to farmers, per kg, of those that have one on the plan's date."""
    found = {name: in_force(catalog.fertilizers[name].prices, plan.date) for name in plan.fertilizers}
    return {name: each.price for name, each in found.items() if each and each.price is not None}


# ---- demand -----------------------------------------------------------------------------


def _counted(plan: AllocationPlan, need: Need) -> pd.DataFrame:
    """What is needed by commodity, as the plan counts it; ``by_rate_t``: the part that a rate gives."""
    divided = (need.rows["note"] != NOT_ELIGIBLE) & need.rows["fertilizer"].isin(list(plan.fertilizers))
    return as_counted(plan, need.rows[divided].assign(by_rate_t=need.rows["need_t"]))


def _untold(plan: AllocationPlan, rows: pd.DataFrame) -> "pd.Series[bool]":
    """Whether it is not told what is asked for where something is needed, or where that would be the need."""
    needed = rows["need_t"] > 0
    if plan.without_rate == "request":
        needed |= rows["note"].isin(UNRATED) & (rows["area_ha"] > 0)
    return rows["request_t"].isna() & needed


def _demand(
    store: Store, published: Mapping[str, str], plan: AllocationPlan, tree: UnitTree, rows: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """What each unit that takes part needs and asks for; findings name the others.

    Where the request for one of its commodities is not told, what a unit asks for is not known.
    """
    summed = ["area_ha", "planted_ha", "need_t", "by_rate_t", "request_t"]
    sums = rows.groupby(UNIT_FERTILIZER)[summed].sum(min_count=1)
    found: list[Finding] = []
    if plan.request and sums["request_t"].isna().all():
        requests, found = _requests(store, published, plan, plan.request, tree)
        sums["request_t"] = requests.reindex(sums.index)
        if plan.without_rate == "request":
            sums["need_t"] = sums["need_t"].fillna(asked_within_cap(sums))
    else:
        untold = _untold(plan, rows).groupby([rows[each] for each in UNIT_FERTILIZER]).any()
        sums["request_t"] = sums["request_t"].mask(untold)
    without = {"need": sums["need_t"].isna()}
    if plan.request:
        without["request"] = sums["request_t"].isna() & ~without["need"]
    for what, missing in without.items():
        found += _left_out(plan, what, sums[missing].reset_index())
    taking = sums[~pd.concat(without, axis=1).any(axis=1)]
    if nobody := sorted({*plan.fertilizers} - {*taking.index.get_level_values("fertilizer")}):
        raise InputError(
            f"no unit of '{plan.level}' has a known need of {', '.join(nobody)}, which '{plan.id}' divides"
        )
    found += _only_asked(plan, taking)
    demand = taking[["area_ha", "need_t", "request_t"]]
    return demand.reorder_levels(["fertilizer", "code"]).sort_index(), found


def _requests(
    store: Store, published: Mapping[str, str], plan: AllocationPlan, asked: Amounts, tree: UnitTree
) -> "tuple[pd.Series[float], list[Finding]]":
    """Tonnes that units ask for, by code and fertilizer, of a table that tells no commodities."""
    rows = uploaded(store, published, plan.id, asked.table, {"code": asked.code, **asked.columns})
    without_negatives(asked.table, rows, asked.columns)
    rows, found = of_units(asked.table, rows, Units(tree.finest, tree.shared))
    return stacked(rows.groupby("code")[list(asked.columns)].sum(min_count=1)), found


def _left_out(plan: AllocationPlan, what: str, rows: pd.DataFrame) -> Iterator[Finding]:
    """A warning of units that get none of a fertilizer, with what of their need is known and in no sum."""
    for name, found in rows.groupby("fertilizer"):
        listed, need_t = sorted(found["code"]), round(float(found["need_t"].sum()), 3)
        message = f"{len(listed)} unit(s) have no known {what} of {name} and get none of it"
        evidence = {"fertilizer": name, "codes": listed}
        if what == "request":
            message += f"; what is known of their need, {need_t:,.3f} t, is in no sum"
            evidence |= {"need_t": need_t}
        message += f": {some(listed)}"
        layer = allocation_of_plan(plan.id)
        yield Finding(f"without_{what}", "warn", layer, message, len(listed), evidence)


def _only_asked(plan: AllocationPlan, taking: pd.DataFrame) -> Iterator[Finding]:
    """A note for each fertilizer of the need that no rate gives: the soil has no say in that part."""
    sums = taking.groupby("fertilizer")[["need_t", "by_rate_t"]].sum()
    asked_t = (sums["need_t"] - sums["by_rate_t"]).round(3)
    for name in asked_t.index[asked_t > 0]:
        need_t, part_t = float(sums["need_t"][name]), float(asked_t[name])
        pct = 100 * part_t / need_t
        message = (
            f"{pct:.1f} % of the need of {name}, {part_t:,.1f} of {need_t:,.1f} t, is what is asked for: no "
            "rate gives it, and the soil has no say in it"
        )
        evidence = {"fertilizer": name, "pct": pct, "asked_t": part_t, "need_t": need_t}
        layer = allocation_of_plan(plan.id)
        yield Finding("need_by_request", "note", layer, message, None, evidence)


def _check_frozen(plan: AllocationPlan, demand: pd.DataFrame) -> None:
    for code, amounts in plan.frozen.items():
        for fertilizer in amounts:
            if fertilizer not in plan.fertilizers:
                raise UnknownNameError("fertilizer of the plan", fertilizer, plan.fertilizers)
            there = demand.loc[fertilizer].index
            if code not in there:
                raise UnknownNameError(f"unit with a known need of {fertilizer}", code, there)


# ---- columns of units -------------------------------------------------------------------


def column_of(
    store: Store,
    published: Mapping[str, str],
    plan: AllocationPlan,
    asked: UnitColumn,
    tree: UnitTree,
) -> "pd.Series[float]":
    """A column of a table by code; NaN for the units that it has no row of."""
    rows = uploaded(store, published, plan.id, asked.table, {"code": asked.code, "value": asked.column})
    without_negatives(asked.table, rows, ["value"])
    without_duplicates(asked.table, rows, ["code"])
    return rows.set_index("code")["value"].reindex(tree.paths.index)


def _names(weights: tuple[Weight, ...]) -> list[str]:
    return [f"{number}_{weight.column}" for number, weight in enumerate(weights, start=1)]


def printed_totals(store: Store, published: Mapping[str, str], plan: AllocationPlan) -> pd.DataFrame | None:
    """Printed totals by code: a column for each fertilizer, and ``total`` where there is one."""
    legal = plan.legal_totals
    if legal is None:
        return None
    columns = {"code": legal.code, **legal.columns} | ({"total": legal.total} if legal.total else {})
    rows = uploaded(store, published, plan.id, legal.table, columns)
    without_duplicates(legal.table, rows, ["code"])
    return rows.drop(columns="row").set_index("code")


def stacked(amounts: pd.DataFrame) -> "pd.Series[float]":
    """Amounts (code, fertilizer) by code and fertilizer, without those that are not known."""
    long = amounts.rename_axis(index="code", columns="fertilizer").reset_index().melt("code")
    known: pd.Series[float] = long.set_index(UNIT_FERTILIZER)["value"].dropna()
    return known
