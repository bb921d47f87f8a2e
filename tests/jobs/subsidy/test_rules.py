"""The rules that an allocation is made by: those of the plan's day, and which of them changed since."""

import orjson
import pytest

from soilinfo.errors import StoreError
from soilinfo.jobs.subsidy.rules import changed_since, in_order, plan_kept, rules_of, titles_kept
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
    priced = {name for name, product in rules["fertilizers"].items() if "price" in product}
    assert priced == set(catalog.allocations[PLAN].fertilizers)
    # What is recommended is not divided, and decides the need by what it holds alone.
    assert rules["fertilizers"]["sp36"] == {"contents": {"p2o5": 36}}
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


def test_what_things_are_called_is_kept_and_is_no_rule(catalog):
    kept = choices(catalog)
    title = {"en": "Urea", "id": "Urea"}
    assert titles_kept(kept)["fertilizer"]["urea"] == title
    assert titles_kept(kept)["commodity"]["rice"]["id"] == "Padi"
    other = with_urea(catalog, title={**title, "en": "Urea, granular"})
    assert changed_since(other, kept) == []


def test_fertilizers_are_told_in_the_order_of_the_plan_whatever_config_has_now(catalog):
    kept, order = choices(catalog), ("urea", "npk_15_10_12", "organic")
    assert in_order(catalog, kept) == order
    without = catalog.model_copy(update={"allocations": {}})
    assert in_order(without, kept) == order
    del kept["rules"]
    assert in_order(catalog, kept) == order
    assert in_order(without, kept) == ("npk_15_10_12", "organic", "urea")


def test_an_allocation_that_keeps_no_rules_is_by_other_rules(catalog):
    kept = choices(catalog)
    del kept["rules"]
    assert changed_since(catalog, kept) == ["rules"]


def test_a_plan_is_read_without_the_keys_that_plans_have_no_more(catalog):
    kept = choices(catalog)
    kept["plan"] |= {"rounded_to": "sacks", "area": {**kept["plan"]["area"], "sheet": 1}}
    assert plan_kept(kept) == catalog.allocations[PLAN]
    assert changed_since(catalog, kept) == ["area.sheet", "rounded_to"]


def test_what_is_no_plan_any_more_is_named_by_what_it_lacks(catalog):
    kept = choices(catalog)
    del kept["plan"]["area"]
    with pytest.raises(StoreError, match=r"cannot be read: area: Field required"):
        plan_kept(kept)
