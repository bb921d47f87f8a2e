"""The nation is evaluated from one snapshot; tables by unit add up and say what is missing."""

import errno
import threading
from dataclasses import replace

import numpy as np
import pytest

from soilinfo.errors import InputError, StoreError, UnknownNameError
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.evaluation.inputs import choose_inputs
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.nightly.overview import held_layers
from soilinfo.jobs.planning.area import zonal_statistics
from soilinfo.jobs.runs.freshness import stale_results
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.cube_writer import CubeWriter
from soilinfo.store.home import open_store
from tests.country import LAYERS, write_source
from tests.served import CROPS


def table(nation, name):
    return nation.store.vector.read(name, nation.snapshot.layers[name])


def test_classes_and_tables_appear_in_one_snapshot(nation):
    expected = {f"suitability_{crop}" for crop in CROPS}
    expected |= {
        f"{kind}_by_{level}"
        for kind in ("suitability", "properties", "classes", "direction", "suitable_crops", "indicators")
        for level in ("nation", "provinces", "regencies")
    }
    assert set(nation.evaluated.published) == expected | {"direction", "nation"}


def test_each_result_stores_rule_criteria_set_and_inputs(nation):
    version = nation.store.ledger.version("suitability_maize", nation.snapshot.layers["suitability_maize"])
    assert version.metadata["boundary_rule"] == "as_printed"
    assert version.metadata["criteria_set"] == "lasem"
    assert version.inputs["ph_h2o"] == nation.snapshot.layers["ph_h2o"]
    assert "k2o_hcl25" in version.metadata["unused"]
    assert not set(version.metadata["unused"]) & set(LAYERS)
    assert version.metadata["edition"] == nation.catalog.crop("maize").edition


def test_each_result_keeps_the_worst_class_of_every_row_it_was_made_by(nation):
    for crop in CROPS:
        name = f"suitability_{crop}"
        kept = nation.store.ledger.version(name, nation.snapshot.layers[name]).parameters["crop"]
        rows = nation.catalog.crop(crop).characteristics
        assert {key: row["worst_class"] for key, row in kept["characteristics"].items()} == {
            key: row.worst_class for key, row in rows.items()
        }


def test_every_row_of_the_tables_names_criteria_edition_and_boundary_rule(nation):
    for level in ("provinces", "regencies"):
        rows = table(nation, f"suitability_by_{level}")
        for crop, own in rows.groupby("crop"):
            assert set(own["criteria_set"]) == {nation.catalog.crop(crop).criteria_set}
            assert set(own["edition"]) == {nation.catalog.crop(crop).edition}
        assert set(rows["boundary_rule"]) == {"as_printed"}


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
    assert report.unchanged == ["suitability_rice_irrigated"]
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
    with pytest.raises(
        UnknownNameError, match=r"no crop or product 'durain'; there are: .*Did you mean 'durian'\?"
    ):
        evaluate(nation.store, nation.catalog, ["durain"], actor="tests", progress=silent)
    empty = open_store(Settings(store=tmp_path / "empty", db=None))
    with pytest.raises(InputError, match="no layer is published"):
        evaluate(empty, nation.catalog, None, actor="tests", progress=silent)
    empty.close()


def test_a_property_is_represented_by_its_topsoil_layer(nation):
    inputs, findings = choose_inputs(nation.store, nation.catalog, nation.snapshot)
    assert {one.layer for one in inputs.values()} == set(LAYERS)
    assert findings == []


def test_layers_of_another_depth_or_an_earlier_time_stand_back(nation):
    ph = nation.catalog.layers["ph_h2o"]
    others = {
        "ph_subsoil": ph.model_copy(update={"depth": (30.0, 60.0), "time": "2024"}),
        "ph_old": ph.model_copy(update={"time": "2015"}),
        "ph_new": ph.model_copy(update={"time": "2001/2020"}),
        "ph_sd": ph.model_copy(update={"statistic": "sd", "time": "2025"}),
    }
    catalog = nation.catalog.model_copy(update={"layers": {**nation.catalog.layers, **others}})
    version = nation.snapshot.layers["ph_h2o"]
    snapshot = replace(nation.snapshot, layers={**nation.snapshot.layers, **dict.fromkeys(others, version)})
    inputs, _ = choose_inputs(nation.store, catalog, snapshot)
    assert inputs["ph_h2o"].layer == "ph_new"


def with_property(catalog, name, **changes):
    changed = catalog.properties[name].model_copy(update=changes)
    return catalog.model_copy(update={"properties": {**catalog.properties, name: changed}})


def test_a_layer_stored_under_another_scale_is_left_out_with_a_finding_never_misread(own_nation):
    changed = with_property(own_nation.catalog, "ph_h2o", decimals=1)
    inputs, findings = choose_inputs(own_nation.store, changed, own_nation.snapshot)
    assert "ph_h2o" not in inputs
    assert [(finding.check, finding.layer) for finding in findings] == [("outdated_layer", "ph_h2o")]
    with pytest.raises(InputError, match="ingest it again"):
        zonal_statistics(
            own_nation.store, changed, own_nation.snapshot, area={"region": "01"}, layer="ph_h2o"
        )
    report = evaluate(own_nation.store, changed, ["maize"], actor="tests", progress=silent)
    assert "outdated_layer" in {finding.check for finding in report.findings}
    version = own_nation.store.ledger.version(
        "suitability_maize", own_nation.snapshot.layers["suitability_maize"]
    )
    assert "ph_h2o" in version.metadata["unused"]


def test_a_layer_on_another_grid_is_never_read_as_if_it_were_on_this_one(own_nation):
    shifted = own_nation.catalog.model_copy(update={"grid": replace(own_nation.catalog.grid, west=119.95)})
    with pytest.raises(InputError, match="no layer is published"):
        evaluate(own_nation.store, shifted, ["maize"], actor="tests", progress=silent)


def test_another_group_of_a_class_makes_the_layer_a_new_version(own_nation):
    table = own_nation.catalog.class_tables["drainage"]
    classes = tuple(entry.model_copy(update={"group": "poor"}) for entry in table.classes)
    tables = {**own_nation.catalog.class_tables, "drainage": table.model_copy(update={"classes": classes})}
    catalog = own_nation.catalog.model_copy(update={"class_tables": tables})
    report = ingest(own_nation.store, catalog, None, actor="tests", progress=silent)
    assert set(report.published) == {"drainage"}


def test_results_whose_inputs_were_replaced_are_named_until_they_are_evaluated_again(own_nation):
    assert stale_results(own_nation.store, own_nation.snapshot) == []
    write_source(own_nation.directory, "rainfall_annual", fill=1500.0)
    ingest(own_nation.store, own_nation.catalog, None, actor="tests", progress=silent)
    stale = {finding.layer for finding in stale_results(own_nation.store, own_nation.snapshot)}
    assert {"suitability_maize", "properties_by_regencies"} <= stale
    assert "suitability_rice_irrigated" not in stale
    evaluate(own_nation.store, own_nation.catalog, CROPS, actor="tests", progress=silent)
    assert stale_results(own_nation.store, own_nation.snapshot) == []


# ---- rollbacks ----


def with_rule(catalog, rule):
    rules = catalog.evaluation.model_copy(update={"boundary_rule": rule})
    return catalog.model_copy(update={"evaluation": rules})


def crops_counted(nation):
    rows = table(nation, "suitability_by_regencies")
    return dict(zip("suitability_" + rows["crop"], rows["version"], strict=True))


def test_what_a_rollback_withdrew_is_held_by_every_evaluation_until_its_crop_is_named(own_nation):
    store, good, wrong = own_nation.store, own_nation.snapshot, with_rule(own_nation.catalog, "worse")
    catalog = wrong.model_copy(update={"crops": {name: wrong.crops[name] for name in CROPS}})
    bad = evaluate(store, catalog, actor="cron", progress=silent).published
    store.ledger.rollback(good.id, actor="siti", reason="wrong criteria")
    report = evaluate(store, catalog, actor="cron", progress=silent)
    assert report.held == [f"suitability_{crop}" for crop in CROPS]
    assert own_nation.snapshot.layers == good.layers
    (message,) = {
        one.message
        for one in report.findings
        if one.layer == "suitability_maize"
        if "withdrawn" in one.message
    }
    assert "soilinfo evaluate maize" in message
    assert "suitability_maize" in {finding.layer for finding in held_layers(store)}

    report = evaluate(store, catalog, ["maize"], actor="siti", progress=silent)
    assert report.published["suitability_maize"] == bad["suitability_maize"]
    assert {name.partition("_by_")[0] for name in report.held} == {"direction", "suitable_crops"}
    published = own_nation.snapshot.layers
    assert crops_counted(own_nation) == {
        name: published[name] for name in bad if name in crops_counted(own_nation)
    }
    assert published["suitability_cocoa"] == good.layers["suitability_cocoa"]


def test_withdrawn_criteria_stay_withdrawn_when_the_maps_below_change(own_nation):
    store, good, wrong = own_nation.store, own_nation.snapshot, with_rule(own_nation.catalog, "worse")
    catalog = wrong.model_copy(update={"crops": {"maize": wrong.crops["maize"]}})
    evaluate(store, catalog, actor="cron", progress=silent)
    store.ledger.rollback(good.id, actor="siti", reason="wrong criteria")
    write_source(own_nation.directory, "rainfall_annual", fill=1500.0)
    ingest(store, catalog, ["rainfall_annual"], actor="cron", progress=silent)
    assert evaluate(store, catalog, actor="cron", progress=silent).held == ["suitability_maize"]


def test_a_result_withdrawn_because_of_a_map_is_made_anew_from_the_mended_map(own_nation):
    store, good = own_nation.store, own_nation.snapshot
    catalog = own_nation.catalog.model_copy(update={"crops": {"maize": own_nation.catalog.crops["maize"]}})
    for rainfall in (900.0, 1500.0):
        write_source(own_nation.directory, "rainfall_annual", fill=rainfall)
        ingest(store, catalog, ["rainfall_annual"], actor="cron", progress=silent)
        report = evaluate(store, catalog, actor="cron", progress=silent)
        assert "suitability_maize" in report.published
        assert not [name for name in report.held if name.startswith("suitability_")]
        if rainfall == 900.0:
            store.ledger.rollback(good.id, actor="siti", reason="wrong rainfall")


# ---- faults ----


def test_what_a_full_disk_interrupts_says_so_while_other_crops_are_still_being_written(
    own_nation, monkeypatch
):
    write, full, others = CubeWriter.write, threading.Event(), threading.Event()

    def failing(self, name, window, packed):
        if self.place.parent.name == "suitability_maize":
            others.wait(1)
            full.set()
            raise OSError(errno.ENOSPC, "No space left on device")
        others.set()
        full.wait(1)
        for part in range(200):
            (self.place / f"part-{part}").write_bytes(b"1")
        write(self, name, window, packed)

    monkeypatch.setattr(CubeWriter, "write", failing)
    changed = with_rule(own_nation.catalog, "worse")
    crops = ["maize", "rice_irrigated", "cocoa"]
    with pytest.raises(StoreError, match="No space left"):
        evaluate(own_nation.store, changed, crops, actor="tests", progress=silent)
