"""The region published: its tables of features, made of the reports that lie here, in one snapshot."""

from collections.abc import Mapping, Sequence

import geopandas as gpd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import REGIONAL_COLLECTIONS, REGIONAL_INDICATORS
from soilinfo.catalog.text import DEFAULT_LANGUAGE, in_language, languages
from soilinfo.errors import UnknownNameError
from soilinfo.findings import Finding
from soilinfo.jobs.evaluation.settle import to_hold
from soilinfo.jobs.region.received import receipts
from soilinfo.jobs.region.report import merged
from soilinfo.jobs.runs.publication import publish
from soilinfo.jobs.runs.run import Event, Progress, RunReport, fingerprint, recorded
from soilinfo.jobs.runs.versions import Origin, held_back, new_version, remember
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.classes import schemes
from soilinfo.report.region.document import RegionalReport
from soilinfo.report.region.members import usable
from soilinfo.report.region.scheme import Scheme
from soilinfo.report.region.tables import SHAPES, tables
from soilinfo.report.wording import said
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "region/3"
"""Name of the method; raising the number makes every version anew."""


def publish_region(
    store: Store, catalog: Catalog, names: Sequence[str] = (), *, actor: str, progress: Progress
) -> RunReport:
    """Publish what the reports that lie here say of the region; nobody is asked for one.

    What has not changed is left alone, what can be made no more is withdrawn, and what a rollback withdrew is
    held back until it is among the ``names`` of collections. Without a region.yaml nothing can be made.
    Raises UnknownNameError for a name that is none of the collections.
    """
    for name in names:
        if name not in REGIONAL_COLLECTIONS:
            raise UnknownNameError("collection of the region", name, REGIONAL_COLLECTIONS)
    with recorded(store, "region", actor, {"names": list(names)}, catalog) as run:
        served = store.ledger.current().layers
        made = _make(store, catalog, run, progress)
        held = to_hold(store, made, served, names)
        run.held.extend(sorted(held))
        run.findings.extend(held_back(version) for _, version in sorted(held.items()))
        run.withdrawn.extend(name for name in REGIONAL_COLLECTIONS if name in served and name not in made)
        changed = {name: one for name, one in made.items() if name not in held and served.get(name) != one}
        run.unchanged = sorted(made.keys() - changed.keys() - held.keys())
        run.published.update(changed)
        publish(store, run, actor=actor, reason=f"publish {len(run.published)} collection(s) of the region")
    return run


def _make(store: Store, catalog: Catalog, run: RunReport, progress: Progress) -> dict[str, str]:
    """Write and record each table; name -> version, old and new."""
    if catalog.region is None:
        return {}
    found = usable(catalog.region, receipts(store, catalog))
    report = merged(catalog, found)
    reports = [each.report for each in found.values() if each.report]
    drawn = schemes(report, reports, catalog)
    made = tables(report, reports, drawn, languages(catalog.directory))
    frames = {name: gpd.GeoDataFrame(frame, geometry="geometry", crs=4326) for name, frame in made.items()}
    findings = _findings(report, Phrases(catalog, DEFAULT_LANGUAGE))
    run.findings.extend(findings)
    versions = {name: _version(name, frame, report, drawn, run) for name, frame in frames.items()}
    for done, (name, version) in enumerate(versions.items(), start=1):
        if not store.vector.exists(name, version.version):
            store.vector.write(name, version.version, frames[name], id_field="id", shape_field=SHAPES[name])
        remember(store, version, findings if name == REGIONAL_COLLECTIONS[0] else ())
        if name == REGIONAL_INDICATORS:  # whose many rows of each place are drawn, unlike those of others
            store.tiles.open(name, version.version)
        progress(Event("region", name, "written", done, len(versions)))
    return {name: version.version for name, version in versions.items()}


def _version(
    name: str,
    frame: gpd.GeoDataFrame,
    report: RegionalReport,
    drawn: Mapping[str, Scheme],
    run: RunReport,
) -> Version:
    """Named by what the table says, and the first of them by what was found of members, too."""
    used = {each.iso3: each.report.content_sha256 for each in report.members if each.report}
    content = fingerprint(rows=frame.to_wkb().to_dict("records"))
    told = [each.model_dump() for each in report.findings] if name == REGIONAL_COLLECTIONS[0] else []
    looks = [each.model_dump(mode="json") for each in drawn.values()] if name == REGIONAL_INDICATORS else []
    parameters = {"reports": used, "findings": told, "schemes": looks}
    bodies = dict.fromkeys(_body(each.report.body) for each in report.members if each.report)
    return new_version(
        name,
        "vector",
        Origin(f"{len(used)} country report(s)", content, {}),
        pipeline=PIPELINE,
        parameters=parameters,
        run=run.run,
        metadata={"attribution": "; ".join(bodies), "schemes": looks},
    )


def _body(label: Mapping[str, str]) -> str:
    return in_language(label, DEFAULT_LANGUAGE)


def _findings(report: RegionalReport, phrases: Phrases) -> list[Finding]:
    """As those of any check are kept: a message in English, and what it is made of."""
    return [
        Finding(
            each.check,
            each.severity,
            REGIONAL_COLLECTIONS[0],
            f"{each.about}: {said(phrases, each)}",
            evidence={"about": each.about, **each.evidence},
        )
        for each in report.findings
    ]
