"""An institute's own pipelines for tests: a directory of short files, each of which ends in its own way."""

from pathlib import Path

from soilinfo.settings import Settings

HEAD = """
import os, time
from datetime import timedelta
from soilinfo.errors import BusyError, ConfigError, StoreError
from soilinfo.findings import Finding
from soilinfo.jobs.nightly.pipeline import Pipeline
from soilinfo.jobs.runs.run import Event, RunReport, recorded
"""
ENDINGS = {
    "well": """
        progress(Event("look", "field", "written", 1, 1))
        report.findings.append(Finding("look", "note", "field", "seen"))
    """,
    "blocked": """
        report.blocked.append("field")
        report.findings.append(Finding("value_range", "block", "field", "too high"))
    """,
    "broken": 'raise RuntimeError("a library broke")',
    "faulty": "raise ConfigError([])",
    "killed": "os.kill(os.getpid(), 9)",
    "leaving": "raise SystemExit(0)",
    "torn": """
        pipes = [fd for fd in range(3, 99) if os.path.realpath(f"/proc/self/fd/{fd}").count("pipe:")]
        os.write(pipes[0], b'{"event": {"phase": "ing')
        os.kill(os.getpid(), 9)
    """,
    "waiting": 'raise BusyError("held by another")',
    "hanging": """
        store.directory.joinpath("child").write_text(str(os.getpid()))
        store.directory.joinpath("hangs").touch()
        time.sleep(600)
    """,
}


def write_pipeline(directory: Path, ending: str, *, limit: float = 3600) -> None:
    """Write the file of a pipeline with one step, a job in the ledger that ends so; ``limit`` in seconds."""
    directory.mkdir(exist_ok=True)
    body = "\n".join("        " + line.strip() for line in ENDINGS[ending].strip().splitlines())
    text = f"""{HEAD}
def look(store, catalog, actor, progress):
    with recorded(store, "look", actor, {{}}) as report:
{body}
    return report

PIPELINE = Pipeline("{ending}", timedelta(hours=6), "nothing", (look,), timeout=timedelta(seconds={limit}))
"""
    (directory / f"{ending}.py").write_text(text, "utf-8")


def with_pipelines(settings: Settings, *endings: str, limit: float = 3600, **more: object) -> Settings:
    """The settings with pipelines of these endings."""
    directory = settings.store.parent / "own"
    for ending in endings:
        write_pipeline(directory, ending, limit=limit)
    return settings.model_copy(update={"pipelines": directory, **more})
