"""One dataset of soil profiles: from its sources to a new version of what is held of it.

Three collections are written and published together: profiles, their elements, and observations. They are
held, not served; what the public sees of them is made of them as their owners wish.
"""

from collections.abc import Iterator
from dataclasses import replace

from soilinfo.catalog.models import Catalog, Property, Sheet
from soilinfo.catalog.names import held_profiles
from soilinfo.catalog.soil_profiles import SoilProfiles
from soilinfo.findings import blocks
from soilinfo.ingest.checks.profiles import judge_profiles
from soilinfo.ingest.profiles.glosis import read_glosis
from soilinfo.ingest.profiles.held import Held, held
from soilinfo.ingest.profiles.readings import read_all
from soilinfo.ingest.profiles.tables import read_horizons, read_values
from soilinfo.ingest.profiles.written import Written
from soilinfo.ingest.sheets import Cells, read_cells
from soilinfo.jobs.ingestion.outcome import Outcome
from soilinfo.jobs.ingestion.sources import Reading
from soilinfo.jobs.runs.run import fingerprint
from soilinfo.jobs.runs.versions import Origin, new_version
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "soil_profiles/1"
"""Name of the method; raising the number makes every version anew."""


def ingest_soil_profiles(
    store: Store, catalog: Catalog, dataset: SoilProfiles, run: str, reading: Reading
) -> Outcome:
    """Bring one dataset into the vector store as three held collections, unless a check blocks it.

    All have the same version and are published together. Raises SourceError when a source cannot be used
    at all.
    """
    versions = _versions(catalog, dataset, run, reading)
    version, *further = versions
    old = store.ledger.version(version.layer, version.version)
    if old is not None and all(store.vector.exists(one.layer, one.version) for one in versions):
        return Outcome(version.layer, old, known=True, further=tuple(further))
    if known := store.ledger.known_blocked(version):
        return Outcome(version.layer, None, known, known=True, refused=version)
    seen = read_all(_written(catalog, dataset, reading), dataset, catalog.properties, catalog.grid)
    judgement = judge_profiles(seen, version.layer)
    findings = tuple(judgement.findings)
    if blocks(findings):
        return Outcome(version.layer, None, findings, refused=version)
    kept = held(seen, judgement.flags)
    reading.require_unchanged()
    for one, frame in zip(versions, kept.frames, strict=True):
        # One may be there already when a run was killed between them, or its record lost.
        if not store.vector.exists(one.layer, one.version):
            store.vector.write(one.layer, one.version, frame, id_field="id")
    return Outcome(version.layer, replace(version, metadata=_counts(kept)), findings, further=tuple(further))


def _written(catalog: Catalog, dataset: SoilProfiles, reading: Reading) -> Written:
    """What a dataset says, read by the form it is in."""

    def read(sheet: Sheet) -> Cells:
        return read_cells(reading.path(sheet.source), sheet)

    if dataset.glosis is not None:
        return read_glosis(dataset, read, catalog.procedures, catalog.properties)
    if dataset.horizons is not None:
        return read_horizons(dataset, read)
    return read_values(dataset, read, catalog.properties)


def _counts(kept: Held) -> dict[str, int]:
    """How much is held."""
    names = ("profiles", "elements", "observations")
    return {name: len(frame) for name, frame in zip(names, kept.frames, strict=True)}


_ASIDE = {
    *("title", "description", "release", "most_lost_pct", "licence", "attribution", "lineage"),
    "calibrates",
}
"""Parts of a dataset's configuration that change nothing of what is held."""


def _versions(catalog: Catalog, dataset: SoilProfiles, run: str, reading: Reading) -> tuple[Version, ...]:
    """The records of the three collections: same sources, same parameters, same name."""
    parameters = {
        "dataset": dataset.model_dump(mode="json", exclude=_ASIDE),
        "properties": fingerprint(**{id: _meaning(each) for id, each in catalog.properties.items()}),
        "procedures": fingerprint(**{id: dict(each.observes) for id, each in catalog.procedures.items()}),
        "grid": [catalog.grid.crs, *catalog.grid.bounds],
    }
    sources = list(dict.fromkeys(_sources(dataset)))
    files = [reading.sha256(reading.path(source)) for source in sources]
    origin = Origin("; ".join(sources), fingerprint(files=files), {})
    return tuple(
        new_version(layer, "vector", origin, pipeline=PIPELINE, parameters=parameters, run=run)
        for layer in held_profiles(dataset.id)
    )


def _meaning(prop: Property) -> list[object]:
    """What of a property decides how a value is read and judged."""
    return [prop.kind, prop.unit, list(prop.valid_range or ())]


def _sources(dataset: SoilProfiles) -> Iterator[str]:
    for sheet in (dataset.profiles, dataset.horizons, dataset.values):
        if sheet is not None:
            yield sheet.source
    if form := dataset.glosis:
        parts = (form.workbook, form.plots, form.profiles, form.elements, form.specimens, form.procedures)
        yield from filter(None, parts)
