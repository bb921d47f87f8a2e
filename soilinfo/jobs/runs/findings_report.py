"""What a run found, as files for people and programs: ``<store>/reports/<run>/findings.{json,csv,html}``.

``findings.json`` is ``{"run", "pipeline", "actor", "started", "summary", "findings"}``; each finding is
``{"layer", "check", "severity", "message", "count", "evidence"}`` and, where its evidence names a place,
``"place": [longitude, latitude]``. The CSV has the same columns; the HTML (``findings.id.html`` in
Indonesian) shows the beginning of long evidence. The gravest findings come first, then by layer.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import BUILT_IN, DEFAULT_LANGUAGE, number, texts
from soilinfo.catalog.titles import titles
from soilinfo.errors import StoreError
from soilinfo.findings import SEVERITIES, Finding
from soilinfo.store.files import finished
from soilinfo.store.home import Store
from soilinfo.store.ledger import Run

COLUMNS = ("layer", "check", "severity", "message", "count", "longitude", "latitude", "evidence")
"""Columns of the CSV."""
MOST_SHOWN = 10
"""Members of a list of evidence that the HTML shows; JSON and CSV have them all."""

_JINJA = Environment(
    loader=PackageLoader("soilinfo.jobs.runs"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_report(store: Store, run: Run, findings: Iterable[Finding], catalog: Catalog | None = None) -> Path:
    """Write the files of one run, all of them or none; returns their directory. StoreError when it cannot.

    The HTML gives layers the titles of ``catalog``.
    """
    directory = store.reports / run.id
    found = in_order(findings)
    served = store.ledger.current().layers
    try:
        with finished(directory) as partial:
            partial.mkdir()
            (partial / "findings.json").write_bytes(_json(run, found))
            _write_csv(partial / "findings.csv", found)
            for language in BUILT_IN:
                named = titles(catalog, language) if catalog else {}
                page = _html(run, found, language, named, served)
                (partial / file_name(language)).write_text(page, "utf-8")
    except OSError as error:
        raise StoreError(f"the report {directory} cannot be written: {error.strerror}") from error
    return directory


def file_name(language: str) -> str:
    """Name of the HTML file in a language: findings.html in English, findings.id.html in Indonesian."""
    return "findings.html" if language == DEFAULT_LANGUAGE else f"findings.{language}.html"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The gravest first, then by layer and check."""
    return sorted(findings, key=lambda one: (SEVERITIES.index(one.severity), one.layer, one.check))


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


# ---- for people -------------------------------------------------------------------------


def _html(
    run: Run,
    found: Sequence[Finding],
    language: str,
    named: Mapping[str, str],
    served: Mapping[str, str],
) -> str:
    words = texts(language)
    groups = [
        (severity, [(layer, list(each)) for layer, each in groupby(members, lambda one: one.layer)])
        for severity, members in groupby(found, lambda one: one.severity)
    ]
    return _JINJA.get_template("findings.html").render(
        language=language,
        others={each: file_name(each) for each in BUILT_IN if each != language},
        words=words,
        run=run,
        titles=named,
        states=_states(run, words, served),
        groups=groups,
        counts={each: sum(one.severity == each for one in found) for each in SEVERITIES},
        evidence=evidence_lines,
        number=lambda count: number(count, 0, language),
    )


def _states(run: Run, words: Mapping[str, str], served: Mapping[str, str]) -> dict[str, str]:
    """What became of the layers that are not published as they came."""
    blocked = {
        layer: words["findings.kept_out" if layer in served else "findings.kept_out.first"]
        for layer in run.summary.get("blocked", ())
    }
    return blocked | dict.fromkeys(run.summary.get("waiting", ()), words["findings.waiting"])


def evidence_lines(evidence: Mapping[str, Any]) -> dict[str, list[str]]:
    """Evidence as lines of text under each of its names; its place is shown on its own."""
    return {
        name.replace("_", " "): list(_lines(value))
        for name, value in evidence.items()
        if name != "place" and value not in ([], {}, None)
    }


def _lines(value: Any) -> Iterator[str]:
    """A list of lists or mappings as a line each, a mapping as a line for each name, all else as one line."""
    if isinstance(value, Mapping):
        value = [f"{name}: {_words(inner)}" for name, inner in value.items()]
    elif not (isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple | Mapping)):
        value = [value]
    yield from map(_words, value[:MOST_SHOWN])
    if len(value) > MOST_SHOWN:
        yield f"… +{len(value) - MOST_SHOWN}"


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_words(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        more = [f"… +{len(value) - MOST_SHOWN}"] if len(value) > MOST_SHOWN else []
        return ", ".join([*map(_words, value[:MOST_SHOWN]), *more])
    # Float32 values come with digits that nobody measured.
    return f"{value:.8g}" if isinstance(value, float) else str(value)
