"""Questions about one area get true hectares, or a clear no."""

import pytest

from soilinfo.errors import GeometryError, InputError, LimitError, UnknownNameError
from soilinfo.evaluate import coverage
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning.area import land_suitability, zonal_statistics
from tests.jobs.planning.answers import approx

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[120.1, -7.2], [120.2, -7.2], [120.2, -7.1], [120.1, -7.1], [120.1, -7.2]]],
}
BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[120.1, -7.2], [120.2, -7.1], [120.2, -7.2], [120.1, -7.1], [120.1, -7.2]]],
}


def suits(nation, area, **more):
    return land_suitability(
        nation.store, nation.catalog, nation.snapshot, area=area, **{"crop": "maize"} | more
    )


def stats(nation, area, layer="ph_h2o"):
    return zonal_statistics(nation.store, nation.catalog, nation.snapshot, area=area, layer=layer)


@pytest.mark.parametrize("scenario", ["actual", "potential_high"])
def test_a_unit_asked_live_equals_its_row_in_the_table(nation, scenario):
    rows = nation.store.vector.read(
        "suitability_by_regencies", nation.snapshot.layers["suitability_by_regencies"]
    )
    for code in ("01.01", "01.04"):
        row = rows.set_index("id").loc[f"{code}.maize.{scenario}"]
        live = suits(nation, {"region": code}, scenario=scenario)
        assert {one["class"]: one["ha"] for one in live["classes"]} == pytest.approx(
            {name.upper(): row[f"{name}_ha"] for name in ("s1", "s2", "s3", "n")}, abs=1e-3
        )
        assert live["nodata_ha"] == pytest.approx(row["nodata_ha"], abs=1e-3)
        assert (live["limiting"][0]["quality"] if live["limiting"] else None) == row["limiting"]


def test_subclasses_add_up_to_the_classes(nation):
    answer = suits(nation, {"geometry": SQUARE})
    assert sum(one["ha"] for one in answer["subclasses"]) == pytest.approx(
        sum(one["ha"] for one in answer["classes"])
    )
    assert all(
        one["subclass"][:2] in ("S1", "S2", "S3") or one["subclass"].startswith("N")
        for one in answer["subclasses"]
    )


def test_an_answer_names_what_it_used_and_what_it_did_not(nation):
    answer = suits(nation, {"region": "01"})
    assert "k2o_hcl25" in answer["unused"]
    (ph,) = [one for one in answer["used"] if one["characteristic"] == "ph_h2o"]
    assert (ph["layer"], ph["version"]) == ("ph_h2o", nation.snapshot.layers["ph_h2o"])
    assert {finding["check"] for finding in answer["findings"]} == {
        "unused_characteristics",
        "depth_differs",
    }


def test_land_of_the_nation_without_data_says_so(nation):
    sea = {"bbox": [120.0, -7.2, 120.03, -7.1]}
    outside = suits(nation, sea)
    assert outside["nodata_pct"] == 100.0
    assert "no data here" in outside["note"]
    assert set(stats(nation, sea)) == {*stats(nation, {"region": "01"}), "note"}
    assert stats(nation, sea)["mean"] is None


def test_a_self_crossing_polygon_is_repaired_and_noted(nation):
    answer = stats(nation, {"geometry": BOW_TIE})
    whole = stats(nation, {"geometry": SQUARE})
    assert "Self-intersection" in answer["findings"][0]["message"]
    assert answer["total_ha"] == pytest.approx(whole["total_ha"] / 2, rel=1e-3)


def test_a_class_layer_gives_shares(nation):
    answer = stats(nation, {"geometry": SQUARE}, "drainage")
    assert sum(one["pct"] for one in answer["classes"]) == pytest.approx(100 - answer["nodata_pct"], abs=0.01)


@pytest.mark.parametrize(
    ("area", "error", "message"),
    [
        ({}, InputError, "exactly one of bbox, region, geometry; given: none"),
        ({"bbox": [1, 2, 3, 4], "region": "01"}, InputError, "given: bbox, region"),
        ({"bbox": [1, 2, 3]}, GeometryError, "four numbers"),
        ({"bbox": [1, 4, 3, 2]}, GeometryError, "bbox is empty"),
        ({"bbox": [3, 2, 1, 4]}, GeometryError, "over the antimeridian to 1 is 358 degrees wide"),
        ({"bbox": [0, 0, float("nan"), 4]}, GeometryError, "bbox is empty"),
        ({"region": "99"}, UnknownNameError, "no region '99'; there are: 01, 01.01"),
        ({"geometry": {"type": "Point", "coordinates": [1, 2]}}, GeometryError, "outside the national grid"),
        ({"geometry": {"type": "Point"}}, GeometryError, "no usable 'coordinates'"),
        ({"geometry": {"type": "LineString"}}, GeometryError, "given: LineString"),
        ({"geometry": {"type": "Polygon"}}, GeometryError, "no usable 'coordinates'"),
        ({"geometry": {"type": "Polygon", "coordinates": []}}, GeometryError, "is empty"),
        ({"geometry": "POLYGON"}, GeometryError, "given: str"),
        ({"bbox": [-1000, -1000, 1000, 1000]}, GeometryError, "longitude and latitude in degrees"),
        (
            {"geometry": {"type": "Point", "coordinates": [-6.9, 96.9]}},
            GeometryError,
            "in this order; given: -6.9, 96.9$",
        ),
        ({"bbox": [-180, -90, 180, 90]}, GeometryError, "360 degrees wide; at most 180"),
    ],
)
def test_areas_that_cannot_be_used_say_why(nation, area, error, message):
    with pytest.raises(error, match=message):
        suits(nation, area)


def test_unknown_names_say_what_exists(nation):
    with pytest.raises(UnknownNameError, match="no crop 'durain'"):
        suits(nation, {"region": "01"}, crop="durain")
    with pytest.raises(UnknownNameError, match="no scenario 'future'; there are: actual"):
        suits(nation, {"region": "01"}, scenario="future")
    with pytest.raises(UnknownNameError, match="no published layer 'clay'"):
        stats(nation, {"region": "01"}, "clay")


def test_an_area_beyond_the_limit_names_the_limit_and_the_way_round(nation):
    limits = nation.catalog.services.limits.model_copy(update={"process_cells": 100})
    services = nation.catalog.services.model_copy(update={"limits": limits})
    small = nation.catalog.model_copy(update={"services": services})
    with pytest.raises(LimitError, match=r"limited to 100.*COG download"):
        zonal_statistics(nation.store, small, nation.snapshot, area={"region": "01"}, layer="soc")


@pytest.mark.parametrize("layer", ["ph_h2o", "drainage"])
def test_an_answer_is_the_same_in_one_window_and_in_strips(nation, monkeypatch, layer):
    heard = []
    effort = Effort(10**9, heard.append)
    once = suits(nation, {"geometry": SQUARE}), stats(nation, {"geometry": SQUARE}, layer)
    monkeypatch.setattr(coverage, "CHUNK", 16)
    for one, answer in zip(
        once,
        (
            suits(nation, {"geometry": SQUARE}, effort=effort),
            zonal_statistics(
                nation.store, nation.catalog, nation.snapshot, area={"geometry": SQUARE}, layer=layer
            ),
        ),
        strict=True,
    ):
        assert approx(answer) == one
    assert len(heard) > 2
    assert heard == sorted(heard)
    assert heard[-1] <= 1


def test_an_area_may_be_as_large_as_the_effort_allows(nation):
    assert suits(nation, {"region": "01"}, effort=Effort(10**6))["total_ha"] > 0
    with pytest.raises(LimitError, match="limited to 100"):
        suits(nation, {"region": "01"}, effort=Effort(100))


def test_an_answer_stops_where_it_is_told_to(nation):
    def stop(share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        suits(nation, {"region": "01"}, effort=Effort(10**6, stop))
