"""Every night: ingest what has changed in the sources of config/, then make what depends on it.

Unchanged sources are recognised by their content and cost seconds.
"""

from datetime import timedelta

from soilinfo.catalog.models import Catalog
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.harmonize import harmonize
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.nightly.pipeline import Pipeline
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.home import Store


def all_sources(store: Store, catalog: Catalog, actor: str, progress: Progress) -> RunReport:
    """Every layer and level of config/."""
    return ingest(store, catalog, actor=actor, progress=progress)


def all_profiles(store: Store, catalog: Catalog, actor: str, progress: Progress) -> RunReport:
    """Every soil profile that was ingested."""
    return harmonize(store, catalog, actor=actor, progress=progress)


def all_crops(store: Store, catalog: Catalog, actor: str, progress: Progress) -> RunReport:
    """Every crop of config/."""
    return evaluate(store, catalog, actor=actor, progress=progress)


PIPELINE = Pipeline(
    "national",
    timedelta(days=1),
    "config/layers, config/regions.yaml",
    (all_sources, all_profiles, all_crops),
)
