"""What people state for a country report, and the workbook that asks them: its sheets, columns and words."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from soilinfo.catalog.bounds import Quantity, Several, Text, Whole
from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.catalog.indicators import Component, GspArea
from soilinfo.catalog.text import label
from soilinfo.catalog.threats import CONDITIONS, SURENESS, TRENDS, Condition, Sureness, Trend
from soilinfo.findings import Finding

FORM: Final = "soilinfo-statements/1"
"""Name and version of the workbook's form, told in its hidden sheet; one of another form is refused."""
FORM_SHEET: Final = "soilinfo"

SATISFACTORY: Final = "satisfactory"
"""The column whose words are yes and no."""

SHEETS: Mapping[str, tuple[str, ...]] = {
    "threats": (
        "expert",
        "threat",
        "rank",
        "area_ha",
        "condition",
        "trend",
        "confidence_condition",
        "confidence_trend",
        "evidence",
    ),
    "inventory": ("id", "part", "question", "answer", "unit", "year", "evidence"),
    "practices": ("title", "threats", "area_ha", "year", "reference"),
    "laboratories": (
        "laboratory",
        "round",
        "provider",
        "year",
        "property",
        "procedure",
        "z_score",
        SATISFACTORY,
    ),
}
"""Columns by sheet; what both are called is in the locale files, as ``statements.column.rank``."""

SCALES: Mapping[str, tuple[str, ...]] = {
    "condition": CONDITIONS,
    "trend": TRENDS,
    "confidence_condition": SURENESS,
    "confidence_trend": SURENESS,
    SATISFACTORY: ("yes", "no"),
}
"""Words that a column takes one of."""

_TEXT = {
    "condition": "value.condition",
    "trend": "value.trend",
    "confidence_condition": "value.sureness",
    "confidence_trend": "value.sureness",
    SATISFACTORY: "process",
}
"""Where the words of a column are told in the locale files."""

Labels = Mapping[str, Mapping[str, str]]
"""What things are called, by id and language."""


class Expert(Model):
    """What one expert says of a threat."""

    expert: Text
    rank: Whole | None = None
    area_ha: Quantity | None = None
    condition: Condition | None = None
    trend: Trend | None = None
    confidence_condition: Sureness | None = None
    confidence_trend: Sureness | None = None
    evidence: Text = ""


class Answer(Model):
    """An answer of the inventory."""

    id: Name
    question: Label
    answer: Text | Quantity | bool | None
    """None: not answered."""
    choice: Label | None = None
    """What the answer is called where it is one of several choices."""
    unit: Text | None = None
    year: Whole | None = None
    evidence: Text = ""
    gsp_area: GspArea | None = None
    component: Component | None = None


class Practice(Model):
    """A practice of sustainable soil management that the country tells of."""

    title: Text
    threats: Several[Name] = ()
    area_ha: Quantity | None = None
    year: Whole | None = None
    reference: Text = ""


class Laboratory(Model):
    """A laboratory's part in a round of proficiency testing."""

    laboratory: Text
    round: Text
    provider: Text = ""
    year: Whole | None = None
    property: Text = ""
    procedure: Text = ""
    z_score: Quantity | None = None
    satisfactory: bool | None = None


@dataclass(frozen=True)
class Statements:
    """What a workbook states: by threat what each expert says, and an answer for every question."""

    threats: Mapping[str, tuple[Expert, ...]]
    inventory: tuple[Answer, ...]
    practices: tuple[Practice, ...]
    laboratories: tuple[Laboratory, ...]
    sha256: str
    """Of the workbook."""
    findings: tuple[Finding, ...]
    """Gaps and ties: what a reader of the report must know."""


def scale(column: str, directory: Path | None = None) -> Labels:
    """The words that a column takes, by id and language; ``directory``: a configuration that has more."""
    return {id: label(f"{_TEXT[column]}.{id}", directory) for id in SCALES[column]}


def as_word(text: str) -> str:
    """A word as it is compared: capitals, and spaces around and between, do not count."""
    return " ".join(text.split()).casefold()
