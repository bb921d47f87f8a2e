"""What becomes of what an evaluation made, and of what it could not make: held back, withdrawn."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import TABLES, components_of_map, suitability_of, suitability_of_map, table_of
from soilinfo.catalog.products import products
from soilinfo.findings import Finding
from soilinfo.jobs.runs.versions import was_withdrawn
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version


def derived_names(catalog: Catalog) -> set[str]:
    """What a person may name, beside crops, to have it served though a rollback withdrew it."""
    tables = {table_of(kind, level) for kind in TABLES for level in catalog.every_level()}
    return {*products(catalog), *map(suitability_of_map, catalog.soil_maps), *tables}


def to_hold(
    store: Store, made: Mapping[str, str], served: Mapping[str, str], named: Collection[str]
) -> dict[str, Version]:
    """Which of the collections ``made`` (name -> version) are new and to be held back, by name.

    Those are what a rollback withdrew and nobody ``named``, and what was derived from such.
    """
    new = _versions(store, {name: one for name, one in made.items() if served.get(name) != one})
    unasked = [one for one in new if not _is_named(one, named)]
    found: dict[str, Version] = {}
    while True:
        shown = {**served, **{one.layer: one.version for one in new if one.layer not in found}}
        more = {
            one.layer: one
            for one in unasked
            if one.layer not in found and (_rests_on(one, found) or was_withdrawn(store, one, shown))
        }
        if not more:
            return found
        found |= more


def no_longer_made(
    store: Store,
    catalog: Catalog,
    shown: Mapping[str, str],
    *,
    made: Collection[str],
    held: Collection[str],
    rated: Collection[str],
) -> list[Finding]:
    """A warning for each derived collection of those ``shown`` that cannot be made any more.

    ``made``, ``held``: what the evaluation made, and held back; ``rated``: the classes of crops that it could
    make. Anything else is as good as ever while config asks for it and all that it was derived from is
    shown, or waits for what is held back; otherwise it rests on what is served no more.
    """
    derived = {one.layer: one for one in _versions(store, shown) if _is_derived(store, one)}
    there = {name: shown[name] for name in {*_configured(catalog), *derived} if name in shown}
    doubtful = {name: one for name, one in derived.items() if name not in {*made, *held}}
    found: list[Finding] = []
    while doubtful:
        why = {name: _why_lost(catalog, one, there, held, rated) for name, one in doubtful.items()}
        lost = {name: reason for name, reason in why.items() if reason}
        if not lost:
            break
        found += [
            Finding("no_longer_made", "warn", name, f"no longer served, as {reason}")
            for name, reason in lost.items()
        ]
        there = {name: version for name, version in there.items() if name not in lost}
        doubtful = {name: one for name, one in doubtful.items() if name not in lost}
    return found


def _versions(store: Store, layers: Mapping[str, str]) -> list[Version]:
    known = (store.ledger.version(name, version) for name, version in layers.items())
    return [version for version in known if version]


def _is_named(version: Version, named: Iterable[str]) -> bool:
    tables = tuple(table_of(name, "") for name in named)
    own = {version.layer, version.metadata.get("product")}
    return not own.isdisjoint(named) or version.layer.startswith(tables)


def _rests_on(version: Version, others: Mapping[str, Version]) -> bool:
    return any(name in others and others[name].version == used for name, used in version.inputs.items())


def _is_derived(store: Store, version: Version) -> bool:
    return store.ledger.run(version.run).pipeline == "evaluate" and bool(version.inputs)


def _configured(catalog: Catalog) -> Sequence[str]:
    """What an ingestion by this configuration publishes."""
    parts = map(components_of_map, catalog.soil_maps)
    return [*catalog.layers, *catalog.levels, *catalog.soil_maps, *parts, *catalog.tables]


def _why_lost(
    catalog: Catalog,
    version: Version,
    there: Mapping[str, str],
    held: Collection[str],
    rated: Collection[str],
) -> str | None:
    """Why a version that was not made anew cannot be made; None for one that still holds."""
    product = version.metadata.get("product")
    if product is not None and product not in products(catalog):
        return "config asks for it no more"
    if version.kind == "suitability" and product is None:
        return None if version.layer in rated else _why_unrated(catalog, version)
    lost = sorted(name for name, used in version.inputs.items() if there.get(name) != used)
    if not lost or version.inputs.keys() & held:
        return None
    return f"it cannot be made anew and was derived from {', '.join(lost)}, served no more as it was then"


def _why_unrated(catalog: Catalog, version: Version) -> str:
    """Why no crop that could be rated has these classes."""
    if version.layer not in map(suitability_of, catalog.every_crop()):
        return "config has no such crop"
    return "its crop can be rated no more (see the other findings)"
