"""What the command line shows: to a person on a terminal, to a program as JSON lines."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from soilinfo.errors import UnknownNameError
from soilinfo.findings import SEVERITIES, Finding
from soilinfo.jobs.nightly.overview import Group, LayerState
from soilinfo.jobs.nightly.schedule import Standing, period
from soilinfo.jobs.runs.chronicle import chronicle
from soilinfo.jobs.runs.freshness import blocked_records
from soilinfo.jobs.runs.run import Event, RunReport, silent
from soilinfo.jobs.runs.run import Progress as Report
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

out = Console()


@contextmanager
def progress() -> Iterator[Report]:
    """A progress bar on a terminal; elsewhere one JSON line per event on standard output."""
    if not sys.stdout.isatty():
        yield lambda event: print(json.dumps(asdict(event), ensure_ascii=False), flush=True)
        return
    columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.fields[subject]}"), console=out) as bars:
        tasks: dict[str, object] = {}

        def show(event: Event) -> None:
            if event.phase not in tasks:
                tasks[event.phase] = bars.add_task(event.phase, total=event.total, subject="")
            bars.update(tasks[event.phase], completed=event.done, total=event.total, subject=event.subject)  # type: ignore[arg-type]
            if event.state == "blocked":
                bars.console.print(f"[bold red]blocked[/] {event.subject}: {event.message}")

        yield show


def display() -> AbstractContextManager[Report]:
    """A progress bar for a person, nothing for a program that is told the result in one line."""
    return progress() if sys.stdout.isatty() else nullcontext(silent)


def say(message: str, **facts: object) -> None:
    """One sentence for a person; off a terminal a JSON line with the facts beside it."""
    if sys.stdout.isatty():
        out.print(message, markup=False, highlight=False)
    else:
        print(json.dumps({"message": message, **facts}, ensure_ascii=False), flush=True)


def print_report(report: RunReport) -> None:
    """What a run found and published."""
    if not sys.stdout.isatty():
        print(json.dumps({"run": report.run, **report.summary()}, ensure_ascii=False), flush=True)
        return
    print_findings(report.findings)
    out.print(
        f"published {len(report.published)}, unchanged {len(report.unchanged)}, "
        f"blocked {len(report.blocked)}, held back {len(report.held)}, waiting {len(report.waiting)}, "
        f"withdrawn {len(report.withdrawn)}"
        + (f"; snapshot {report.snapshot}" if report.snapshot else "; nothing new to publish")
    )


def print_findings(findings: Iterable[Finding]) -> None:
    """One line per finding, the gravest first; off a terminal one JSON object each."""
    ordered = sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.layer))
    if not sys.stdout.isatty():
        for finding in ordered:
            print(json.dumps(asdict(finding), ensure_ascii=False))
        return
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True, style="bold")
    lines.add_column(no_wrap=True, style="cyan")
    for finding in ordered:
        lines.add_row(finding.severity, finding.layer, Text(f"{finding.message} [{finding.check}]"))
    out.print(lines)


def print_snapshot(snapshot: Snapshot) -> None:
    """The published snapshot in one sentence."""
    created = f"{snapshot.created:%Y-%m-%d %H:%M} UTC" if snapshot.created else ""
    say(f"snapshot {snapshot.id}, {created}, by {snapshot.actor}: {snapshot.reason}", snapshot=snapshot.id)


def group_row(group: Group) -> dict[str, str]:
    """The published layers of one kind, as a row of a table."""
    ends = {"oldest": _when(group.oldest), "newest": _when(group.newest)}
    return {"kind": group.kind, "layers": str(group.layers), **ends}


def layer_row(layer: LayerState, now: datetime) -> dict[str, str]:
    """One published layer, as a row of a table: how old it is, and how often it is made."""
    return {
        "layer": layer.layer,
        "kind": layer.kind,
        "version": layer.version,
        "age": f"{(now - layer.created).days} d",
        "every": period(layer.every) if layer.every else "",
        "pipeline": layer.pipeline,
    }


def standing_row(one: Standing) -> dict[str, str]:
    """How a pipeline stands, as a row of a table."""
    return {
        "pipeline": one.name,
        "every": period(one.every),
        "state": one.state + (", late" if one.late else ""),
        "last run": _local(one.last_run),
        "last success": _local(one.last_success),
        "next due": "now" if one.due else _local(one.next_due),
    }


def _local(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else "never"


def snapshot_rows(home: Store, limit: int) -> list[dict[str, str]]:
    """One row per snapshot, newest first."""
    return [
        {
            "snapshot": str(snapshot.id),
            "created": _when(snapshot.created),
            "by": snapshot.actor,
            "layers": str(len(snapshot.layers)),
            "reason": snapshot.reason,
        }
        for snapshot in home.ledger.snapshots(limit)
    ]


def version_rows(home: Store, layer: str, limit: int) -> list[dict[str, str]]:
    """One row per version of a layer; UnknownNameError when it has none."""
    versions = home.ledger.versions(layer)
    if not versions:
        raise UnknownNameError(
            "layer or collection", layer, {version.layer for version in home.ledger.versions()}
        )
    return [
        {
            "version": version.version,
            "created": _when(version.created),
            "source": version.source,
            "sha256": version.source_sha256[:12],
            "software": version.software,
            "removed": _when(version.removed),
        }
        for version in versions[:limit]
    ]


def deed_rows(home: Store, layer: str, limit: int) -> list[dict[str, str]]:
    """One row per thing that happened to a layer, newest first."""
    return [
        {
            "snapshot": str(deed.snapshot),
            "what": deed.what,
            "version": deed.version,
            "created": _when(deed.created),
            "by": deed.actor,
            "reason": deed.reason,
        }
        for deed in reversed(chronicle(home, layer)[-limit:])
    ]


def print_quarantine(home: Store, layer: str | None) -> None:
    """Why inputs (of one layer) are kept out now; off a terminal with their versions and runs."""
    kept = [
        record
        for record in blocked_records(home)
        if record.finding.severity == "block" and layer in (None, record.finding.layer)
    ]
    if sys.stdout.isatty():
        print_findings(record.finding for record in kept)
    else:
        print_table(
            [asdict(each.finding) | {"version": each.version or "", "run": each.run} for each in kept]
        )
    if not kept:
        say("nothing is kept out")


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def print_table(rows: list[dict[str, Any]]) -> None:
    """Rows as a table; off a terminal one JSON object each."""
    if not sys.stdout.isatty():
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    table = Table(*rows[0]) if rows else Table()
    for row in rows:
        table.add_row(*row.values())
    out.print(table)
