"""Land suitability by loops and if-else, from the criteria table alone: the oracle of the tests.

Written from the published rules (one-sided edges exclude, two-sided include; overlap better; meeting
open edges worse; a gap the class after its better neighbour; never beyond worst_class; law of the
minimum), not from soilinfo.evaluate, of which it imports nothing. Exact: it counts in decimals.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

ORDER = ("S1", "S2", "S3", "N")
Row = Mapping[str, Any]
Value = float | str | None


@dataclass(frozen=True)
class Rules:
    """What the criteria table leaves open.

    ``gains``: classes gained per characteristic at the management level in question (empty: actual).
    ``to_criterion``: (factor, offset), as decimal texts, from the unit of a characteristic's values to
    its criterion's unit, where they differ. ``groups``: class id -> group id, per characteristic.
    ``hazard_absent``: value at which a hazard does not exist, which is S1 whatever the row prints.
    ``irrigation_only``: "raises" or "lowers" its value. ``drainage``: its classes from dry to wet.
    """

    boundary: str = "as_printed"
    gains: Mapping[str, int] = field(default_factory=dict)
    irrigation_only: Mapping[str, str] = field(default_factory=dict)
    protective_peat: float = 300.0
    may_lack: tuple[str, ...] = ()
    to_criterion: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    hazard_absent: Mapping[str, float] = field(default_factory=dict)
    drainage: tuple[str, ...] = ()


def naive_class(crop: Row, values: Mapping[str, Value], rules: Rules) -> tuple[str | None, set[str], int]:
    """(class, qualities at that class unless S1, number lacking) of one cell for one crop.

    ``crop``: a crop's YAML. ``values``: number, class id or None (missing) per characteristic that
    has a layer; a characteristic without an entry has no layer and is not used. The class is None
    where it cannot be told.
    """
    rated: dict[str, str] = {}
    lacking = 0
    for name, row in crop["characteristics"].items():
        if name not in values:
            continue
        absent = name in rules.hazard_absent and values[name] == rules.hazard_absent[name]
        result = "S1" if absent else naive_row_of(name, row, values[name], rules)
        if result is not None:
            rated[name] = improved(result, gain_of(crop, name, result, values, rules))
        elif name in rules.may_lack:
            lacking += 1
        else:
            return None, set(), 0
    if not rated:
        return None, set(), 0
    worst = max(rated.values(), key=ORDER.index)
    limiting = {crop["characteristics"][name]["quality"] for name, own in rated.items() if own == worst}
    return worst, limiting if worst != "S1" else set(), lacking


def gain_of(crop: Row, name: str, result: str, values: Mapping[str, Value], rules: Rules) -> int:
    """Irrigation mends land that is too dry, on protected peat drainage only land that is too dry."""
    row, value, gain = crop["characteristics"][name], values[name], rules.gains.get(name, 0)
    if name in rules.irrigation_only:
        if not crop.get("irrigated", False):
            return 0
        factor, offset = rules.to_criterion.get(name, ("1", "0"))
        number = Decimal(str(value)) * Decimal(factor) + Decimal(offset)
        beyond = [
            name_of
            for name_of, low, high in bands_of(row)
            if (low >= number if rules.irrigation_only[name] == "raises" else high <= number)
        ]
        return min(gain, missed(result, beyond))
    peat = values.get("peat_thickness")
    if name == "drainage" and isinstance(peat, (int, float)) and peat >= rules.protective_peat:
        wetter = rules.drainage[rules.drainage.index(str(value)) + 1 :]
        return min(gain, missed(result, [c for c in map(partial(naive_category, row), wetter) if c]))
    return gain


def missed(result: str, others: list[str]) -> int:
    """How many classes better the best of others is."""
    return max([0, *(ORDER.index(result) - ORDER.index(other) for other in others)])


def improved(result: str, gain: int) -> str:
    return ORDER[max(0, ORDER.index(result) - gain)]


def naive_row_of(name: str, row: Row, value: Value, rules: Rules) -> str | None:
    """Class that one row gives to a value, from whatever unit or category it comes in; None: none."""
    if value is None:
        return None
    if isinstance(value, str):
        group = rules.groups.get(name, {}).get(value)
        return naive_category(row, value) or (naive_category(row, group) if group else None)
    factor, offset = rules.to_criterion.get(name, ("1", "0"))
    return naive_row(row, Decimal(str(value)) * Decimal(factor) + Decimal(offset), rules.boundary)


def naive_category(row: Row, category: str) -> str | None:
    for name in ORDER:
        if category in row["bands"].get(name, []):
            return capped(row, name)
    return None


def naive_row(row: Row, value: Decimal, boundary: str) -> str:
    """Class of a number in a numeric row."""
    left, right, printed = [], [], []
    for name, low, high in bands_of(row):
        if low == high:
            if value == low:
                left.append(name)
                right.append(name)
                printed.append(name)
            continue
        if low < value <= high:
            left.append(name)
        if low <= value < high:
            right.append(name)
        two_sided = low.is_finite() and high.is_finite()
        if low < value < high or (two_sided and value in (low, high)):
            printed.append(name)

    if boundary == "right_closed":
        found = best(left)
    elif boundary in ("better", "worse") and left and right:
        pick = min if boundary == "better" else max
        found = pick(best(left), best(right), key=ORDER.index)
    elif printed:
        found = best(printed)
    elif left and right:
        found = max(best(left), best(right), key=ORDER.index)
    else:
        found = None
    return capped(row, found if found else across_gap(row, value))


def across_gap(row: Row, value: Decimal) -> str:
    """The class after that of the better of the two bands that a gap lies between."""
    below = [(high, -ORDER.index(name)) for name, low, high in bands_of(row) if high <= value]
    above = [(-low, -ORDER.index(name)) for name, low, high in bands_of(row) if low >= value]
    neighbours = [-max(side)[1] for side in (below, above) if side]
    return ORDER[min(min(neighbours) + 1, 3)]


def bands_of(row: Row) -> list[tuple[str, Decimal, Decimal]]:
    return [
        (
            name,
            Decimal("-Infinity") if low is None else Decimal(str(low)),
            Decimal("Infinity") if high is None else Decimal(str(high)),
        )
        for name, intervals in row["bands"].items()
        for low, high in intervals
    ]


def best(names: list[str]) -> str | None:
    return min(names, key=ORDER.index) if names else None


def capped(row: Row, name: str) -> str:
    return min(name, row["worst_class"], key=ORDER.index)
