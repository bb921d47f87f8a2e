"""Every night, of a region that config names: reports asked for anew, and what they say published."""

from datetime import timedelta

from soilinfo.catalog.models import Catalog
from soilinfo.jobs.nightly.pipeline import Pipeline
from soilinfo.jobs.region.fetch import fetch
from soilinfo.jobs.region.publish import publish_region
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.home import Store


def all_members(store: Store, catalog: Catalog, actor: str, progress: Progress) -> RunReport:
    """Every member of config/region.yaml."""
    if catalog.region is not None:
        fetch(store, catalog)
    return publish_region(store, catalog, actor=actor, progress=progress)


PIPELINE = Pipeline("regional", timedelta(days=1), "config/region.yaml", (all_members,))
