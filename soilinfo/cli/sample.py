"""The verb that makes synthetic nations to try things out on."""

import time
from os import cpu_count
from pathlib import Path
from typing import Annotated, Literal

import typer

from soilinfo.catalog.load import load
from soilinfo.cli.options import ConfigOption, settings_of
from soilinfo.console import display, say
from soilinfo.errors import InputError
from soilinfo.jobs.runs.run import Event

verbs = typer.Typer()


@verbs.command()
def sample(
    directory: Annotated[Path, typer.Argument(help="Where the sources and their config/ are written")],
    extent: Annotated[
        Literal["sample", "nation"],
        typer.Option(
            help="sample: the demo's 4 x 2.5 degrees, 2.3 million cells; "
            "nation: 46 x 17 degrees, Indonesia's box, 180 million cells"
        ),
    ] = "sample",
    processes: Annotated[
        int, typer.Option(min=1, help="Processes that make it; the files are the same")
    ] = cpu_count() or 1,
    config: ConfigOption = None,
) -> None:
    """Write the sources of a synthetic nation and a configuration to ingest them with.

    --config is the shipped configuration, config/ of the soilinfo repository, which lends the rest.

    Then: soilinfo ingest --config DIRECTORY/config --store STORE. Nothing in it describes a real place.
    One layer, bulk_density_2010, has a fault planted in it that a check blocks: ingest ends with exit code 5.
    """
    # The generator compiles its noise on import, which the other verbs need not pay.
    from soilinfo.sample.archipelago import EXTENTS
    from soilinfo.sample.build import build
    from soilinfo.sample.config import write_config
    from soilinfo.sample.statements import write_statements

    shipped, began = settings_of(config=config).config, time.monotonic()
    _require(shipped)
    with display() as report:
        files = build(
            directory,
            extent=EXTENTS[extent],
            processes=processes,
            progress=lambda name, done, total: report(Event("build", name, "written", done, total)),
        )
    write_config(directory / "config", shipped, EXTENTS[extent])
    files = [*files, write_statements(directory, load(directory / "config"))]
    took = round(time.monotonic() - began)
    following = f"soilinfo ingest --config {directory / 'config'}"
    say(
        f"{len(files)} files in {directory} after {took} s; next: {following} "
        "(it blocks bulk_density_2010, whose fault is planted, and so ends with exit code 5)",
        files=len(files),
        seconds=took,
    )


def _require(shipped: Path) -> None:
    """The configuration that lends the rest; ConfigError when it has faults."""
    if not (shipped / "services.yaml").is_file():
        raise InputError(
            f"{shipped.absolute()} is not the configuration that soilinfo comes with; outside the "
            "repository say where that is: --config REPOSITORY/config"
        )
    load(shipped)
