"""A soil map through the pipeline, in both homes: two collections, published together or not at all."""

from pathlib import Path

import pandas as pd
import psycopg
import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.ingestion.release import release
from soilinfo.jobs.runs.run import RunReport, silent
from soilinfo.settings import Settings
from soilinfo.store.home import Store
from soilinfo.store.vector import Query
from tests.country import write_country
from tests.soil_map import components, polygons, write_soil_map

BOTH = {"soil_map", "soil_map_components"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    found = write_country(tmp_path, cells=48)
    write_soil_map(found)
    return found


def ingested(store: Store, config: Path, *names: str) -> RunReport:
    return ingest(store, load(config), names or ("soil_map",), actor="tests", progress=silent)


def test_polygons_and_components_are_published_together(store: Store, config: Path):
    report = ingested(store, config)
    assert set(report.published) >= BOTH
    assert len(set(report.published.values())) == 1
    version = report.published["soil_map"]
    polygons = store.vector.read("soil_map", version)
    assert polygons["unit_code"].value_counts().to_dict() == {"KA-2": 2, "KA-1": 1, "AIR": 1}
    assert polygons.set_index("id")["name"]["AIR.1"] == "Water"
    table = store.vector.read("soil_map_components", version, Query(equal={"unit_code": "KA-1"}))
    assert table.groupby("component")["share_pct"].first().to_dict() == {"1": 60, "2": 40}
    assert table["ph_h2o"].tolist() == [4.6, 4.8, 4.9, 5.1]
    assert table.geometry.isna().all()


def test_the_same_sources_again_are_recognised(store: Store, config: Path):
    first = ingested(store, config)
    again = ingested(store, config)
    assert again.unchanged == ["soil_map"]
    assert again.published == {}
    assert store.ledger.current().layers.items() >= first.published.items()


def test_a_map_whose_shares_are_wrong_keeps_both_published_versions(store: Store, config: Path):
    before = ingested(store, config).published
    write_soil_map(config, described=components().assign(PERSEN=[60, 30, 100]))
    report = ingested(store, config)
    assert report.blocked == ["soil_map"]
    (finding,) = [one for one in report.findings if one.severity == "block"]
    assert finding.check == "shares_add_up"
    assert store.ledger.current().layers.items() >= before.items()


def test_a_changed_table_makes_a_new_version_of_both(store: Store, config: Path):
    before = ingested(store, config).published
    write_soil_map(config, described=components().assign(PERSEN=[70, 30, 100]))
    after = ingested(store, config).published
    assert set(after) == BOTH
    assert set(after.values()).isdisjoint(before.values())


def test_a_map_with_far_fewer_components_or_polygons_is_blocked_and_keeps_both_versions(
    store: Store, config: Path
):
    soils = components()
    quarters = pd.concat([soils[:2], *(soils[2:].assign(NO=number, PERSEN=25) for number in (1, 2, 3, 4))])
    write_soil_map(config, described=quarters)
    before = ingested(store, config).published
    write_soil_map(config, described=soils, drawn=polygons()[:3])
    report = ingested(store, config)
    assert report.blocked == ["soil_map"]
    lost = {one.check: one.count for one in report.findings if one.severity == "block"}
    assert lost == {"components_lost": 6, "polygons_lost": 1}
    assert store.ledger.current().layers.items() >= before.items()


def test_the_legend_is_kept_with_the_version(store: Store, config: Path):
    report = ingested(store, config)
    version = store.ledger.version("soil_map", report.published["soil_map"])
    legend = {line["code"]: line for line in version.metadata["legend"]}
    assert list(legend) == ["AIR", "KA-1", "KA-2"]
    assert legend["KA-1"]["soils"] == "Typic Hapludults 60 %, Aquic Hapludults 40 %"
    assert legend["AIR"]["soils"] is None
    assert len({line["colour"] for line in legend.values()}) == 3


def test_what_a_killed_run_left_of_the_two_is_completed(store: Store, settings: Settings, config: Path):
    report = ingested(store, config)
    if settings.db:
        # What people are shown cannot be removed, and what a killed run left is shown to nobody.
        with psycopg.connect(settings.db) as connection:
            connection.execute("DROP VIEW soilinfo_published.soil_map_components")
    store.vector.remove("soil_map_components", report.published["soil_map"])
    assert ingested(store, config).unchanged == ["soil_map"]
    assert store.vector.exists("soil_map_components", report.published["soil_map"])


def test_an_unknown_source_of_the_map_blocks_it_and_nothing_else(store: Store, config: Path):
    (config.parent / "sources" / "components.csv").unlink()
    report = ingested(store, config, "soil_map", "provinces", "regencies")
    assert report.blocked == ["soil_map"]
    assert set(report.published) == {"provinces", "regencies"}


def test_a_blocked_map_is_not_read_again_until_it_changes(store: Store, config: Path):
    write_soil_map(config, described=components().assign(PERSEN=[60, 30, 100]))
    first, again = ingested(store, config), ingested(store, config)
    assert again.blocked == ["soil_map"]
    assert [one.check for one in again.findings] == [one.check for one in first.findings]
    write_soil_map(config)
    assert set(ingested(store, config).published) >= BOTH


def test_a_map_that_waits_is_released_with_its_components(store: Store, config: Path):
    file = config / "soil_maps" / "soil_map.yaml"
    file.write_text(file.read_text() + "release: always\n")
    waits = ingested(store, config)
    assert (waits.waiting, waits.published) == (["soil_map"], {})
    snapshot = release(store, load(config), "soil_map", actor="siti", reason="agrees with the sheets")
    assert snapshot.layers["soil_map"] == snapshot.layers["soil_map_components"]
    assert snapshot.layers.keys() >= BOTH
    assert ingested(store, config).unchanged == ["soil_map"]
