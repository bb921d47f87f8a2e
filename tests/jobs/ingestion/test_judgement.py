"""What an ingestion publishes fits together as it is served, whatever else waits, is held or drops out."""

import json

import geopandas as gpd
import numpy as np
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.errors import BlockedError
from soilinfo.jobs import ingest as ingestion
from soilinfo.jobs.ingestion.release import release
from soilinfo.jobs.runs.freshness import blocked_layers, stale_results
from tests.jobs.ingestion.test_candidates import CELLS, Country, ramp
from tests.jobs.ingestion.test_tables import TABLE


@pytest.fixture
def country(tmp_path):
    made = Country(tmp_path)
    yield made
    made.store.close()


def quantiles(country, low, high, **config):
    """Write a generation of q05 and q50; ``config`` is what is said of q05."""
    country.write("clay_q05", ramp(10, 20) + low, property="clay", statistic="q05", **config)
    country.write("clay_q50", ramp(10, 20) + high, property="clay", statistic="q50")


BOTH = ("clay_q05", "clay_q50")


def served(country):
    return dict(country.store.ledger.current().layers)


def released(country, layer, version=None, **options):
    return release(country.store, load(country.config), layer, version, actor="siti", reason="r", **options)


def widen(country):
    """Let the national grid begin further west."""
    path = country.config / "grid.yaml"
    grid = yaml.safe_load(path.read_text())
    grid["bounds"][0] -= 0.125
    path.write_text(yaml.safe_dump(grid))


# ---- the company that people see ----


def test_a_layer_is_judged_beside_what_is_served_and_not_beside_what_waits(country):
    quantiles(country, 5, 10, release="always")
    country.ingest(*BOTH)
    released(country, "clay_q05")
    quantiles(country, 0, 2, release="always")
    report, found = country.ingest(*BOTH)
    assert (report.waiting, report.blocked) == (["clay_q05"], ["clay_q50"])
    assert found["clay_q50"]["quantiles_cross"].severity == "block"
    released(country, "clay_q05")
    assert set(country.ingest(*BOTH)[0].published) == {"clay_q50"}


def test_a_layer_is_judged_beside_what_is_served_and_not_beside_what_was_withdrawn(country):
    quantiles(country, 5, 10)
    good = country.ingest(*BOTH)[0].snapshot
    quantiles(country, 0, 10)
    country.ingest(*BOTH)
    country.store.ledger.rollback(good, actor="siti", reason="wrong unit")
    quantiles(country, 0, 2)
    report, _ = country.ingest()
    assert "clay_q05" in report.held
    assert "clay_q50" in report.blocked


def test_a_version_written_by_a_run_that_was_killed_is_judged_before_it_is_served(country, monkeypatch):
    quantiles(country, 5, 10)
    country.ingest(*BOTH)
    quantiles(country, 0, 2)

    def killed(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(ingestion, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        country.ingest(*BOTH)
    monkeypatch.undo()
    quantiles(country, 5, 2)
    assert country.ingest(*BOTH)[0].blocked == ["clay_q50"]


def test_what_fits_only_beside_a_layer_that_drops_out_drops_out_with_it(country):
    country.write("clay_q95", ramp(10, 20) + 15, property="clay", statistic="q95")
    quantiles(country, 5, 10)
    country.ingest("clay_q95", *BOTH)
    before = served(country)
    quantiles(country, 25, 30)
    country.write("clay_q95", ramp(10, 20) + 35, property="clay", statistic="q95", most_lost_pct=0)
    holed = ramp(10, 20) + 35
    holed[:5] = np.nan
    country.write("clay_q95", holed, property="clay", statistic="q95", most_lost_pct=0)
    report, found = country.ingest("clay_q95", *BOTH)
    assert sorted(report.blocked) == ["clay_q05", "clay_q50", "clay_q95"]
    assert "data_lost" in found["clay_q95"]
    assert "quantiles_cross" in found["clay_q50"]
    assert {name: served(country)[name] for name in BOTH} == {name: before[name] for name in BOTH}


def test_a_layer_that_is_blocked_by_itself_keeps_no_other_one_out(country):
    quantiles(country, 5, 10)
    country.ingest(*BOTH)
    quantiles(country, 0, 2, expected_range=[40, 50], severity={"expected_range": "block"})
    quantiles(country, 12, 11, expected_range=[40, 50], severity={"expected_range": "block"})
    report, _ = country.ingest(*BOTH)
    assert report.blocked == ["clay_q05"]
    assert set(report.published) == {"clay_q50"}


def test_old_content_that_comes_back_is_compared_and_waits_like_any_other(country):
    country.write("clay", ramp(10, 40), release="on_warning")
    country.ingest("clay")
    country.write("clay", ramp(10, 40) + 30, release="on_warning")
    assert country.ingest("clay")[0].waiting == ["clay"]
    released(country, "clay")
    country.write("clay", ramp(10, 40), release="on_warning")
    report, found = country.ingest("clay")
    assert report.waiting == ["clay"]
    assert "implausible_jump" in found["clay"]


# ---- release ----


def test_a_release_that_does_not_fit_is_refused_unless_its_company_comes_along(country):
    quantiles(country, 5, 10)
    country.ingest(*BOTH)
    quantiles(country, 0, 2, release="always")
    path = country.config / "layers" / "clay_q50.yaml"
    path.write_text(path.read_text() + json.dumps("release") + ": always\n")
    assert country.ingest(*BOTH)[0].waiting == ["clay_q05", "clay_q50"]
    before = served(country)
    with pytest.raises(BlockedError, match="clay_q50: 'clay_q05' lies above 'clay_q50'"):
        released(country, "clay_q50")
    assert served(country) == before
    snapshot = released(country, "clay_q50", together=["clay_q05"])
    assert {name: snapshot.layers[name] != before[name] for name in BOTH} == dict.fromkeys(BOTH, True)
    assert [len(country.store.ledger.decisions(name)) for name in BOTH] == [1, 1]


# ---- rollbacks are remembered by content ----


@pytest.mark.parametrize("edit", ["description", "cells"])
def test_withdrawn_content_is_held_under_every_name_until_a_person_names_it(country, edit):
    country.write("clay", ramp(10, 40))
    good = country.ingest("clay")[0].snapshot
    wrong = ramp(11, 41).round()
    country.write("clay", wrong)
    bad = country.ingest("clay")[0].published["clay"]
    country.store.ledger.rollback(good, actor="siti", reason="wrong")
    if edit == "description":
        country.write("clay", wrong, attribution="tests, spelled otherwise")
    else:
        country.write("clay", wrong + 1e-4)  # another file, the same cells once packed
    report, _ = country.ingest()
    assert report.held == ["clay"]
    assert country.ingest("clay")[0].published["clay"] != bad
    assert country.ingest()[0].held == []
    version = served(country)["clay"]
    checks = {record.finding.check for record in country.store.ledger.findings("clay", version)}
    assert "held_back" not in checks


# ---- levels ----


def renumbered(country, level, **codes):
    path = country.directory / "sources" / "regions.gpkg"
    units = gpd.read_file(path, layer=level)
    units["kode"] = [codes.get(f"_{code.replace('.', '_')}", code) for code in units["kode"]]
    units.to_file(path, layer=level)


def test_a_parent_whose_served_children_would_lead_nowhere_is_blocked(country):
    regions = country.config / "regions.yaml"
    country.ingest("provinces", "regencies")
    before = served(country)
    regions.write_text(
        regions.read_text().replace("provinces:\n", "provinces:\n  most_vanished_pct: 100\n", 1)
    )
    renumbered(country, "provinces", _01="02")
    report, found = country.ingest("provinces")
    assert report.blocked == ["provinces"]
    orphans = found["provinces"]["orphaned_children"]
    assert (orphans.severity, orphans.count, orphans.evidence["child"]) == ("block", 4, "regencies")
    assert served(country)["provinces"] == before["provinces"]


def test_a_level_is_looked_at_again_when_the_box_of_the_country_changes(country):
    first = country.ingest("provinces")[0].published["provinces"]
    widen(country)
    assert country.ingest("provinces")[0].published["provinces"] != first


def test_tables_about_a_level_come_along_when_it_is_named(country):
    (country.config / "tables").mkdir()
    (country.config / "tables" / "planted.yaml").write_text(json.dumps(TABLE))
    (country.directory / "sources" / "planted.csv").write_text("Kode,Tanaman,Luas\n01.01,padi,5")
    country.ingest("provinces", "regencies", "planted")
    regions = country.config / "regions.yaml"
    regions.write_text(regions.read_text().replace("regencies:\n", "regencies:\n  sliver_width_m: 60\n", 1))
    report, _ = country.ingest("regencies")
    assert {"regencies", "planted"} <= set(report.published)
    assert not stale_results(country.store, country.store.ledger.current())


# ---- what config no longer has ----


def test_a_blocked_layer_that_config_drops_is_forgotten(country):
    country.write("clay", ramp(-20, -10))
    assert country.ingest("clay")[0].blocked == ["clay"]
    (country.config / "layers" / "clay.yaml").unlink()
    assert country.ingest("provinces")[0].forgotten == ["clay"]
    assert blocked_layers(country.store) == []
    assert country.store.ledger.quarantined() == []
    assert country.ingest("provinces")[0].forgotten == []


# ---- what is lost, and what is not compared ----


def test_a_map_that_loses_most_of_its_cells_is_blocked_unless_config_allows_it(country):
    country.write("clay", ramp(10, 40))
    country.ingest("clay")
    holed = ramp(10, 40)
    holed[: CELLS * 2 // 3] = np.nan
    country.write("clay", holed)
    report, found = country.ingest("clay")
    assert report.blocked == ["clay"]
    assert found["clay"]["data_lost"].evidence["lost_pct"] == pytest.approx(200 / 3, abs=0.1)
    country.write("clay", holed, most_lost_pct=70)
    assert set(country.ingest("clay")[0].published) == {"clay"}


def test_a_published_version_of_another_form_is_said_not_to_be_compared(country):
    country.write("clay", ramp(10, 40))
    country.ingest("clay")
    widen(country)
    assert country.ingest("clay")[1]["clay"]["not_compared"].severity == "note"


def test_two_layers_from_one_band_of_one_file_are_the_same_though_packed_otherwise(country):
    country.write("clay", ramp(10, 14))
    country.write("ph", ramp(10, 14), property="ph_h2o", unit="pH", source="../sources/clay.tif")
    report, found = country.ingest("clay", "ph")
    assert sorted(report.blocked) == ["clay", "ph"]
    assert found["ph"]["identical_layers"].evidence["layers"] == ["clay"]
