"""Soil loss: every factor against figures worked out by hand, and what is missing."""

import numpy as np
import pytest
import yaml

from soilinfo.catalog.zoning import EROSION, Rehabilitation
from soilinfo.errors import InputError
from soilinfo.evaluate.rehabilitation import (
    by_class,
    rainfall_erosivity,
    slope_length_steepness,
    soil_erodibility,
    soil_loss,
)
from soilinfo.evaluate.zoning import Kinds, assess
from tests.country import ROOT

RULES = Rehabilitation.model_validate(
    yaml.safe_load((ROOT / "config/rehabilitation.yaml").read_text("utf-8"))
)


def cell(value: float) -> np.ndarray:
    return np.array([[float(value)]])


def cover(name: str) -> Kinds:
    return Kinds(np.array([[1]]), {1: ((name,),)})


def inputs(**changed):
    usual = {"rainfall_annual": 2000, "sand": 40, "clay": 20, "soc": 2, "slope": 9}
    values = {name: cell(changed.get(name, value)) for name, value in usual.items()}
    return values | {"land_cover": cover(changed.get("land_cover", "bare_land"))}


def test_erosivity_follows_its_two_branches_and_rises_with_rain():
    assert rainfall_erosivity(cell(800))[0, 0] == pytest.approx(0.0483 * 800**1.61)
    assert rainfall_erosivity(cell(2000))[0, 0] == pytest.approx(587.8 - 2438 + 16420)
    rain = np.linspace(100, 5000, 500)
    assert (np.diff(rainfall_erosivity(rain)) > 0).all()
    assert rainfall_erosivity(cell(850))[0, 0] == pytest.approx(
        rainfall_erosivity(cell(850.01))[0, 0], rel=0.01
    )


def test_erodibility_of_a_loam():
    # 0.2 + 0.3 exp(-0.6144); (40/60)^0.3; 1 - 0.5 / (2 + exp(-2.18)); 1 - 0.42 / (0.6 + exp(8.23))
    expected = 0.1317 * 0.36228 * 0.88547 * 0.76332 * 0.99989
    assert soil_erodibility(cell(40), cell(20), cell(2))[0, 0] == pytest.approx(expected, rel=1e-4)


def test_silty_soil_erodes_more_than_sandy_and_humus_protects():
    sandy, silty = soil_erodibility(cell(90), cell(5), cell(1)), soil_erodibility(cell(10), cell(15), cell(1))
    assert sandy < silty
    assert soil_erodibility(cell(40), cell(20), cell(4)) < soil_erodibility(cell(40), cell(20), cell(0.5))


def test_pure_sand_has_no_fine_earth_to_divide_by():
    assert soil_erodibility(cell(100), cell(0), cell(1))[0, 0] == 0.0


def test_a_slope_of_nine_percent_and_one_plot_length_is_the_unit_of_ls():
    assert slope_length_steepness(cell(9), 22.13)[0, 0] == pytest.approx(1.0, abs=0.01)
    assert slope_length_steepness(cell(0), 50)[0, 0] == pytest.approx(0.03)
    assert slope_length_steepness(cell(30), 100) > slope_length_steepness(cell(30), 50)


def test_soil_loss_is_the_product_of_its_factors():
    values = inputs(land_cover="dryland_crops")
    expected = (
        rainfall_erosivity(cell(2000))
        * soil_erodibility(cell(40), cell(20), cell(2))
        * slope_length_steepness(cell(9), RULES.erosion.slope_length_m)
        * 0.4
    )
    assert soil_loss(RULES.erosion, values) == pytest.approx(expected)


def test_terraced_rice_loses_less_by_its_practice():
    assert by_class(cover("paddy"), RULES.erosion.practice)[0, 0] == 0.15


@pytest.mark.parametrize("name", ["rainfall_annual", "sand", "clay", "soc", "slope"])
def test_without_one_factor_there_is_no_soil_loss(name):
    assert np.isnan(soil_loss(RULES.erosion, inputs(**{name: np.nan}))[0, 0])


def test_settlement_has_no_cover_factor_and_so_no_soil_loss():
    assert np.isnan(soil_loss(RULES.erosion, inputs(land_cover="settlement"))[0, 0])


def test_a_missing_layer_is_named():
    lacking = {name: values for name, values in inputs().items() if name != "land_cover"}
    with pytest.raises(InputError, match="soil loss needs land_cover; given: clay"):
        soil_loss(RULES.erosion, lacking)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (15, "very_light"),
        (15.1, "light"),
        (60, "light"),
        (180, "moderate"),
        (480, "heavy"),
        (481, "very_heavy"),
    ],
)
def test_erosion_classes_end_at_15_60_180_and_480(loss, expected):
    scoring = RULES.assessments["erosion_class"]
    code = assess(scoring, {EROSION: cell(loss)}).classes[0, 0]
    assert next(each.id for each in scoring.classes if each.code == code) == expected


def capability(**changed):
    usual = {"slope": 1, "soil_depth": 120, EROSION: 1, "flood_duration": 0, "rock_outcrops": 0}
    values = {name: cell(changed.get(name, value)) for name, value in usual.items()}
    kinds = {"drainage": "well", "texture": "medium"}
    values |= {name: cover(changed.get(name, usual)) for name, usual in kinds.items()}
    return int(assess(RULES.assessments["capability"], values).classes[0, 0])


def test_the_worst_limit_decides_the_capability():
    assert capability() == 1
    assert capability(slope=10) == 3
    assert capability(slope=10, drainage="very_poor") == 5
    assert capability(slope=70, texture="coarse") == 8
    assert capability(soil_depth=np.nan, slope=70) == 0


def test_bare_steep_eroded_land_is_critical_and_forest_on_a_plain_is_not():
    scoring = RULES.assessments["critical_land"]
    bare = assess(scoring, {"slope": cell(50), EROSION: cell(600), "land_cover": cover("bare_land")})
    wood = assess(scoring, {"slope": cell(2), EROSION: cell(0.1), "land_cover": cover("forest")})
    assert (int(bare.score[0, 0]), int(bare.classes[0, 0])) == (90, 5)
    assert (int(wood.score[0, 0]), int(wood.classes[0, 0])) == (450, 1)
