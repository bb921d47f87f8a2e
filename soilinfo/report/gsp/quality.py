"""The report of the checks of a product's files: every test with its verdict and its evidence."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from soilinfo.report.phrases import Phrases

State = Literal["failed", "warned", "not_run", "passed"]
STATES: tuple[State, ...] = ("failed", "warned", "not_run", "passed")
"""The gravest first."""
JSON_FILE, TEXT_FILE = "qa_report.json", "qa_report.md"
_MOST = 200
"""Characters of evidence that a line of the text shows; the JSON has all."""


@dataclass(frozen=True)
class Verdict:
    """What one test says of one file, or of the whole where ``subject`` is empty."""

    test: str
    state: State
    subject: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Quality:
    """What all tests say of a directory of files."""

    product: str
    edition: str
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """True when no test failed; what is missing and said to be so is a warning."""
        return not any(each.state == "failed" for each in self.verdicts)

    def count(self, state: State) -> int:
        """How many verdicts are of a state."""
        return sum(each.state == state for each in self.verdicts)

    def of(self, state: State) -> list[Verdict]:
        """The verdicts of a state."""
        return [each for each in self.verdicts if each.state == state]


def json_text(quality: Quality) -> str:
    """The report for a program, the same for the same verdicts."""
    counts = {state: quality.count(state) for state in STATES}
    document = {"passed": quality.passed, "counts": counts, **asdict(quality)}
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def markdown(quality: Quality, phrases: Phrases, title: str) -> str:
    """The report for a person, the gravest first."""
    say = phrases.say
    verdict = say("gsp_report.passed" if quality.passed else "gsp_report.failed")
    counts = ", ".join(f"{say(f'gsp_report.state.{state}')}: {quality.count(state)}" for state in STATES)
    lines = [f"# {say('gsp_report.title', product=title)}", "", f"**{verdict}** {counts}.", ""]
    lines.append(say("gsp_report.definition", product=quality.product, edition=quality.edition))
    for state in STATES:
        if found := quality.of(state):
            lines += ["", f"## {say(f'gsp_report.state.{state}')}", "", *_table(found, phrases)]
    return "\n".join(lines) + "\n"


def _table(verdicts: Iterable[Verdict], phrases: Phrases) -> list[str]:
    heads = [phrases.say(f"gsp_report.{name}") for name in ("test", "file", "evidence")]
    rows = (
        [phrases.say(f"gsp_report.test.{each.test}"), each.subject, _evidence(each.evidence)]
        for each in verdicts
    )
    return [_row(heads), _row("---" for _ in heads), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _evidence(evidence: Mapping[str, Any]) -> str:
    text = "; ".join(f"{key.replace('_', ' ')}: {_shown(value)}" for key, value in evidence.items())
    return text if len(text) <= _MOST else f"{text[:_MOST]} ..."


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return str(value)
