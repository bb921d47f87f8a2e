"""Products: written once, recognised the next time, with tables by unit; in both homes of a store."""

import numpy as np
import pytest
import rasterio

from soilinfo.catalog.load import load
from soilinfo.jobs.evaluation.products import product_version, write_product, write_tables
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.cogs import derived_path
from soilinfo.jobs.runs.diff import chosen, diff
from soilinfo.jobs.runs.run import RunReport, silent
from tests import products
from tests.country import write_country

SOURCES = ["ph_h2o", "provinces", "regencies"]


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    monkeypatch.setattr("soilinfo.catalog.products.DOMAINS", (products.declared,))


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    return load(write_country(tmp_path_factory.mktemp("country"), cells=48))


@pytest.fixture
def published(store, catalog):
    ingest(store, catalog, SOURCES, actor="tests", progress=silent)
    return dict(store.ledger.current().layers)


@pytest.fixture
def report(store):
    return RunReport(store.ledger.start_run("evaluate", "tests", {}))


@pytest.fixture
def warmth(catalog):
    return next(products.declared(catalog))


def make(store, catalog, product, published, report, cells=products.cells, crop=None, **parameters):
    version = product_version(product, products.method(published, **parameters), report.run, crop)
    return version, write_product(store, catalog, product, [version], cells, report, silent)


def test_every_variable_lies_in_the_cube_with_the_meaning_of_its_codes(
    store, catalog, warmth, published, report
):
    version, made = make(store, catalog, warmth, published, report)
    assert made == {"warmth": version.version}
    cube = store.cube.open("warmth", version.version)
    kind = cube.read("kind")
    assert {int(code): int((kind == code).sum()) for code in np.unique(kind)} == {
        products.WARM: 47 * 24,
        products.COLD: 47 * 24,
        255: 48,
    }
    assert cube.variable("kind").attrs["flag_meanings"] == "warm cold"
    assert cube.variable("share").overview == "average"


def test_the_version_says_what_it_was_made_from(store, catalog, warmth, published, report):
    version, _ = make(store, catalog, warmth, published, report, edition="2026")
    kept = store.ledger.version("warmth", version.version)
    assert (kept.kind, kept.inputs) == ("raster", {"ph_h2o": published["ph_h2o"]})
    assert kept.parameters["edition"] == "2026"
    assert kept.parameters["form"]["kind"]["codes"] == {"warm": 1, "cold": 2}
    assert kept.metadata["product"] == "warmth"
    assert kept.metadata["notes"] == [{"en": "Assumed to be warm.", "id": "Dianggap hangat."}]


def test_what_is_there_already_is_not_made_again(store, catalog, warmth, published, report):
    version, _ = make(store, catalog, warmth, published, report)

    def never(window, layers):
        raise AssertionError("made again")

    _, again = make(store, catalog, warmth, published, report, never)
    assert again == {"warmth": version.version}


def test_another_parameter_makes_another_version(store, catalog, warmth, published, report):
    first, _ = make(store, catalog, warmth, published, report, edition="2025")
    second, _ = make(store, catalog, warmth, published, report, edition="2026")
    assert first.version != second.version


def test_a_product_that_fails_leaves_nothing(store, catalog, warmth, published, report):
    def failing(window, layers):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        make(store, catalog, warmth, published, report, failing)
    assert "warmth" not in {layer for layer, _ in store.cube.on_disk()}
    assert store.ledger.versions("warmth") == []


def test_the_cog_shows_the_first_variable_and_the_others_lie_ready(store, catalog, warmth, published, report):
    version, _ = make(store, catalog, warmth, published, report)
    with rasterio.open(store.cog_place("warmth", version.version)) as cog:
        assert cog.colormap(1)[products.WARM][:3] == (0xD7, 0x19, 0x1C)
        assert cog.tags(1)["CLASS_2"] == "Cold"
        assert cog.tags()["VERSION"] == version.version
    assert derived_path(store, "warmth", version.version, "share").is_file()


def test_a_product_of_crops_has_a_cube_for_each(store, catalog, published, report):
    _, trust = products.declared(catalog)
    versions = products.versions_of(trust, products.method(published), report.run, ["maize", "cocoa"])
    made = write_product(store, catalog, trust, versions, products.cells, report, silent)
    assert set(made) == {"trust_maize", "trust_cocoa"}
    kept = store.ledger.version("trust_cocoa", made["trust_cocoa"])
    assert (kept.kind, kept.metadata["crop"]) == ("suitability", "cocoa")
    assert store.cube.open("trust_maize", made["trust_maize"]).read("least").max() == 127


def test_tables_have_the_units_of_every_level_and_their_rows(store, catalog, warmth, published, report):
    how = products.method(published)
    made = write_tables(store, catalog, warmth, how, published, products.rows, report, silent)
    assert set(made) == {"warmth_by_provinces", "warmth_by_regencies"}
    frame = store.vector.read("warmth_by_regencies", made["warmth_by_regencies"])
    rows = {f"01.0{unit}.{kind}" for unit in range(1, 5) for kind in ("warm", "cold")}
    assert set(frame["id"]) == rows
    assert {"code", "name", "parent_code", "official_area_ha", "kind", "kind_ha"} <= set(frame.columns)
    assert frame.geometry.notna().all()
    again = write_tables(store, catalog, warmth, how, published, products.rows, report, silent)
    assert again == made


def test_versions_of_a_product_are_compared_variable_by_variable(store, catalog, warmth, published, report):
    def warmer(window, layers):
        made = products.cells(window, layers)
        made["warmth"]["kind"][1:] = products.WARM
        return made

    _, first = make(store, catalog, warmth, published, report, edition="2025")
    store.ledger.publish(first, run=report.run, actor="tests", reason="first")
    _, second = make(store, catalog, warmth, published, report, warmer, edition="2026")
    store.ledger.publish(second, run=report.run, actor="tests", reason="second")
    rows = [*diff(store, catalog, chosen(store, "warmth"))]
    changed = {row["part"]: row["cells"] for row in rows if row.get("what") == "changed"}
    assert changed == {"kind": 47 * 24, "share": 0}
    classes = {row["class"]: row["change_ha"] for row in rows if row["section"] == "classes"}
    assert classes["warm"] == pytest.approx(-classes["cold"])
    assert classes["warm"] > 0
    assert {row["part"] for row in rows if row["section"] == "statistics"} == {"share"}


def test_a_rollback_serves_the_product_of_that_snapshot_again(store, catalog, warmth, published, report):
    before, first = make(store, catalog, warmth, published, report, edition="2025")
    old = store.ledger.publish(first, run=report.run, actor="tests", reason="first")
    _, second = make(store, catalog, warmth, published, report, edition="2026")
    store.ledger.publish(second, run=report.run, actor="tests", reason="second")
    store.ledger.rollback(old.id, actor="tests", reason="better so")
    assert store.ledger.current().layers["warmth"] == before.version
