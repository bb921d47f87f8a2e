"""A pipeline: jobs in order, under one name, meant to run every so often with nobody watching.

A pipeline is a short Python file that exposes ``PIPELINE``. Those of the package ``pipelines`` come
with soilinfo; an institute keeps its own in a directory that SOILINFO_PIPELINES names.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from soilinfo.catalog.models import Catalog
from soilinfo.errors import Fault
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.settings import Settings
from soilinfo.store.home import Store

Step = Callable[[Store, Catalog, str, Progress], RunReport]
"""(store, catalog, actor, progress) -> report."""


@dataclass(frozen=True)
class Pipeline:
    """``steps`` in order, due again after ``every``; ``source`` says where its input comes from."""

    name: str
    every: timedelta
    source: str
    steps: tuple[Step, ...]
    timeout: timedelta = timedelta(hours=12)
    """A run that takes longer is ended."""
    at: time = time(1, 15)
    """Local time at which a pipeline of whole days begins."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"the name '{self.name}' is not of small letters, digits and underscores")
        if self.every <= timedelta(0) or self.timeout <= timedelta(0):
            raise ValueError(f"'{self.name}': every and timeout must be longer than nothing")


def found(settings: Settings) -> tuple[dict[str, Pipeline], list[Fault]]:
    """Every pipeline by name, in order of their files; and the faults of the files that hold none.

    A file that is broken is no reason that the others do not run.
    """
    pipelines: dict[str, Pipeline] = {}
    own, faults = settings.pipelines, []
    if own is not None and not own.is_dir():
        faults.append(Fault(str(own), "SOILINFO_PIPELINES", "no such directory"))
    for path in _files(own):
        try:
            pipeline = _pipeline_of(path)
        # Whatever an institute's own file raises, or ends with, is a fault of that file.
        except (Exception, SystemExit) as error:
            faults.append(Fault(str(path), "", f"{type(error).__name__}: {error}"))
            continue
        if pipeline.name in pipelines:
            faults.append(Fault(str(path), "PIPELINE", f"there is another pipeline '{pipeline.name}'"))
        pipelines.setdefault(pipeline.name, pipeline)
    return pipelines, faults


def _files(own: Path | None) -> Iterator[Path]:
    shipped = Path(str(import_module("pipelines").__file__)).parent
    for directory in filter(None, (shipped, own)):
        yield from (path for path in sorted(directory.glob("*.py")) if not path.name.startswith("_"))


def _pipeline_of(path: Path) -> Pipeline:
    spec = spec_from_file_location(f"pipeline_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ValueError("not a Python file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    pipeline = getattr(module, "PIPELINE", None)
    if not isinstance(pipeline, Pipeline):
        raise TypeError("a pipeline file exposes PIPELINE = Pipeline(...)")
    return pipeline
