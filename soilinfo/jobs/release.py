"""Release: a person publishes a version that waited, judged once more beside what is served by now."""

from collections.abc import Sequence

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import FINDINGS, components_of_map
from soilinfo.jobs.judgement import refuse_misfits
from soilinfo.jobs.publication import findings_version
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot


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
    them all the same changes the check's ``severity`` in config. The findings about them are served
    with them. Takes the writer's lock.
    """
    ledger = store.ledger
    with store.lock():
        chosen = [ledger.releasable(layer, version), *map(ledger.releasable, together)]
        refuse_misfits(store, catalog, [one for one in chosen if not one.removed])
        layers = {one.layer: one.version for one in chosen}
        beside = {components_of_map(name): layers[name] for name in layers if name in catalog.soil_maps}
        beside |= {FINDINGS: findings_version(store, {**ledger.current().layers, **layers}, chosen[0].run)}
        return ledger.release(layers, actor=actor, reason=reason, beside=beside)
