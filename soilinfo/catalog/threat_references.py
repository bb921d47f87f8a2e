"""What threats.yaml says of indicators: they must exist."""

from collections.abc import Iterator

from soilinfo.catalog.references import Parts
from soilinfo.catalog.threats import Threat
from soilinfo.errors import Fault


def threat_faults(parts: Parts) -> Iterator[Fault]:
    """A fault for each indicator that maps a threat and that nobody defines."""
    for entry, threat in parts.all("threats", Threat):
        for error in parts.unknown("indicator", "indicators", threat.indicators or ()):
            yield entry.fault("indicators", error)
