"""What the comparison of maps with profiles finds wrong with a map as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from soilinfo.catalog.agreement import BIAS, COVERAGE, MapAgreement
from soilinfo.catalog.names import NATION
from soilinfo.findings import Finding, Severity
from soilinfo.harmonize.agreement import Agreement, is_biased, is_unsure

_NUMBERS = ("n", "bias", "rmse", "sd_mean", "coverage_pct", "standardised_sd", "datasets", "independent")


def map_findings(rows: Sequence[Mapping[str, Any]], rules: MapAgreement) -> list[Finding]:
    """What is wrong with a map as a whole, by the profiles that it was not made from, as far as is known."""
    found = []
    for row in rows:
        if row["code"] == NATION and row["state"] == "compared" and row["independent"] != "no":
            of = Agreement(**{one.name: row[one.name] for one in fields(Agreement)})
            # A bias alone moves observations out of the interval, which then says nothing of its width.
            if is_biased(of, rules):
                found.append(_bias(row))
            elif is_unsure(of, rules):
                found.append(_coverage(row))
    return found


def _bias(row: Mapping[str, Any]) -> Finding:
    side = "above" if row["bias"] > 0 else "below"
    message = (
        f"lies {abs(row['bias']):.3g} {row['unit']} {side} {row['n']:,} profiles on average, "
        f"{_times(row)} the standard deviation that it states{_whose(row)}"
    )
    return Finding(BIAS, "warn", row["layer"], message, row["n"], _evidence(row))


def _times(row: Mapping[str, Any]) -> str:
    times = abs(row["bias"]) / row["sd_mean"] if row["sd_mean"] else np.inf
    return f"{times:.1f} times" if times < 1000 else "over 1,000 times"


def _coverage(row: Mapping[str, Any]) -> Finding:
    held = row["coverage_pct"]
    kind = "too sure of itself" if held < 90 else "less sure of itself than it could be"
    profiles = f"{row['n_interval']:,} profiles{_whose(row)}"
    message = f"its 90 % interval holds {held:.0f} % of {profiles}: the map is {kind}"
    severity: Severity = "warn" if held < 90 else "note"
    return Finding(COVERAGE, severity, row["layer"], message, row["n_interval"], _evidence(row))


def _whose(row: Mapping[str, Any]) -> str:
    told = [row["datasets"], _when(row)]
    if row["independent"] != "yes":
        told.append("config does not tell whether the map was made from them")
    return f" ({'; '.join(filter(None, told))})"


def _when(row: Mapping[str, Any]) -> str:
    """Years of the profiles beside that of the map: soils may have changed between the two."""
    first, last = (str(row[name] or "")[:4] for name in ("first_date", "last_date"))
    profiles = f"profiles of {first}" + (f"-{last}" if last != first else "") if first else ""
    return ", ".join(filter(None, (profiles, f"map of {row['time']}" if row["time"] else "")))


def _evidence(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(row[name], 4) if isinstance(row[name], float) else row[name] for name in _NUMBERS}
