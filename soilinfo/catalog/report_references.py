"""What report.yaml says of other entries: the indicators that are reported."""

from collections.abc import Iterator

from soilinfo.catalog.references import Parts
from soilinfo.catalog.reporting import Report
from soilinfo.errors import Fault


def report_faults(parts: Parts) -> Iterator[Fault]:
    """A fault for each indicator of the report that the configuration does not have."""
    for entry, report in parts.all("report", Report):
        for at, name in enumerate(report.indicators or ()):
            for error in parts.unknown("indicator", "indicators", [name]):
                yield entry.fault(f"indicators.{at}", error)
