"""Publishing: layers become visible together with the findings about them, in one ledger transaction."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

import geopandas as gpd
import orjson
import pandas as pd
from shapely import Point

from soilinfo.catalog.agreement import BIAS, COVERAGE
from soilinfo.catalog.names import FINDINGS, MAP_AGREEMENT
from soilinfo.findings import SEVERITIES
from soilinfo.jobs.runs.freshness import blocked_records
from soilinfo.jobs.runs.run import RunReport, fingerprint
from soilinfo.jobs.runs.versions import Origin, new_version, remember
from soilinfo.store.home import Store
from soilinfo.store.ledger import FindingRecord

PIPELINE = "findings/2"
"""Name of the method; raising the number makes every version anew."""

_CONTENT = ("layer", "version", "check", "severity", "message", "count", "evidence")
"""Columns that make two findings the same, whenever and by whichever run they were found."""


def publish(store: Store, report: RunReport, *, actor: str, reason: str) -> None:
    """Publish what a run has ready without what it withdraws, and the findings that belong to it.

    A run that publishes nothing else publishes that collection alone, and only when it says
    something new. The report gets the snapshot, if there is one.
    """
    served = store.ledger.current().layers
    kept = {name: version for name, version in served.items() if name not in report.withdrawn}
    findings = findings_version(store, {**kept, **report.published}, report.run, report)
    layers = {**report.published, FINDINGS: findings}
    if {**kept, **layers} != served:
        report.snapshot = store.ledger.publish(
            layers, run=report.run, actor=actor, reason=reason, without=report.withdrawn
        ).id


def findings_version(
    store: Store, layers: Mapping[str, str], run: str, report: RunReport | None = None
) -> str:
    """The version of the collection of findings for layers served so, written where there is none yet.

    It holds the findings of the versions served, and of the inputs that keep newer ones from
    being served (``report``: of the run at work, the others' from the ledger).
    """
    frame = findings_frame(_records(store, layers, report))
    content = fingerprint(rows=frame[list(_CONTENT)].to_dict("records"))
    version = new_version(
        FINDINGS,
        "vector",
        Origin("ledger", content, {}),
        pipeline=PIPELINE,
        parameters={},
        metadata={"findings": len(frame)},
        run=run,
    )
    if not store.vector.exists(FINDINGS, version.version):
        store.vector.write(FINDINGS, version.version, frame, id_field="id")
    remember(store, version)
    return version.version


def _records(store: Store, layers: Mapping[str, str], report: RunReport | None) -> Iterable[FindingRecord]:
    served = [store.ledger.findings(layer=layer, version=version) for layer, version in layers.items()]
    # A version that other layers kept out once, and do not any more, has been found to fit since.
    passed = (record for record in chain.from_iterable(served) if record.finding.severity != "block")
    return [*filter(standing(store, layers), passed), *blocked_records(store, report)]


def standing(store: Store, layers: Mapping[str, str]) -> Callable[[FindingRecord], bool]:
    """Whether a finding about a version stands where ``layers`` are served.

    What a comparison with soil profiles found about a map stands as long as that comparison is served.
    """
    compared = store.ledger.version(MAP_AGREEMENT, layers.get(MAP_AGREEMENT, ""))

    def stands(record: FindingRecord) -> bool:
        is_of_comparison = record.finding.check in (BIAS, COVERAGE)
        return not is_of_comparison or (compared is not None and record.run == compared.run)

    return stands


def findings_frame(records: Iterable[FindingRecord]) -> gpd.GeoDataFrame:
    """Findings as features: a point where the evidence names a place, else no geometry; each one once."""
    found = {_identity(record): record for record in reversed(list(records))}
    rows = [_row(record) | {"id": found_id} for found_id, record in sorted(found.items())]
    places = [place_of(record.finding.evidence) for _, record in sorted(found.items())]
    points = [Point(place) if place else None for place in places]
    frame = pd.DataFrame(rows, columns=list(_TYPES)).astype(_TYPES)
    return gpd.GeoDataFrame(frame, geometry=points, crs=4326)


_TYPES = {
    "id": "str",
    **dict.fromkeys(("layer", "version", "check", "severity", "message"), "str"),
    "count": "Int64",
    **dict.fromkeys(("evidence", "run", "created"), "str"),
}


def _identity(record: FindingRecord) -> str:
    """Ids are in the order in which findings are read: the gravest first, then by layer."""
    row = _row(record)
    digits = fingerprint(**{name: row[name] for name in _CONTENT})[:16]
    return f"{SEVERITIES.index(record.finding.severity) + 1}.{row['layer']}.{digits}"


def _row(record: FindingRecord) -> dict[str, Any]:
    finding = record.finding
    return {
        "layer": finding.layer,
        "version": record.version,
        "check": finding.check,
        "severity": finding.severity,
        "message": finding.message,
        "count": finding.count,
        "evidence": orjson.dumps(finding.evidence, option=orjson.OPT_SORT_KEYS).decode(),
        "run": record.run,
        "created": record.created.isoformat(timespec="seconds"),
    }


def place_of(evidence: Mapping[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude that the evidence of a finding names, if it does."""
    place = evidence.get("place")
    return (float(place[0]), float(place[1])) if place else None
