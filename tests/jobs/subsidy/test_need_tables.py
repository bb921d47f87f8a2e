"""Tables of the need by level: sums of what is known, and how much of the area has none."""

from dataclasses import replace

import numpy as np
import pytest

from soilinfo.catalog.names import table_of
from soilinfo.catalog.product_recommendation import NEED
from soilinfo.jobs.subsidy.need_tables import need_nation, summed
from soilinfo.store.vector import Query
from tests.jobs.subsidy.conftest import need
from tests.jobs.subsidy.test_ratings import made_by
from tests.subsidised import MAIZE_HA, PLAN


def table(nation, level):
    name = table_of(NEED, level)
    return nation.store.vector.read(name, nation.snapshot.layers[name], Query(geometry=False))


def test_every_level_sums_up_the_one_below_exactly(fertilizer_country):
    key = ["plan", "commodity", "fertilizer"]
    sums = {
        level: table(fertilizer_country, level)
        .groupby(key)[["need_t", "area_ha", "request_t"]]
        .sum()
        .round(3)
        for level in ("districts", "regencies", "provinces", "nation")
    }
    assert sums["districts"].to_dict() == sums["regencies"].to_dict()
    assert sums["districts"].to_dict() == sums["provinces"].to_dict() == sums["nation"].to_dict()


def test_a_sum_says_how_much_of_the_area_has_no_need(fertilizer_country):
    rows = table(fertilizer_country, "provinces").set_index(["commodity", "fertilizer"])
    rice, maize = rows.loc[("rice", "urea")], rows.loc[("maize", "urea")]
    within_cap_ha = (7 + 5 / 6) * MAIZE_HA
    assert (rice["unrated_ha"], maize["unrated_ha"]) == (0.0, pytest.approx(within_cap_ha, abs=1e-4))
    assert rice["kg_ha"] == pytest.approx(1000 * rice["need_t"] / rice["area_ha"], abs=1e-3)
    assert rice["area_from"] == "several"
    assert np.isnan(maize["kg_ha"])


def test_a_sum_of_nothing_known_is_not_zero(fertilizer_country):
    rows = need(fertilizer_country).rows.assign(code="01", unrated_ha=0.0)
    maize = summed(rows).set_index(["commodity", "fertilizer"]).loc[("maize", "urea")]
    assert np.isnan(maize["need_t"])
    assert maize["note"] == "no_rate"


def test_a_plan_that_drops_a_fertilizer_has_other_tables_though_doses_recommend_it(own_fertilizer_country):
    nation, name = own_fertilizer_country, table_of(NEED, "districts")
    plan = nation.catalog.allocations[PLAN]
    others = {each: supply for each, supply in plan.fertilizers.items() if each != "urea"}
    plans = {PLAN: plan.model_copy(update={"fertilizers": others})}
    other = replace(nation, catalog=nation.catalog.model_copy(update={"allocations": plans}))
    made, _ = made_by(need_nation, other, nation.snapshot.layers)
    rows = nation.store.vector.read(name, made[name], Query(geometry=False))
    assert {*rows["fertilizer"]} == {*others}
