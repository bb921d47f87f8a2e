"""Direction, available land and conflict of a small country: tables and rasters agree with a slow count."""

import numpy as np
import pytest
import rasterio
import yaml
from affine import Affine

from soilinfo.catalog.choice import AVAILABLE, NO_CROP, REMAINING, UNKNOWN
from soilinfo.catalog.load import load
from soilinfo.catalog.product_direction import crop_codes
from soilinfo.errors import ConfigError
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import CELL, NORTH, WEST, write_country
from tests.jobs.conftest import Nation
from tests.served import CROPS

CELLS = 120
COVER = {1: "settlement", 2: "dryland_crops", 3: "shrub"}
ESTATE = {1: "protection", 9: "other_use"}
LABEL = {"en": "Label", "id": "Label"}
CHOICE = {"crops": CROPS, "weights": {"rice_irrigated": 3.0}, "suitable": ["S1", "S2", "S3"]}
LAND = {
    "suitable": ["S1", "S2", "S3"],
    "steps": [
        {"id": "forest", "title": LABEL, "layer": "forest_estate", "any_of": ["protection"]},
        {"id": "steep", "title": LABEL, "layer": "slope", "above": 39.9},
        {"id": "built", "title": LABEL, "layer": "land_cover", "any_of": ["settlement"]},
    ],
}
RULES = [
    {"id": "fields", "layer": "land_cover", "any_of": ["dryland_crops"], "crops": ["maize"]},
    {"id": "beans", "layer": "land_cover", "any_of": ["dryland_crops"], "crops": ["maize", "soybean"]},
]


def _write_codes(directory, name, codes, *, hole):
    """A raster of codes in blocks, without data in its northern ``hole`` rows and at sea."""
    random = np.random.default_rng([3, *name.encode()])
    values = np.kron(random.choice(list(codes), (12, 12)), np.ones((10, 10))).astype("uint8")
    values[:hole], values[:, : CELLS // 10] = 255, 255
    path = directory / "sources" / f"{name}.tif"
    form = {"driver": "GTiff", "count": 1, "dtype": "uint8", "crs": "EPSG:4326", "nodata": 255}
    where = Affine(CELL, 0, WEST, 0, -CELL, NORTH)
    with rasterio.open(path, "w", width=CELLS, height=CELLS, transform=where, **form) as file:
        file.write(values, 1)
    layer = {"property": name, "source": f"../sources/{name}.tif", "codes": codes, "licence": "CC0-1.0"}
    _dump(directory / "config" / "layers" / f"{name}.yaml", layer | {"attribution": "tests"})


def _dump(path, content):
    path.write_text(yaml.safe_dump(content, sort_keys=False))


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    directory = tmp_path_factory.mktemp("chosen")
    config = write_country(directory, cells=CELLS)
    _write_codes(directory, "land_cover", COVER, hole=0)
    _write_codes(directory, "forest_estate", ESTATE, hole=20)
    ours = {"colour": "#112233", "source": "ours"}
    _dump(config / "choice.yaml", CHOICE)
    _dump(config / "available_land.yaml", LAND | {"steps": [step | ours for step in LAND["steps"]]})
    rules = [rule | ours | {"title": LABEL, "suitability": ["N"]} for rule in RULES]
    _dump(config / "land_use_conflict.yaml", {"rules": rules})
    catalog = load(config)
    store = open_store(Settings(store=directory / "store", db=None))
    ingested = ingest(store, catalog, actor="tests", progress=silent)
    assert ingested.blocked == []
    evaluated = evaluate(store, catalog, CROPS, actor="tests", progress=silent)
    yield Nation(directory, catalog, store, ingested, evaluated)
    store.close()


def cells(nation, layer, variable):
    cube = nation.store.cube.open(layer, nation.snapshot.layers[layer])
    return cube.read(variable)


def code(nation, table, name):
    return nation.catalog.class_table(table).code_of[name]


def table(nation, name):
    return nation.store.vector.read(name, nation.snapshot.layers[name])


def test_all_three_appear_in_the_snapshot_of_their_crops(nation):
    made = {"direction", "suitable_crops", "available_land", "land_use_conflict"}
    expected = {f"{name}_by_{level}" for name in made for level in ("provinces", "regencies")}
    expected |= made - {"suitable_crops"}
    assert expected <= set(nation.evaluated.published)


def test_nothing_is_made_again_from_the_same_inputs(nation):
    again = evaluate(nation.store, nation.catalog, CROPS, actor="tests", progress=silent)
    assert again.snapshot is None


# ---- direction ----------------------------------------------------------------------------


def test_the_direction_says_on_what_crops_were_compared_and_on_what_not(nation):
    found = [finding for finding in nation.evaluated.findings if finding.check == "compared_on"]
    assert "rainfall_annual" in found[0].evidence["used"]
    assert "dry_months" in found[0].evidence["left_out"]
    version = nation.store.ledger.version("direction", nation.snapshot.layers["direction"])
    used, left = version.metadata["notes"]
    assert "Annual rainfall" in used["en"]
    assert "Dry months (<100 mm) (not in the tables of: Maize)" in left["en"]
    assert "Bulan kering" in left["id"]
    assert set(version.inputs) >= {"rainfall_annual", "provinces"}
    # Compared on or not: the whole tables say where a crop is no candidate.
    assert "dry_months" in version.inputs


def test_every_cell_with_soil_data_has_a_best_crop_with_its_classes(nation):
    best, classes = cells(nation, "direction", "best_crop"), cells(nation, "direction", "best_class")
    known = {crop_codes(nation.catalog)[crop] for crop in CROPS}
    assert set(np.unique(best)) <= known | {0, NO_CROP}
    assert known & set(np.unique(best))
    assert ((best == 0) == (classes == 0)).all()
    assert (classes[(best > 0) & (best < NO_CROP)] < 4).all()
    assert (cells(nation, "direction", "best_potential") <= classes).all()
    assert (best[:, : CELLS // 10] == 0).all()
    competing = cells(nation, "direction", "competing")
    assert ((competing == 255) == (best == 0)).all()


def test_no_best_crop_is_unsuitable_by_its_own_published_class(nation):
    best, whole = cells(nation, "direction", "best_crop"), cells(nation, "direction", "best_whole")
    for crop, number in crop_codes(nation.catalog).items():
        if crop in CROPS:
            own = cells(nation, f"suitability_{crop}", "actual")[best == number]
            assert (own != 4).all(), crop
            assert (own == whole[best == number]).all(), crop
    published = np.stack([cells(nation, f"suitability_{crop}", "actual") for crop in CROPS])
    assert ((best == NO_CROP) == ((published == 4).any(0) & ~np.isin(published, (1, 2, 3)).any(0))).all()


def test_rows_say_what_suits_by_the_whole_tables_and_by_whose_criteria(nation):
    rows = table(nation, "direction_by_regencies").set_index(["code", "crop"]).sort_index()
    suited = table(nation, "suitability_by_regencies").query("scenario == 'actual'")
    suited = suited.set_index(["code", "crop"]).sort_index()
    assert np.allclose(rows["whole_suitable_ha"], suited[["s1_ha", "s2_ha", "s3_ha"]].sum(axis=1), atol=1e-3)
    for name in ("criteria_set", "edition", "boundary_rule", "regional_criteria"):
        assert (rows[name] == suited[name]).all(), name


def test_hectares_by_best_crop_and_without_one_add_up_to_the_unit(nation):
    for level in ("provinces", "regencies"):
        rows = table(nation, f"direction_by_{level}").groupby("code")
        whole = rows["best_ha"].sum() + rows["no_crop_ha"].first() + rows["nodata_ha"].first()
        assert np.allclose(whole, rows["total_ha"].first(), atol=1e-3)


def test_crops_are_ranked_by_their_suitable_hectares_times_weight(nation):
    rows = table(nation, "direction_by_provinces").set_index("crop")
    assert np.allclose(rows["weighted_ha"], rows["suitable_ha"] * rows["weight"], atol=1e-3)
    assert rows.loc["rice_irrigated", "weight"] == 3
    ordered = rows.sort_values("rank")
    assert (ordered["weighted_ha"].diff().dropna() <= 0).all()
    assert (rows["as_good_ha"] >= rows["best_ha"] - 1e-3).all()
    assert rows["best_crop"].iloc[0] == rows["best_ha"].idxmax()


def test_a_weight_decides_between_crops_of_equal_class_and_potential(nation):
    rivals = cells(nation, "direction", "competing")
    best = cells(nation, "direction", "best_crop")
    rice = crop_codes(nation.catalog)["rice_irrigated"]
    everywhere_equal = rivals == len(CROPS) - 1
    assert (cells(nation, "direction", "best_class")[everywhere_equal] < 4).all()
    assert everywhere_equal.any()
    assert (best[everywhere_equal] == rice).all()


def test_area_for_at_least_so_many_crops_falls_with_their_number(nation):
    rows = table(nation, "suitable_crops_by_provinces").set_index("at_least")["area_ha"]
    assert list(rows.index) == ["01", "02", "03"]
    assert rows["01"] > rows["02"] >= rows["03"]
    # Regency 01.01 is the north-western quarter, cell by cell.
    quarter = table(nation, "suitable_crops_by_regencies").query("code == '01.01'").set_index("at_least")
    number = cells(nation, "direction", "suitable_crops")[: CELLS // 2, : CELLS // 2]
    for least in (1, 2, 3):
        share = ((number >= least) & (number < 255)).mean()
        assert quarter.loc[f"{least:02d}", "share_pct"] == pytest.approx(100 * share, abs=0.01)


# ---- available land -----------------------------------------------------------------------


def test_the_raster_says_at_which_step_land_is_lost(nation):
    step = cells(nation, "available_land", "step")
    estate, slope = cells(nation, "forest_estate", "forest_estate"), cells(nation, "slope", "slope")
    cover = cells(nation, "land_cover", "land_cover")
    protected, built = code(nation, "forest_estate", "protection"), code(nation, "land_cover", "settlement")
    for cell in np.random.default_rng(1).integers(0, CELLS, (400, 2)):
        y, x = cell
        steps = (
            (estate[y, x], 0, estate[y, x] == protected),
            (slope[y, x], -32768, slope[y, x] >= 400),
            (cover[y, x], 0, cover[y, x] == built),
        )
        lost = [at for at, (_, _, takes) in enumerate(steps, start=1) if takes]
        unknown = [UNKNOWN + at for at, (value, nodata, _) in enumerate(steps, start=1) if value == nodata]
        expected = [*lost, *unknown, AVAILABLE][0]
        sea = x < CELLS // 10
        assert step[y, x] == (0 if sea else expected), (y, x)


def test_lost_unknown_and_remaining_land_is_the_suitable_land_of_each_crop(nation):
    rows = table(nation, "available_land_by_regencies")
    steps = rows[rows["step"] != REMAINING].groupby(["code", "crop"])
    total = rows[rows["step"] == REMAINING].set_index(["code", "crop"]).sort_index()
    parts = steps["lost_ha"].sum() + steps["unknown_ha"].sum() + total["remaining_ha"]
    assert np.allclose(parts, total["suitable_ha"], atol=1e-3)
    suited = table(nation, "suitability_by_regencies").query("scenario == 'actual'")
    suited = suited.set_index(["code", "crop"]).sort_index()
    assert np.allclose(total["suitable_ha"], suited[["s1_ha", "s2_ha", "s3_ha"]].sum(axis=1), atol=1e-3)
    assert (rows["unknown_ha"] > 0).any()
    assert (rows["lost_ha"] > 0).any()


def test_what_remains_falls_from_step_to_step(nation):
    rows = table(nation, "available_land_by_provinces")
    for _, crop in rows[rows["step"] != REMAINING].groupby("crop"):
        left = crop.sort_values("number")["remaining_ha"].to_numpy()
        assert (np.diff(left) <= 1e-6).all()
        assert list(crop.sort_values("number")["step"]) == ["forest", "steep", "built"]


# ---- conflict -----------------------------------------------------------------------------


def test_annual_crops_on_unsuitable_land_are_found_and_counted(nation):
    rule, maize = cells(nation, "land_use_conflict", "rule"), cells(nation, "suitability_maize", "actual")
    fields = cells(nation, "land_cover", "land_cover") == code(nation, "land_cover", "dryland_crops")
    assert ((rule == 1) == (fields & (maize == 4))).all()
    assert (rule == 1).any()
    rows = table(nation, "land_use_conflict_by_provinces").set_index("rule")
    assert rows.loc["fields", "conflict_pct"] == pytest.approx(
        100 * (rule == 1).sum() / fields.sum(), rel=0.2
    )
    classes = rows.loc["fields", ["s1_ha", "s2_ha", "s3_ha", "n_ha", "not_judged_ha"]]
    assert classes.sum() == pytest.approx(rows.loc["fields", "use_ha"], abs=1e-3)
    assert classes["n_ha"] == rows.loc["fields", "conflict_ha"]


def test_a_rule_of_which_a_crop_is_missing_is_left_out_not_judged_by_the_others(nation):
    rows = table(nation, "land_use_conflict_by_provinces")
    assert set(rows["rule"]) == {"fields"}
    found = [finding for finding in nation.evaluated.findings if finding.check == "input_missing"]
    assert [finding.message for finding in found] == [
        "the rule 'beans' is not judged: suitability_soybean not published"
    ]


# ---- configuration ------------------------------------------------------------------------


def test_names_that_do_not_exist_and_steps_that_cannot_be_are_faults_of_the_file(tmp_path):
    config = write_country(tmp_path, cells=12)
    steps = [
        {"id": "a", "title": LABEL, "layer": "forrest", "any_of": ["x"], "colour": "#112233", "source": "-"},
        {"id": "b", "title": LABEL, "layer": "slope", "any_of": ["x"], "colour": "#112233", "source": "-"},
        {
            "id": "c",
            "title": LABEL,
            "layer": "drainage",
            "any_of": ["dry"],
            "colour": "#112233",
            "source": "-",
        },
        {"id": "d", "title": LABEL, "layer": "slope", "colour": "#112233", "source": "-"},
    ]
    _dump(config / "available_land.yaml", {"steps": steps})
    _dump(config / "choice.yaml", {"crops": ["maize", "durain"]})
    with pytest.raises(ConfigError) as raised:
        load(config)
    faults = {f"{fault.file}: {fault.key}": fault.message for fault in raised.value.faults}
    assert "no layer 'forrest'" in faults["available_land.yaml: steps.0.layer"]
    assert faults["available_land.yaml: steps.1"] == "the layer 'slope' has numbers"
    assert "no class 'dry'" in faults["available_land.yaml: steps.2.any_of"]
    assert (
        "either bounds (above, at_least, at_most, below) or classes" in faults["available_land.yaml: steps.3"]
    )
    assert "Did you mean 'durian'" in faults["choice.yaml: crops"]
