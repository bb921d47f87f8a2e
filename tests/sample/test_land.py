"""What a planner recognises: landforms, their soils, and what limits crops on them."""

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.features import rasterize

from soilinfo.evaluate.suitability import Evaluation, Packing, compile_tables, evaluate
from soilinfo.sample.relief import CONES, DOME, DRY_ISLAND, KARST_ISLAND, RICE_PLAIN, UPLAND, Cone, Ellipse
from tests.sample.nation import Nation

Mask = NDArray[np.bool_]

QUALITIES = ("tc", "wa", "oa", "rc", "nr", "na", "xc", "xn", "xs", "eh", "fh", "lp")
"""In the order of the bits of limiting qualities."""


def inside(nation: Nation, shape: Ellipse | Cone, share: float = 0.5) -> Mask:
    x, y = np.meshgrid(nation.grid.x, nation.grid.y)
    if isinstance(shape, Cone):
        shape = Ellipse(shape.x, shape.y, shape.reach, shape.reach)
    return (shape.radius(x, y) < share) & ~np.isnan(nation.values("elevation"))


def _zones(nation: Nation, level: str) -> dict[str, Mask]:
    """The cells of each unit of a level by its code."""
    units, transform = nation.units[level], rasterio.Affine(*nation.grid.transform)
    numbered = [(shape, number) for number, shape in enumerate(units.shapes, start=1)]
    drawn = rasterize(numbered, nation.grid.shape, transform=transform)
    return {code: drawn == number for number, code in enumerate(units.codes, start=1)}


def test_about_two_fifths_of_the_grid_are_land(nation: Nation) -> None:
    assert 0.35 < np.isfinite(nation.values("elevation")).mean() < 0.46


def test_the_volcano_is_high_and_cool_with_light_soils_rich_in_carbon(nation: Nation) -> None:
    cone = inside(nation, CONES[0])
    assert nation.values("elevation")[cone].max() > 2000
    assert nation.values("temperature_mean_annual")[cone].min() < 16
    assert np.median(nation.values("soc")[cone]) > 3
    assert np.median(nation.values("slope")[cone]) > 10


def test_the_limestone_island_is_stony_shallow_and_alkaline(nation: Nation) -> None:
    karst = inside(nation, KARST_ISLAND)
    assert np.median(nation.values("ph_h2o")[karst]) > 7
    assert np.median(nation.values("rock_outcrops")[karst]) > 10
    assert np.nanmedian(nation.values("soil_depth")[karst]) < 75


def test_the_upland_is_acid_and_poor_in_bases(nation: Nation) -> None:
    upland = inside(nation, UPLAND, 0.4)
    assert np.median(nation.values("ph_h2o")[upland]) < 5
    assert np.nanmedian(nation.values("base_saturation")[upland]) < 25


def test_the_rice_plain_is_flat_clayey_wet_and_floods_in_part(nation: Nation) -> None:
    plain = inside(nation, RICE_PLAIN, 0.45)
    assert np.median(nation.values("slope")[plain]) < 1
    assert np.median(nation.values("clay")[plain]) > 40
    assert np.isin(nation.classes("drainage")[plain], ["somewhat_poor", "poor"]).mean() > 0.6
    assert 0.05 < (nation.values("flood_height")[plain] > 25).mean() < 0.6


def test_the_peat_dome_is_eight_metres_deep_and_thinner_and_riper_at_its_drained_edge(nation: Nation) -> None:
    thick = nation.values("peat_thickness")
    x, _ = np.meshgrid(nation.grid.x, nation.grid.y)
    west = (thick > 0) & (x < DOME.x - 0.12)
    east = (thick > 0) & (x > DOME.x + 0.12)
    assert 700 < np.nanmax(thick) <= 800
    assert thick[west].mean() < 0.8 * thick[east].mean()
    maturity = nation.classes("peat_maturity")
    assert (maturity[np.nan_to_num(thick) > 650] == "fibric").all()
    assert (maturity[west] == "sapric").mean() > (maturity[east] == "sapric").mean()


def test_soil_without_peat_is_of_a_class_that_limits_nothing(nation: Nation) -> None:
    mineral = nation.values("peat_thickness") == 0
    assert (nation.classes("peat_maturity")[mineral] == "mineral").all()
    entry = {entry.id: entry for entry in nation.catalog.class_table("peat_maturity").classes}["mineral"]
    assert entry.group == "sapric"


def test_sulfidic_material_lies_shallow_only_at_the_marshy_coast(nation: Nation) -> None:
    depth = nation.values("sulfidic_depth")
    x, _ = np.meshgrid(nation.grid.x, nation.grid.y)
    assert np.nanmin(depth) < 30
    assert (x[depth < 100] > 98.1).all()
    assert (depth == 300).sum() > 0.9 * np.isfinite(depth).sum()


def test_the_dry_island_is_dry_and_salty_or_sodic_in_spots(nation: Nation) -> None:
    dry = inside(nation, DRY_ISLAND, 0.8)
    assert nation.values("dry_months")[dry].max() == 8
    assert np.median(nation.values("rainfall_annual")[dry]) < 1000
    assert 0.01 < (nation.values("salinity_ec")[dry] > 6).mean() < 0.3
    assert 0.01 < (nation.values("esp")[dry] > 30).mean() < 0.3


def test_every_value_lies_within_its_property_s_range_but_the_planted_fault(nation: Nation) -> None:
    for layer in nation.catalog.layers:
        prop = nation.reader(layer).property
        if prop.valid_range is not None and layer != "bulk_density_2010":
            values = nation.values(layer)
            assert prop.valid_range[0] <= np.nanmin(values) <= np.nanmax(values) <= prop.valid_range[1], layer


@pytest.fixture(scope="module")
def result(nation: Nation) -> Evaluation:
    """Every crop's actual suitability."""
    layers = nation.catalog.layers
    properties = {name: nation.catalog.property(name) for name in layers if name in nation.catalog.properties}
    available = {
        name: nation.catalog.class_table(prop.class_table) if prop.class_table else Packing.of(prop)
        for name, prop in properties.items()
    }
    assert tuple(quality.code for quality in nation.catalog.evaluation.qualities) == QUALITIES
    tables = compile_tables(list(nation.catalog.crops.values()), nation.catalog.evaluation, available)
    return evaluate(tables, {name: nation.packed(name) for name in tables.inputs}, scenarios=("actual",))


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_quality_alone_limits_some_crop_somewhere(result: Evaluation, quality: str) -> None:
    place = QUALITIES.index(quality)
    assert (result.limiting["actual"] == 1 << place).any()


def test_every_crop_has_land_that_suits_it_and_land_that_does_not(result: Evaluation) -> None:
    for crop, classes in zip(result.crops, result.classes["actual"], strict=True):
        assert np.isin(classes, (1, 2)).sum() > 20, crop
        assert (classes == 4).sum() > 20, crop


def test_little_land_is_left_without_a_class(nation: Nation, result: Evaluation) -> None:
    land = np.isfinite(nation.values("elevation"))
    for crop, classes in zip(result.crops, result.classes["actual"], strict=True):
        assert (classes[land] == 0).mean() < 0.05, crop


def test_the_plain_is_the_best_land_for_irrigated_rice(nation: Nation, result: Evaluation) -> None:
    classes = result.classes["actual"][list(result.crops).index("rice_irrigated")]
    fit = [np.isin(classes[zone], (1, 2)).mean() for zone in _zones(nation, "provinces").values()]
    assert fit[1] > 0.6
    assert fit[1] > 1.25 * max(fit[:1] + fit[2:])


@pytest.mark.parametrize(("regency", "quality"), [("06.04", "xc"), ("06.06", "xn")])
def test_salt_and_sodium_dominate_where_a_regency_is_known_for_them(
    nation: Nation, result: Evaluation, regency: str, quality: str
) -> None:
    masks = result.limiting["actual"][list(result.crops).index("rice_irrigated")]
    here = masks[_zones(nation, "regencies")[regency]]
    cells = [(here & (1 << place) > 0).sum() for place in range(len(QUALITIES))]
    assert QUALITIES[int(np.argmax(cells))] == quality


def test_peat_has_no_clay_but_the_texture_of_the_soil_below(nation: Nation) -> None:
    thickness = nation.values("peat_thickness")
    assert np.isnan(nation.values("clay")[thickness >= 60]).all()
    assert np.isfinite(nation.values("clay")[thickness == 0]).all()
    assert (nation.classes("texture")[thickness >= 60] != "").all()


def test_files_say_that_they_are_synthetic(nation: Nation) -> None:
    for layer, config in nation.catalog.layers.items():
        with rasterio.open(nation.path(layer)) as file:
            assert file.tags()["TIFFTAG_IMAGEDESCRIPTION"].startswith("Synthetic")
        assert config.synthetic
        assert config.lineage.startswith("Synthetic")
