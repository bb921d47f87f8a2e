"""A small nation that reports and is host of a region: two neighbours' reports lie here, one is missing."""

from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import yaml

from soilinfo.catalog.load import load
from soilinfo.jobs.region.fetch import fetch
from soilinfo.jobs.region.publish import publish_region
from soilinfo.jobs.runs.run import silent
from soilinfo.report.country.canonical import canonical
from soilinfo.report.country.document import CountryReport
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.reports import country_report, written

OWN, BESIDE, APART, MISSING = "XAA", "XAB", "XAC", "XAD"
"""The nation; a country that measured likewise; one that did not; one that is late."""
APPROVED, SUBMITTED, DRAFT = "XAA-2016-2020-1", "XAA-2020-2024-1", "XAA-2024-2026-1"
"""Reports of the nation, by their state."""


def settings_of_host(nation: Settings, directory: Path) -> Settings:
    """Settings of a copy of a nation that has reported, and received what its neighbours report."""
    copytree(nation.store, directory / "store")
    config = nation.config.with_name(f"config_of_{directory.name}")
    copytree(nation.config, config)
    settings = Settings(store=directory / "store", config=config)
    make_host(settings)
    return settings


def make_host(settings: Settings) -> None:
    """Have a nation report, host a region, receive what its neighbours report, and publish the region."""
    _write_region(settings.config)
    store = open_store(settings)
    for state, period in (("approved", (2016, 2020)), ("submitted", (2020, 2024)), ("draft", (2024, 2026))):
        keep(store, country_report(OWN, period=period), state)
    catalog = load(settings.config)
    fetch(store, catalog)
    publish_region(store, catalog, actor="tests", progress=silent)
    store.close()


def keep(store: Store, report: CountryReport, state: str) -> None:
    """Keep a report, and decide about it as far as ``state``."""
    kept = store.country_reports.draft(
        report.id.rpartition("-")[0],
        canonical(report.content),
        sha256=report.content_sha256,
        inputs={},
        software=report.software,
        actor="author",
    )
    if state != "draft":
        store.country_reports.submit(kept.id, actor="office")
    if state == "approved":
        store.country_reports.approve(kept.id, actor="minister")


def _write_region(config: Path) -> None:
    apart: dict[str, Any] = {"depth": (0.0, 5.0), "method_group": "other", "years": (2004, 2006)}
    (config / "XAB.json").write_bytes(written(country_report(BESIDE, west=130.0, shift=0.5)))
    (config / "XAC.json").write_bytes(written(country_report(APART, west=140.0, state="submitted", **apart)))
    text = {"en": "of tests", "id": "untuk uji"}
    members = [
        {"iso3": code, "title": {"en": f"Country {code}", "id": f"Negara {code}"}, "subregion": "all"}
        for code in (OWN, BESIDE, APART, MISSING)
    ]
    for member in members[1:]:
        member["file"] = f"{member['iso3']}.json"
    members[-1]["due"] = str(date.today() - timedelta(days=3))
    region = {
        "title": {"en": "Region of tests", "id": "Kawasan uji"},
        "body": text,
        "members": members,
        "subregions": {"all": text},
        "asked": "2025-07-01",
        "boundaries": {"source": "tests", "disclaimer": text},
    }
    (config / "region.yaml").write_text(yaml.safe_dump(region), encoding="utf-8")
