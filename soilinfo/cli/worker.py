"""A worker: it answers what is too large to be answered at once."""

import signal
import threading
from typing import Annotated

import typer

from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, opened, settings_of
from soilinfo.jobs.nightly.watch import end_with_the_watcher
from soilinfo.jobs.worker import work

verbs = typer.Typer()


@verbs.command()
def worker(
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
    watched: Annotated[bool, typer.Option("--watched", hidden=True)] = False,
) -> None:
    """Answer questions about areas too large to be answered at once, one after the other, until stopped.

    `soilinfo serve` starts one beside itself; start more on any machine that reaches store and database.
    """
    if watched:
        end_with_the_watcher()
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    # What answers brings the web server's libraries with it, which the other verbs need not wait for.
    from soilinfo.serve.processes.performing import performer

    settings = settings_of(config=config, store=store, db=db)
    with opened(settings, existing=True) as home:
        work(home.queue, performer(settings, home), ending)
