"""How checks of soil profiles are told: a finding for all rows that a check marks, a flag on their values.

Findings are public. What an owner does not show is not told in one: of profiles that are withheld, or of
which only the place is shown, a finding has the rows of the source alone; of blurred ones it has no place.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.findings import Finding, Severity, some
from soilinfo.ingest.profiles.readings import Readings

Flag = Literal["ok", "doubtful", "rejected"]
FLAGS: tuple[Flag, ...] = ("ok", "doubtful", "rejected")
"""What a value is fit for, the best first."""
SHOWN = 20
"""Rows and examples that evidence has."""

Mask = NDArray[np.bool_]


def mask(marks: Any) -> Mask:
    """Marks of rows, however they were made, without their index."""
    return np.asarray(marks, dtype=bool)


Look = Callable[[Readings], Mask]
"""A check: which of its rows are wrong. Its name is the check's id, its docstring what it does."""


@dataclass(frozen=True)
class Rule:
    """One check: which rows it marks, how grave that is, and what it makes of the values in or below them."""

    look: Look
    of: Literal["profiles", "elements", "observations"]
    severity: Severity
    text: str
    """What is wrong with the rows: '<text>: P1 30-10 cm (row 7)'."""
    flag: Flag = "ok"

    @property
    def check(self) -> str:
        """Id of the check."""
        return self.look.__name__


@dataclass(frozen=True)
class Marked:
    """What a rule found."""

    rule: Rule
    mask: Mask


def marked(seen: Readings, rules: Iterable[Rule]) -> list[Marked]:
    """The rules that mark any row."""
    looked = [Marked(rule, np.asarray(rule.look(seen), dtype=bool)) for rule in rules]
    return [one for one in looked if one.mask.any()]


# ---- findings ---------------------------------------------------------------------------


def finding(seen: Readings, layer: str, one: Marked) -> Finding:
    """What a rule found, in one sentence, with rows of the source and, as far as may be shown, examples."""
    rule, frame = one.rule, getattr(seen, one.rule.of)[one.mask]
    profile = _profiles_of(seen, rule.of)[one.mask]
    shown = _may_be_told(seen, profile)
    label = {"profiles": _profile, "elements": _element, "observations": _observation}[rule.of]
    told = [label(seen, row) for row in frame[shown].head(SHOWN).to_dict("records")]
    rows = [int(row) for row in frame["row"]]
    named = _listed(told, len(rows)) if told else "row " + some(rows)
    place = _place(seen, profile[shown]) if rule.of == "profiles" else {}
    evidence = {"rows": rows[:SHOWN]} | ({"examples": told} if told else {}) | place
    return Finding(rule.check, rule.severity, layer, f"{rule.text}: {named}", len(rows), evidence)


def _listed(told: Sequence[str], count: int) -> str:
    first = ", ".join(told[:5])
    return first + (f" and {count - len(told[:5]):,} more" if count > len(told[:5]) else "")


def _profiles_of(seen: Readings, of: str) -> NDArray[np.intp]:
    """Position of the profile that each row is about, -1 where there is none."""
    if of == "profiles":
        return np.arange(len(seen.profiles))
    own = seen.elements["profile"].to_numpy(dtype=int)
    if of == "elements":
        return own
    element = seen.observations["element"].to_numpy(dtype=int)
    return np.where(element < 0, -1, np.append(own, -1)[element])


def _may_be_told(seen: Readings, profile: NDArray[np.intp]) -> Mask:
    """Whether the public sees all of each profile; of no profile, whether it sees all of the dataset."""
    everything = all(one.share == "all" for one in (seen.dataset.privacy, *seen.dataset.projects.values()))
    whole = np.append((seen.profiles["share"] == "all").to_numpy(dtype=bool), everything)
    return np.asarray(whole[profile])


def _place(seen: Readings, profile: NDArray[np.intp]) -> dict[str, Any]:
    """The place of the first profile that is shown where it is."""
    rows = seen.profiles.iloc[profile]
    placed = rows[rows["lon"].notna() & (rows["blur_m"] == 0)]
    if placed.empty:
        return {}
    return {"place": [round(float(placed[name].iloc[0]), 6) for name in ("lon", "lat")]}


def _profile(_: Readings, row: dict[str, Any]) -> str:
    return f"{row['profile_code']} (row {row['row']})"


def _element(_: Readings, row: dict[str, Any]) -> str:
    return f"{_code(row)} {_depth(row)} (row {row['row']})"


def _observation(seen: Readings, row: dict[str, Any]) -> str:
    depth = f" {_depth(seen.elements.iloc[row['element']].to_dict())}" if row["element"] >= 0 else ""
    return f"{row['source_property']} {row['cell']} ({_code(row)}{depth}, row {row['row']})"


def _code(row: dict[str, Any]) -> str:
    return "no profile" if pd.isna(row["profile_code"]) else str(row["profile_code"])


def _depth(row: dict[str, Any]) -> str:
    upper, lower = ("?" if pd.isna(row[name]) else f"{row[name]:g}" for name in ("upper_cm", "lower_cm"))
    return f"{upper}-{lower} cm"


# ---- flags ------------------------------------------------------------------------------


def flags(seen: Readings, found: Sequence[Marked]) -> pd.DataFrame:
    """``flag`` and ``flag_reason`` (ids of checks, '' for none) of each observation: the worst."""
    worst, reason = np.zeros(len(seen.observations), dtype=int), [""] * len(seen.observations)
    for one in found:
        if one.rule.flag != "ok":
            at = np.flatnonzero(_below(seen, one))
            worst[at] = np.maximum(worst[at], FLAGS.index(one.rule.flag))
            for position in at:
                reason[position] = ",".join(filter(None, [reason[position], one.rule.check]))
    told = np.array(FLAGS, dtype=object)[worst]
    return pd.DataFrame({"flag": told, "flag_reason": reason}, index=seen.observations.index)


def _below(seen: Readings, one: Marked) -> Mask:
    """The observations in the rows that a rule marks."""
    if one.rule.of == "observations":
        return one.mask
    element = seen.observations["element"].to_numpy(dtype=int)
    if one.rule.of == "elements":
        return np.asarray(np.append(one.mask, False)[element])
    profile = _profiles_of(seen, "observations")
    return np.asarray(np.append(one.mask, False)[profile])
