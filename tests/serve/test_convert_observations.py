"""The process convert-observations: described, run, refusing what it cannot use."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

PATH = "/processes/convert-observations"
KCL = {"property": "ph_kcl", "unit": "pH", "value": 5, "sd": 0.1}


def run(client: httpx.Client, *observations: dict[str, Any], **wanted: str) -> dict[str, Any]:
    inputs = {"observations": [*observations], **wanted}
    answer = client.post(f"{PATH}/execution", json={"inputs": inputs})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_values_come_back_converted_with_their_equation_and_its_source(client: httpx.Client):
    found = run(client, KCL, to="ph_h2o")
    (one,) = found["observations"]
    assert (one["value"], one["equations"]) == (pytest.approx(6.1440, abs=1e-4), ["ph_kcl_kabala_2016"])
    # What the equation adds to the error is not stated anywhere: unknown, which is not nothing.
    assert (one["sd"], one["sd_conversion"], one["equation_range"]) == (None, None, "not stated")
    (equation,) = found["equations_used"]
    assert equation["formula"] == "-1.95 + 11.58 log10 x"
    assert "doi 10.15244/pjoes/61549" in equation["source"]
    assert found["refused_count"] == 0


def test_what_is_refused_stands_beside_the_others_with_what_its_code_means(client: httpx.Client):
    found = run(client, KCL, KCL | {"value": 49}, to="ph_h2o")
    assert [one["refused"] for one in found["observations"]] == [None, "impossible"]
    assert found["refused_count"] == 1
    assert {"en", "id"} <= set(found["refusals"]["impossible"])


def test_the_description_names_properties_and_equations_and_its_example_runs(client: httpx.Client):
    told = client.get(f"{PATH}?lang=id").json()
    assert told["title"] == "Konversi pengamatan tanah"
    assert "ph_kcl_kabala_2016" in told["inputs"]["equation"]["schema"]["enum"]
    assert client.post(f"{PATH}/execution", json=told["example"]).status_code == 200


@pytest.mark.parametrize(
    ("observations", "wanted", "message"),
    [
        ([KCL, {"property": "ph_kcl", "value": 5}], {}, "observation 2: 'ph_kcl' needs its unit"),
        ([{"property": "p_olsen", "unit": "ppm", "value": 9}], {"to": "p2o5_bray1"}, "is not converted to"),
        ([KCL], {"to": "ph_h2o", "equation": "kabala"}, "no equation 'kabala'; there are"),
        ([KCL], {"to": "clay"}, "no equation leads from 'ph_kcl' to 'clay'"),
        ([KCL], {"unit": 5}, "input 'unit' must be text"),
        ([KCL], {"method": "kabala"}, "no input 'method'"),
        ([KCL] * 1001, {}, "1,001 observations are too many"),
        ([], {}, "must be a list of observations"),
        (None, {}, "must be a list of observations"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_exists(
    refused: Callable[..., str], observations: Any, wanted: dict[str, Any], message: str
):
    body = {"inputs": {"observations": observations, **wanted}}
    assert message in refused(f"{PATH}/execution", method="POST", json=body)
