"""How sure the classes of a small nation are: published with them, by crop and by unit."""

import numpy as np
import pytest
import rasterio
import yaml

from soilinfo.catalog.load import load
from soilinfo.evaluate.confidence import NO_DATA, STEPS
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.evaluation.inputs import choose_inputs
from soilinfo.jobs.evaluation.spreads import choose_spreads
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.planning.area import land_suitability
from soilinfo.jobs.runs.freshness import stale_results
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country, write_source
from tests.jobs.conftest import Nation, copied
from tests.served import CROPS

CLASSES = ("s1", "s2", "s3", "n")
GOOD_LAND = {"slope": 2, "temperature_mean_annual": 25, "rainfall_annual": 1550, "drainage": 1}
"""So good for maize everywhere that only the soil makes a difference."""
GAP = 30
"""Rows of cells without a standard deviation of pH."""


def add_uncertainty(directory, prop, statistic, values, depth=(0, 30)):
    """A layer of uncertainty beside the layer of a property, on the same cells."""
    config, name = directory / "config", f"{prop}_{statistic}"
    layer = yaml.safe_load((config / "layers" / f"{prop}.yaml").read_text())
    layer |= {"statistic": statistic, "source": f"../sources/{name}.tif", "depth": list(depth)}
    (config / "layers" / f"{name}.yaml").write_text(yaml.safe_dump(layer))
    with rasterio.open(directory / "sources" / f"{prop}.tif") as source:
        cells, profile = source.read(1), source.profile
    with rasterio.open(directory / "sources" / f"{name}.tif", "w", **profile) as target:
        target.write(values(cells).astype("float32"), 1)


def write_regional_criteria(config):
    """In regency 01.02 maize bears any pH above 5."""
    row = {"quality": "nr", "kind": "numeric", "unit": "pH", "depth": [0, 30], "worst_class": "S3"}
    row["bands"] = {"S1": [[5, None]], "S3": [[None, 5]]}
    (config / "regional_criteria").mkdir()
    content = {"crop": "maize", "region": "01.02", "edition": "1", "characteristics": {"ph_h2o": row}}
    content["source"] = {"title": "tests", "read_as": "invented", "confidence": "low"}
    (config / "regional_criteria" / "maize_acid.yaml").write_text(yaml.safe_dump(content))


def spread_of_ph(ph):
    spread = np.where(np.isnan(ph), np.nan, 0.3 + 0.05 * (ph - 4))
    spread[:GAP] = np.nan
    return spread


def build(directory):
    """A nation with a standard deviation of pH and two quantiles of carbon."""
    config = write_country(directory, cells=120)
    for name, value in GOOD_LAND.items():
        write_source(directory, name, cells=120, fill=value)
    write_regional_criteria(config)
    add_uncertainty(directory, "ph_h2o", "sd", spread_of_ph)
    add_uncertainty(directory, "soc", "q05", lambda soc: soc * 0.8)
    add_uncertainty(directory, "soc", "q95", lambda soc: soc * 1.2)
    add_uncertainty(directory, "cec", "sd", lambda cec: cec * 0.1, depth=(30, 60))
    catalog, store = load(config), open_store(Settings(store=directory / "store", db=None))
    ingested = ingest(store, catalog, actor="tests", progress=silent)
    evaluated = evaluate(store, catalog, CROPS, actor="tests", progress=silent)
    return Nation(directory, catalog, store, ingested, evaluated)


@pytest.fixture(scope="module")
def uncertain(tmp_path_factory):
    """Read only."""
    found = build(tmp_path_factory.mktemp("uncertain"))
    yield found
    found.store.close()


@pytest.fixture
def own_uncertain(uncertain, tmp_path):
    """A copy of the uncertain nation."""
    yield from copied(uncertain, tmp_path)


def cube(nation, layer):
    return nation.store.cube.open(layer, nation.snapshot.layers[layer])


def version(nation, layer):
    return nation.store.ledger.version(layer, nation.snapshot.layers[layer])


def table(nation, level="regencies"):
    name = f"confidence_by_{level}"
    return nation.store.vector.read(name, nation.snapshot.layers[name])


def test_confidence_is_published_with_the_classes_it_is_about(uncertain):
    names = {f"confidence_{crop}" for crop in CROPS} | {"confidence_by_regencies", "confidence_by_provinces"}
    assert names <= set(uncertain.evaluated.published)
    for crop in CROPS:
        made = version(uncertain, f"confidence_{crop}")
        assert made.inputs[f"suitability_{crop}"] == uncertain.snapshot.layers[f"suitability_{crop}"]
        assert made.metadata["product"] == "confidence"


def test_a_country_without_uncertainty_has_no_confidence(nation):
    assert not [name for name in nation.snapshot.layers if name.startswith("confidence")]


def test_only_uncertainty_of_the_same_property_depth_and_time_counts(uncertain):
    inputs, _ = choose_inputs(uncertain.store, uncertain.catalog, uncertain.snapshot)
    spreads = choose_spreads(uncertain.store, uncertain.catalog, uncertain.snapshot, inputs)
    assert {name: set(one.layers) for name, one in spreads.items()} == {
        "ph_h2o": {"ph_h2o_sd"},
        "soc": {"soc_q05", "soc_q95"},
    }


def test_probabilities_add_up_where_there_is_a_class_and_the_assigned_one_is_among_them(uncertain):
    for crop in CROPS:
        classes = cube(uncertain, f"suitability_{crop}").read("actual")
        found = cube(uncertain, f"confidence_{crop}")
        shares = np.stack([found.read(f"p_{name}") for name in CLASSES]).astype(int)
        sure, low, high = (found.read(f"confidence{end}") for end in ("", "_low", "_high"))
        known = sure != NO_DATA
        assert (classes[known] > 0).all()
        assert (shares.sum(axis=0)[known] == STEPS).all()
        assert (shares[:, ~known] == NO_DATA).all()
        own = np.take_along_axis(shares, np.maximum(classes, 1)[np.newaxis].astype(int) - 1, axis=0)[0]
        assert (np.abs(own - sure.astype(int))[known] <= 1).all()
        assert ((low <= sure) & (sure <= high))[known].all()
    assert 0.3 < (cube(uncertain, "confidence_maize").read("confidence") < STEPS).mean() < 0.9


def test_each_cell_is_judged_by_the_criteria_of_its_region(uncertain):
    ph = cube(uncertain, "ph_h2o").read("ph_h2o")
    third_class = cube(uncertain, "confidence_maize").read("p_s3")
    between = (ph > 500) & (ph < 550) & (third_class != NO_DATA)
    north_west, north_east = between[:60, :60], between[:60, 60:]
    assert north_west.any()
    assert north_east.any()
    assert (third_class[:60, :60][north_west] > STEPS / 2).all()
    assert (third_class[:60, 60:][north_east] < STEPS / 2).any(), "unless carbon is lacking"


def test_where_the_spread_is_missing_there_is_a_class_but_no_confidence_and_a_finding_says_so(uncertain):
    classes = cube(uncertain, "suitability_maize").read("actual")
    sure = cube(uncertain, "confidence_maize").read("confidence")
    assert (classes[:GAP, 20:] > 0).any()
    assert (sure[:GAP] == NO_DATA).all()
    assert ((sure != NO_DATA) == (classes > 0))[GAP:].all()
    (gap,) = [
        finding
        for finding in uncertain.evaluated.findings
        if (finding.check, finding.layer) == ("uncertainty_incomplete", "confidence_maize")
    ]
    assert gap.count == GAP * 108
    assert gap.evidence == {"property": "ph_h2o"}


def test_a_result_names_what_is_uncertain_and_what_it_is_conditional_on(uncertain):
    made = version(uncertain, "confidence_maize")
    assert made.parameters["uncertain"] == ["ph_h2o", "soc"]
    assert set(made.parameters["conditional_on"]) == {
        *("cec", "drainage", "dry_months", "rainfall_annual", "slope", "temperature_mean_annual")
    } & set(uncertain.catalog.crop("maize").characteristics)
    notes = {
        language: " ".join(note[language] for note in made.metadata["notes"]) for language in ("en", "id")
    }
    assert "Uncertainty is known of: Soil pH in water, Soil organic carbon." in notes["en"]
    assert "conditional_on" in notes["en"]
    assert "Karbon organik tanah" in notes["id"]
    columns = table(uncertain).set_index("id").loc["01.01.maize"]
    assert columns["uncertain"] == "ph_h2o, soc"
    assert columns["conditional_on"].split(", ") == made.parameters["conditional_on"]


def test_hectares_of_a_unit_add_up_to_its_area_and_lie_in_their_intervals(uncertain):
    rows = table(uncertain)
    expected = [f"expected_{name}_ha" for name in CLASSES]
    assert np.allclose(rows[[*expected, "nodata_ha"]].sum(axis=1), rows["total_ha"], atol=1e-3)
    for name in CLASSES:
        for way in ("independent", "correlated"):
            low, high = rows[f"{name}_{way}_low_ha"], rows[f"{name}_{way}_high_ha"]
            assert (low <= high).all()
            assert (rows[f"{name}_low_ha"] <= low).all()
            assert (high <= rows[f"{name}_high_ha"]).all()
        assert (rows[f"{name}_low_ha"] <= rows[f"expected_{name}_ha"] + 1e-4).all()
        assert (rows[f"expected_{name}_ha"] <= rows[f"{name}_high_ha"] + 1e-4).all()


def test_expected_hectares_are_those_of_the_published_probabilities(uncertain):
    rows = table(uncertain, "provinces").set_index("crop")
    shares = [cube(uncertain, "confidence_cocoa").read(f"p_{name}") for name in CLASSES]
    known = shares[0] != NO_DATA
    means = [share[known].mean() / STEPS for share in shares]
    row = rows.loc["cocoa"]
    hectares = np.array([row[f"expected_{name}_ha"] for name in CLASSES])
    # The bow-tie regency leaves half of a quarter of the square to nobody.
    assert hectares / hectares.sum() == pytest.approx(means, abs=0.03)


def test_the_province_is_the_sum_of_its_regencies_and_its_correlated_interval_that_of_their_sum(uncertain):
    parts, whole = table(uncertain).groupby("crop"), table(uncertain, "provinces").set_index("crop")
    for name in CLASSES:
        assert np.allclose(parts[f"expected_{name}_ha"].sum(), whole[f"expected_{name}_ha"], atol=1e-2)
    # All cells of the nation are at their worst together, and at their best.
    for column in ("s1_correlated_high_ha", "n_correlated_high_ha"):
        assert np.allclose(parts[column].sum(), whole[column], atol=1e-2)


def test_what_is_known_is_not_made_again(uncertain):
    again = evaluate(uncertain.store, uncertain.catalog, CROPS, actor="tests", progress=silent)
    assert again.snapshot is None


def test_crops_that_were_not_evaluated_anew_keep_their_confidence_and_their_rows(own_uncertain):
    before = own_uncertain.snapshot.layers
    write_source(own_uncertain.directory, "slope", cells=120, fill=5)
    ingest(own_uncertain.store, own_uncertain.catalog, ["slope"], actor="tests", progress=silent)
    evaluate(own_uncertain.store, own_uncertain.catalog, ["maize"], actor="tests", progress=silent)
    after = own_uncertain.snapshot.layers
    assert after["confidence_maize"] != before["confidence_maize"]
    assert after["confidence_cocoa"] == before["confidence_cocoa"]
    assert set(table(own_uncertain)["crop"]) == set(CROPS)


def test_a_crop_whose_inputs_are_not_known_to_be_uncertain_any_more_leaves_the_tables(own_uncertain):
    nation = own_uncertain
    for name in ("ph_h2o_sd", "soc_q95"):
        (nation.directory / "config" / "layers" / f"{name}.yaml").unlink()
    write_source(nation.directory, "rainfall_annual", cells=120, fill=1500)
    catalog = load(nation.directory / "config")
    ingest(nation.store, catalog, ["rainfall_annual"], actor="tests", progress=silent)
    evaluate(nation.store, catalog, ["maize"], actor="tests", progress=silent)
    assert set(table(nation)["crop"]) == {"cocoa", "rice_irrigated"}
    stale = {finding.layer for finding in stale_results(nation.store, nation.snapshot)}
    assert "confidence_maize" in stale


@pytest.mark.parametrize("region", ["01.01", "01.04"])
def test_a_unit_asked_live_equals_its_row_in_the_table(uncertain, region):
    row = table(uncertain).set_index("id").loc[f"{region}.maize"]
    answer = land_suitability(
        uncertain.store, uncertain.catalog, uncertain.snapshot, area={"region": region}, crop="maize"
    )["confidence"]
    assert answer["confidence_pct"] == pytest.approx(row["confidence_pct"], abs=1e-3)
    for each in answer["classes"]:
        name = each["class"].lower()
        assert each["expected_ha"] == pytest.approx(row[f"expected_{name}_ha"], abs=1e-2)
        ends = [row[f"{name}_correlated_{end}_ha"] for end in ("low", "high")]
        assert each["correlated_ha"] == pytest.approx(ends, abs=1e-2)
        ends = [row[f"{name}_{end}_ha"] for end in ("low", "high")]
        assert each["range_ha"] == pytest.approx(ends, abs=1e-2)
    assert [one["characteristic"] for one in answer["uncertain"]] == ["ph_h2o", "soc"]
    assert "slope" in answer["conditional_on"]


def test_an_answer_without_any_known_uncertainty_says_none(nation):
    answer = land_suitability(
        nation.store, nation.catalog, nation.snapshot, area={"region": "01"}, crop="maize"
    )
    assert answer["confidence"] is None


def test_an_area_without_data_has_no_confidence(uncertain):
    answer = land_suitability(
        uncertain.store,
        uncertain.catalog,
        uncertain.snapshot,
        area={"bbox": [120.0, -7.02, 120.002, -7.01]},
        crop="maize",
    )
    assert answer["confidence"]["confidence_pct"] is None
    assert {one["expected_ha"] for one in answer["confidence"]["classes"]} == {0.0}
