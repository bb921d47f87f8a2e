"""Metrics of the pipelines for Prometheus, as a file for the node exporter's textfile collector."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from soilinfo.findings import Severity
from soilinfo.jobs.runs.history import History
from soilinfo.store.home import Store

SEVERITIES: tuple[Severity, ...] = ("block", "warn", "note")


def write_metrics(path: Path, histories: Iterable[History], published: Mapping[str, datetime]) -> None:
    """Write the file anew from the last runs of all pipelines and the times of the published layers."""
    registry = CollectorRegistry()
    for name, help_text, labels, samples in _metrics(list(histories), published):
        gauge = Gauge(f"soilinfo_{name}", help_text, labels, registry=registry)
        for values, number in samples:
            gauge.labels(*values).set(number)
    write_to_textfile(str(path), registry)


def published_layers(store: Store) -> dict[str, datetime]:
    """When each published version was made, by layer."""
    layers = store.ledger.current().layers
    return {one.layer: one.created for one in store.ledger.versions() if layers.get(one.layer) == one.version}


_Metric = tuple[str, str, tuple[str, ...], list[tuple[tuple[str, ...], float]]]


def _metrics(histories: list[History], published: Mapping[str, datetime]) -> list[_Metric]:
    last = [(history.last, (history.last.pipeline,)) for history in histories]
    successes = [(h.last_success, (h.last.pipeline,)) for h in histories if h.last_success]
    one = ("pipeline",)
    return [
        (
            "pipeline_last_run_timestamp_seconds",
            "Start of the last run",
            one,
            [(who, run.started.timestamp()) for run, who in last],
        ),
        (
            "pipeline_last_success_timestamp_seconds",
            "End of the last run with exit code 0",
            one,
            [(who, success.timestamp()) for success, who in successes],
        ),
        ("pipeline_duration_seconds", "Duration of the last run", one, [(who, r.seconds) for r, who in last]),
        ("pipeline_exit_code", "Exit code of the last run", one, [(who, r.exit_code) for r, who in last]),
        (
            "pipeline_peak_memory_bytes",
            "Largest resident memory of a process of the last run",
            one,
            [(who, run.peak_memory_bytes) for run, who in last],
        ),
        (
            "pipeline_findings",
            "Findings of the last run by severity",
            ("pipeline", "severity"),
            [((*who, level), run.findings.get(level, 0)) for run, who in last for level in SEVERITIES],
        ),
        (
            "pipeline_layers",
            "Layers of the last run by outcome",
            ("pipeline", "outcome"),
            [
                ((*who, outcome), len(getattr(run, outcome)))
                for run, who in last
                for outcome in ("published", "unchanged", "blocked", "waiting")
            ],
        ),
        (
            "layer_created_timestamp_seconds",
            "When the published version of a layer was made; its age is time() minus this",
            ("layer",),
            [((layer,), made.timestamp()) for layer, made in sorted(published.items())],
        ),
    ]
