"""What a person should know of the areas that a need goes by."""

import pandas as pd
import pytest

from soilinfo.jobs.subsidy.area_findings import beyond_land, beyond_table
from tests.subsidised import PLAN


@pytest.fixture(scope="module")
def told(fertilizer_country):
    """What is told of rice planted on 1,500 ha of mapped land, of which 3,000 ha are eligible."""
    land = pd.DataFrame([("01.01.01", "rice", 1_500.0, 0.0)], columns=[*KEY, "land_ha", "unknown_land_ha"])

    def of(planted_ha):
        area = pd.DataFrame(
            [("01.01.01", "rice", 3_000.0, planted_ha)], columns=[*KEY, "area_ha", "planted_ha"]
        )
        return [*beyond_land(fertilizer_country.catalog.allocations[PLAN], area, land)]

    return of


KEY = ["code", "commodity"]


def test_what_is_planted_is_compared_with_the_land_not_what_of_it_is_eligible(told):
    (found,) = told(12_000.0)
    assert "01.01.01 rice 12,000.0 on 1,500.0 ha" in found.message
    assert found.evidence["planted_ha"] == 12_000


def test_three_crops_a_year_are_not_more_than_the_land_carries(told):
    assert told(4_500.0) == []


def test_a_register_with_far_more_than_the_table_is_told_with_both_figures(fertilizer_country):
    """Every plot twice under another name: the register counts, and who reads of it can look."""
    area = pd.DataFrame(
        [("01.01.01", "rice", "registry", 806.0, 403.0), ("01.01.02", "rice", "registry", 440.0, 403.0)],
        columns=[*KEY, "area_from", "registered_ha", "listed_ha"],
    )
    (found,) = beyond_table(fertilizer_country.catalog.allocations[PLAN], area)
    assert "01.01.01 rice 806.0 beside 403.0 ha" in found.message
    assert found.evidence["codes"] == ["01.01.01"]
