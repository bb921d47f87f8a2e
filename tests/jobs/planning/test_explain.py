"""One answer with three parts: because of what, what would help, how sure."""

import re

import pytest

from soilinfo.catalog.asking import asked_what_if
from soilinfo.catalog.what_ifs import read_text
from soilinfo.errors import GeometryError, UnknownNameError
from soilinfo.jobs.planning.area import land_suitability
from soilinfo.jobs.planning.explain import explain, prevailing_class
from soilinfo.jobs.planning.what_if import what_if

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[120.1, -7.2], [120.2, -7.2], [120.2, -7.1], [120.1, -7.1], [120.1, -7.2]]],
}
POINT = {"type": "Point", "coordinates": [120.15, -7.15]}


def explained(nation, area, crop="maize"):
    return explain(nation.store, nation.catalog, nation.snapshot, crop=crop, area=area)


@pytest.fixture(scope="module")
def province(nation):
    return explained(nation, {"region": "01"})


def test_the_classes_are_those_of_land_suitability(nation, province):
    other = land_suitability(
        nation.store, nation.catalog, nation.snapshot, crop="maize", area={"region": "01"}
    )
    assert [(row["class"], row["ha"]) for row in province["classes"]] == [
        (row["class"], row["ha"]) for row in other["classes"]
    ]
    assert province["confidence"] == other["confidence"]


def test_the_limits_of_the_classes_add_up_to_those_of_the_area(nation, province):
    for whole in province["limiting"]:
        parts = [
            one["ha"]
            for row in province["classes"]
            for one in row["limiting"]
            if one["quality"] == whole["quality"]
        ]
        assert sum(parts) == pytest.approx(whole["ha"], abs=1e-3)


def test_every_quality_that_limits_a_class_has_a_characteristic_that_is_at_it(nation, province):
    named = 0
    for row in province["classes"]:
        for quality in row["limiting"]:
            named += 1
            assert quality["characteristics"]
            assert max(one["ha"] for one in quality["characteristics"]) <= quality["ha"] + 1e-3
            assert sum(one["ha"] for one in quality["characteristics"]) >= quality["ha"] - 1e-3
    assert named


def test_a_characteristic_stands_beside_what_the_next_better_class_asks(nation, province):
    rows = [one for row in province["classes"] for each in row["limiting"] for one in each["characteristics"]]
    numbers = [one for one in rows if isinstance(one["value"], float) and one["band"]]
    assert numbers
    for one in numbers:
        low, high = one["band"]
        inside = (low is None or low < one["value"]) and (high is None or one["value"] < high)
        assert not inside
        assert one["limit"] in (low, high)
        assert one["version"] == nation.snapshot.layers[one["layer"]]


def test_each_measure_alone_is_what_the_what_if_answers(nation, province):
    assert {one["measure"] for one in province["measures"]} >= {"liming", "drainage"}
    for one in province["measures"]:
        raw = {"adjustments": read_text(one["adjust"]), "irrigated": one["irrigated"]}
        other = what_if(
            nation.store,
            nation.catalog,
            nation.snapshot,
            area={"region": "01"},
            crop="maize",
            asked=asked_what_if(nation.catalog, raw),
        )
        assert {row["class"]: row["ha"] for row in one["classes"]} == pytest.approx(
            {row["class"]: row["ha"] for row in other["classes"]}, abs=1e-3
        )
        assert one["improved_ha"] == pytest.approx(other["improved_ha"], abs=1e-3)


def test_each_level_of_management_is_what_land_suitability_answers(nation, province):
    for one in province["management"]:
        other = land_suitability(
            nation.store,
            nation.catalog,
            nation.snapshot,
            crop="maize",
            area={"region": "01"},
            scenario=one["scenario"],
        )
        assert {row["class"]: row["ha"] for row in one["classes"]} == pytest.approx(
            {row["class"]: row["ha"] for row in other["classes"]}, abs=1e-3
        )


def test_liming_aims_at_the_least_ph_that_the_table_rates_highly_suitable(nation, province):
    (liming,) = [one for one in province["measures"] if one["measure"] == "liming"]
    assert liming["adjust"].startswith("ph_h2o:raise_to:5.8")
    assert nation.catalog.crop("maize").characteristics["ph_h2o"].bands["S1"][0][0] == 5.8


def test_the_sentence_has_the_three_parts_in_both_languages(province):
    row = next(one for one in province["classes"] if one["class"] == province["prevailing"])
    assert f"({row['class']}), because " in province["sentence"]["en"]
    assert f"{row['ha']:,.0f} ha" in province["sentence"]["en"]
    assert f"({row['class']}), karena " in province["sentence"]["id"]
    assert f"{row['ha']:,.0f} ha".replace(",", ".") in province["sentence"]["id"]


def test_a_point_is_its_cell_with_the_values_there(nation):
    answer = explained(nation, {"geometry": POINT})
    assert answer["is_point"]
    ph = next(one for one in answer["cell"] if one["characteristic"] == "ph_h2o")
    layer = nation.store.cube.open("ph_h2o", nation.snapshot.layers["ph_h2o"])
    grid = nation.catalog.grid
    row, col = int((grid.north + 7.15) / grid.resolution), int((120.15 - grid.west) / grid.resolution)
    window = type(grid.window)(row, col, 1, 1)
    assert ph["value"] == pytest.approx(layer.read("ph_h2o", window)[0, 0] / 100)
    assert [one["pct"] for one in answer["classes"] if one["class"] == answer["prevailing"]] == [100.0]
    assert "the land here is" in answer["sentence"]["en"]
    assert not re.search(r"\d ha", answer["sentence"]["en"])


def test_the_class_of_a_point_is_that_of_its_worst_characteristic(nation):
    answer = explained(nation, {"geometry": POINT})
    order = ["S1", "S2", "S3", "N"]
    assert (
        max((one["class"] for one in answer["cell"] if one["class"]), key=order.index)
        == (answer["prevailing"])
    )


def test_a_feature_and_a_collection_of_one_are_their_geometry(nation):
    feature = {"type": "Feature", "properties": {}, "geometry": SQUARE}
    plain = land_suitability(
        nation.store, nation.catalog, nation.snapshot, crop="maize", area={"geometry": SQUARE}
    )
    for given in (feature, {"type": "FeatureCollection", "features": [feature]}):
        other = land_suitability(
            nation.store, nation.catalog, nation.snapshot, crop="maize", area={"geometry": given}
        )
        assert other["classes"] == plain["classes"]
    two = {"type": "FeatureCollection", "features": [feature, feature]}
    with pytest.raises(GeometryError, match="must have one feature; given: 2"):
        explained(nation, {"geometry": two})


def test_a_line_and_a_point_off_the_grid_are_refused_in_words(nation):
    with pytest.raises(GeometryError, match="one Feature of it; given: LineString"):
        explained(nation, {"geometry": {"type": "LineString", "coordinates": [[120, -7], [121, -7]]}})
    with pytest.raises(GeometryError, match="outside the national grid"):
        explained(nation, {"geometry": {"type": "Point", "coordinates": [10.0, 50.0]}})


def test_the_nation_is_the_sum_of_its_regions(nation):
    whole = explained(nation, {})
    assert whole["area"] == {"region": "nation"}
    rows = nation.store.vector.read(
        "suitability_by_regencies", nation.snapshot.layers["suitability_by_regencies"]
    )
    own = rows[(rows["crop"] == "maize") & (rows["scenario"] == "actual")]
    assert {row["class"]: row["ha"] for row in whole["classes"]} == pytest.approx(
        {name.upper(): own[f"{name}_ha"].sum() for name in ("s1", "s2", "s3", "n")}, abs=1e-2
    )


def test_an_area_at_sea_says_that_nothing_is_known(nation):
    answer = explained(nation, {"bbox": [120.0, -7.2, 120.03, -7.1]})
    assert answer["prevailing"] is None
    assert answer["sentence"]["en"].startswith("Nothing can be said")
    with pytest.raises(UnknownNameError, match="crop"):
        explained(nation, {"region": "01"}, crop="baobab")


def test_a_mapped_class_that_the_table_does_not_rate_is_not_told_as_unknown(nation):
    maize = nation.catalog.crop("maize")
    row = maize.characteristics["drainage"]
    bands = {name: [each for each in band if each != "poor"] for name, band in row.bands.items()}
    rows = {**maize.characteristics, "drainage": row.model_copy(update={"bands": bands})}
    silent = maize.model_copy(update={"characteristics": rows})
    catalog = nation.catalog.model_copy(update={"crops": {**nation.catalog.crops, "maize": silent}})
    answer = explain(nation.store, catalog, nation.snapshot, crop="maize", area={"region": "01"})
    (unrated,) = answer["unrated"]
    assert (unrated["characteristic"], unrated["value"]["id"]) == ("drainage", "poor")
    known = explained(nation, {"region": "01"})
    assert unrated["ha"] > 0
    assert answer["missing"] == known["missing"]
    assert known["unrated"] == []


def test_of_two_classes_of_the_same_area_the_worse_prevails():
    areas = {"S1": 0.0, "S2": 50.0, "S3": 50.0, "N": 0.0}
    rows = [{"class": name, "ha": ha} for name, ha in areas.items()]
    assert prevailing_class(rows) == "S3"
    assert prevailing_class([row | {"ha": 0.0} for row in rows]) is None


def test_what_is_missing_is_told_with_its_hectares(nation, province):
    assert all(one["ha"] > 0 for one in province["missing"])
    assert "k2o_hcl25" in province["unused"]
