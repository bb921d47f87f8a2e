"""region.yaml: its members, subregions and equivalences must be there and fit each other."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from soilinfo.catalog.load import check, load
from tests.catalog.conftest import ROOT

SHIPPED = yaml.safe_load((ROOT / "config" / "region.yaml").read_text("utf-8"))
WAY = SHIPPED["equivalences"][0]
MEMBER = SHIPPED["members"][1]


def faults(country: Path, **changed: Any) -> str:
    (country / "region.yaml").write_text(yaml.safe_dump(SHIPPED | changed), "utf-8")
    return "\n".join(map(str, check(country)[0]))


def test_the_region_of_the_sample_has_a_member_of_each_kind():
    members = load(ROOT / "config").region.members
    assert [(each.iso3, each.file is not None) for each in members] == [
        *(("XSN", False), ("XNB", True), ("XNC", True), ("XND", False))
    ]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"members": [MEMBER, MEMBER]}, "XNB more than once"),
        ({"members": [MEMBER | {"subregion": "nowhere"}]}, "no subregion 'nowhere'"),
        ({"members": [MEMBER | {"node": "https://soil.example.org"}]}, "file or node"),
        ({"members": []}, "members"),
        ({"subregions": SHIPPED["subregions"] | {"region": SHIPPED["title"]}}, "is the whole region"),
        ({"equivalences": [WAY | {"indicator": "soc_change"}]}, "tells a change: equations convert"),
        ({"equivalences": [WAY | {"indicator": "clayey_soils"}]}, "tells a class_share: equations convert"),
        ({"asked": None}, "XNB is due: 'asked' must tell"),
        ({"asked": "2026-04-01"}, "XNB is due on 2026-03-31, before it is asked"),
        ({"equivalences": [WAY | {"indicator": "socc"}]}, "no indicator 'socc'"),
        ({"equivalences": [WAY | {"equation": "none"}]}, "no equation 'none'"),
        ({"equivalences": [WAY | {"from_group": "loss_on_ignition"}]}, "no group of methods"),
        ({"equivalences": [WAY | {"equation": "ph_cacl2_ahern"}]}, "does not convert"),
        ({"equivalences": [WAY | {"equation": "salinity_fao"}]}, "several properties"),
        ({"equivalences": [WAY | {"to_group": "walkley_black"}]}, "to another one"),
        ({"equivalences": [WAY | {"from_form": "c"}]}, "both, or neither"),
    ],
)
def test_a_fault_is_told_with_what_there_is(country: Path, changed: dict[str, Any], words: str):
    assert words in faults(country, **changed)


@pytest.mark.parametrize(
    "address", ["https://user:secret@a.example", "https://a.example/?key=secret", "https://a.example/#secret"]
)
def test_an_address_that_is_published_has_no_secret_in_it(country: Path, address: str):
    told = faults(country, members=[MEMBER | {"file": None, "node": address}])
    assert "members.0" in told
    assert "neither user nor query" in told
    assert "secret" not in told


def test_the_shipped_region_has_no_fault_where_it_is_lent_to_nobody(country: Path):
    assert faults(country) == ""
    (country / "region.yaml").unlink()
    assert load(country).region is None
