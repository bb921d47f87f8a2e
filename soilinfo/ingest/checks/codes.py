"""Checks of codes and names as the source writes them: what became of them on the way here."""

import re

import numpy as np

from soilinfo.findings import Finding, some
from soilinfo.ingest.checks.unit_evidence import SHOWN, UnitEvidence
from soilinfo.ingest.place_names import is_garbled

CODE_FORMS = {
    "kemendagri": re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?"),
    "bps": re.compile(r"\d{2}(\d{2}(\d{3}(\d{3})?)?)?"),
}
"""The code systems of Indonesia: of the Ministry of Home Affairs (73.08) and of Statistics Indonesia (7308).

Equal digits do not mean the same place, least of all where provinces were split.
"""


def duplicate_codes(seen: UnitEvidence) -> Finding | None:
    """Block codes that more than one unit has: nothing could be told apart by them."""
    rows = seen.standing[seen.standing[seen.level.code_field].astype(str).duplicated().to_numpy()]
    text = "codes used by more than one unit: {}; only the first of each could be published"
    return seen.about("duplicate_codes", "block", text, rows)


def malformed_codes(seen: UnitEvidence) -> Finding | None:
    """Block codes that do not have the form of the level's code system."""
    if seen.standing[seen.level.code_field].dtype.kind == "f":
        return None
    odd = [
        not _fits(seen, code) and not _has_lost_zero(seen, code) and _other_system(seen, code) is None
        for code in seen.codes(seen.standing)
    ]
    text = f"codes that are not {seen.level.code_system} codes ({seen.level.code_pattern}): {{}}"
    return seen.about("malformed_codes", "block", text, seen.standing[np.array(odd, dtype=bool)])


def foreign_codes(seen: UnitEvidence) -> Finding | None:
    """Block codes written in another code system: they are never converted, for digits are not places."""
    others = [_other_system(seen, code) for code in seen.codes(seen.standing)]
    text = (
        f"codes of the system '{next(filter(None, others), None)}' where '{seen.level.code_system}' is "
        "configured: {}; equal digits do not mean the same place, so nothing is converted: use a source "
        "with the right codes, or set code_system and code_pattern"
    )
    rows = seen.standing[np.array([other is not None for other in others], dtype=bool)]
    return seen.about("foreign_codes", "block", text, rows)


def lost_zeros(seen: UnitEvidence) -> Finding | None:
    """Block codes that lost a leading zero, as spreadsheets do that take them for numbers."""
    lost = np.array([_has_lost_zero(seen, code) for code in seen.codes(seen.standing)], dtype=bool)
    text = f"codes that lost their leading zero: {{}}; with it they would fit {seen.level.code_pattern}"
    return seen.about("lost_zeros", "block", text, seen.standing[lost])


def codes_as_numbers(seen: UnitEvidence) -> Finding | None:
    """Block a column of decimal numbers as codes: 73.10 and 73.1 are one number but two places."""
    column = seen.standing[seen.level.code_field]
    if column.dtype.kind != "f" or not len(column):
        return None
    written = [np.format_float_positional(code, trim="-") for code in column.dropna()]
    digits = max((len(text.partition(".")[2]) for text in written), default=0)
    open_ = sorted({text for text in written if len(text.partition(".")[2]) < digits})
    message = f"the column '{seen.level.code_field}' holds decimal numbers, not texts, for the units {{}}"
    if open_:
        message += f"; it cannot be told which codes were meant by {some(open_)} ('73.1' may be '73.10')"
    return seen.about("codes_as_numbers", "block", message, seen.standing, ambiguous=open_[:SHOWN])


def missing_names(seen: UnitEvidence) -> Finding | None:
    """Warn of units without a name: people would find a blank where one is looked for."""
    names = seen.standing[seen.level.name_field]
    rows = seen.standing[(names.isna() | (names.astype(str).str.strip() == "")).to_numpy()]
    return seen.about("missing_names", "warn", f"{len(rows)} unit(s) without a name: {{}}", rows)


def garbled_names(seen: UnitEvidence) -> Finding | None:
    """Warn of names read in a wrong encoding ('Ã©' for 'é')."""
    names = [str(name) for name in seen.standing[seen.level.name_field]]
    garbled = [name for name in names if is_garbled(name)]
    text = f"names read in a wrong encoding, such as {some(garbled)}: {{}}; state 'encoding' for the level"
    rows = seen.standing[np.array([is_garbled(name) for name in names], dtype=bool)]
    return seen.about("garbled_names", "warn", text, rows, names=garbled[:SHOWN])


def _fits(seen: UnitEvidence, code: str) -> bool:
    # '$' also stands before a line's end, and '\d' for the digits of every script.
    return code == code.strip() and re.match(seen.level.code_pattern, code, re.ASCII) is not None


def _has_lost_zero(seen: UnitEvidence, code: str) -> bool:
    return not _fits(seen, code) and code[:1].isdigit() and _fits(seen, f"0{code}")


def _other_system(seen: UnitEvidence, code: str) -> str | None:
    """The system that a code belongs to, where it fits that one and not its level's."""
    if seen.level.code_system not in CODE_FORMS or _fits(seen, code) or _has_lost_zero(seen, code):
        return None
    own = CODE_FORMS[seen.level.code_system]
    others = (name for name, form in CODE_FORMS.items() if form is not own and form.fullmatch(code))
    return None if own.fullmatch(code) else next(others, None)
