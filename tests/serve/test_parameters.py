"""What clients write for numbers, lists and truths."""

import httpx
import pytest

from soilinfo.errors import InputError
from soilinfo.serve.parameters import numbers, typed

ODD = ("1_000", "٩٥", "²", "nan", "inf", "-Infinity", "1e999", "0x10", "1,5", "", " ", "1 0", "--1")
"""What Python, or nobody, reads as a number."""


@pytest.mark.parametrize("text", ODD)
def test_what_is_no_number_anywhere_is_none_here(text: str):
    for kind in ("number", "integer"):
        with pytest.raises(InputError, match=f"is an? {kind}"):
            typed("area_ha", text, kind)
    with pytest.raises(InputError, match="must be 2 numbers"):
        numbers("center", f"1,{text}", 2)


def test_numbers_are_written_in_many_ways():
    assert numbers("bbox", "-1, +2.5,.5,1.e1,3E-2", 5) == (-1, 2.5, 0.5, 10, 0.03)
    assert [typed("people", text, "integer") for text in ("-7", "+7", " 7 ")] == [-7, 7, 7]


def test_a_list_that_names_nothing_finds_nothing(client: httpx.Client):
    for empty in ("", ",", " , "):
        page = client.get("/collections/regencies/items", params={"ids": empty}).json()
        assert (page["numberMatched"], page["features"]) == (0, [])
