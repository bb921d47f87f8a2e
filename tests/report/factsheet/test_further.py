"""Further sections of a fact sheet: there when their tables are published, absent otherwise."""

import pytest

from soilinfo.report.factsheet.sheet import assemble
from soilinfo.report.phrases import Phrases
from tests.report.facts import CATALOG, unit

CONFIDENCE = {
    "crop": "maize",
    "confidence_pct": 70.4,
    **{f"expected_{name}_ha": 1234.0 for name in ("s1", "s2")},
    **{f"{name}_low_ha": 900.0 for name in ("s1", "s2")},
    **{f"{name}_high_ha": 1500.0 for name in ("s1", "s2")},
}
LAND = {"crop": "maize", "step": "remaining", "suitable_ha": 9000.0, "remaining_ha": 4500.0}
LAND |= {"remaining_pct": 50.0, "unknown_ha": 12.0}
FURTHER = {
    "confidence": [CONFIDENCE, CONFIDENCE | {"crop": "cocoa", "confidence_pct": None}],
    "available_land": [LAND | {"step": "moratorium"}, LAND, LAND | {"crop": "cocoa", "suitable_ha": 0.0}],
}


def sections(language="en", **further):
    return assemble(Phrases(CATALOG, language), unit(further=further))["sections"]


def test_nothing_is_said_of_what_is_not_published():
    assert sections() == []


@pytest.mark.parametrize(
    ("language", "crop", "said"),
    [
        ("en", "Maize", "probability of the class 70 % on average; S1 1,234 ha expected (900 to 1,500)"),
        ("id", "Jagung", "peluang kelas rata-rata 70 %; S1 diperkirakan 1.234 ha (900 sampai 1.500)"),
    ],
)
def test_confidence_is_told_with_its_interval_and_only_where_it_is_known(language, crop, said):
    (section,) = sections(language, confidence=FURTHER["confidence"])
    assert [label for label, _ in section["lines"]] == [crop]
    assert section["lines"][0][1].startswith(said)


def test_a_class_that_is_not_expected_at_all_is_not_told():
    none = {"expected_s1_ha": 0.0, "s1_low_ha": 0.0, "s1_high_ha": 0.0}
    (section,) = sections(confidence=[CONFIDENCE | none])
    assert "S1" not in section["lines"][0][1]
    assert "S2 1,234 ha" in section["lines"][0][1]


def test_available_land_is_what_remains_after_all_steps():
    (section,) = sections(available_land=FURTHER["available_land"])
    assert section["lines"] == [["Maize", "4,500 of 9,000 ha that are S1, S2 and S3 (50 %); unknown: 12 ha"]]


def test_zones_are_told_by_their_titles_the_largest_first():
    small, large, none = (one.id for one in CATALOG.zoning.classes[:3])
    rows = [
        {"zone": small, "area_ha": 10.0, "share_pct": 1.0},
        {"zone": large, "area_ha": 990.0, "share_pct": 99.0},
        {"zone": none, "area_ha": 0.0, "share_pct": 0.0},
    ]
    (section,) = sections("id", zoning=rows)
    titles = {one.id: one.title["id"] for one in CATALOG.zoning.classes}
    assert section["lines"] == [[titles[large], "990 ha (99 %)"], [titles[small], "10 ha (1 %)"]]
