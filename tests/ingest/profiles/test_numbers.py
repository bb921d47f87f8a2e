"""Numbers and days are read as laboratories write them; what is not one says why, and nothing is guessed."""

import math

import numpy as np
import pandas as pd
import pytest

from soilinfo.ingest.profiles.numbers import days, numbers, read_number, significant


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("5.4", ".", 5.4),
        ("-0.5", ".", -0.5),
        (".5", ".", 0.5),
        ("5.", ".", 5),
        ("1e-3", ".", 0.001),
        ("5,4", ",", 5.4),
        ("12", ",", 12),
        ("5.41", None, 5.41),
        ("0.123", None, 0.123),
        ("6.599999904632568", None, 6.599999904632568),
    ],
)
def test_a_number_is_read_by_its_decimal_mark(text, decimal, value):
    assert read_number(text, decimal).value == value


@pytest.mark.parametrize(
    ("text", "qualifier", "value"),
    [("<0.1", "<", 0.1), ("< 0.1", "<", 0.1), (">200", ">", 200), ("≤0.05", "<", 0.05), ("<=2", "<", 2)],
)
def test_a_value_below_detection_keeps_its_limit(text, qualifier, value):
    read = read_number(text)
    assert (read.qualifier, read.value, read.fault) == (qualifier, value, None)


@pytest.mark.parametrize("text", ["< LOD", "<LOQ", "tr", "Trace", "bdl", "b.d.l."])
def test_a_limit_that_is_not_told_is_not_made_up(text):
    read = read_number(text)
    assert (read.qualifier, math.isnan(read.value), read.fault) == ("<", True, None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("n.d.", "unreadable_values"),
        ("nan", "unreadable_values"),
        ("inf", "unreadable_values"),
        ("5,4", "unreadable_values"),
        ("1_000", "unreadable_values"),
        ("0x10", "unreadable_values"),
        ("1,234.5", "unreadable_values"),
        ("5.4 %", "unreadable_values"),
        ("=cmd|' /C calc'!A0", "unreadable_values"),
        ("<>5", "unreadable_values"),
        ("#DIV/0!", "unreadable_values"),
        ("10-Oct", "turned_into_dates"),
        ("2020-10-20", "turned_into_dates"),
        ("Okt-05", "turned_into_dates"),
    ],
)
def test_what_is_no_number_says_why(text, fault):
    read = read_number(text)
    assert math.isnan(read.value)
    assert read.fault == fault


def test_a_point_that_may_part_thousands_is_not_decided():
    assert read_number("1.234", None).fault == "ambiguous_numbers"
    assert read_number("<1.234", None).fault == "ambiguous_numbers"
    assert read_number("1.234", ".").value == 1.234
    assert read_number("1.234", ",").fault == "unreadable_values"


def test_columns_are_read_whole_and_missing_is_no_fault():
    read = numbers(pd.Series(["5.4", None, "<1", "x", "5.4"], dtype=object), ".")
    assert read["value"].tolist()[::4] == [5.4, 5.4]
    assert np.isnan(read["value"][[1, 3]]).all()
    assert read["qualifier"].tolist() == ["", "", "<", "", ""]
    assert read["fault"].dropna().to_dict() == {3: "unreadable_values"}
    assert numbers(pd.Series([None, None], dtype=object), ".")["value"].isna().all()


def test_digits_of_single_precision_go():
    noisy = np.array([10.000000149011612, 89.99999761581421, 6.599999904632568, 0.0, np.nan, -1.25e-9])
    np.testing.assert_array_equal(significant(noisy), [10, 90, 6.6, 0, np.nan, -1.25e-9])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-09-18", "2023-09-18"),
        ("2023-09-18 00:00:00", "2023-09-18"),
        ("2023-09-18T10:00:00+07:00", "2023-09-18"),
        ("18/09/2023", None),
        ("45187", None),
        ("1983", None),
        ("2023-02-30", None),
    ],
)
def test_only_iso_days_are_days_where_nothing_else_is_said(text, day):
    read = days(pd.Series([text, None], dtype=object))
    assert read["value"].dropna().tolist() == [day for day in [day] if day]
    assert read["fault"].tolist() == [day is None, False]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/4/2020", "2020-04-03"),
        ("18.09.2023", "2023-09-18"),
        ("18-9-2023", "2023-09-18"),
        ("2023-09-18", "2023-09-18"),
        ("9/18/2023", None),
        ("18/9-2023", None),
        ("18/9/23", None),
    ],
)
def test_days_come_first_where_config_says_so(text, day):
    read = days(pd.Series([text], dtype=object), "day_first")
    assert read["value"].tolist() == [day]
    assert read["fault"].tolist() == [day is None]
