"""A table becomes a published collection with the shapes of its units, anew when the level changes."""

import geopandas as gpd
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.errors import ConfigError
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.ingestion.release import release
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country

LABEL = {"en": "Planted area", "id": "Luas tanam"}
TABLE = {
    "title": LABEL,
    "description": LABEL,
    "source": "../sources/planted.csv",
    "columns": {
        "code": {"source": "Kode", "type": "code", "title": LABEL},
        "crop_name": {"source": "Tanaman", "title": LABEL},
        "planted_ha": {"source": "Luas", "type": "number", "unit": "ha", "title": LABEL},
    },
    "key": ["code", "crop_name"],
    "unit_level": "regencies",
    "unit_code": "code",
    "licence": "CC0-1.0",
    "attribution": "tests",
}


@pytest.fixture
def country(tmp_path):
    config = write_country(tmp_path, cells=24)
    for layer in (config / "layers").iterdir():  # nothing here is about maps
        layer.unlink()
    (config / "tables").mkdir()
    write_table(config, TABLE)
    write_rows(config, "01.01,padi,5", "01.01,jagung,2", "01.02,padi,7")
    store = open_store(Settings(store=tmp_path / "store", db=None))
    yield config, store
    store.close()


def write_table(config, table):
    (config / "tables" / "planted.yaml").write_text(yaml.safe_dump(table))


def write_rows(config, *rows):
    (config.parent / "sources" / "planted.csv").write_text("\n".join(["Kode,Tanaman,Luas", *rows]))


def move_regencies(config, degrees):
    path = config.parent / "sources" / "regions.gpkg"
    units = gpd.read_file(path, layer="regencies")
    units.geometry = units.geometry.translate(degrees, 0)
    units.to_file(path, layer="regencies")


def run(config, store, *names):
    return ingest(store, load(config), names or None, actor="tests", progress=silent)


def test_rows_are_published_with_the_shapes_of_their_units(country):
    config, store = country
    report = run(config, store)
    assert "planted" in report.published
    rows = store.vector.read("planted", report.published["planted"])
    units = store.vector.read("regencies", report.published["regencies"]).set_index("code")
    assert rows["id"].tolist() == ["01.01.jagung", "01.01.padi", "01.02.padi"]
    assert rows["planted_ha"].tolist() == [2, 5, 7]
    assert rows.geometry[0].equals(units.geometry["01.01"])


def test_a_table_that_did_not_change_is_left_alone_and_one_that_did_is_published(country):
    config, store = country
    run(config, store)
    assert "planted" in run(config, store).unchanged
    write_rows(config, "01.01,padi,6", "01.01,jagung,2", "01.02,padi,7")
    assert "planted" in run(config, store, "planted").published


def test_a_blocked_table_keeps_its_published_version(country):
    config, store = country
    before = run(config, store).published["planted"]
    write_rows(config, "09.99,padi,6")
    report = run(config, store, "planted")
    assert report.blocked == ["planted"]
    assert store.ledger.current().layers["planted"] == before


def test_a_table_cut_off_in_its_upload_is_blocked_unless_config_allows_the_loss(country):
    config, store = country
    whole = [f"01.0{unit},{crop},5" for unit in (1, 2, 3, 4) for crop in ("padi", "jagung", "kedelai")]
    write_rows(config, *whole)
    before = run(config, store).published["planted"]
    for _ in range(2):  # another night finds the same
        write_rows(config, *whole[:2])
        report = run(config, store, "planted")
        (finding,) = [one for one in report.findings if one.layer == "planted"]
        assert (report.blocked, finding.check, finding.severity) == (["planted"], "rows_lost", "block")
        assert (finding.count, finding.evidence["lost_pct"]) == (10, 83.333)
    assert store.ledger.current().layers["planted"] == before
    write_table(config, TABLE | {"most_lost_pct": 90})
    report = run(config, store, "planted")
    assert "planted" in report.published
    assert [(one.check, one.severity) for one in report.findings if one.layer == "planted"] == [
        ("rows_lost", "note")
    ]


def test_a_table_that_loses_a_few_rows_says_so_and_one_that_gains_some_does_not(country):
    config, store = country
    rows = [f"01.01,crop {number},5" for number in range(10)]
    for number, told in ((10, []), (8, ["note"]), (9, [])):
        write_rows(config, *rows[:number])
        report = run(config, store)
        assert "planted" in report.published
        assert [one.severity for one in report.findings if one.check == "rows_lost"] == told


def test_how_much_a_table_may_lose_is_no_part_of_its_version(country):
    config, store = country
    run(config, store)
    write_table(config, TABLE | {"most_lost_pct": 90})
    assert "planted" in run(config, store).unchanged


def test_a_table_withdrawn_with_its_level_comes_back_with_the_mended_level(country):
    config, store = country
    run(config, store)
    good = store.ledger.current()
    move_regencies(config, 0.001)
    assert "planted" in run(config, store).published
    store.ledger.rollback(good.id, actor="siti", reason="regencies shifted")
    move_regencies(config, -0.0009)
    report = run(config, store)
    assert (report.held, "planted" in report.published) == ([], True)


def test_a_withdrawn_table_stays_withdrawn_when_its_level_changes(country):
    config, store = country
    run(config, store)
    good = store.ledger.current()
    write_rows(config, "01.01,padi,500", "01.01,jagung,200", "01.02,padi,700")
    run(config, store)
    store.ledger.rollback(good.id, actor="siti", reason="ares, not hectares")
    move_regencies(config, 0.001)
    assert run(config, store).held == ["planted"]


def test_a_table_without_its_level_says_what_is_missing(country):
    config, store = country
    report = run(config, store, "planted")
    (finding,) = [f for f in report.findings if f.layer == "planted"]
    assert "its level 'regencies' is not published yet" in finding.message


def test_a_table_of_no_level_is_published_without_shapes(country):
    config, store = country
    write_table(config, {k: v for k, v in TABLE.items() if not k.startswith("unit_")})
    report = run(config, store, "planted")
    assert store.vector.read("planted", report.published["planted"]).geometry.isna().all()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"unit_level": "villages"}, "no level 'villages'"),
        ({"key": ["crop"]}, "no column 'crop'"),
        ({"severity": {"spelling": "warn"}}, "no check 'spelling'"),
        (
            {"columns": {**TABLE["columns"], "n": {"source": "N", "type": "integer", "title": LABEL}}},
            "has a unit",
        ),
    ],
)
def test_faults_in_the_configuration_of_a_table_are_named(country, change, fault):
    config, _ = country
    write_table(config, TABLE | change)
    with pytest.raises(ConfigError, match=fault):
        load(config)


def test_a_table_waits_for_a_person_where_it_says_so_and_is_made_no_other_by_that(country):
    config, store = country
    before = run(config, store).published["planted"]
    write_table(config, TABLE | {"release": "always"})
    assert run(config, store, "planted").unchanged == ["planted"]
    write_rows(config, "01.01,padi,6", "01.01,jagung,2", "01.02,padi,7")
    assert run(config, store, "planted").waiting == ["planted"]
    assert store.ledger.current().layers["planted"] == before
    assert release(store, load(config), "planted", actor="siti", reason="r").layers["planted"] != before
