"""How the land is used, and what offices say of it: roughly after the land, never quite alike."""

import numpy as np

from soilinfo.sample.layers import LAYERS
from tests.sample.nation import Nation

MAPS = ("land_cover", "forest_estate", "concessions", "moratorium")


def test_every_class_of_the_maps_occurs_somewhere(nation: Nation) -> None:
    for layer in MAPS:
        found = set(np.unique(nation.classes(layer))) - {""}
        table = nation.catalog.class_table(layer)
        missing = {entry.id for entry in table.classes} - found
        # The moratorium's forest is steep land, which cells of an arc-minute make gentle.
        assert missing <= {"primary_natural_forest"}, layer


def test_only_the_map_of_concessions_lacks_a_province(nation: Nation) -> None:
    land = nation.classes("land_cover") != ""
    for layer in ("forest_estate", "moratorium"):
        assert ((nation.classes(layer) != "") == land).all()
    lacking = land & (nation.classes("concessions") == "")
    potassium = np.isfinite(nation.values("k2o_hcl25"))
    assert 0.05 < lacking.sum() / land.sum() < 0.3
    assert not potassium[lacking].any()
    assert LAYERS["concessions"].gap == "province"


def test_the_moratorium_holds_all_peat_and_no_land_for_other_uses_but_peat(nation: Nation) -> None:
    peat = np.nan_to_num(nation.values("peat_thickness")) >= 50
    moratorium = nation.classes("moratorium")
    assert (moratorium[peat] == "peatland").all()
    assert not (moratorium[nation.classes("forest_estate") == "other_use"] == "primary_natural_forest").any()


def test_rice_fields_lie_on_gentle_land_and_forest_on_steep(nation: Nation) -> None:
    cover, slope = nation.classes("land_cover"), nation.values("slope")
    assert np.nanmax(slope[cover == "paddy"]) < 5
    assert (slope[cover == "primary_forest"] > 5).mean() > 0.1
    assert (cover == "paddy").mean() > 0.02


def test_forest_gave_way_to_fields_from_2000_on(nation: Nation) -> None:
    maps = [nation.classes(name) for name in ("land_cover_2000", "land_cover_2010", "land_cover")]
    forest = [np.isin(cover, ["primary_forest", "secondary_forest", "mangrove"]).sum() for cover in maps]
    assert forest[0] > forest[1] > forest[2] > 0
    assert all(((cover != "") == (maps[0] != "")).all() for cover in maps)


def test_land_of_every_productivity_occurs_but_one_sheet_of_2020_is_under_clouds(nation: Nation) -> None:
    early, late = nation.classes("land_productivity_2010"), nation.classes("land_productivity_2020")
    classes = {entry.id for entry in nation.catalog.class_table("land_productivity").classes}
    assert set(np.unique(early)) - {""} == set(np.unique(late)) - {""} == classes
    clouded = (early != "") & (late == "")
    assert 0.005 < clouded.sum() / (early != "").sum() < 0.03
