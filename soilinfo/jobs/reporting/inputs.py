"""What the numbers of a country report were made of, down to the files that were ingested."""

from collections.abc import Mapping

from soilinfo.catalog.models import Catalog, Layer
from soilinfo.errors import InputError
from soilinfo.jobs.runs.source_names import told_source
from soilinfo.jobs.subsidy.plans import derived_from
from soilinfo.report.country.document import Input
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version


def inputs_of(store: Store, catalog: Catalog, used: Mapping[str, str]) -> tuple[Input, ...]:
    """Everything that ``used`` (name -> version) was derived from, itself included, by name.

    InputError where it rests on two versions of one layer: something was ingested after the evaluation.
    """
    found: dict[str, str] = {}
    for name, version in sorted(derived_from(store, used)):
        if found.setdefault(name, version) != version:
            raise InputError(
                f"what is published rests on two versions of '{name}' ({found[name]} and {version}); run "
                "`soilinfo evaluate`, so that a report rests on one"
            )
    return tuple(_input(store, catalog, *each) for each in found.items())


def _input(store: Store, catalog: Catalog, name: str, version: str) -> Input:
    record = store.ledger.version(name, version)
    assert record is not None, "found in the ledger before"
    layer = catalog.layers.get(name)
    return Input(
        name=name,
        version=version,
        kind=record.kind,
        source=told_source(record.source),
        source_sha256=record.source_sha256,
        **_rights(catalog, record),
        **_about(layer),
    )


def _rights(catalog: Catalog, record: Version) -> dict[str, str]:
    """Licence and attribution of a source, of what is derived those of the service."""
    parts = (catalog.layers, catalog.levels, catalog.tables, catalog.soil_maps)
    described = next((part[record.layer] for part in parts if record.layer in part), None)
    if described is None:
        services = catalog.services
        return {"licence": services.licence, "attribution": services.contact.organisation}
    return {"licence": described.licence, "attribution": described.attribution}


def _about(layer: Layer | None) -> dict[str, str]:
    return (
        {"time": layer.time or "", "statistic": layer.statistic} if layer else {"time": "", "statistic": ""}
    )
