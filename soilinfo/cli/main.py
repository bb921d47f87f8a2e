"""The command line as a whole: every verb of the other modules, and how an error ends."""

import sys

import typer
from rich.console import Console

from soilinfo.cli import country, decisions, differences, pipelines, published, sample
from soilinfo.errors import SoilinfoError

app = typer.Typer(
    help="soilinfo: a national soil information system.\n\n"
    "Try `soilinfo demo`: it builds a sample nation and serves it. For your own country write config/ "
    "(see config/README.md), then run `soilinfo check`, `ingest`, `evaluate` and `serve`, in this order.\n\n"
    "Every option can also be given as an environment variable: SOILINFO_CONFIG, SOILINFO_STORE, "
    "SOILINFO_DB, SOILINFO_URL, PORT.",
    epilog=pipelines.EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (country, published, decisions, differences, pipelines, sample):
    app.add_typer(module.verbs)
err = Console(stderr=True)


def main() -> None:
    """Run the command line; an expected error is one clear line and its own exit code."""
    try:
        app()
    except SoilinfoError as error:
        err.print("[bold red]error:[/] ", end="")
        err.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
