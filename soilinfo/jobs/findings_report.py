"""What a run found, as files for people and programs: ``<store>/reports/<run>/findings.{json,csv,html}``.

``findings.json`` is ``{"run", "pipeline", "actor", "started", "summary", "findings"}``; each finding is
``{"layer", "check", "severity", "message", "count", "evidence"}`` and, where its evidence names a place,
``"place": [longitude, latitude]``. The CSV has the same columns, the HTML (``findings.id.html`` in
Indonesian) groups them by layer. Findings are in order of layer, the gravest first.
"""

import csv
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from soilinfo.catalog.text import BUILT_IN, DEFAULT_LANGUAGE, texts
from soilinfo.errors import StoreError
from soilinfo.findings import SEVERITIES, Finding
from soilinfo.store.files import finished
from soilinfo.store.home import Store
from soilinfo.store.ledger import Run

COLUMNS = ("layer", "check", "severity", "message", "count", "longitude", "latitude", "evidence")
"""Columns of the CSV."""

_JINJA = Environment(
    loader=PackageLoader("soilinfo.jobs"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_report(store: Store, run: Run, findings: Iterable[Finding]) -> Path:
    """Write the files of one run, all of them or none; returns their directory. StoreError when it cannot."""
    directory = store.reports / run.id
    found = in_order(findings)
    try:
        with finished(directory) as partial:
            partial.mkdir()
            (partial / "findings.json").write_bytes(_json(run, found))
            _write_csv(partial / "findings.csv", found)
            for language in BUILT_IN:
                (partial / file_name(language)).write_text(_html(run, found, language), "utf-8")
    except OSError as error:
        raise StoreError(f"the report {directory} cannot be written: {error.strerror}") from error
    return directory


def file_name(language: str) -> str:
    """Name of the HTML file in a language: findings.html in English, findings.id.html in Indonesian."""
    return "findings.html" if language == DEFAULT_LANGUAGE else f"findings.{language}.html"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By layer, the gravest first; the layer with the gravest finding first."""
    listed = sorted(findings, key=lambda one: (one.layer, _gravity(one), one.check))
    gravest = {layer: min(map(_gravity, group)) for layer, group in groupby(listed, lambda one: one.layer)}
    return sorted(listed, key=lambda one: gravest[one.layer])


def _gravity(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def as_json(finding: Finding) -> dict[str, Any]:
    """A finding in the documented shape."""
    names = ("layer", "check", "severity", "message", "count", "evidence")
    place = finding.evidence.get("place")
    return {name: getattr(finding, name) for name in names} | ({"place": place} if place else {})


def _json(run: Run, found: Sequence[Finding]) -> bytes:
    document = {
        "run": run.id,
        "pipeline": run.pipeline,
        "actor": run.actor,
        "started": run.started,
        "summary": run.summary,
        "findings": [as_json(finding) for finding in found],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY)


def _write_csv(path: Path, found: Iterable[Finding]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(COLUMNS)
        for finding in found:
            longitude, latitude = finding.evidence.get("place") or ("", "")
            told = (finding.layer, finding.check, finding.severity, finding.message, finding.count)
            rows.writerow([*told, longitude, latitude, _compact(finding.evidence)])


def _compact(evidence: object) -> str:
    return orjson.dumps(evidence, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def _html(run: Run, found: Sequence[Finding], language: str) -> str:
    groups = [(layer, list(members)) for layer, members in groupby(found, lambda one: one.layer)]
    return _JINJA.get_template("findings.html").render(
        language=language,
        others={each: file_name(each) for each in BUILT_IN if each != language},
        words=texts(language),
        run=run,
        groups=groups,
        counts={each: sum(one.severity == each for one in found) for each in SEVERITIES},
        evidence=_evidence,
    )


def _evidence(finding: Finding) -> dict[str, str]:
    """Evidence by name, as text; its place is shown as coordinates of its own."""
    rest = {name: value for name, value in finding.evidence.items() if name != "place"}
    return {name: value if isinstance(value, str) else _compact(value) for name, value in rest.items()}
