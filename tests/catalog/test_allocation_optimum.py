"""Plans by optimum: worth, budget, quotas and yield curves, and what is wrong with them told with its key."""

from pathlib import Path

import pytest
import yaml

from soilinfo.catalog.load import check, load
from tests.catalog.conftest import PLAN, faults, replace

OPTIMAL = "method: optimal"
WORTH = "objective: {table: priority, code: code, column: poverty_pct}"
POINTS = "[[0, 2], [100, 4], [200, 5]]"
CURVE = f"response: [{{commodity: rice, fertilizer: urea, source: own trials, points: {POINTS}}}]"
QUOTA = "quotas: {level: provinces, units: {'01': {urea: {least_pct: 120}}}}"


def test_a_plan_by_optimum_states_worth_budget_and_quotas(nation: Path):
    for name in ("urea", "npk_15_10_12", "organic"):
        with_production_price(nation, name)
    weighed = WORTH.replace("pct}", "pct, worth: {urea: 0.46, npk_15_10_12: 0.37, organic: 0.05}}")
    quotas = "quotas: {level: provinces, units: {'01': {urea: {least_pct: 10, most_pct: 60}}}}"
    replace(nation, PLAN, "method: proportional", "\n".join((OPTIMAL, weighed, "budget: 1.0e+12", quotas)))
    assert check(nation)[0] == []
    plan = load(nation).allocations["subsidy_2026"]
    assert plan.quotas is not None
    assert plan.quotas.units["01"]["urea"].most_pct == 60


def with_production_price(nation: Path, fertilizer: str):
    path = nation / "fertilizers" / f"{fertilizer}.yaml"
    known = yaml.safe_load(path.read_text("utf-8"))
    known["production_prices"] = [{"from": 2026, "price": 9000, "rule": "own"}]
    path.write_text(yaml.safe_dump(known), "utf-8")


def test_a_plan_may_go_by_the_curves_of_trials(nation: Path):
    replace(nation, PLAN, "method: proportional", f"{OPTIMAL}\n{CURVE}")
    assert check(nation)[0] == []
    (curve,) = load(nation).allocations["subsidy_2026"].response
    assert curve.points[1] == (100, 4)


@pytest.mark.parametrize(
    ("added", "key", "message"),
    [
        ("method: max_min\nbudget: 5", "", "'max_min' keeps to no budget for all and no quotas"),
        (f"{OPTIMAL}\n{WORTH}\n{CURVE}", "", "either an objective or a yield response"),
        (
            f"{OPTIMAL}\n{WORTH.replace('pct}', 'pct, worth: {urea: 1, za: 2}}')}",
            "objective.worth",
            "no fertilizer in this plan 'za'",
        ),
        (
            f"{OPTIMAL}\n{WORTH.replace('pct}', 'pct, worth: {urea: 1}}')}",
            "objective.worth",
            "not stated what a tonne of npk_15_10_12, organic is worth beside the others",
        ),
        (
            f"{OPTIMAL}\n{WORTH}\nbudget: 1.0e+12",
            "budget",
            "production price and the ceiling price of 'urea' on 2026-01-01",
        ),
        (
            f"{OPTIMAL}\n{WORTH}\nquotas: {{level: states, units: {{'01': {{urea: {{most_pct: 5}}}}}}}}",
            "quotas.level",
            "no level 'states'",
        ),
        (
            f"{OPTIMAL}\n{WORTH}\nquotas: {{level: districts, units: {{'01': {{urea: {{most_pct: 5}}}}}}}}",
            "quotas.level",
            "units above 'districts'",
        ),
        (
            f"{OPTIMAL}\n{WORTH}\nquotas: {{level: provinces, units: {{'01': {{kcl: {{most_pct: 5}}}}}}}}",
            "quotas.units.01",
            "no fertilizer in this plan 'kcl'",
        ),
        (
            f"{OPTIMAL}\n{WORTH}\n{QUOTA}",
            "quotas.units.01.urea",
            "least_pct 120 is above most_pct 100",
        ),
        (f"{OPTIMAL}\n{CURVE.replace('rice', 'rye')}", "response.0.commodity", "no commodity 'rye'"),
        (f"{OPTIMAL}\n{CURVE.replace('urea', 'kcl')}", "response.0.fertilizer", "in this plan 'kcl'"),
        (f"{OPTIMAL}\n{CURVE.replace(', source: own trials', '')}", "response.0.source", ""),
        (
            f"{OPTIMAL}\n{CURVE.replace('[200, 5]', '[200, 7]')}",
            "response.0.points",
            "steepens; it must flatten",
        ),
        (
            f"{OPTIMAL}\n{CURVE.replace('[200, 5]', '[100, 5]')}",
            "response.0.points",
            "must rise from 0",
        ),
        (f"{OPTIMAL}\n{CURVE.replace('[0, 2]', '[50, 2]')}", "response.0.points", "must rise from 0"),
    ],
)
def test_a_fault_of_the_optimum_is_told_with_its_key(nation: Path, added: str, key: str, message: str):
    told = faults(nation, "method: proportional", added)
    assert any(found == key and message in text for found, text in told), told


def test_a_yield_has_one_curve(nation: Path):
    twice = CURVE.replace("}]", "}, " + CURVE.removeprefix("response: [").removesuffix("]") + "]")
    (told,) = faults(nation, "method: proportional", f"{OPTIMAL}\n{twice}")
    assert told == ("response", "2 curves of urea on rice; there is one yield")
