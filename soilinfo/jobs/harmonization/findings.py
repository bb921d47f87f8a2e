"""What a harmonization found out about its values: converted out of range, of unknown error, refused."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from soilinfo.catalog.names import HARMONIZED
from soilinfo.findings import Finding, Severity
from soilinfo.harmonize.stock import STOCK
from soilinfo.harmonize.table import THEN
from soilinfo.harmonize.ways import Rules

_IMPOSSIBLE = "horizons overlap, or no equation leads to a possible value"
_UNTOLD = "horizons overlap, or nobody told the coarse fragments, which are not taken as none"
MOST = 10
"""Observations without a property that a finding names."""


def findings_of(frame: pd.DataFrame, observations: pd.DataFrame, rules: Rules) -> list[Finding]:
    """Findings of the harmonized table (``frame``) and of the public observations that it was made of."""
    told = frame[frame["state"].isin(["known", "partly"])]
    return [
        *_outside(told),
        *_of_unknown_error(told, rules),
        *_refused(frame),
        *_of_no_property(observations),
    ]


def _outside(told: pd.DataFrame) -> Iterator[Finding]:
    for (name, way), values in told.groupby(["property", "equations"]):
        count = int((values["equation_range"] == "outside").sum())
        if count:
            message = (
                f"{count} of {len(values)} values of '{name}' ({100 * count / len(values):.0f} %) were "
                f"converted by {way} from values outside the range that it holds for"
            )
            yield _finding("outside_validity", "warn", message, count, {"property": name, "equations": way})


def _of_unknown_error(told: pd.DataFrame, rules: Rules) -> Iterator[Finding]:
    # A class has no standard deviation that could be unknown.
    ways = told.loc[told["class"].isna(), "equations"].dropna().value_counts()
    counts: dict[str, int] = {}
    for way, count in ways.items():
        for name in str(way).split(THEN):
            counts[name] = counts.get(name, 0) + int(count)
    for name, count in sorted(counts.items()):
        equation = rules.equations.get(name)
        if equation is not None and equation.form != "rule" and equation.error is None:
            message = (
                f"the source of '{name}' states no error, so that the standard deviation of {count} values "
                "that it led to is not known"
            )
            yield _finding("unknown_error", "note", message, count, {"equation": name})


def _refused(frame: pd.DataFrame) -> Iterator[Finding]:
    refused = frame[frame["state"] == "refused"]
    for name, rows in refused.groupby("property"):
        profiles = rows["profile_id"].drop_duplicates()
        message = (
            f"'{name}' of {len(profiles)} profile(s) was refused although something was observed: "
            f"{_UNTOLD if name == STOCK else _IMPOSSIBLE}"
        )
        evidence = {"property": name, "profiles": sorted(profiles)[:MOST]}
        yield _finding("refused_values", "warn", message, len(profiles), evidence)


def _of_no_property(observations: pd.DataFrame) -> Iterator[Finding]:
    lost = observations[observations["property"].isna()]
    if len(lost):
        texts = lost["source_property"].fillna("?").value_counts()
        named = ", ".join(f"'{text}' ({count})" for text, count in texts.head(MOST).items())
        message = f"{len(lost)} observations are of no property that procedures lead to: {named}"
        yield _finding("no_property", "note", message, len(lost), {"texts": len(texts)})


def _finding(
    check: str, severity: Severity, message: str, count: int, evidence: Mapping[str, Any]
) -> Finding:
    return Finding(check, severity, HARMONIZED, message, count, evidence)
