"""What is wrong with administrative units is found, counted and named with a place."""

import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box, from_wkt

from soilinfo.findings import VECTOR_CHECKS
from soilinfo.ingest.administrative import administrative_units
from soilinfo.ingest.checks.changes import CHANGE_CHECKS, judge_change
from soilinfo.ingest.checks.hierarchy import judge_parents, orphaned_children, outside_parent, unknown_parent
from soilinfo.ingest.checks.unit_evidence import Official
from soilinfo.ingest.checks.units import UNIT_CHECKS
from soilinfo.ingest.vector import read_source
from tests.ingest.units import frame, level, row
from tests.real import REAL, needs_real_data


def found(source, described=None, **more):
    _, findings = administrative_units(source, "regencies", described or level(), **more)
    return {finding.check: finding for finding in findings}


def units_of(*units, **columns):
    return administrative_units(frame(*units, **columns), "regencies", level())[0]


def test_the_checks_that_config_may_grade_are_those_that_exist():
    checks = (*UNIT_CHECKS, *CHANGE_CHECKS, unknown_parent, outside_parent, orphaned_children)
    assert [check.__name__ for check in checks] == list(VECTOR_CHECKS)
    assert all(re.match("(Block|Warn|Note) ", check.__doc__) for check in checks)


def test_units_that_fit_together_have_nothing_to_tell():
    assert found(frame(*row(5))) == {}


def test_severities_are_those_of_the_level():
    overlapping = frame(("01.01", box(0, 0, 1, 1)), ("01.02", box(0.5, 0, 2, 1)))
    assert found(overlapping, level(severity={"overlaps": "block"}))["overlaps"].severity == "block"


# ---- codes ------------------------------------------------------------------------------


def test_digits_of_statistics_indonesia_are_not_taken_for_those_of_the_ministry():
    finding = found(frame(("7308", box(0, 0, 1, 1)), ("7309", box(1, 0, 2, 1))))["foreign_codes"]
    assert (finding.severity, finding.count) == ("block", 2)
    assert "codes of the system 'bps' where 'kemendagri' is configured: 7308, 7309" in finding.message
    bps = level(code_system="bps", code_pattern=r"^\d{4}$", parent_field="above")
    assert "foreign_codes" in found(frame(("73.08", box(0, 0, 1, 1)), above=["73"]), bps)


def test_a_code_that_lost_its_zero_is_named():
    provinces = level(parent=None, code_pattern=r"^\d{2}$")
    source = frame((1, box(0, 0, 1, 1)), (11, box(1, 0, 2, 1)))
    findings = found(source, provinces)
    assert findings["lost_zeros"].evidence["codes"] == ["1"]
    assert set(findings) == {"lost_zeros"}


def test_codes_read_as_decimal_numbers_say_which_of_them_are_open():
    source = frame((73.08, box(0, 0, 1, 1)), (73.1, box(1, 0, 2, 1)), (73.2, box(2, 0, 3, 1)))
    finding = found(source)["codes_as_numbers"]
    assert (finding.severity, finding.evidence["ambiguous"]) == ("block", ["73.1", "73.2"])
    assert "'73.1' may be '73.10'" in finding.message


@pytest.mark.parametrize("code", ["01.01\n", " 01.01", "\u0660\u0661.\u0660\u0661"])
def test_a_code_that_only_looks_like_one_is_malformed(code):
    finding = found(frame((code, box(0, 0, 1, 1)), ("01.02", box(1, 0, 2, 1))))["malformed_codes"]
    assert (finding.severity, finding.evidence["codes"]) == ("block", [code])


@pytest.mark.parametrize("name", [None, "", "  ", float("nan")])
def test_units_without_a_name_are_told(name):
    source = frame(("01.01", box(0, 0, 1, 1)), ("01.02", box(1, 0, 2, 1))).assign(nama=[name, "b"])
    finding = found(source)["missing_names"]
    assert (finding.severity, finding.evidence["codes"]) == ("warn", ["01.01"])


def test_names_in_the_wrong_encoding_are_shown():
    finding = found(frame(*row(2), nama=["PapuÃ¡", "Papuá"]))["garbled_names"]
    assert (finding.severity, finding.evidence["names"]) == ("warn", ["PapuÃ¡"])


# ---- places -----------------------------------------------------------------------------

COUNTRY = (95.0, -11.0, 141.0, 6.0)


def test_latitude_and_longitude_that_changed_places_are_named():
    finding = found(frame(("01.01", box(-7, 110, -6, 111))), country=COUNTRY)["swapped_coordinates"]
    assert (finding.severity, finding.evidence["codes"]) == ("block", ["01.01"])


def test_coordinates_that_are_nowhere_block():
    finding = found(frame(("01.01", box(110, -7, 111, -6)), ("01.02", box(181, 0, 182, 1))), country=COUNTRY)
    assert finding["impossible_coordinates"].evidence["codes"] == ["01.02"]
    assert finding["outside_country"].evidence["codes"] == ["01.02"]


def test_a_coordinate_that_is_no_number_blocks_though_the_rest_could_be_mended():
    with np.errstate(invalid="ignore"):
        torn = from_wkt("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, nan 6, 6 6, 5 5)))")
    finding = found(frame(("01.01", torn), ("01.02", box(1, 0, 2, 1))))["impossible_coordinates"]
    assert (finding.severity, finding.evidence["codes"]) == ("block", ["01.01"])


def test_a_country_across_180_degrees_has_units_on_both_sides():
    units = frame(("01.01", box(178, -18, 179, -17)), ("01.02", box(-180, -17, -179, -16)))
    fiji = (176.0, -20.0, -178.0, -15.0)
    assert not found(units, country=fiji)
    elsewhere = frame(("01.01", box(178, -18, 179, -17)), ("01.02", box(0, -17, 1, -16)))
    assert found(elsewhere, country=fiji)["outside_country"].evidence["codes"] == ["01.02"]


def test_a_unit_across_the_antimeridian_must_be_cut_there():
    round_the_earth = Polygon([(178, 0), (-179, 0), (-179, 1), (178, 1)])
    cut = MultiPolygon([box(179, 2, 180, 3), box(-180, 2, -179, 3)])
    finding = found(frame(("01.01", round_the_earth), ("01.02", cut)))["crosses_antimeridian"]
    assert (finding.severity, finding.evidence["codes"]) == ("block", ["01.01"])


# ---- what is official -------------------------------------------------------------------


def test_areas_far_from_the_official_ones_are_told_with_both():
    source = frame(*row(3), luas=[12308.8, 6000, -5])
    findings = found(source, level(area_field="luas", area_unit="km2"))
    areas = findings["area_differs"].evidence["areas"]
    assert areas == {"01.02": {"measured_ha": 1230877.8, "official_ha": 600000.0, "deviation_pct": 105.1}}
    assert findings["unreadable_areas"].evidence["codes"] == ["01.03"]


def test_the_tolerance_of_areas_is_configured():
    official = Official(hectares={"01.01": 1_300_000})
    assert "listed_area_differs" in found(frame(*row(1)), official=official)
    assert not found(frame(*row(1)), level(area_tolerance_pct=6), official=official)


def test_units_are_held_against_the_list_of_codes():
    official = Official(names={"01.01": "Kab. Bone", "01.02": "Kota Bone", "01.04": "Kab. Wajo"})
    source = frame(*row(3), nama=["KABUPATEN BONE", "Kabupaten Bone", "Kabupaten Barru"])
    findings = found(source, official=official)
    assert {check: (f.severity, f.evidence["codes"]) for check, f in findings.items()} == {
        "unlisted_units": ("block", ["01.03"]),
        "missing_units": ("warn", ["01.04"]),
        "names_disagree": ("block", ["01.02"]),
    }
    assert "01.02 'Kabupaten Bone' (listed as 'Kota Bone')" in findings["names_disagree"].message


# ---- how units fit together -------------------------------------------------------------


def test_overlaps_are_told_with_pairs_hectares_and_a_place():
    source = frame(("01.01", box(0, 0, 1, 1)), ("01.02", box(0.9, 0, 2, 1)), ("01.03", box(2, 0, 3, 1)))
    finding = found(source)["overlaps"]
    (pair,) = finding.evidence["pairs"]
    assert (finding.severity, finding.count, pair["codes"]) == ("warn", 1, ["01.01", "01.02"])
    assert pair["hectares"] == pytest.approx(123087.8, rel=1e-4)
    assert 0.9 < pair["place"][0] < 1


def test_a_unit_drawn_inside_another_without_a_hole_overlaps_it():
    kota = box(0.3, 0.3, 0.7, 0.7)
    kabupaten = box(0, 0, 1, 1)
    neighbour = ("01.03", box(1, 0, 2, 1))
    findings = found(frame(("01.01", kabupaten), ("01.02", kota), neighbour))
    (pair,) = findings["overlaps"].evidence["pairs"]
    assert pair["codes"] == ["01.01", "01.02"]
    assert findings["land_counted_twice"].severity == "block"
    assert not found(frame(("01.01", kabupaten.difference(kota)), ("01.02", kota), neighbour))


def test_units_drawn_inside_each_other_overlap_in_pairs():
    nested = [(f"01.0{i}", box(i, i, 10 - i, 10 - i)) for i in range(1, 4)]
    pairs = found(frame(*nested))["overlaps"].evidence["pairs"]
    assert sorted(pair["codes"] for pair in pairs) == [
        ["01.01", "01.02"],
        ["01.01", "01.03"],
        ["01.02", "01.03"],
    ]


def test_a_strip_narrower_than_a_cell_is_a_sliver():
    source = frame(("01.01", box(0, 0, 1, 1)), ("01.02", box(0.999, 0, 2, 1)))
    assert found(source)["slivers"].severity == "note"
    assert "overlaps" in found(source, level(sliver_width_m=50))


def test_land_that_units_enclose_and_none_has_is_a_gap_but_the_sea_is_not():
    ring = Polygon(box(0, 0, 3, 3).exterior, [box(1, 1, 2, 2).exterior])
    west, east = ring.intersection(box(0, 0, 1.5, 3)), ring.intersection(box(1.5, 0, 3, 3))
    island = box(5, 0, 6, 1)
    finding = found(frame(("01.01", west), ("01.02", east), ("01.03", island)))["enclosed_gaps"]
    assert (finding.severity, finding.count) == ("warn", 1)
    assert finding.evidence["place"] == [1.5, 1.5]
    enclave = frame(("01.01", west), ("01.02", east), ("01.04", box(1, 1, 2, 2)))
    assert not found(enclave)


def test_a_unit_beyond_its_parent_is_told_with_the_hectares():
    parents = units_of(("01", box(0, 0, 2, 1)))
    within_and_out = units_of(("01.01", box(0, 0, 1, 1)), ("01.02", box(1, 0, 2.5, 1)))
    (finding,) = judge_parents("regencies", level(), within_and_out, parents)
    assert (finding.check, finding.severity, finding.evidence["codes"]) == (
        "outside_parent",
        "warn",
        ["01.02"],
    )
    assert finding.evidence["hectares"]["01.02"] == pytest.approx(615438.9, rel=1e-4)
    assert judge_parents("regencies", level(), within_and_out, parents, shapes=False) == []


def test_units_of_an_unknown_parent_are_blocked_by_name():
    source = frame(("01.01", box(0, 0, 1, 1)), ("02.01", box(1, 0, 2, 1)), above=["01", None])
    units, _ = administrative_units(source, "regencies", level(parent_field="above"))
    (finding,) = judge_parents("regencies", level(), units, units_of(("01", box(0, 0, 1, 1))))
    assert (finding.check, finding.severity, finding.count) == ("unknown_parent", "block", 1)
    assert finding.evidence == {"parents": {"02.01": ""}}
    assert "none (of 02.01)" in finding.message


# ---- what a new version changes ---------------------------------------------------------


def test_new_vanished_renamed_and_moved_units_are_listed():
    before = units_of(*row(4), nama=["A", "Kab. B", "C", "D"])
    shapes = [box(1, 0, 2, 1), box(2, 0, 3, 1), box(3, 0, 4.2, 1), box(5, 0, 6, 1)]
    codes = ["01.01", "01.02", "01.03", "01.05"]
    after = units_of(*zip(codes, shapes, strict=True), nama=["A'", "Kabupaten B", "Sea", "E"])
    described = level(most_vanished_pct=25)
    findings = {f.check: f for f in judge_change("regencies", described, before, after)}
    assert {check: (f.severity, f.evidence["codes"]) for check, f in findings.items()} == {
        "new_units": ("note", ["01.05"]),
        "vanished_units": ("warn", ["01.04"]),
        "renamed_units": ("warn", ["01.03"]),
        "moved_units": ("warn", ["01.03"]),
    }
    assert findings["moved_units"].evidence["moved_pct"] == {"01.03": pytest.approx(20, abs=0.1)}
    assert judge_change("regencies", level(), before, before) == []


# ---- real units -------------------------------------------------------------------------


@needs_real_data
def test_every_official_regency_has_the_name_of_the_ministry_list():
    text = (REAL / "admin" / "kemendagri_codes" / "wilayah_penduduk.sql").read_text()
    names = dict(re.findall(r"\('(\d\d\.\d\d)','([^']*)'", text))
    source = read_source(str(REAL / "admin" / "kemendagri2025" / "kab.gpkg")).assign(
        geometry=[box(i / 10, 0, (i + 1) / 10, 0.1) for i in range(514)]
    )
    assert len(names) == 514
    assert set(found(source, official=Official(names=names))) == set()


@needs_real_data
def test_codes_of_the_philippines_read_as_numbers_lost_their_zeros():
    described = level(parent=None, code_field="adm1_psgc", name_field="adm1_en", code_pattern=r"^\d{10}$")
    findings = found(read_source(str(REAL / "admin" / "philippines" / "country.0.001.json")), described)
    assert "100000000" in findings["lost_zeros"].evidence["codes"]


def test_hundreds_of_units_that_never_meet_exactly_overlap_by_slivers_only():
    side = 30
    cells = [shapely.segmentize(box(x, y, x + 1.001, y + 1), 0.05) for x in range(side) for y in range(side)]
    codes = [f"{i // 100:02}.{i % 100:02}" for i in range(side * side)]
    source = gpd.GeoDataFrame(
        {"kode": codes, "nama": codes}, geometry=shapely.transform(np.array(cells), _small), crs=4326
    )
    finding = found(source)["slivers"]
    assert finding.count >= side * (side - 1)
    assert "overlaps" not in found(source)


def _small(points):
    return points / 10
