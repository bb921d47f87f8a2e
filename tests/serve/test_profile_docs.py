"""What docs/profiles.md says can be asked is answered."""

import re
from urllib.parse import quote

import httpx
import pytest

from tests.country import ROOT

GUIDE = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^(/collections/\S.*)$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("address", EXAMPLES)
def test_an_example_is_answered(surveyed_client: httpx.Client, address: str):
    known = address.replace("soil_survey.SN-001", "survey.P1").replace("soil_survey", "survey")
    answer = surveyed_client.get(quote(known, safe="/?&=:,.-_()"))
    # The examples are about another country, where this one has no profiles.
    assert answer.status_code in (200, 204), answer.text


def test_a_filter_finds_the_rows_that_it_describes(surveyed_client: httpx.Client):
    asked = {"filter": "ph_h2o < 5 AND upper_cm = 0"}
    rows = surveyed_client.get("/collections/horizons/items", params=asked).json()["features"]
    assert [row["id"] for row in rows] == ["survey.P2.1"]
    asked = {"filter": "equations LIKE '%davies%' AND state = 'known'"}
    rows = surveyed_client.get("/collections/harmonized_profiles/items", params=asked).json()["features"]
    assert {row["properties"]["profile_id"] for row in rows} == {"legacy.L1"}
