"""How far the doubt of the soil moves tonnes: where no decree prints the rate, within floors and caps."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from soilinfo.catalog.load import load
from soilinfo.errors import InputError
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.allocate import Choices
from soilinfo.jobs.subsidy.plans import basis_of, plan_of
from soilinfo.jobs.subsidy.recommendation import recommend_nation
from soilinfo.jobs.subsidy.sensitivity import sensitivity_of
from soilinfo.jobs.subsidy.status import nutrient_statuses
from tests.jobs.subsidy.test_ratings import made_by
from tests.subsidised import DISTRICTS, LEGAL_DOSES, PLAN, write_office_table
from tests.zoned import write_layer

PRINTED = ["01.01.01", "01.01.02", "01.02.01", "01.02.02", "01.03.01", "01.03.02"]
"""Districts whose rates a decree prints; 01.04.01 has paddy land of uncertain phosphorus, and a dash."""
UNCERTAIN = ("01.04.01", "npk_15_10_12")


@pytest.fixture(scope="module")
def moved(fertilizer_country):
    """Works out the ranges of a plan, with draws enough for a test."""

    def ranges(total_change_pct=0.0, **changes):
        plan = plan_of(fertilizer_country.catalog, PLAN).model_copy(update=changes)
        chosen = Choices(total_change_pct=total_change_pct)
        rows = sensitivity_of(fertilizer_country.store, fertilizer_country.catalog, plan, chosen, draws=60)
        return rows.set_index(["code", "fertilizer"])

    return ranges


@pytest.fixture(scope="module")
def rows(moved):
    return moved()


def test_every_unit_has_a_range_in_order(rows):
    for less, more in pairwise(["least_t", "low_t", "median_t", "high_t", "most_t"]):
        assert (rows[less] <= rows[more] + 1e-6).all()
    assert rows.loc[("01.01.01", "urea"), "name"] == "Sukasari"


def test_uncertain_soil_moves_the_tonnes_of_a_district_without_a_printed_rate(rows):
    row = rows.loc[("01.04.01", "npk_15_10_12")]
    assert row["least_t"] < row["most_t"]


def test_where_a_decree_prints_the_rate_the_need_does_not_go_by_the_soil(rows):
    """Their shares move together, by what the one uncertain district gets more or less."""
    npk = rows.xs("npk_15_10_12", level="fertilizer").loc[PRINTED]
    shares = (npk["most_t"] / npk["allocated_t"]).round(4)
    assert shares.nunique() == 1


def test_what_a_decree_does_not_print_goes_by_the_soil_beside_what_it_prints(own_fertilizer_country):
    """01.03.01, of uncertain phosphorus, has a dash for SP-36 and, as 01.03.02, 50 kg of KCl printed.

    01.03.02 has no potassium analysed: with that printed only its phosphorus has to be known. Of organic
    fertilizer, of which nobody states what it holds, the same is recommended on every soil.
    """
    nation = with_organic_dose(own_fertilizer_country)
    part = dict.fromkeys(("01.03.01", "01.03.02"), (200, None, 50, *(None,) * 6))
    rows = [(code, DISTRICTS[code][0], *each) for code, each in {**LEGAL_DOSES, **part}.items()]
    write_office_table(nation.directory / "config", "paddy_doses", rows)
    ingest(nation.store, nation.catalog, ["paddy_doses"], actor="tests", progress=silent)
    made, _ = made_by(recommend_nation, nation, nation.snapshot.layers)
    published = {**nation.snapshot.layers, **made}
    plan = plan_of(nation.catalog, PLAN)
    moved = sensitivity_of(nation.store, nation.catalog, plan, Choices(), published, draws=60)
    npk = moved[moved["fertilizer"] == "npk_15_10_12"].set_index("code")
    wide = (npk["most_t"] - npk["least_t"]) / npk["allocated_t"]
    assert wide["01.03.01"] > 0.04, "270 kg of NPK a hectare of medium phosphorus, 250 of high"
    assert wide["01.03.02"] > 2 * wide["01.02.02"], "whose rates are printed"
    organic = moved[moved["fertilizer"] == "organic"]
    assert organic["least_t"].equals(organic["allocated_t"])
    assert organic["most_t"].equals(organic["allocated_t"])


def with_organic_dose(nation):
    """A country whose rice doses recommend organic fertilizer."""
    (doses,) = nation.catalog.doses.values()
    more = doses.model_copy(update={"base": {**doses.base, "organic": 500.0}})
    return replace(nation, catalog=nation.catalog.model_copy(update={"doses": {doses.id: more}}))


def test_the_same_is_drawn_again(moved, rows):
    assert moved().equals(rows)


def test_a_district_that_may_need_more_may_get_it_up_to_what_it_asked_for(moved):
    """There is more than all need: what it gets is its need, or its request where that is less."""
    row = moved(total_change_pct=300).loc[UNCERTAIN]
    assert row["allocated_t"] < row["most_t"]
    asked = moved(total_change_pct=300, cap_pct_of_need=1000).loc[UNCERTAIN]
    assert row["most_t"] < asked["most_t"], "with caps far above the need only the request holds"


def test_floors_follow_the_drawn_need_and_are_told_where_there_is_not_enough_for_them(fertilizer_country):
    """Of each fertilizer there is exactly what the floors are by the mapped need."""
    nation = fertilizer_country
    plan = plan_of(nation.catalog, PLAN).model_copy(update={"floor_pct_of_need": 100.0})
    demand = basis_of(nation.store, nation.catalog, plan).demand
    floors = demand[["need_t", "request_t"]].min(axis=1).groupby("fertilizer").sum()
    supplies = {
        name: each.model_copy(update={"total_t": floors[name]}) for name, each in plan.fertilizers.items()
    }
    scarce = plan.model_copy(update={"fertilizers": supplies})
    with pytest.raises(InputError, match=r"with needs of .* as one of the draws has them: floors"):
        sensitivity_of(nation.store, nation.catalog, scarce, Choices(), draws=60)


def test_a_frozen_district_gets_the_same_whatever_its_soil(moved, rows):
    tonnes = rows.loc[UNCERTAIN, "allocated_t"]
    row = moved(frozen={UNCERTAIN[0]: {UNCERTAIN[1]: tonnes}}).loc[UNCERTAIN]
    assert row["least_t"] == row["most_t"] == pytest.approx(tonnes)


def test_nothing_moves_where_the_soil_is_certain_though_land_is_mixed(own_fertilizer_country):
    """Two thirds of all land are low in phosphorus, a third is medium, and no decree prints a rate."""
    nation = own_fertilizer_country
    config = nation.directory / "config"
    mixed = np.where(np.arange(240) % 3 == 0, 30.0, 10.0) * np.ones((240, 1))
    layers = {"p2o5_hcl25": (mixed, {}), "p2o5_hcl25_sd": (0 * mixed, {"statistic": "sd"})}
    for name, (values, more) in layers.items():
        about = {"property": "p2o5_hcl25", "unit": "mg/100 g", "depth": [0, 30], "time": "2020", **more}
        write_layer(config, name, values.astype("float32"), **about)
    nation.catalog = load(config)
    ingest(nation.store, nation.catalog, [*layers], actor="tests", progress=silent)
    published = {name: each for name, each in nation.snapshot.layers.items() if name != "paddy_doses"}
    for step in (nutrient_statuses, recommend_nation):
        made, _ = made_by(step, nation, published)
        published |= made
    plan = plan_of(nation.catalog, PLAN)
    rows = sensitivity_of(nation.store, nation.catalog, plan, Choices(), published, draws=30)
    assert rows["least_t"].equals(rows["most_t"])
    assert rows["most_t"].equals(rows["allocated_t"])
