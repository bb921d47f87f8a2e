"""What an evaluation serves: not what a rollback withdrew, nor what nobody could make any more."""

from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.errors import UnknownNameError
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.nightly.overview import held_layers
from soilinfo.jobs.runs.freshness import stale_results
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.country import write_source
from tests.zoned import write_zoned_country

CELLS = 48
ZONING = {"zoning", "zoning_by_nation", "zoning_by_provinces", "zoning_by_regencies"}


@dataclass
class Country:
    """A zoned country whose only crop is maize."""

    directory: Path
    catalog: Catalog
    store: Store

    def night(self, *names: str, catalog: Catalog | None = None):
        return evaluate(self.store, catalog or self.catalog, names, actor="tests", progress=silent)

    def without_layer(self, name: str) -> Catalog:
        layers = {id: layer for id, layer in self.catalog.layers.items() if id != name}
        return self.catalog.model_copy(update={"layers": layers})

    def zoned_by(self, edition: str) -> Catalog:
        return self.catalog.model_copy(
            update={"zoning": self.catalog.zoning.model_copy(update={"edition": edition})}
        )

    @property
    def layers(self):
        return self.store.ledger.current().layers


def opened(directory: Path) -> Country:
    catalog = load(directory / "config")
    catalog = catalog.model_copy(update={"crops": {"maize": catalog.crops["maize"]}})
    return Country(directory, catalog, open_store(Settings(store=directory / "store", db=None)))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    directory = tmp_path_factory.mktemp("zoned")
    write_zoned_country(directory, cells=CELLS)
    found = opened(directory)
    ingest(found.store, found.catalog, actor="tests", progress=silent)
    found.night()
    found.store.close()
    return directory


@pytest.fixture
def country(built, tmp_path):
    found = opened(copytree(built, tmp_path, dirs_exist_ok=True))
    yield found
    found.store.close()


def told(report, check):
    return {one.layer: one.message for one in report.findings if one.check == check}


# ---- withdrawn by a rollback ----


def test_a_product_that_a_rollback_withdrew_is_held_with_its_tables_until_it_is_named(country):
    ledger, good, wrong = country.store.ledger, country.store.ledger.current(), country.zoned_by("wrong")
    bad = country.night(catalog=wrong).published
    assert set(bad) == ZONING
    ledger.rollback(good.id, actor="siti", reason="wrong scores")
    for _ in range(2):
        report = country.night(catalog=wrong)
        assert (set(report.held), country.layers) == (ZONING, good.layers)
    assert "soilinfo evaluate zoning" in told(report, "held_back")["zoning_by_regencies"]
    assert {one.layer for one in held_layers(country.store)} >= ZONING

    report = country.night("zoning", catalog=wrong)
    assert (report.held, report.published) == ([], bad)


def test_withdrawn_rules_stay_withdrawn_when_the_maps_below_change(country):
    good, wrong = country.store.ledger.current(), country.zoned_by("wrong")
    country.night(catalog=wrong)
    country.store.ledger.rollback(good.id, actor="siti", reason="wrong scores")
    write_source(country.directory, "slope", cells=CELLS, fill=5.0)
    ingest(country.store, wrong, ["slope"], actor="cron", progress=silent)
    assert set(country.night(catalog=wrong).held) == ZONING
    assert country.layers["zoning"] == good.layers["zoning"]


def test_mended_rules_are_served_after_a_rollback(country):
    good = country.store.ledger.current()
    country.night(catalog=country.zoned_by("wrong"))
    country.store.ledger.rollback(good.id, actor="siti", reason="wrong scores")
    report = country.night(catalog=country.zoned_by("mended"))
    assert (report.held, set(report.published)) == ([], ZONING)


def test_what_was_withdrawn_with_a_map_comes_back_with_it(country):
    good = country.store.ledger.current()
    write_source(country.directory, "slope", cells=CELLS, fill=5.0)
    ingest(country.store, country.catalog, ["slope"], actor="cron", progress=silent)
    bad = country.night().published
    country.store.ledger.rollback(good.id, actor="siti", reason="wrong slope")
    ingest(country.store, country.catalog, actor="cron", progress=silent)
    assert (country.night().held, country.layers) == ([], good.layers)

    ingest(country.store, country.catalog, ["slope"], actor="siti", progress=silent)
    report = country.night()
    assert (report.held, report.published) == ([], bad)


def test_what_can_be_named_is_told(country):
    with pytest.raises(UnknownNameError, match=r"no crop or product 'zonning'.*Did you mean 'zoning'"):
        country.night("zonning")


# ---- no longer made ----


def test_a_product_that_lost_a_map_is_withdrawn_with_its_tables_and_comes_back_with_the_map(country):
    before = country.layers
    report = country.night(catalog=country.without_layer("rainy_days"))
    assert set(report.withdrawn) >= ZONING
    assert not ZONING & set(country.layers)
    assert "rainy_days" in told(report, "no_longer_made")["zoning"]
    assert "withdrew" in country.store.ledger.current().reason
    assert [one.layer for one in stale_results(country.store, country.store.ledger.current())] == []
    assert country.night().withdrawn == []
    assert {name: country.layers[name] for name in ZONING} == {name: before[name] for name in ZONING}


def test_a_product_that_config_asks_for_no_longer_is_withdrawn(country):
    report = country.night(catalog=country.catalog.model_copy(update={"zoning": None}))
    assert set(report.withdrawn) == ZONING
    assert "config" in told(report, "no_longer_made")["zoning"]


def test_a_crop_that_too_little_is_known_of_by_now_is_withdrawn(country):
    rules = country.catalog.evaluation.model_copy(update={"least_known_pct": 100})
    report = country.night(catalog=country.catalog.model_copy(update={"evaluation": rules}))
    assert {"suitability_maize", "suitability_by_regencies"} <= set(report.withdrawn)
    assert "suitability_maize" not in country.layers


def test_a_crop_that_config_has_no_longer_is_withdrawn_with_that_reason(country):
    others = {"cocoa": load(country.directory / "config").crop("cocoa")}
    report = country.night(catalog=country.catalog.model_copy(update={"crops": others}))
    assert "config has no such crop" in told(report, "no_longer_made")["suitability_maize"]


def test_a_run_that_names_crops_withdraws_nothing(country):
    report = country.night("maize", catalog=country.without_layer("rainy_days"))
    assert report.withdrawn == []
    assert set(country.layers) >= ZONING
