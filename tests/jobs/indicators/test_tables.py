"""The tables of indicators that an evaluation publishes."""

import pandas as pd

from soilinfo.jobs.indicators.tables import measure_nation
from soilinfo.jobs.runs.run import RunReport, recorded, silent
from tests.jobs.indicators.conftest import Carbon

TABLES = ("indicators", "soil_health")
KEYS = (
    "id",
    "code",
    "name",
    "parent_code",
    "indicator",
    "year",
    "threshold",
    "edition",
    "layers",
    "geometry",
)
VALUES = ("value", "lower", "upper", "unit", "total_ha", "valid_ha", "nodata_ha", "covered_pct", "period")
METHOD = ("upper_cm", "lower_cm", "method_group", "form", "land", "uncertainty", "official_area_ha")
AFFECTED = ("affected_ha", "affected_lower_ha", "affected_upper_ha", "affected_pct")
THRESHOLD = ("threshold_value", "threshold_unit", "is_first")


def test_indicators_and_indices_are_published_by_every_level(carbon: Carbon):
    made = measure(carbon)
    tables = {f"{kind}_by_{level}" for kind in TABLES for level in ("provinces", "regencies")}
    assert {*made} == tables
    rows = carbon.store.vector.read("indicators_by_regencies", made["indicators_by_regencies"])
    assert {*rows.columns} == {*KEYS, *VALUES, *METHOD, *AFFECTED, *THRESHOLD}
    measured = carbon.measurement.level("regencies").rows
    assert len(rows) == len(measured)
    pd.testing.assert_series_equal(
        rows.set_index("id")["value"].sort_index(), measured.set_index("id")["value"].sort_index()
    )


def test_areas_are_rounded_where_they_are_written_and_not_where_they_are_measured(carbon: Carbon):
    """A report rounds what was measured, once: 0.3749997 ha are 0.37 and not, by way of 0.375, 0.38."""
    made = measure(carbon)["indicators_by_regencies"]
    areas = [name for name in (*VALUES, *AFFECTED) if name.endswith(("_ha", "_pct"))]
    written = carbon.store.vector.read("indicators_by_regencies", made).set_index("id")[areas].sort_index()
    measured = carbon.measurement.level("regencies").rows.set_index("id")[areas].sort_index()
    pd.testing.assert_frame_equal(written, measured.round(5), check_exact=True)
    assert (measured["total_ha"] != measured["total_ha"].round(5)).any()


def test_the_same_layers_and_definitions_make_the_same_versions(carbon: Carbon):
    assert measure(carbon) == measure(carbon)


def measure(carbon: Carbon) -> dict[str, str]:
    with recorded(carbon.store, "evaluate", "tests", {}, carbon.catalog) as report:
        assert isinstance(report, RunReport)
        return measure_nation(carbon.store, carbon.catalog, carbon.snapshot.layers, report, silent)
