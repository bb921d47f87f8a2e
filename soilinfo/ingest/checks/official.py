"""Checks against what is official: the area a source states, and the lists of codes, names and areas."""

from collections.abc import Mapping

import pandas as pd

from soilinfo.findings import Finding, some
from soilinfo.ingest.checks.unit_evidence import SHOWN, UnitEvidence, units_found
from soilinfo.ingest.place_names import agree


def unreadable_areas(seen: UnitEvidence) -> Finding | None:
    """Warn of official areas that are no positive number; where none is stated there is none to judge."""
    if seen.level.area_field is None:
        return None
    stated = seen.standing[seen.level.area_field]
    numbers = pd.to_numeric(stated, errors="coerce")
    rows = seen.standing[((numbers.isna() & stated.notna()) | (numbers <= 0)).to_numpy()]
    text = f"official areas in '{seen.level.area_field}' that are no positive number: {{}}"
    return seen.about("unreadable_areas", "warn", text, rows)


def area_differs(seen: UnitEvidence) -> Finding | None:
    """Warn of units whose shape has another area than the source's own column states."""
    stated = seen.units.set_index("code")["official_area_ha"]
    return _differs(seen, "area_differs", {str(code): area for code, area in stated.items() if area > 0})


def listed_area_differs(seen: UnitEvidence) -> Finding | None:
    """Warn of units whose shape has another area than the official table of areas states."""
    return _differs(seen, "listed_area_differs", seen.official.hectares)


def _differs(seen: UnitEvidence, check: str, stated: Mapping[str, float]) -> Finding | None:
    tolerance = seen.level.area_tolerance_pct
    measured = dict(zip(seen.units["code"], seen.units["area_ha"].tolist(), strict=True))
    off = {code: 100 * (measured[code] / stated[code] - 1) for code in measured if code in stated}
    worst = sorted((code for code in off if abs(off[code]) > tolerance), key=lambda code: -abs(off[code]))
    text = f"areas more than {tolerance:g} % off the official ones: " + some(
        [f"{code} ({off[code]:+.1f} %)" for code in worst]
    )
    areas = {
        code: {
            "measured_ha": round(measured[code], 1),
            "official_ha": round(stated[code], 1),
            "deviation_pct": round(off[code], 1),
        }
        for code in worst[:SHOWN]
    }
    rows = seen.units[seen.units["code"].isin(worst)]
    return units_found(seen.level_id, check, "warn", text, _shapes(rows), areas=areas)


def unlisted_units(seen: UnitEvidence) -> Finding | None:
    """Block units that the official list of codes does not have."""
    rows = seen.units[~seen.units["code"].isin(list(seen.official.names))]
    text = f"{len(rows)} unit(s) that the list of codes does not have: {{}}"
    shapes = _shapes(rows) if seen.official.names else {}
    return units_found(seen.level_id, "unlisted_units", "block", text, shapes)


def missing_units(seen: UnitEvidence) -> Finding | None:
    """Warn of units of the official list of codes for which the source has no shape."""
    missing = sorted(set(seen.official.names) - set(seen.units["code"]))
    if not missing:
        return None
    named = [f"{code} {seen.official.names[code]}" for code in missing]
    message = f"{len(missing)} unit(s) of the list of codes are not in the source: {some(named)}"
    evidence = {"codes": missing[:SHOWN]}
    return Finding("missing_units", "warn", seen.level_id, message, len(missing), evidence)


def names_disagree(seen: UnitEvidence) -> Finding | None:
    """Block units whose name is not that of their code: the code is another system's, or another place's."""
    listed = seen.official.names
    pairs = [(code, name, listed.get(code, name)) for code, name in _named(seen)]
    wrong = {code: {"source": one, "list": other} for code, one, other in pairs if not agree(one, other)}
    text = "names that are not those of their codes: " + some(
        [f"{code} '{name['source']}' (listed as '{name['list']}')" for code, name in sorted(wrong.items())]
    )
    rows = seen.units[seen.units["code"].isin(list(wrong))]
    names = dict(sorted(wrong.items())[:SHOWN])
    return units_found(seen.level_id, "names_disagree", "block", text, _shapes(rows), names=names)


def _named(seen: UnitEvidence) -> list[tuple[str, str]]:
    return list(zip(seen.units["code"], seen.units["name"], strict=True))


def _shapes(rows: pd.DataFrame) -> dict[str, object]:
    return dict(zip(rows["code"], rows["geometry"], strict=True))
