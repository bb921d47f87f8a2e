"""How collections are drawn: errors of maps in the same steps on both sides of none."""

import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.names import MAP_AGREEMENT, MAP_RESIDUALS
from soilinfo.catalog.styles import NO_DATA_COLOUR
from soilinfo.report.look import Drawn, Look
from soilinfo.report.looks import looks
from tests.country import ROOT

BY_PROVINCE = "indicators_by_provinces"
MAPS = ("ph_h2o", "ph_h2o_sd", "k2o_hcl25", "texture")


@pytest.fixture(scope="module")
def drawn():
    catalog = load(ROOT / "config")

    def every(name: str, column: str) -> dict[str, Look]:
        return {look.id: look for look in looks(Drawn(name, (column, "independent"), catalog, MAPS))}

    return every


def test_each_map_of_numbers_has_its_errors_drawn_in_its_unit_and_in_the_language(drawn):
    found = drawn(MAP_RESIDUALS, "error")
    assert list(found) == ["k2o_hcl25", "ph_h2o"], "neither how sure a map is nor a map of classes"
    potassium = found["k2o_hcl25"]
    assert (potassium.kind, potassium.rows) == ("circle", {"layer": "k2o_hcl25"})
    assert [rule.label["en"] for rule in potassium.rules] == [
        "< −6 mg/100 g",
        "−6 … −2 mg/100 g",
        "−2 … 2 mg/100 g",
        "2 … 6 mg/100 g",
        "≥ 6 mg/100 g",
    ]
    assert [rule.label["id"] for rule in found["ph_h2o"].rules][1:3] == ["−0,6 … −0,2", "−0,2 … 0,2"]
    assert potassium.rules[-1].where == ["all", ["has", "error"], [">=", ["get", "error"], 6.0]]


def test_regions_are_drawn_by_profiles_that_did_not_make_the_map_and_grey_where_they_are_too_few(drawn):
    look = drawn(MAP_AGREEMENT, "bias")["ph_h2o"]
    others = ["!=", ["get", "independent"], "no"]
    assert look.kind == "fill"
    assert all(others in rule.where for rule in look.rules)
    assert look.rules[-1].where == ["all", others, ["!", ["has", "bias"]]]


def test_every_national_indicator_with_a_threshold_has_a_look_of_its_own():
    catalog = load(ROOT / "config")
    columns = ("indicator", "year", "threshold", "affected_pct")
    found = [(look.id, look.rows["indicator"]) for look in looks(Drawn(BY_PROVINCE, columns, catalog, ()))]
    assert len(found) > 5
    assert all(id_ == indicator for id_, indicator in found)
    assert len(dict(found)) == len(found)


def test_units_without_a_value_are_a_class_of_their_own_in_the_colour_of_no_data(drawn):
    for look in drawn(BY_PROVINCE, "affected_pct").values():
        *classes, last = look.rules
        assert (last.colour, last.label) == (NO_DATA_COLOUR, {"en": "No value", "id": "Tidak ada nilai"})
        assert last.where == ["all", ["!", ["has", "affected_pct"]]]
        # A comparison with what is missing is an error in MapLibre, so it is not reached.
        assert all(rule.where[1] == ["has", "affected_pct"] for rule in classes)
