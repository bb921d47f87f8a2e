"""Before publication layers are held against each other and against the published versions."""

from collections import defaultdict

import numpy as np
import pytest
import rasterio
import yaml
from affine import Affine

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import CELL, NORTH, WEST, write_country

CELLS = 60
SEA = CELLS // 10
FACTS = {"licence": "CC0-1.0", "attribution": "tests", "depth": [0, 30]}


class Country:
    """A country of a few layers, which a test writes and ingests as it likes."""

    def __init__(self, directory):
        self.directory = directory
        self.config = write_country(directory, cells=CELLS)
        self.store = open_store(Settings(store=directory / "store", db=None))

    def write(self, name, values, **config):
        """Write one source on land, the sea left out, and what config says of it."""
        cells = np.full((CELLS, CELLS), np.nan, "float32")
        cells[:, SEA:] = np.broadcast_to(values, (CELLS, CELLS))[:, SEA:]
        path = self.directory / "sources" / f"{name}.tif"
        facts = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "nodata": np.nan}
        transform = Affine(CELL, 0, WEST, 0, -CELL, NORTH)
        with rasterio.open(path, "w", width=CELLS, height=CELLS, transform=transform, **facts) as target:
            target.write(cells, 1)
        described = {"property": name, "source": f"../sources/{name}.tif", "unit": "%"} | FACTS | config
        (self.config / "layers" / f"{name}.yaml").write_text(yaml.safe_dump(described))

    def ingest(self, *names):
        """The report of a run, and its findings by layer and check."""
        report = ingest(self.store, load(self.config), names or None, actor="tests", progress=silent)
        found = defaultdict(dict)
        for finding in report.findings:
            found[finding.layer][finding.check] = finding
        return report, found


@pytest.fixture
def country(tmp_path):
    made = Country(tmp_path)
    yield made
    made.store.close()


def ramp(low, high):
    return np.linspace(low, high, CELLS * CELLS, dtype="float32").reshape(CELLS, CELLS)


def inside(place):
    west, south = WEST, NORTH - CELLS * CELL
    return west <= place[0] <= west + CELLS * CELL and south <= place[1] <= NORTH


def test_the_country_of_the_tests_has_nothing_to_find(country):
    report, found = country.ingest()
    assert not report.blocked
    assert not {check for checks in found.values() for check in checks} & {"implausible_jump", "coverage"}


def test_a_new_version_far_from_the_published_one_warns_with_figures_and_a_place(country):
    country.write("clay", ramp(10, 40))
    country.ingest("clay")
    country.write("clay", ramp(10, 40) + 30)
    report, found = country.ingest("clay")
    jump = found["clay"]["implausible_jump"]
    assert "clay" in report.published
    assert jump.severity == "warn"
    assert jump.count == CELLS * (CELLS - SEA)
    assert jump.evidence["found"]["q50_shift"] == pytest.approx(30 / 27, abs=0.02)
    assert inside(jump.evidence["place"])


def test_a_small_change_is_no_jump_and_the_limits_are_those_of_the_layer(country):
    country.write("clay", ramp(10, 40))
    country.ingest("clay")
    country.write("clay", ramp(10, 40) + 1)
    assert "implausible_jump" not in country.ingest("clay")[1]["clay"]
    country.write("clay", ramp(10, 40) + 2, jump={"mean_shift": 0.01}, severity={"implausible_jump": "block"})
    report, found = country.ingest("clay")
    assert report.blocked == ["clay"]
    assert found["clay"]["implausible_jump"].evidence["found"]["mean_shift"] == pytest.approx(0.115, abs=0.01)


def test_land_that_loses_its_data_is_a_jump(country):
    country.write("clay", ramp(10, 40))
    country.ingest("clay")
    holed = ramp(10, 40)
    holed[:20] = np.nan
    country.write("clay", holed)
    jump = country.ingest("clay")[1]["clay"]["implausible_jump"]
    assert jump.evidence["found"]["lost_pct"] == pytest.approx(100 / 3)


def test_two_layers_of_one_run_that_are_the_same_are_both_blocked(country):
    country.write("clay", ramp(10, 40))
    country.write("sand", ramp(10, 40))
    report, found = country.ingest("clay", "sand")
    assert report.blocked == ["clay", "sand"]
    assert found["clay"]["identical_layers"].evidence["layers"] == ["sand"]
    assert inside(found["sand"]["identical_layers"].evidence["place"])


def test_a_layer_that_is_a_published_one_under_another_name_is_blocked(country):
    country.write("clay", ramp(10, 40))
    country.ingest("clay")
    country.write("clay_deep", ramp(10, 40), property="clay", depth=[30, 60])
    report, _ = country.ingest("clay_deep")
    assert report.blocked == ["clay_deep"]
    assert "clay_deep" not in country.store.ledger.current().layers
    assert "clay" in country.store.ledger.current().layers


def test_layers_of_one_value_are_not_taken_for_the_same_file(country):
    country.write("clay", 20)
    country.write("sand", 20)
    report, found = country.ingest("clay", "sand")
    assert not report.blocked
    assert set(found["clay"]) == {"constant_layer"}


def test_fractions_that_do_not_add_up_warn_with_counts_and_the_worst_place(country):
    sand = np.full((CELLS, CELLS), 50.0)
    sand[3, 30:40] = [60, 61, 62, 63, 64, 65, 66, 67, 68, 69]
    country.write("sand", sand)
    country.write("silt", ramp(29, 31))
    country.write("clay", 50 - ramp(29, 31))
    found = country.ingest("sand", "silt", "clay")[1]
    for name in ("sand", "silt", "clay"):
        off = found[name]["texture_sum"]
        assert (off.severity, off.count) == ("warn", 10)
        assert off.evidence["furthest_from_100"] == pytest.approx(19, abs=0.2)
        assert off.evidence["place"] == pytest.approx([WEST + 39.5 * CELL, NORTH - 3.5 * CELL], abs=1e-6)


def test_fractions_of_different_depths_are_not_added_up(country):
    country.write("sand", ramp(10, 20))
    country.write("silt", ramp(30, 40))
    country.write("clay", ramp(10, 30), depth=[30, 60])
    assert "texture_sum" not in country.ingest("sand", "silt", "clay")[1]["clay"]


def test_a_standard_deviation_is_held_against_its_mean(country):
    country.write("clay", ramp(10, 40))
    spread = ramp(1, 50)
    spread[5, 20] = np.nan
    country.write("clay_sd", spread, property="clay", statistic="sd")
    found = country.ingest("clay", "clay_sd")[1]
    assert found["clay_sd"]["uncertainty_missing"].count == 1
    assert inside(found["clay_sd"]["uncertainty_missing"].evidence["place"])
    assert found["clay_sd"]["uncertainty_too_large"].evidence["largest"] == pytest.approx(50)
    assert found["clay_sd"]["uncertainty_too_large"].evidence["range"] == pytest.approx(30, abs=0.5)


def test_a_negative_standard_deviation_is_blocked(country):
    country.write("clay", ramp(10, 40))
    country.write("clay_sd", ramp(-1, 5), property="clay", statistic="sd")
    report, found = country.ingest("clay", "clay_sd")
    assert report.blocked == ["clay_sd"]
    assert "0 to 100" in found["clay_sd"]["value_range"].message


def test_quantiles_that_cross_are_blocked_and_a_mean_outside_them_warns(country):
    country.write("clay_q05", ramp(10, 20), property="clay", statistic="q05")
    country.write("clay_q50", ramp(15, 25), property="clay", statistic="q50")
    country.write("clay_q95", ramp(12, 22), property="clay", statistic="q95")
    country.write("clay", ramp(1, 9))
    report, found = country.ingest("clay_q05", "clay_q50", "clay_q95", "clay")
    assert report.blocked == ["clay_q50", "clay_q95"]
    crossed = found["clay_q95"]["quantiles_cross"]
    assert crossed.evidence["layers"] == ["clay_q50", "clay_q95"]
    assert crossed.evidence["largest"] == pytest.approx(3)
    assert found["clay"]["mean_outside_quantiles"].severity == "warn"


def test_values_outside_the_stated_range_of_a_layer_warn(country):
    country.write("clay", ramp(10, 40), expected_range=[5, 35])
    found = country.ingest("clay")[1]["clay"]["expected_range"]
    assert found.severity == "warn"
    assert found.evidence["found"] == pytest.approx([10, 40], abs=0.2)
    assert inside(found.evidence["place"])


def test_a_territory_with_too_little_data_names_the_largest_hole(country):
    holed = ramp(10, 40)
    holed[30:50, 25:55] = np.nan
    country.write("clay", holed, least_coverage_pct=80)
    found = country.ingest("provinces", "regencies", "clay")[1]["clay"]["coverage"]
    assert found.evidence["covered_pct"] == pytest.approx(90 - 100 * 600 / 3600, abs=0.2)
    longitude, latitude = found.evidence["place"]
    assert WEST + 25 * CELL < longitude < WEST + 55 * CELL
    assert NORTH - 50 * CELL < latitude < NORTH - 30 * CELL


def test_enough_data_is_no_finding(country):
    country.write("clay", ramp(10, 40), least_coverage_pct=85)
    assert "coverage" not in country.ingest("provinces", "regencies", "clay")[1]["clay"]


def test_tiles_are_ingested_as_one_layer_and_each_of_them_counts_as_content(country):
    country.write("west", ramp(10, 40))
    country.write("east", ramp(10, 40))
    for name in ("west", "east"):
        (country.config / "layers" / f"{name}.yaml").unlink()
    country.write("clay", ramp(1, 2), source=["../sources/west.tif", "../sources/east.tif"])
    first = country.ingest("clay")[0].published["clay"]
    assert country.ingest("clay")[0].unchanged == ["clay"]
    country.write("east", ramp(12, 42))
    (country.config / "layers" / "east.yaml").unlink()
    report, found = country.ingest("clay")
    assert report.blocked == ["clay"]
    assert found["clay"]["tiles_disagree"].count == CELLS * (CELLS - SEA)
    country.write("clay", ramp(1, 2), source="../sources/*st.tif", merge="first")
    report, found = country.ingest("clay")
    assert found["clay"]["tiles_disagree"].severity == "note"
    assert report.published["clay"] != first
