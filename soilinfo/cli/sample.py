"""The verb that makes synthetic nations to try things out on."""

import time
from os import cpu_count
from pathlib import Path
from typing import Annotated, Literal

import typer

from soilinfo.catalog.load import load
from soilinfo.cli.options import ConfigOption, settings_of
from soilinfo.console import progress, say
from soilinfo.jobs.run import Event

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

    --config is the shipped configuration, which lends the rest.

    Then: soilinfo ingest --config DIRECTORY/config --store STORE. Nothing in it describes a real place.
    """
    # The generator compiles its noise on import, which the other verbs need not pay.
    from soilinfo.sample.archipelago import EXTENTS
    from soilinfo.sample.build import build
    from soilinfo.sample.config import write_config

    shipped, began = settings_of(config=config).config, time.monotonic()
    load(shipped)
    with progress() as report:
        files = build(
            directory,
            extent=EXTENTS[extent],
            processes=processes,
            progress=lambda name, done, total: report(Event("build", name, "written", done, total)),
        )
    write_config(directory / "config", shipped, EXTENTS[extent])
    took = round(time.monotonic() - began)
    following = f"soilinfo ingest --config {directory / 'config'}"
    say(
        f"{len(files)} files in {directory} after {took} s; next: {following}",
        files=len(files),
        seconds=took,
    )
