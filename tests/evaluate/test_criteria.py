"""One row of a requirement table: which class a value gets, above all on the edges."""

from typing import Any, get_args

import numpy as np
import pytest

from soilinfo.catalog.models import BoundaryRule, Criterion
from soilinfo.evaluate.criteria import rate
from tests.evaluate.oracle import ORDER, naive_row_of
from tests.evaluate.tables import NAMES, raw_crop, rules_of, telling_steps, value_of

RULES = get_args(BoundaryRule)
EDGE_CASES = [
    # value, then the class under as_printed, right_closed, better, worse
    ("two closed bands meet at 24 degC", {"S1": [[24, 29]], "S2": [[22, 24]]}, 24, "S1 S2 S1 S2"),
    ("a printed > excludes its edge", {"S1": [[16, None]], "S2": [[5, 16]]}, 16, "S2 S2 S1 S2"),
    ("a printed < excludes its edge", {"S1": [[None, 3]], "S2": [[3, 15]]}, 3, "S2 S1 S1 S2"),
    ("two open bands meet", {"S1": [[20, None]], "S2": [[None, 20]]}, 20, "S2 S2 S1 S2"),
    ("two open bands meet, far apart in class", {"S1": [[20, None]], "N": [[None, 20]]}, 20, "N N S1 N"),
    ("'none' is a band of one value", {"S1": [[0, 0]], "S2": [[None, 7]]}, 0, "S1 S1 S1 S1"),
    ("beside 'none' the next band begins", {"S1": [[0, 0]], "S2": [[None, 7]]}, 1, "S2 S2 S2 S2"),
    ("in an overlap the better class", {"S2": [[4, 6]], "S3": [[4, 8]]}, 5, "S2 S2 S2 S2"),
    ("in a gap the class after the better side", {"S1": [[5.6, 6.6]], "N": [[None, 5]]}, 5.3, "S2 S2 S2 S2"),
    ("bands that end together at a gap", {"S1": [[1, 3]], "S3": [[0, 3]], "N": [[5, 9]]}, 4, "S2 S2 S2 S2"),
    ("bands that begin together at a gap", {"S1": [[5, 6]], "S3": [[5, 9]], "N": [[0, 3]]}, 4, "S2 S2 S2 S2"),
    ("a closed edge beside a gap", {"S2": [[7.5, 8]], "S3": [[8.2, None]]}, 8, "S2 S2 S2 S2"),
    ("an open edge beside a gap", {"S2": [[7.5, 8]], "S3": [[8.2, None]]}, 8.2, "S3 S3 S3 S3"),
    ("outside all bands, next to the last", {"S2": [[None, 0.15]], "N": [[0.9, 4.8]]}, 5, "N N N N"),
    ("outside all bands, next to the best", {"S1": [[2.5, 4]], "S2": [[4, 5]]}, 1, "S2 S2 S2 S2"),
]


def numeric(bands: dict[str, Any], worst: str = "N") -> Criterion:
    return Criterion(quality="tc", kind="numeric", unit="1", bands=bands, worst_class=worst)


@pytest.mark.parametrize(
    ("bands", "value", "classes"), [c[1:] for c in EDGE_CASES], ids=[c[0] for c in EDGE_CASES]
)
def test_the_class_on_an_edge_follows_the_named_rule(bands: dict[str, Any], value: float, classes: str):
    given = [ORDER[rate(numeric(bands), value, rule) - 1] for rule in RULES]
    assert dict(zip(RULES, given, strict=True)) == dict(zip(RULES, classes.split(), strict=True))


def test_a_row_never_gives_a_class_beyond_its_worst():
    row = numeric({"S1": [[40, None]], "S2": [[20, 40]], "S3": [[15, 20]]}, worst="S3")
    assert rate(row, [0, 14, 15], "as_printed").tolist() == [3, 3, 3]


def test_a_missing_number_has_no_class():
    assert rate(numeric({"S1": [[None, None]]}), [np.nan, np.inf, 1.0], "better").tolist() == [0, 0, 1]


def test_a_category_that_the_table_does_not_list_has_no_class():
    row = Criterion(quality="rc", kind="category", bands={"S1": ["fine"], "N": ["coarse"]}, worst_class="N")
    assert rate(row, ["fine", "coarse", "very_fine", ""], "as_printed").tolist() == [1, 4, 0, 0]


def test_a_category_listed_twice_takes_the_better_class():
    row = Criterion(quality="rc", kind="category", bands={"S3": ["hemic"], "S2": ["hemic"]}, worst_class="S3")
    assert rate(row, ["hemic"], "as_printed").tolist() == [2]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", NAMES)
def test_every_edge_of_every_crop_agrees_with_the_naive_reading(name: str, rule: BoundaryRule):
    for characteristic, raw in raw_crop(name)["characteristics"].items():
        if raw["kind"] == "category":
            continue
        own = rules_of(rule)
        unit = own.to_criterion.get(characteristic, ("1", "0"))[0]
        values = [value_of(characteristic, step) for step in telling_steps(characteristic, raw)]
        given = rate(Criterion(**raw), np.round(np.array(values) * float(unit), 9), rule)
        expected = [naive_row_of(characteristic, raw, value, own) for value in values]
        assert [ORDER[code - 1] for code in given] == expected, f"{characteristic} at {values}"
