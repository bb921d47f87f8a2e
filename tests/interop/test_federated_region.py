"""Two countries' nodes, each a real server, and a host that asks both; one stops midway."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.jobs.region.fetch import fetch
from soilinfo.jobs.region.node import Patience
from soilinfo.jobs.region.publish import publish_region
from soilinfo.jobs.region.report import regional_report
from soilinfo.jobs.reporting.records import draft
from soilinfo.jobs.runs.run import silent
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.document import RegionalReport
from soilinfo.report.region.pdf import region_pdf
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.faults.test_region_nodes import region
from tests.interop.conftest import serving
from tests.reporting_country import Reporting, reporting_country

NORTH, SOUTH, NEVER = "XTS", "XTU", "XTV"
PATIENCE = Patience(connect_s=30, read_s=60, total_s=120, attempts=2, first_wait_s=0.05)


@dataclass
class Host:
    """The host of a region, and the servers of its members by their codes."""

    store: Store
    catalog: Catalog
    nodes: dict[str, ExitStack]

    def fetched(self) -> dict[str, str]:
        """What became of each member's report."""
        return {each.iso3: each.status for each in fetch(self.store, self.catalog, patience=PATIENCE)}

    def report(self) -> RegionalReport:
        return regional_report(self.store, self.catalog)


def approved(country: Reporting) -> Settings:
    """Settings of a country whose report was approved, corrected and approved again, its store closed."""
    for body in ("Balai uji", "Balai uji, dikoreksi"):
        corrected = country.reporting(body={"en": body, "id": body})
        record = draft(country.store, corrected, actor="tests")
        country.store.country_reports.submit(record.id, actor="tests")
        country.store.country_reports.approve(record.id, actor="tests")
    country.store.close()
    return Settings(store=country.directory / "store", config=country.config, db=None)


def twin(country: Reporting, directory: Path) -> Reporting:
    """The same land under another code, as if two countries claimed it."""
    copytree(country.directory, directory)
    made = Reporting(directory, open_store(Settings(store=directory / "store")))
    made.change("country.yaml", iso3166=[SOUTH[:2], SOUTH])
    return made


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    north = reporting_country(tmp_path / "north")
    settings = {SOUTH: approved(twin(north, tmp_path / "south")), NORTH: approved(north)}
    with ExitStack() as everything:
        nodes = {iso3: everything.enter_context(ExitStack()) for iso3 in settings}
        urls = {
            iso3: nodes[iso3].enter_context(serving(each, "--job-workers", "0"))
            for iso3, each in settings.items()
        }
        members = {
            NORTH: {"node": urls[NORTH]},
            SOUTH: {"node": urls[SOUTH]},
            NEVER: {"node": "http://127.0.0.1:9"},
        }
        catalog = region(load(settings[NORTH].config), **members)
        store = open_store(Settings(store=tmp_path / "host"))
        everything.callback(store.close)
        yield Host(store, catalog, nodes)


def test_a_region_is_made_of_what_nodes_serve_and_says_what_is_missing_when_one_stops(host):
    assert host.fetched() == {NORTH: "fetched", SOUTH: "fetched", NEVER: "no_answer"}
    north, south, never = host.report().members
    assert (north.standing, south.standing, never.standing) == ("approved", "approved", "failed")
    assert north.report.id == "XTS-2016-2020-2", "the correction, not the first that was approved"
    assert never.failures[0].check == "no_answer"
    assert publish_region(host.store, host.catalog, actor="tests", progress=silent).published

    host.nodes[SOUTH].close()
    assert host.fetched() == {NORTH: "unchanged", SOUTH: "no_answer", NEVER: "no_answer"}
    report = host.report()
    north, south, _ = report.members
    assert (north.report.obtained, north.from_cache_since) == ("unchanged", None)
    assert (south.report.obtained, south.failures[0].check) == ("from_cache", "no_answer")
    assert south.from_cache_since is not None
    assert {each.about for each in report.findings if each.check == "report_from_cache"} == {SOUTH}
    assert {each.about for each in report.findings if each.check == "no_answer"} == {SOUTH, NEVER}

    (soc,) = [each for each in report.indicators if each.id == "soc"]
    (pair,) = soc.verdicts
    assert (pair.a, pair.b, pair.kind) == (NORTH, SOUTH, "comparable")
    (claim,) = report.overlaps
    assert {claim.a, claim.b} == {NORTH, SOUTH}, "both countries claim the same land"
    assert region_pdf(report, Phrases(host.catalog, "id")).startswith(b"%PDF")
