"""The nation is evaluated from one snapshot; tables by unit add up and say what is missing."""

import numpy as np
import pytest

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.inputs import choose_inputs
from soilinfo.jobs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import LAYERS, write_source
from tests.jobs.conftest import CROPS


def table(nation, name):
    return nation.store.vector.read(name, nation.snapshot.layers[name])


def test_classes_and_tables_appear_in_one_snapshot(nation):
    expected = {f"suitability_{crop}" for crop in CROPS}
    expected |= {
        f"{kind}_by_{level}"
        for kind in ("suitability", "properties", "classes")
        for level in ("provinces", "regencies")
    }
    assert set(nation.evaluated.published) == expected


def test_each_result_stores_rule_criteria_set_and_inputs(nation):
    version = nation.store.ledger.version("suitability_maize", nation.snapshot.layers["suitability_maize"])
    assert version.metadata["boundary_rule"] == "as_printed"
    assert version.metadata["criteria_set"] == "lasem"
    assert version.inputs["ph_h2o"] == nation.snapshot.layers["ph_h2o"]
    assert "k2o_hcl25" in version.metadata["unused"]
    assert not set(version.metadata["unused"]) & set(LAYERS)


def test_a_layer_of_another_depth_is_used_with_a_finding(nation):
    found = [
        f for f in nation.evaluated.findings if (f.check, f.layer) == ("depth_differs", "suitability_maize")
    ]
    assert len(found) == 1
    assert "cec 0-5 cm for 0-30 cm" in found[0].message


def test_hectares_of_a_unit_add_up_to_its_area(nation):
    rows = table(nation, "suitability_by_regencies")
    parts = rows[["s1_ha", "s2_ha", "s3_ha", "n_ha", "nodata_ha"]].sum(axis=1)
    assert np.allclose(parts, rows["total_ha"], rtol=1e-9, atol=1e-3)
    units = table(nation, "regencies").set_index("code")["area_ha"]
    assert np.allclose(rows["total_ha"], units.loc[rows["code"]], rtol=1e-5)


def test_the_province_is_the_sum_of_its_regencies(nation):
    columns = ["s1_ha", "s2_ha", "s3_ha", "n_ha", "nodata_ha", "partial_ha"]
    parts = table(nation, "suitability_by_regencies").groupby(["crop", "scenario"])[columns].sum()
    whole = table(nation, "suitability_by_provinces").set_index(["crop", "scenario"])[columns]
    assert np.allclose(whole.sort_index(), parts.sort_index(), atol=1e-2)


def test_sea_counts_as_no_data_never_as_a_class(nation):
    rows = table(nation, "suitability_by_provinces")
    # A tenth of the square is sea; half of the bow-tie regency, an eighth of the square, belongs to nobody.
    assert np.allclose(rows["nodata_pct"], 100 * 0.1 / 0.875, atol=0.05)


def test_official_hectares_stand_beside_and_keep_their_gap(nation):
    rows = table(nation, "suitability_by_regencies").drop_duplicates("code").set_index("code")
    assert rows.loc["01.01", "official_area_ha"] == 1000.0
    assert np.isnan(rows.loc["01.02", "official_area_ha"])


def test_potential_is_never_worse_than_actual(nation):
    layer = nation.store.cube.open("suitability_cocoa", nation.snapshot.layers["suitability_cocoa"])
    actual = layer.read("actual", layer.grid.window)
    for level in ("low", "medium", "high"):
        potential = layer.read(f"potential_{level}", layer.grid.window)
        assert ((potential <= actual) & ((potential == 0) == (actual == 0))).all()


def test_only_what_depends_on_a_changed_layer_is_computed_again(own_nation):
    before = own_nation.snapshot.layers
    write_source(own_nation.directory, "rainfall_annual", fill=1500.0)
    ingest(own_nation.store, own_nation.catalog, ["rainfall_annual"], actor="tests", progress=silent)
    report = evaluate(own_nation.store, own_nation.catalog, CROPS, actor="tests", progress=silent)
    assert "suitability_maize" in report.published
    assert report.unchanged == ["rice_irrigated"]
    assert own_nation.snapshot.layers["suitability_rice_irrigated"] == before["suitability_rice_irrigated"]
    assert (
        evaluate(own_nation.store, own_nation.catalog, CROPS, actor="tests", progress=silent).snapshot is None
    )


def test_property_tables_give_quantiles_and_the_arithmetic_mean(nation):
    row = table(nation, "properties_by_provinces").set_index("layer").loc["ph_h2o"]
    layer = nation.store.cube.open("ph_h2o", nation.snapshot.layers["ph_h2o"])
    values = layer.decode("ph_h2o", layer.read("ph_h2o", layer.grid.window))
    assert row["mean"] == pytest.approx(np.nanmean(values), abs=0.2)
    assert row["q05"] <= row["q25"] <= row["median"] <= row["q75"] <= row["q95"]
    assert row["unit"] == "pH"


def test_classes_become_shares_never_a_mean_class(nation):
    rows = table(nation, "classes_by_provinces")
    assert set(rows["layer"]) == {"drainage"}
    covered = rows["area_ha"].sum() + rows["nodata_ha"].iloc[0]
    assert covered == pytest.approx(rows["total_ha"].iloc[0], rel=1e-6)


def test_unknown_crops_and_empty_stores_are_refused(nation, tmp_path):
    with pytest.raises(UnknownNameError, match=r"no crop 'durain'; there are: .*Did you mean 'durian'\?"):
        evaluate(nation.store, nation.catalog, ["durain"], actor="tests", progress=silent)
    empty = open_store(Settings(store=tmp_path / "empty", db=None))
    with pytest.raises(InputError, match="no layer is published"):
        evaluate(empty, nation.catalog, None, actor="tests", progress=silent)
    empty.close()


def test_a_property_is_represented_by_its_topsoil_layer(nation):
    inputs = choose_inputs(nation.catalog, nation.snapshot)
    assert {one.layer for one in inputs.values()} == set(LAYERS)
