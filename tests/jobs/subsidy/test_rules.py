"""The rules that an allocation is made by: those of the plan's day, and which of them changed since."""

import orjson
import pytest

from soilinfo.jobs.subsidy.rules import changed_since, rules_of
from tests.subsidised import PLAN


@pytest.fixture
def catalog(fertilizer_country):
    return fertilizer_country.catalog


def choices(catalog):
    """As a record keeps them: through JSON."""
    plan = catalog.allocations[PLAN]
    kept = {"plan": plan.model_dump(mode="json"), "rules": rules_of(catalog, plan)}
    return orjson.loads(orjson.dumps(kept))


def with_urea(catalog, **changes):
    urea = catalog.fertilizers["urea"].model_copy(update=changes)
    return catalog.model_copy(update={"fertilizers": {**catalog.fertilizers, "urea": urea}})


def test_they_are_those_of_the_plans_day(catalog):
    rules = rules_of(catalog, catalog.allocations[PLAN])
    assert rules["eligibility"]["max_ha_per_farmer"] == 2
    assert rules["fertilizers"]["urea"]["contents"] == {"n": 46}
    assert set(rules["fertilizers"]) == set(catalog.allocations[PLAN].fertilizers)
    assert rules["doses"]["rice"]["edition"] == "kepmentan01_2006"


def test_nothing_changed_while_config_is_the_same(catalog):
    assert changed_since(catalog, choices(catalog)) == []


def test_what_changed_is_named_by_its_key(catalog):
    kept = choices(catalog)
    plan = catalog.allocations[PLAN].model_copy(update={"cap_pct_of_need": 80.0})
    other = with_urea(catalog, contents={"n": 45.0}, sack_kg=40.0, prices=()).model_copy(
        update={"allocations": {PLAN: plan}}
    )
    assert changed_since(other, kept) == [
        *("cap_pct_of_need", "fertilizers.urea.contents.n"),
        *("fertilizers.urea.price", "fertilizers.urea.sack_kg"),
    ]


def test_a_product_that_config_dropped_is_a_change(catalog):
    kept = choices(catalog)
    left = {name: each for name, each in catalog.fertilizers.items() if name != "organic"}
    assert changed_since(catalog.model_copy(update={"fertilizers": left}), kept) == ["fertilizers.organic"]
