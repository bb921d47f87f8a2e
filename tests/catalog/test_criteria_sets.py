"""Criteria of a region and fallback tables in config/: what is merged, what is told of faulty files."""

from pathlib import Path

import pytest

from soilinfo.catalog.load import check, load
from tests.catalog.conftest import CONFIG, ROOT, replace, write

REGIONAL = """
crop: maize
region: '73.08'
edition: example
source: {title: tests, read_as: invented, confidence: low}
characteristics:
  slope:
    quality: eh
    kind: numeric
    unit: '%'
    bands: {S1: [[null, 8]], S2: [[8, 20]], N: [[20, null]]}
    worst_class: N
  relative_humidity: null
"""
FILE = "regional_criteria/hills.yaml"


@pytest.fixture
def regional(country: Path) -> Path:
    """A configuration without a fault in which one regency has criteria of its own."""
    replace(
        country,
        "regions.yaml",
        "  parent: provinces",
        "  parent: provinces\n  code_pattern: '^\\d{2}\\.\\d{2}$'",
    )
    replace(country, "regions.yaml", "  code_system: test", "  code_system: test\n  code_pattern: '^\\d{2}$'")
    write(country, FILE, REGIONAL)
    return country


def test_the_merged_table_has_the_regions_rows_and_the_crops_others(regional: Path):
    catalog = load(regional)
    crop = catalog.crop("maize")
    merged = catalog.regional_criteria["hills"].applied_to(crop)
    assert merged.characteristics["slope"].bands["S2"] == ((8, 20),)
    assert set(crop.characteristics) - set(merged.characteristics) == {"relative_humidity"}
    assert merged.characteristics["ph_h2o"] == crop.characteristics["ph_h2o"]
    assert (merged.id, merged.criteria_set, merged.edition) == ("maize", "hills", "example")


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("crop: maize", "crop: maiz", "crop", "Did you mean 'maize'?"),
        ("'73.08'", "'7308'", "region", "no code of any level"),
        ("unit: '%'", "unit: cm", "characteristics.slope.unit", "does not convert"),
        ("unit: '%'", "unit: percentage", "characteristics.slope.unit", "no unit 'percentage'"),
        ("  slope:", "  slop:", "characteristics.slop", "Did you mean 'slope'?"),
        ("quality: eh", "quality: ee", "characteristics.slope.quality", "no quality 'ee'"),
        ("worst_class: N", "worst_clas: N", "characteristics.slope.worst_clas", "Did you mean"),
        (
            "relative_humidity: null",
            "elevation: null",
            "characteristics.elevation",
            "no row of 'maize' to drop",
        ),
    ],
)
def test_a_fault_in_regional_criteria_is_told_with_what_was_meant(
    regional: Path, old: str, new: str, key: str, message: str
):
    replace(regional, FILE, old, new)
    faults, _ = check(regional)
    told = {fault.key: fault.message for fault in faults if fault.file == FILE}
    assert message in told[key]


def test_a_unit_has_one_set_for_each_crop(regional: Path):
    write(regional, "regional_criteria/other.yaml", REGIONAL)
    faults, _ = check(regional)
    assert [(fault.file, fault.key) for fault in faults] == [("regional_criteria/other.yaml", "region")]
    assert "'hills' has criteria of 'maize' for this unit already" in faults[0].message


def test_a_set_that_drops_every_row_is_a_fault(regional: Path):
    rows = load(regional).crop("maize").characteristics
    head, _ = REGIONAL.split("  slope:")
    write(regional, FILE, head + "".join(f"  {name}: null\n" for name in rows))
    (fault,) = check(regional)[0]
    assert (fault.key, fault.message) == ("characteristics", "no row of 'maize' is left")


def test_the_linter_looks_at_the_rows_of_a_region(regional: Path):
    replace(regional, FILE, "S2: [[8, 20]]", "S2: [[9, 20]]")
    _, findings = check(regional)
    told = [one.message for one in findings if one.message.startswith("hills: ")]
    assert any("no class for 8 to 9 %" in message for message in told)
    assert all("slope" in message for message in told)


def test_regional_criteria_are_never_lent_by_a_base(country: Path):
    assert any((CONFIG / "regional_criteria").glob("*.yaml"))
    assert load(country).regional_criteria == {}


def test_the_example_that_comes_with_soilinfo_says_that_it_is_synthetic():
    for criteria in load(CONFIG).regional_criteria.values():
        assert criteria.synthetic
        assert criteria.title is not None
        assert all("synthetic" in text or "sintetis" in text for text in criteria.title.values())


# ---- fallback tables ----


def test_fallback_tables_are_of_other_crops_and_say_that_they_are_not_indonesian(country: Path):
    catalog = load(country)
    assert len(catalog.fallback_crops) == 18
    assert not catalog.fallback_crops.keys() & catalog.crops.keys()
    for crop in catalog.fallback_crops.values():
        assert (crop.criteria_set, crop.source.confidence) == ("luset", "low")
        assert "not Indonesian" in crop.title["en"]
        assert "bukan kriteria Indonesia" in crop.title["id"]


def test_a_placeholder_limit_gives_no_class_below_s2(country: Path):
    row = load(country).crop("cassava").characteristics["cec_clay"]
    assert (row.worst_class, set(row.bands)) == ("S2", {"S1"})


def test_a_table_of_the_nations_own_takes_the_place_of_a_fallback(country: Path):
    write(country, "crops/cassava.yaml", (CONFIG / "crops/maize.yaml").read_text("utf-8"))
    catalog = load(country)
    assert "cassava" not in catalog.fallback_crops
    assert catalog.crop("cassava").criteria_set == "lasem"


def test_a_faulty_fallback_is_told_like_a_crop(country: Path):
    text = (CONFIG / "fallback_crops/cassava.yaml").read_text("utf-8")
    write(country, "fallback_crops/cassava.yaml", text.replace("  ph_h2o:", "  ph_h2:"))
    (fault,) = check(country)[0]
    assert fault.file == "fallback_crops/cassava.yaml"
    assert "Did you mean 'ph_h2o'?" in fault.message


@pytest.mark.parametrize("name", ["bone", "bhutan"])
def test_real_countries_borrow_the_fallbacks(name: str):
    assert "cassava" in load(ROOT / "tests/config" / name).fallback_crops
