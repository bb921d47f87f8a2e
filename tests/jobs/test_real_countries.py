"""Real data, whole way: Kabupaten Bone with the official regencies, and Bhutan's national GSNmap."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
import yaml
from affine import Affine

from soilinfo.catalog.asking import saved_for
from soilinfo.catalog.load import load
from soilinfo.catalog.models import SCENARIOS, SuitabilityClass
from soilinfo.harmonize.agreement import Pairs, agreement
from soilinfo.intervals import INTERVAL_SD
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.gsp.check import check
from soilinfo.jobs.gsp.export import Asked, export
from soilinfo.jobs.gsp.recompute import with_recomputed
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.planning.area import land_suitability
from soilinfo.jobs.planning.what_if import what_if
from soilinfo.jobs.region.report import side_by_side
from soilinfo.jobs.reporting.content import draft_content
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.answer import asked_question, recommend
from soilinfo.sample.neighbours import NEIGHBOURS, report_of
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from soilinfo.store.points import values_at
from tests.country import ROOT
from tests.evaluate import oracle
from tests.evaluate.oracle import Rules, naive_class, naive_row_of
from tests.jobs.conftest import Nation
from tests.real import needs_real_data
from tests.reports import signed

CROPS = ["rice_irrigated", "maize", "cocoa"]
pytestmark = needs_real_data


def build(country: str, crops: list[str], directory: Path) -> Nation:
    catalog = load(ROOT / "tests" / "config" / country)
    store = open_store(Settings(store=directory, db=None))
    ingested = ingest(store, catalog, actor="tests", progress=silent)
    return Nation(
        directory, catalog, store, ingested, evaluate(store, catalog, crops, actor="tests", progress=silent)
    )


@pytest.fixture(scope="module")
def bone(tmp_path_factory):
    found = build("bone", CROPS, tmp_path_factory.mktemp("bone"))
    yield found
    found.store.close()


@pytest.fixture(scope="module")
def bhutan(tmp_path_factory):
    found = build("bhutan", ["maize"], tmp_path_factory.mktemp("bhutan"))
    yield found
    found.store.close()


def row(nation, collection, id):
    return nation.store.vector.read(collection, nation.snapshot.layers[collection]).set_index("id").loc[id]


def test_an_export_of_bones_topsoil_passes_its_report_and_fails_it_with_a_shifted_grid(bone, tmp_path):
    made = export(bone.store, bone.catalog, Asked("gsnmap", depths=((0.0, 5.0),)), tmp_path / "out")
    assert {each.map for each in made.files} == {"soc", "ph_h2o", "n_total", "cec"}
    passed = with_recomputed(
        check(bone.catalog, tmp_path / "out"), bone.store, bone.catalog, tmp_path / "out"
    )
    assert passed.passed
    # Carbon beyond the range of the product's own check is told, and no fault: 28 to 126 g/kg are possible.
    (unusual,) = [each for each in passed.of("warned") if each.test == "usual_range"]
    assert unusual.evidence["found"] == pytest.approx([2.92, 12.36], abs=0.01)
    with rasterio.open(
        tmp_path / "out" / "IDN_GSNmap_pH_Map05.tiff", "r+", IGNORE_COG_LAYOUT_BREAK="YES"
    ) as file:
        file.transform = file.transform @ Affine.translation(0.5, 0)
    failed = {each.test for each in check(bone.catalog, tmp_path / "out").of("failed")}
    assert {"grid", "record_hash", "manifest_hash"} <= failed


def test_bone_mean_ph_and_covered_share_are_the_known_ones(bone):
    found = row(bone, "properties_by_regencies", "73.08.ph_h2o")
    assert found["mean"] == pytest.approx(5.210, abs=0.001)
    assert found["covered_pct"] == pytest.approx(95.8, abs=0.2)


def test_profiles_a_quarter_of_a_ph_below_the_map_of_bone_show_exactly_that_bias(bone):
    grid = bone.catalog.grid
    random = np.random.default_rng(8)
    west, south, east, north = grid.bounds
    x, y = random.uniform(west, east, 5000), random.uniform(south, north, 5000)
    ph = values_at(bone.store.cube.open("ph_h2o", bone.snapshot.layers["ph_h2o"]), "ph_h2o", x, y)
    rows, cols = ((north - y) / grid.resolution).astype(int), ((x - west) / grid.resolution).astype(int)
    np.testing.assert_array_equal(ph, decoded(bone, "ph_h2o")[rows, cols])
    mapped = ph[np.isfinite(ph)]
    observed, sd, unknown = mapped - 0.25, np.full(len(mapped), 0.2), np.full(len(mapped), np.nan)
    found = agreement(
        Pairs(mapped, observed, sd, mapped - INTERVAL_SD * sd, mapped + INTERVAL_SD * sd, unknown, unknown)
    )
    assert 1000 < found.n < 5000
    assert [found.bias, found.mae, found.rmse, found.r2] == pytest.approx([0.25, 0.25, 0.25, 1.0])
    assert found.ccc == pytest.approx(2 * mapped.var() / (2 * mapped.var() + 0.0625))
    assert found.mec == pytest.approx(1 - 0.0625 / mapped.var())
    assert (found.coverage_pct, found.standardised_mean) == (100.0, pytest.approx(1.25))


def test_layers_of_bone_that_nobody_can_read_are_blocked_not_guessed(bone):
    assert sorted(bone.ingested.blocked) == ["drainage", "soil_depth"]
    reasons = {finding.layer: finding for finding in bone.ingested.findings if finding.severity == "block"}
    assert "source codes 1, 2, 5 have no class" in reasons["drainage"].message
    assert reasons["soil_depth"].count == 34208


def raster_findings(nation):
    """layer -> the checks that found something about it, for raster layers."""
    found = {}
    for finding in nation.ingested.findings:
        if finding.layer in nation.catalog.layers:
            found.setdefault(finding.layer, set()).add(finding.check)
    return found


def test_bone_has_these_findings_and_no_others(bone):
    # Looked at by hand: no two of the 18 rasters are alike, none holds a sentinel, none is a fraction.
    assert raster_findings(bone) == {
        "drainage": {"unknown_codes"},
        "soil_depth": {"value_range"},
        "slope": {"coarse_slope"},
    }
    for finding in bone.ingested.findings:
        if finding.layer in bone.catalog.layers:
            longitude, latitude = finding.evidence["place"]
            assert 119.6 < longitude < 120.6
            assert -5.3 < latitude < -4.1


def test_the_514_regencies_are_published_with_124_repairs(bone):
    units = bone.store.vector.read("regencies", bone.snapshot.layers["regencies"])
    assert len(units) == 514
    assert (units["repair"] != "").sum() == 124
    assert units.geometry.is_valid.all()


def naive_map(nation, crop, scenario):
    """(class, limiting) of every distinct cell by loops from the crop's YAML, and which one each cell is."""
    table = yaml.safe_load((ROOT / "config" / "crops" / f"{crop}.yaml").read_text())
    rules = nation.catalog.evaluation
    level = SCENARIOS.index(scenario) - 1
    open_rules = Rules(
        gains={name: gains[level] for name, gains in rules.improvement.items()} if level >= 0 else {},
        irrigation_only=rules.irrigation_only,
        protective_peat=rules.protective_peat_cm,
        may_lack=rules.may_lack,
        hazard_absent=rules.hazard_absent,
        groups={
            "texture": {entry.id: entry.group for entry in nation.catalog.class_table("texture_usda").classes}
        },
    )
    names = [name for name in table["characteristics"] if name in nation.snapshot.layers]
    columns = [decoded(nation, name).ravel() for name in names]
    codes = [np.unique(column, return_inverse=True) for column in columns]
    values = [
        [plain_value(nation, name, value) for value in found]
        for name, (found, _) in zip(names, codes, strict=True)
    ]
    cells, where = np.unique(np.stack([inverse for _, inverse in codes]), axis=1, return_inverse=True)
    rated = [
        naive_class(
            table,
            {name: values[i][code] for i, (name, code) in enumerate(zip(names, cell, strict=True))},
            open_rules,
        )[:2]
        for cell in cells.T
    ]
    return rated, where.reshape(nation.catalog.grid.shape)


def decoded(nation, name):
    layer = nation.store.cube.open(name, nation.snapshot.layers[name])
    return layer.decode(name, layer.read(name, layer.grid.window))


def plain_value(nation, name, value):
    if np.isnan(value):
        return None
    prop = nation.catalog.property(name)
    if prop.class_table is None:
        return float(value)
    return next(
        entry.id for entry in nation.catalog.class_table(prop.class_table).classes if entry.code == value
    )


@pytest.fixture
def remembering(monkeypatch):
    """The oracle rates a value of a row once; without this the 120,000 distinct cells take minutes."""
    rated = {}

    def once(name, row, value, rules):
        key = id(row), value
        if key not in rated:
            rated[key] = naive_row_of(name, row, value, rules)
        return rated[key]

    monkeypatch.setattr(oracle, "naive_row_of", once)


@pytest.mark.usefixtures("remembering")
@pytest.mark.parametrize(
    ("crop", "scenario"), [*((crop, "actual") for crop in CROPS), ("maize", "potential_medium")]
)
def test_bone_equals_a_naive_implementation_pixel_by_pixel(bone, crop, scenario):
    rated, where = naive_map(bone, crop, scenario)
    qualities = [quality.code for quality in bone.catalog.evaluation.qualities]
    layer = bone.store.cube.open(f"suitability_{crop}", bone.snapshot.layers[f"suitability_{crop}"])
    window = layer.grid.window
    expected_class = np.array([0 if name is None else SuitabilityClass[name] for name, _ in rated])[where]
    expected_mask = np.array([sum(1 << qualities.index(code) for code in limits) for _, limits in rated])[
        where
    ]
    assert (layer.read(scenario, window) == expected_class).all()
    assert (layer.read(f"limiting_{scenario}", window) == expected_mask).all()
    assert (expected_class > 0).sum() > 100_000


def test_bone_says_what_was_not_known_and_which_depth_was_used(bone):
    answer = land_suitability(bone.store, bone.catalog, bone.snapshot, area={"region": "73.08"}, crop="maize")
    assert {"drainage", "soil_depth", "p2o5_hcl25", "k2o_hcl25"} <= set(answer["unused"])
    (depth,) = [finding for finding in answer["findings"] if finding["check"] == "depth_differs"]
    assert "ph_h2o 0-5 cm for 0-30 cm" in depth["message"]


@pytest.mark.parametrize("crop", CROPS)
def test_liming_bone_moves_only_land_that_nutrient_retention_held_back(bone, crop, tell):
    answer = what_if(
        bone.store,
        bone.catalog,
        bone.snapshot,
        area={"region": "73.08"},
        crop=crop,
        asked=saved_for(bone.catalog, crop, "liming"),
    )
    (lime,) = answer["adjustments"]
    assert lime["changed_ha"] > 0.5 * answer["total_ha"], "the mean pH of Bone is 5.2"
    assert answer["worsened_ha"] == 0 or crop != "maize"
    assert sum(move["ha"] for move in answer["moves"]) == pytest.approx(
        answer["improved_ha"] + answer["worsened_ha"], abs=0.1
    )
    assert all("nr" in move["limiting"] for move in answer["moves"]), "pH is a matter of nutrient retention"
    row = bone.store.vector.read(
        "suitability_by_regencies", bone.snapshot.layers["suitability_by_regencies"]
    ).set_index("id")
    published = row.loc[f"73.08.{crop}.actual"]
    for one in answer["classes"]:
        assert one["before_ha"] == pytest.approx(published[f"{one['class'].lower()}_ha"], abs=0.01)
    moved = "; ".join(
        f"{one['before']} to {one['after']} {one['ha']:,.0f} ha"
        for one in answer["transitions"]
        if one["before"] != one["after"]
    )
    released = ", ".join(f"{one['quality']} {one['released_ha']:,.0f} ha" for one in answer["by_quality"])
    tell(
        f"Bone, {crop}, limed to pH 6: {moved or 'no class changes'}; released by: {released or 'nothing'}; "
        f"{lime['changed_ha']:,.0f} ha limed"
    )


def test_bone_has_ratings_of_what_was_mapped_by_the_limits_of_ppt_1983(bone):
    value = decoded(bone, "soc")
    layer = bone.store.cube.open("soil_ratings", bone.snapshot.layers["soil_ratings"])
    assert set(layer.variables) == {"soc_rating", "n_total_rating", "ph_h2o_rating"}
    expected = np.where(np.isnan(value), 0, 1 + sum((value > edge).astype(int) for edge in (1, 2, 3, 5)))
    assert (layer.read("soc_rating") == expected).all()


def test_bone_has_no_nutrient_status_and_says_which_layers_it_lacks(bone, tell):
    refused = [one.message for one in bone.evaluated.findings if one.layer == "nutrient_status_paddy"]
    assert refused == [
        "no status of p2o5: there is no published layer of p2o5_hcl25 (extraction with HCl 25 %, as P2O5)",
        "no status of k2o: there is no published layer of k2o_hcl25 (extraction with HCl 25 %, as K2O)",
        "not made: its land (paddy) is told by the layer 'land_cover', which is not published",
    ]
    assert not [name for name in bone.snapshot.layers if name.startswith("nutrient_status")]
    tell(f"Bone: {refused[0]}")


def test_bhutan_needs_no_code_and_its_nan_is_found(bhutan):
    assert bhutan.ingested.blocked == []
    found = {
        finding.layer: finding for finding in bhutan.ingested.findings if finding.check == "undeclared_nan"
    }
    assert found["ph_h2o"].count == 345515
    assert {"ph_h2o", "ph_h2o_sd", "soc", "n_total"} <= set(bhutan.snapshot.layers)


def test_bhutan_has_these_findings_and_no_others(bhutan):
    # The standard deviations, 0.22 to 1.41 pH, lie on exactly the cells of the means and within their range.
    assert raster_findings(bhutan) == {
        "n_total": {"undeclared_nan", "expected_range"},
        "ph_h2o": {"undeclared_nan", "coverage"},
        "ph_h2o_sd": {"undeclared_nan"},
        "soc": {"undeclared_nan"},
    }
    found = {finding.check: finding for finding in bhutan.ingested.findings}
    assert found["expected_range"].count == 60
    assert found["coverage"].evidence["covered_pct"] == pytest.approx(92.9, abs=0.1)
    glaciers_of_the_northern_border = pytest.approx([90.4, 28.2], abs=0.1)
    assert found["coverage"].evidence["place"] == glaciers_of_the_northern_border


def test_bhutan_has_too_few_layers_for_a_suitability_class_and_says_so(bhutan):
    (finding,) = [found for found in bhutan.evaluated.findings if found.check == "too_little_known"]
    assert (
        "maize is not evaluated: only 3 of 25 characteristics have a layer (12 %, needed: 40 %)"
        in finding.message
    )
    assert "suitability_maize" not in bhutan.snapshot.layers


def test_the_uncertainty_of_bhutan_is_kept_beside_the_value(bhutan):
    spread = decoded(bhutan, "ph_h2o_sd")
    assert 0 < np.nanmin(spread) < np.nanmax(spread) < 2


def test_bone_is_recommended_what_needs_no_status_and_told_what_is_missing_for_the_rest(bone, tell):
    question = asked_question("rice", on=date(2026, 1, 31))
    answer = recommend(bone.store, bone.catalog, bone.snapshot, question, area={"region": "73.08"})
    rates = {row["fertilizer"]: row["kg_ha"] for row in answer["rates"] if not row["credits"]}
    assert rates == {"urea": 200, "sp36": None, "kcl": None}
    assert (answer["status"], answer["products"]) == ([], [])
    assert any("no published layer of p2o5_hcl25" in each["message"] for each in answer["findings"])
    tell(answer["sentence"]["en"])


# ---- three countries, three configurations ----------------------------------------------


@pytest.fixture(scope="module")
def region(bone, bhutan):
    """Bone (as Indonesia), Bhutan and a made-up country that measures as the sample nation does."""
    asia = load(ROOT / "tests" / "config" / "asia")
    contents = [draft_content(each.store, each.catalog, each.snapshot.layers) for each in (bone, bhutan)]
    return side_by_side(asia, [report_of(NEIGHBOURS[0], asia), *map(signed, contents)])


def verdict_of(region, indicator, *pair):
    (told,) = [each for each in region.indicators if each.id == indicator]
    (found,) = [each for each in told.verdicts if {each.a, each.b} == {*pair}]
    return found


def test_the_ph_of_bone_and_bhutan_does_not_compare_and_the_reasons_are_their_own(region, tell):
    found = verdict_of(region, "ph_h2o", "IDN", "BTN")
    assert found.kind == "not"
    said = {each.code: (each.a["en"], each.b["en"]) for each in found.reasons}
    assert said == {
        "depth": ("0–5 cm", "0–30 cm"),
        "years": ("not known", "1999–2023"),
        "coverage": ("0.4 %", "92.9 %"),
    }
    tell(f"pH of Bone and Bhutan: {'; '.join(each.text['en'] for each in found.reasons)}")


def test_the_ph_of_bhutan_stands_beside_that_of_a_country_that_measured_likewise(region):
    found = verdict_of(region, "ph_h2o", "XNB", "BTN")
    assert (found.kind, found.affected, found.reasons) == ("comparable", True, ())
    assert {each.code for each in found.notes} == {"boundary", "synthetic", "long_period"}


def test_carbon_of_which_no_source_tells_the_method_compares_with_nobody(region):
    for pair in (("XNB", "BTN"), ("IDN", "BTN")):
        found = verdict_of(region, "soc", *pair)
        (method,) = [each for each in found.reasons if each.code == "method"]
        assert (found.kind, method.b["en"]) == ("not", "not known")


def test_bhutan_reports_its_ph_with_the_interval_of_its_own_uncertainty(bhutan, region):
    told = next(each for each in region.indicators if each.id == "ph_h2o")
    value = next(each for each in told.values if each.iso3 == "BTN")
    assert value.value == pytest.approx(np.nanmean(decoded(bhutan, "ph_h2o")), abs=0.02)
    spread = np.nanmean(decoded(bhutan, "ph_h2o_sd"))
    assert value.upper - value.lower == pytest.approx(2 * 1.645 * spread, rel=0.02)
    assert (value.uncertainty, value.years) == ("correlated_sd", (1999, 2023))


def test_what_bone_and_bhutan_have_no_map_of_is_missing_with_its_reason(region):
    told = next(each for each in region.indicators if each.id == "salinity_ec")
    (bhutan,) = told.not_reported
    assert bhutan.iso3 == "BTN"
    assert "no layer is published of" in bhutan.reason["en"]
    assert verdict_of(region, "salinity_ec", "XNB", "IDN").kind == "not"
