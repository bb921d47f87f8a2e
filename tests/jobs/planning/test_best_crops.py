"""The best crops of one area: ranked on what is known there, with reasons; the area's own count by hand."""

import numpy as np
import pytest

from soilinfo.catalog.choice import MOST_CROPS
from soilinfo.errors import InputError, LimitError, UnknownNameError
from soilinfo.evaluate import coverage
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning.area import land_suitability
from soilinfo.jobs.planning.best_crops import best_crops
from tests.jobs.planning.answers import approx
from tests.served import CROPS

REGION = {"region": "01.01"}


def ask(nation, **rest):
    asked = {"area": REGION, "crops": CROPS} | rest
    return best_crops(nation.store, nation.catalog, nation.snapshot, **asked)


def ranked(answer):
    return {row["crop"]: row for row in answer["ranking"]}


def test_an_area_is_answered_as_the_table_of_its_region_says(nation):
    rows = nation.store.vector.read(
        "direction_by_regencies", nation.snapshot.layers["direction_by_regencies"]
    )
    rows = rows[rows["code"] == "01.01"].set_index("crop")
    found = ranked(ask(nation))
    assert set(found) == set(CROPS)
    for crop, row in found.items():
        for name in ("rank", "suitable_ha", "whole_suitable_ha", "best_ha", "as_good_ha", "weighted_ha"):
            assert row[name] == pytest.approx(rows.loc[crop, name], abs=1e-3), (crop, name)


def test_the_answer_names_what_crops_were_compared_on_and_what_was_left_out(nation):
    answer = ask(nation)
    used = {one["characteristic"] for one in answer["used"]}
    left = {one["characteristic"]: one for one in answer["left_out"]}
    assert "rainfall_annual" in used
    assert left["dry_months"]["reason"] == "no_row"
    assert left["dry_months"]["crops"] == ("maize",)
    assert left["soil_depth"]["reason"] == "no_layer"
    assert not used & set(left)


def test_fewer_crops_have_more_in_common(nation):
    few = ask(nation, crops=["cocoa"])
    assert "dry_months" in {one["characteristic"] for one in few["used"]}


def test_classes_and_limits_explain_each_rank(nation):
    answer = ask(nation)
    land = answer["total_ha"] - answer["nodata_ha"]
    for row in answer["ranking"]:
        assert sum(one["ha"] for one in row["classes"]) == pytest.approx(land, abs=1e-2)
        shared, whole = (
            sum(one["ha"] for one in row[name] if one["class"] in answer["suitable"])
            for name in ("classes", "whole_classes")
        )
        assert row["whole_suitable_ha"] == pytest.approx(whole, abs=1e-2)
        assert row["whole_suitable_ha"] - 1e-2 <= row["suitable_ha"] <= shared + 1e-2
        assert [one["ha"] for one in row["limiting"]] == sorted(
            (one["ha"] for one in row["limiting"]), reverse=True
        )


def test_the_whole_class_of_a_crop_is_that_of_land_suitability(nation):
    for row in ask(nation)["ranking"]:
        known = land_suitability(nation.store, nation.catalog, nation.snapshot, area=REGION, crop=row["crop"])
        for name in ("classes", "limiting"):
            whole = {tuple(one.get(key) for key in ("class", "quality")): one["ha"] for one in known[name]}
            told = row["whole_classes" if name == "classes" else name]
            found = {tuple(one.get(key) for key in ("class", "quality")): one["ha"] for one in told}
            assert found == pytest.approx(whole, abs=1e-2), (row["crop"], name)


def test_the_answer_says_whose_criteria_hold(nation):
    answer = ask(nation)
    assert answer["boundary_rule"] == nation.catalog.evaluation.boundary_rule
    for row in answer["ranking"]:
        (own,) = row["criteria"]
        crop = nation.catalog.crop(row["crop"])
        assert (own["region"], own["criteria_set"], own["edition"]) == (None, crop.criteria_set, crop.edition)
        assert own["ha"] == pytest.approx(answer["total_ha"], abs=1e-2)


def test_best_land_and_land_without_any_crop_add_up_to_the_land(nation):
    answer = ask(nation)
    best = sum(row["best_ha"] for row in answer["ranking"])
    assert best + answer["no_crop_ha"] + answer["nodata_ha"] == pytest.approx(answer["total_ha"], abs=1e-2)
    falling = [one["ha"] for one in answer["suitable_crops"]]
    assert len(falling) == len(CROPS)
    assert (np.diff(falling) <= 1e-6).all()


def test_a_weight_moves_a_crop_up_the_ranking_and_gives_it_the_land_it_ties_on(nation):
    plain = ranked(ask(nation))
    last = max(plain.values(), key=lambda row: row["rank"])["crop"]
    weighed = ranked(ask(nation, weights={last: 1000.0}))
    assert weighed[last]["suitable_ha"] == pytest.approx(plain[last]["suitable_ha"])
    assert weighed[last]["rank"] <= plain[last]["rank"]
    assert weighed[last]["best_ha"] == pytest.approx(weighed[last]["as_good_ha"])


def test_what_cannot_be_answered_is_said_so(nation):
    with pytest.raises(UnknownNameError, match="no crop 'durain'"):
        ask(nation, crops=["durain"])
    with pytest.raises(UnknownNameError, match="among those compared 'banana'"):
        ask(nation, weights={"banana": 2})
    for weight in (0, 1e308, float("nan")):
        with pytest.raises(InputError, match=r"must be a number above 0, at most 1e\+09; given: "):
            ask(nation, weights={"maize": weight})
    with pytest.raises(UnknownNameError, match=r"no region '99.99'"):
        ask(nation, area={"region": "99.99"})
    sea = [120.0, -7.02, 120.01, -7.01]
    with pytest.raises(InputError, match="no layer has data here"):
        ask(nation, area={"bbox": sea})


def test_a_ranking_is_the_same_in_one_window_and_in_strips_of_any_number_that_the_effort_allows(
    nation, monkeypatch
):
    area = {"bbox": [120.05, -7.3, 120.3, -7.1]}
    once = ask(nation, area=area)
    with pytest.raises(LimitError, match="limited to 100"):
        ask(nation, area=area, effort=Effort(100))
    monkeypatch.setattr(coverage, "CHUNK", 16)
    heard = []
    assert approx(ask(nation, area=area, effort=Effort(10**6, heard.append))) == once
    assert len(heard) > 2
    answering = [share for share in heard if share > 0.3]
    assert answering == sorted(answering)
    assert answering[-1] == 1


def test_an_answer_that_is_taken_back_ends_while_it_looks_what_is_known(nation):
    class TakenBackError(Exception):
        pass

    def advance(share):
        assert share < 0.3
        raise TakenBackError

    with pytest.raises(TakenBackError):
        ask(nation, effort=Effort(10**6, advance))


def test_more_crops_than_can_be_compared_are_refused(nation):
    maize = nation.catalog.crop("maize")
    many = {f"maize_{number}": maize for number in range(MOST_CROPS + 1)}
    larger = nation.catalog.model_copy(update={"crops": many})
    with pytest.raises(InputError, match="at most 31 crops can be compared, not 32"):
        best_crops(nation.store, larger, nation.snapshot, area=REGION, crops=[*many])
