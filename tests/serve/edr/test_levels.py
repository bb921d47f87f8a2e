"""z and datetime as they are written, and what they choose."""

import pytest

from soilinfo.errors import InputError
from soilinfo.serve.coverages.bands import Field
from soilinfo.serve.edr.levels import chosen, levels, overlaps
from soilinfo.serve.edr.observed import Parameter, Sheet


@pytest.mark.parametrize(
    ("text", "depths"),
    [
        ("15", ((15, 15),)),
        ("0/30", ((0, 30),)),
        ("5,15,30", ((5, 5), (15, 15), (30, 30))),
        ("R3/5/10", ((5, 5), (15, 15), (25, 25))),
    ],
)
def test_depths_are_a_level_an_interval_a_list_or_so_many_a_step_apart(text: str, depths: object):
    assert levels(text) == depths


@pytest.mark.parametrize("text", ["deep", "30/0", "0/30/60", "1,", "nan", "R0/5/10", "R3/5", ""])
def test_what_is_no_depth_is_refused(text: str):
    with pytest.raises(InputError, match="'z'"):
        levels(text)


def test_an_interval_chooses_what_it_overlaps_and_a_level_what_it_lies_in():
    assert overlaps((0, 30), (20, 40))
    assert not overlaps((0, 30), (30, 60)), "a common border is no overlap"
    assert overlaps((0, 30), (30, 30)), "a level on a border lies in both intervals"
    assert overlaps((30, 60), (30, 30))


def parameter(name: str, *sheets: Sheet) -> Parameter:
    return Parameter(Field(name, {"en": name}, None), sheets)


PH = parameter(
    "ph",
    Sheet(("ph_top", "1"), "ph", (0, 30), "2020"),
    Sheet(("ph_sub", "1"), "ph", (30, 60), "2020"),
)
SOC = parameter("soc", Sheet(("soc_2010", "1"), "soc", (0, 30), "2010"))
SLOPE = parameter("slope", Sheet(("slope", "1"), "slope"))
KNOWN = {each.name: each for each in (PH, SOC, SLOPE)}


def names(*asked: str, z: str | None = None, when: str | None = None) -> dict[str, int]:
    """The number of sheets of each parameter that is chosen."""
    return {each.name: len(each.sheets) for each in chosen(KNOWN, asked, z, when)}


def test_without_depth_or_time_everything_is_chosen():
    assert names() == {"ph": 2, "soc": 1, "slope": 1}


def test_a_depth_leaves_out_what_has_none_or_another():
    assert names(z="40") == {"ph": 1}


def test_a_time_leaves_out_other_times_but_not_what_has_none():
    assert names(when="2010") == {"soc": 1, "slope": 1}


def test_a_parameter_asked_for_by_name_is_never_left_out_in_silence():
    with pytest.raises(InputError, match=r"nothing of soc at z=40; there are: 0/30$"):
        names("ph", "soc", z="40")
    with pytest.raises(InputError, match=r"nothing of ph at datetime=2010; there are: 2020$"):
        names("ph", when="2010")


def test_where_nothing_is_left_those_that_exist_are_named():
    with pytest.raises(InputError, match=r"nothing at z=90/120; there are: 0/30, 30/60$"):
        names(z="90/120")
