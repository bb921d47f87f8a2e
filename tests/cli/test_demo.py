"""What the demo does beside ingesting and evaluating: allocations and the report are decided upon, once."""

from pathlib import Path
from shutil import copytree

from soilinfo.catalog.load import load
from soilinfo.cli.demo import allocate_plans, report_country
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.reporting_country import SERIES, Reporting
from tests.subsidised import PLAN


def test_the_demo_approves_an_allocation_of_each_plan_and_adds_none_when_run_again(
    subsidised: Settings, tmp_path: Path
):
    copytree(subsidised.store, tmp_path / "store")
    home, catalog = open_store(Settings(store=tmp_path / "store", db=None)), load(subsidised.config)
    for _ in range(2):
        allocate_plans(home, catalog)
    (record,) = home.allocations.records()
    assert (record.id, record.state) == (f"{PLAN}-1", "approved")
    assert {event.actor for event in home.allocations.history(record.id)} == {"demo"}
    served = home.ledger.current().layers
    assert {f"allocation_{PLAN}_by_{level}" for level in catalog.levels} <= set(served)
    home.close()


def test_the_demo_approves_a_country_report_and_adds_none_when_run_again(
    reporting: Reporting, tmp_path: Path
):
    copytree(reporting.directory / "store", tmp_path / "store")
    home = open_store(Settings(store=tmp_path / "store", db=None))
    for _ in range(2):
        report_country(home, reporting.catalog)
    assert [(each.state, each.id) for each in home.country_reports.records()] == [("approved", f"{SERIES}-1")]
    home.close()
