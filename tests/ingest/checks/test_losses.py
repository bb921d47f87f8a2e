"""A source that became much shorter than what is published of it was perhaps uploaded by half."""

import pytest

from soilinfo.catalog.models import SoilMap, Table
from soilinfo.ingest.checks.losses import components_lost, polygons_lost, rows_lost
from tests.jobs.ingestion.test_tables import TABLE
from tests.soil_map import CONFIG


def table(**changes):
    return Table(id="planted", **(TABLE | changes))


def severity(finding):
    return finding.severity if finding else None


@pytest.mark.parametrize(
    ("published", "new", "expected"),
    [(12, 2, "block"), (10, 7, "block"), (10, 8, "note"), (10, 10, None), (10, 30, None), (0, 5, None)],
)
def test_a_fifth_of_the_rows_may_go_and_is_noted(published, new, expected):
    assert severity(rows_lost(table(), published, new)) == expected


def test_config_says_how_much_may_go():
    assert severity(rows_lost(table(most_lost_pct=0), 100, 99)) == "block"
    assert severity(rows_lost(table(most_lost_pct=100), 100, 0)) == "note"


@pytest.mark.parametrize("check", [polygons_lost, components_lost])
def test_a_soil_map_is_looked_at_in_the_same_way(check):
    soil_map = SoilMap(id="soil_map", **CONFIG)
    finding = check(soil_map, 200, 100)
    assert (finding.check, finding.severity, finding.layer) == (check.__name__, "block", "soil_map")
    assert "was the source uploaded whole?" in finding.message
    assert severity(check(soil_map, 200, 190)) == "note"
