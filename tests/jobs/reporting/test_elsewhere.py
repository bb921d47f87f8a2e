"""A report that was computed over files, recomputed where another database keeps everything."""

from shutil import copytree

from soilinfo.jobs.reporting.verify import verify
from soilinfo.report.country.canonical import canonical, parse
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.reporting_country import Reporting


def test_postgis_with_the_same_sources_gives_the_same_report(reporting, report, dsn, tmp_path):
    for part in ("config", "sources"):
        copytree(reporting.directory / part, tmp_path / part)
    other = Reporting(tmp_path, open_store(Settings(store=tmp_path / "store", db=dsn)))
    try:
        other.publish()
        found = verify(other.store, other.catalog, parse(canonical(report)))
    finally:
        other.store.close()
    assert (found.equal, found.differences, found.inputs) == (True, (), ())
