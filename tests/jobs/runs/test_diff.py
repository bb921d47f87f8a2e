"""What changed between two versions, by class, value, region; and what cannot be compared."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import yaml

from soilinfo.catalog.load import load
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.diff import chosen, diff
from soilinfo.jobs.runs.run import silent
from tests.country import write_source


def again(nation):
    return ingest(nation.store, load(nation.catalog.directory), actor="tests", progress=silent)


def rows(nation, layer, *names, **options):
    """Rows of a comparison by section."""
    found = {}
    for row in diff(nation.store, nation.catalog, chosen(nation.store, layer, *names), **options):
        found.setdefault(row["section"], []).append(row)
    return found


def edit(nation, layer, change):
    """Write a source again, its cells changed in place."""
    with rasterio.open(nation.directory / "sources" / f"{layer}.tif", "r+") as source:
        values = source.read(1)
        change(values)
        source.write(values, 1)


def test_hectares_that_changed_were_gained_and_lost_are_those_on_the_ellipsoid(own_nation):
    def change(values):
        values[0, 100:110] += 0.5
        values[1, 100:105] = np.nan
        values[2, 0:3] = 5.0

    edit(own_nation, "ph_h2o", change)
    again(own_nation)
    found = rows(own_nation, "ph_h2o")
    cells = {row["what"]: row for row in found["cells"]}
    assert {what: row["cells"] for what, row in cells.items()} == {
        "same": 240 * 216 - 15,
        "changed": 10,
        "gained": 3,
        "lost": 5,
    }
    areas = own_nation.catalog.grid.row_areas()
    assert cells["changed"]["ha"] == pytest.approx(10 * areas[0], abs=1e-3)
    assert cells["lost"]["ha"] == pytest.approx(5 * areas[1], abs=1e-3)
    difference = {row["statistic"]: row["difference"] for row in found["differences"]}
    assert difference["median"] == 0
    assert difference["mean"] == pytest.approx(0.5 * 10 / (240 * 216 - 5), rel=0.01)
    assert {row["statistic"] for row in found["statistics"]} >= {"mean", "q05", "median", "q95"}


def test_changes_are_added_up_by_region_the_most_changed_first(own_nation):
    def change(values):
        values[0, 100:110] += 0.5
        values[0, 200:230] += 0.5

    edit(own_nation, "ph_h2o", change)
    again(own_nation)
    by_unit = rows(own_nation, "ph_h2o", level="regencies")["units"]
    assert [row["code"] for row in by_unit] == ["01.02", "01.01"]
    assert by_unit[0]["changed_ha"] > by_unit[1]["changed_ha"] > 0
    assert [row["code"] for row in rows(own_nation, "ph_h2o", top=1)["units"]] == ["01.02"]
    with pytest.raises(UnknownNameError, match="no published level 'villages'"):
        rows(own_nation, "ph_h2o", level="villages")


def test_classes_are_told_with_their_transitions(own_nation):
    def change(values):
        wells = values == 1
        values[wells] = 3

    edit(own_nation, "drainage", change)
    again(own_nation)
    found = rows(own_nation, "drainage")
    classes = {row["class"]: row for row in found["classes"]}
    assert classes["well"]["after_ha"] == 0
    assert classes["well"]["change_ha"] == pytest.approx(-classes["poor"]["change_ha"], abs=1e-3)
    moved = [row for row in found["transitions"] if row["from"] != row["to"]]
    assert [(row["from"], row["to"]) for row in moved] == [("well", "poor")]
    assert moved[0]["ha"] == pytest.approx(classes["well"]["before_ha"], abs=1e-3)


def test_suitability_is_compared_by_scenario(own_nation):
    write_source(own_nation.directory, "ph_h2o", fill=4.1)
    again(own_nation)
    evaluate(own_nation.store, own_nation.catalog, ["maize"], actor="tests", progress=silent)
    found = rows(own_nation, "suitability_maize")
    assert {row["part"] for row in found["classes"]} == {
        "actual",
        "potential_low",
        "potential_medium",
        "potential_high",
    }
    actual = {row["class"]: row["change_ha"] for row in found["classes"] if row["part"] == "actual"}
    assert set(actual) == {"S1", "S2", "S3", "N"}
    assert any(actual.values())


def test_versions_are_named_by_snapshot_or_by_version(own_nation):
    first = own_nation.snapshot.layers["soc"]
    write_source(own_nation.directory, "soc", fill=2.0)
    second = again(own_nation).published["soc"]
    by_default, by_snapshot = chosen(own_nation.store, "soc"), chosen(own_nation.store, "soc", "1")
    assert (by_default.before.version, by_default.after.version) == (first, second)
    assert by_snapshot == by_default
    back = chosen(own_nation.store, "soc", second, first)
    assert (back.before.version, back.after.version) == (second, first)


def test_what_cannot_be_compared_is_said_clearly(own_nation):
    with pytest.raises(InputError, match="of 'soc' only one version was ever published"):
        chosen(own_nation.store, "soc")
    with pytest.raises(UnknownNameError, match="no layer or collection 'sox'"):
        chosen(own_nation.store, "sox")
    with pytest.raises(UnknownNameError, match="no version of 'soc' 'v7'"):
        chosen(own_nation.store, "soc", "v7")
    grid = own_nation.catalog.directory / "grid.yaml"
    grid.write_text(grid.read_text().replace("arc_seconds: 7.5", "arc_seconds: 15"))
    again(own_nation)
    with pytest.raises(InputError, match="lie on different grids"):
        rows(own_nation, "soc")


def test_units_of_a_level_are_told_that_came_went_or_were_renamed(own_nation):
    path = own_nation.directory / "sources" / "regions.gpkg"
    units = gpd.read_file(path, layer="regencies")
    units.loc[0, "nama"] = "Kabupaten Baru"
    units.loc[1, "kode"] = "01.09"
    units.to_file(path, layer="regencies")
    levels = own_nation.catalog.directory / "regions.yaml"
    described = yaml.safe_load(levels.read_text())
    described["regencies"]["most_vanished_pct"] = 25
    levels.write_text(yaml.safe_dump(described))
    again(own_nation)
    told = rows(own_nation, "regencies")["regions"]
    assert [(row["what"], row["code"]) for row in told] == [
        ("renamed", "01.01"),
        ("removed", "01.02"),
        ("added", "01.09"),
    ]
    assert told[0]["old_name"] == "Kabupaten 01.01"
    table = own_nation.snapshot.layers["suitability_by_regencies"]
    with pytest.raises(InputError, match="'suitability_by_regencies' cannot be compared"):
        rows(own_nation, "suitability_by_regencies", table, table)
