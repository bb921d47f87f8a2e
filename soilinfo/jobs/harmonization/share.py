"""The first step of the harmonization: profiles become public as far as their owners wish."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import HORIZONS, OBSERVATIONS, PROFILES, SITES
from soilinfo.jobs.harmonization.held import held_versions, read_held
from soilinfo.jobs.harmonization.public import Public
from soilinfo.jobs.runs.run import Event, Progress, RunReport, fingerprint
from soilinfo.jobs.runs.versions import Origin, new_version, remember
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "profiles/2"
"""Name of the method; raising the number makes every version anew."""
OBSERVED: Mapping[str, str | None] = {
    SITES: None,
    PROFILES: None,
    HORIZONS: "profile_id",
    OBSERVATIONS: "profile_id",
}
"""Collection -> column whose equal values share one place."""


def share_profiles(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write and record what the public may see of the profiles held; collection -> version, old and new.

    A collection that would have no row is not made.
    """
    sources = Sources(store, catalog, published)
    made: dict[str, str] = {}
    for done, (name, shape_field) in enumerate(OBSERVED.items() if sources.versions else (), start=1):
        version = sources.version(name, PIPELINE, {"privacy": sources.privacy}, report.run)
        known = is_there(store, version)
        if known or _written(store, version, sources, shape_field):
            made[name] = version.version
            progress(Event("profiles", name, "unchanged" if known else "written", done, len(OBSERVED)))
    return made


class Sources:
    """What is held, and what the public sees of it, read when it is first needed."""

    def __init__(self, store: Store, catalog: Catalog, published: Mapping[str, str]) -> None:
        self._store, self._catalog = store, catalog
        self.versions = held_versions(catalog, published)

    @cached_property
    def public(self) -> Public:
        """What the public sees."""
        return Public(self._catalog, read_held(self._store, self.versions))

    @cached_property
    def privacy(self) -> dict[str, Any]:
        """What owners want of each dataset: who sees what, on which terms."""
        said = {"privacy", "projects", "licence", "attribution"}
        return {
            name: self._catalog.dataset(name).model_dump(mode="json", include=said) for name in self.versions
        }

    def version(self, name: str, pipeline: str, parameters: Mapping[str, Any], run: str) -> Version:
        """The record of a collection that is derived from all that is held."""
        inputs = {name: version for one in self.versions.values() for name, version in one.items()}
        origin = Origin(
            f"{len(self.versions)} dataset(s) of soil profiles", fingerprint(parameters=parameters), inputs
        )
        return new_version(name, "vector", origin, pipeline=pipeline, parameters=parameters, run=run)


def is_there(store: Store, version: Version) -> bool:
    """Whether a collection is written and recorded."""
    key = version.layer, version.version
    return store.ledger.version(*key) is not None and store.vector.exists(*key)


def _written(store: Store, version: Version, sources: Sources, shape_field: str | None) -> bool:
    """Whether there are rows; then they are written and recorded."""
    frame = sources.public.frames[version.layer]
    if frame.empty:
        return False
    key = version.layer, version.version
    if not store.vector.exists(*key):
        store.vector.write(*key, frame, id_field="id", shape_field=shape_field)
    told = {"rows": len(frame), "withheld": sources.public.withheld}
    remember(store, replace(version, metadata=told))
    return True
