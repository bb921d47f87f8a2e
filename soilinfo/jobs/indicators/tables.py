"""The step of an evaluation that publishes indicators by administrative unit, last of all."""

from collections.abc import Callable, Mapping

import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_indicators import INDICATORS, SOIL_HEALTH
from soilinfo.catalog.products import products
from soilinfo.catalog.text import label
from soilinfo.jobs.evaluation.products import Method, write_tables
from soilinfo.jobs.evaluation.summary import rounded_areas
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.indicators.health import health_rows, told_indices
from soilinfo.jobs.indicators.measure import Measurement
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.home import Store

PIPELINE = "indicators/1"


def measure_nation(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the tables ``indicators_by_<level>``, and ``soil_health_by_<level>`` where an index is told.

    Nothing is written where no indicator has a layer; a finding tells which those without are.
    """
    measurement = Measurement(store, catalog, published)
    report.findings.extend(each for each in measurement.findings if each not in report.findings)
    if not measurement.sources:
        return {}
    method, made = _method(catalog, measurement), dict[str, str]()
    for name, rows in _tables(catalog, measurement).items():
        product = products(catalog)[name]
        made |= write_tables(store, catalog, product, method, published, rows, report, progress)
    return made


def _method(catalog: Catalog, measurement: Measurement) -> Method:
    definitions = {
        name: each.model_dump(mode="json", exclude={"title", "definition", "source"})
        for name, each in catalog.indicators.items()
    }
    notes = (
        label("indicator.note.interval", catalog.directory),
        label("indicator.note.depth", catalog.directory),
    )
    return Method(PIPELINE, measurement.used, {"indicators": definitions}, notes)


def _tables(catalog: Catalog, measurement: Measurement) -> dict[str, Callable[[Zones], pd.DataFrame]]:
    """The rows of each table, by the product that it is of."""
    tables: dict[str, Callable[[Zones], pd.DataFrame]] = {
        INDICATORS: lambda zones: rounded_areas(measurement.rows(zones))
    }
    if told_indices(catalog, measurement.sources):
        tables[SOIL_HEALTH] = lambda zones: health_rows(catalog, measurement.rows(zones))
    return tables
