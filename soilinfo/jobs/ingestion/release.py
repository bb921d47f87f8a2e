"""Release: a person publishes a version that waited, judged once more beside what is served by now."""

from collections.abc import Sequence

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import FINDINGS, components_of_map, held_profiles, made_anew_by
from soilinfo.catalog.soil_profiles import by_held_name
from soilinfo.errors import BlockedError
from soilinfo.jobs.ingestion.judgement import refuse_misfits
from soilinfo.jobs.ingestion.meaning import is_misread
from soilinfo.jobs.ingestion.rasters import is_outdated
from soilinfo.jobs.runs.publication import findings_version
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot, Version


def release(
    store: Store,
    catalog: Catalog,
    layer: str,
    version: str | None = None,
    *,
    together: Sequence[str] = (),
    actor: str,
    reason: str,
) -> Snapshot:
    """Publish a version that waited for a person; see :meth:`soilinfo.store.decisions.Decisions.release`.

    ``together``: other layers whose waiting versions are published with it, because they fit only so
    (the quantiles of one map). BlockedError when they do not fit what is served; a person who wants
    them all the same changes the check's ``severity`` in config. BlockedError, too, for versions that
    config describes otherwise than when they were made. The findings about them are served with them.
    Takes the writer's lock.
    """
    ledger = store.ledger
    with store.lock():
        chosen = [ledger.releasable(layer, version), *map(ledger.releasable, together)]
        _refuse_outdated(catalog, chosen)
        refuse_misfits(store, catalog, [one for one in chosen if not one.removed])
        layers = {one.layer: one.version for one in chosen}
        beside = {each: layers[name] for name in layers for each in _companions(catalog, name)}
        beside |= {FINDINGS: findings_version(store, {**ledger.current().layers, **layers}, chosen[0].run)}
        return ledger.release(layers, actor=actor, reason=reason, beside=beside)


def _companions(catalog: Catalog, name: str) -> Sequence[str]:
    """What is made together with a layer, in the same version, and published with it."""
    if dataset := by_held_name(catalog.soil_profiles).get(name):
        return held_profiles(dataset.id)[1:]
    return [components_of_map(name)] if name in catalog.soil_maps else []


def _refuse_outdated(catalog: Catalog, versions: Sequence[Version]) -> None:
    for one in versions:
        if is_misread(catalog, one) or (one.layer in catalog.layers and is_outdated(catalog, one)):
            raise BlockedError(
                f"version '{one.version}' of '{one.layer}' was made under another grid, unit, scale, class "
                f"table or list of land qualities than config has now, so it would be misread; put config "
                f"back, or make it anew: {made_anew_by(one.layer)}"
            )
