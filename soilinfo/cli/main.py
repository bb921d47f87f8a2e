"""The command line as a whole: every verb of the other modules, and how an error ends."""

import logging
import sys
from typing import NoReturn

import typer
from rich.console import Console

from soilinfo.cli import (
    allocation,
    atlas,
    choice,
    convert,
    country,
    decisions,
    demo,
    differences,
    documents,
    explain,
    gsp,
    harmonize,
    indicator,
    overlay,
    pack,
    pipelines,
    profile,
    published,
    recommend,
    region,
    report,
    sample,
    stock_change,
    what_if,
    worker,
    zoning,
)
from soilinfo.cli.options import EXIT_CODES_HELP
from soilinfo.errors import SoilinfoError, StoreError
from soilinfo.jobs.runs.log import Unexpected

app = typer.Typer(
    help="soilinfo: a national soil information system.\n\n"
    "Try `soilinfo demo`: it builds a sample nation and serves it. For your own country write config/ "
    "(see config/README.md), then run `soilinfo check`, `ingest`, `harmonize` (soil profiles), `evaluate` "
    "and `serve`, in this order.\n\n"
    "--config, --store, --db, --url and --port can also be given as environment variables: SOILINFO_CONFIG, "
    "SOILINFO_STORE, SOILINFO_DB, SOILINFO_URL and PORT. Further settings are SOILINFO_HOST (to serve on), "
    "SOILINFO_OBJECTS (object storage), SOILINFO_CACHE_MB (decoded cells that a server keeps), "
    "SOILINFO_AT_WORK and SOILINFO_UNSENT_MB (what a server does at a time), "
    "SOILINFO_FEDERATION_KEYS (of other nodes), "
    "SOILINFO_PIPELINES (your own), SOILINFO_LOG, SOILINFO_METRICS and SOILINFO_NOTIFY; README.md says "
    "what each means.",
    epilog=EXIT_CODES_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (
    country,
    demo,
    published,
    documents,
    atlas,
    pack,
    decisions,
    differences,
    pipelines,
    harmonize,
    convert,
    sample,
    stock_change,
    zoning,
    choice,
    what_if,
    explain,
    gsp,
    overlay,
    profile,
    recommend,
    allocation,
    report,
    region,
    indicator,
    worker,
):
    app.add_typer(module.verbs)
err = Console(stderr=True)


def main() -> None:
    """Run the command line; an expected error is one clear line and its own exit code."""
    logging.getLogger("soilinfo.jobs").addHandler(Unexpected())
    try:
        app()
    except SoilinfoError as error:
        _end(str(error), error.exit_code)
    except OSError as error:  # a disk that is full, a file that somebody else may read
        why = error.strerror or str(error)
        _end(f"{error.filename}: {why}" if error.filename else why, StoreError.exit_code)


def _end(message: str, code: int) -> NoReturn:
    err.print("[bold red]error:[/] ", end="")
    err.print(message, markup=False, highlight=False, soft_wrap=True)
    sys.exit(code)
