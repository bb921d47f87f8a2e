"""Administrative units come in with codes, areas and repaired shapes, or are blocked with the reason."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from shapely import MultiPolygon, Point, Polygon, box

from soilinfo.errors import SourceError
from soilinfo.ingest.administrative import administrative_units
from soilinfo.ingest.validity import last_change
from soilinfo.ingest.vector import read_source
from tests.ingest.units import BOW_TIE, frame, level, row
from tests.real import REAL, needs_real_data

VALID = {"valid_from_field": "since", "valid_to_field": "until"}


def test_units_get_code_name_parent_and_geodesic_area():
    units, findings = administrative_units(
        frame(("01.02", box(0, 0, 1, 1)), ("01.01", box(1, 0, 2, 1))), "regencies", level()
    )
    assert units["code"].tolist() == ["01.01", "01.02"]
    assert units["parent_code"].tolist() == ["01", "01"]
    assert units["area_ha"].tolist() == pytest.approx([1230877.7] * 2, rel=1e-4)
    assert units["official_area_ha"].isna().all()
    assert not findings


def test_an_invalid_shape_is_repaired_and_the_repair_recorded():
    units, findings = administrative_units(frame(("01.01", BOW_TIE)), "regencies", level())
    assert units.geometry.is_valid.all()
    assert isinstance(units.geometry[0], MultiPolygon)
    assert "Self-intersection" in units["repair"][0]
    assert [(f.check, f.severity, f.count) for f in findings] == [("invalid_geometry", "warn", 1)]


def test_duplicate_malformed_and_shapeless_units_block():
    source = frame(
        ("01.01", box(0, 0, 1, 1)), ("01.01", box(1, 0, 2, 1)), ("1-1", box(2, 0, 3, 1)), ("01.03", None)
    )
    _, findings = administrative_units(source, "regencies", level())
    assert {f.check: f.severity for f in findings} == {
        "duplicate_codes": "block",
        "malformed_codes": "block",
        "null_geometry": "block",
    }


def test_only_units_that_stand_on_the_day_are_current():
    source = frame(
        *row(7),
        since=["", "2020-01-01", None, "2024-07-01", "2024-07-02", " ", "1999-01-01"],
        until=["", "2024-07-01", "2024-07-02", None, None, "2030-12-31T00:00:00", "2001-01-01"],
    )
    units, findings = administrative_units(source, "regencies", level(**VALID), on=date(2024, 7, 1))
    assert units["code"].tolist() == ["01.01", "01.03", "01.04", "01.06"]
    assert {f.check: (f.severity, f.evidence["codes"]) for f in findings} == {
        "ended_units": ("note", ["01.02", "01.07"]),
        "future_units": ("note", ["01.05"]),
    }


@pytest.mark.filterwarnings("ignore:Field until created as String")
def test_dates_are_read_from_date_columns_and_texts_alike(tmp_path):
    until = pd.to_datetime(["2024-07-01", None, "2024-07-02"])
    source = frame(*row(3), until=until)
    for name in ("units.gpkg", "units.shp", "units.geojson"):
        source.to_file(tmp_path / name)
        read = read_source(str(tmp_path / name))
        units, _ = administrative_units(read, "regencies", level(valid_to_field="until"), on=date(2024, 7, 1))
        assert units["code"].tolist() == ["01.02", "01.03"], name


def test_a_date_that_cannot_be_read_blocks():
    source = frame(*row(2), until=["31/12/2030", None])
    _, findings = administrative_units(source, "regencies", level(valid_to_field="until"))
    assert [(f.check, f.severity, f.count) for f in findings] == [("unreadable_dates", "block", 1)]


def test_a_level_without_a_current_unit_is_blocked():
    source = frame(*row(2), until=["2001-01-01", "2002-01-01"])
    _, findings = administrative_units(source, "regencies", level(valid_to_field="until"))
    assert {f.check: f.severity for f in findings} == {"ended_units": "note", "no_units": "block"}


def test_the_last_change_moves_only_when_units_begin_or_end():
    source = frame(*row(2), since=["2001-05-01", None], until=["2024-07-01", "2030-01-01"])
    days = [date(2000, 1, 1), date(2024, 6, 30), date(2024, 7, 1), date(2029, 1, 1), date(2031, 1, 1)]
    changes = [last_change(source, level(**VALID), on=day) for day in days]
    assert changes == [None, date(2001, 5, 1), date(2024, 7, 1), date(2024, 7, 1), date(2030, 1, 1)]


def test_a_unit_without_area_blocks():
    flat = Polygon([(0, 0), (1, 1), (2, 2)])
    units, findings = administrative_units(
        frame(("01.01", box(0, 0, 1, 1)), ("01.02", flat), ("01.03", Point(1, 1))), "regencies", level()
    )
    assert units["code"].tolist() == ["01.01"]
    blocked = {f.check: f.evidence["codes"] for f in findings if f.severity == "block"}
    assert blocked == {"empty_geometry": ["01.03"], "collapsed_geometry": ["01.02"]}


def test_a_repair_that_changes_the_area_says_by_how_much():
    folded = Polygon([(0, 0), (3, 3), (3, 0), (0, 1)])
    spiked = Polygon([(5, 0), (6, 0), (6, 1), (6, 1.5), (6, 1), (5, 1)])
    _, findings = administrative_units(frame(("01.01", folded), ("01.02", spiked)), "regencies", level())
    (found,) = findings
    areas = found.evidence["area_ha"]
    assert list(areas) == ["01.01"], "a spike has no area"
    assert areas["01.01"]["after"] > 1.01 * areas["01.01"]["before"]
    assert "01.01 by more than 1 %" in found.message


def test_official_areas_keep_their_gaps_and_become_hectares():
    source = frame(("01.01", box(0, 0, 1, 1)), ("01.02", box(1, 0, 2, 1)), luas=[12.5, np.nan])
    units, _ = administrative_units(source, "regencies", level(area_field="luas", area_unit="km2"))
    assert units["official_area_ha"].tolist() == pytest.approx([1250.0, np.nan], nan_ok=True)


def test_a_missing_column_names_those_that_exist():
    with pytest.raises(SourceError, match="no column 'luas' in x; there are: kode, nama"):
        administrative_units(frame(("01.01", box(0, 0, 1, 1))), "regencies", level(area_field="luas"))


@needs_real_data
@pytest.mark.filterwarnings("ignore:Measured", "ignore:OGRGeoJSON")
def test_every_odd_vector_file_is_read_blocked_or_refused_with_a_reason():
    odd = sorted(
        [*(REAL / "odd" / "geojson_invalid").rglob("*.geojson"), *(REAL / "odd" / "rasterio").iterdir()]
    )
    blocked = set()
    for path in odd:
        try:
            source = read_source(str(path))
        except SourceError:
            continue
        source["kode"] = [f"{i:02}" for i in range(len(source))]
        units, findings = administrative_units(
            source.assign(nama="x"), "regencies", level(severity={"empty_geometry": "warn"})
        )
        assert not units.geometry.is_empty.any()
        blocked |= {path.name for finding in findings if finding.severity == "block"}
    assert {"valid_featurecollection_empty_features.geojson", "valid_geometry_point.geojson"} <= blocked
    assert "problematic_self_intersection_small.geojson" not in blocked


@pytest.fixture(scope="module")
def official():
    """The official regencies with what is found about them."""
    return administrative_units(
        read_source(str(REAL / "admin" / "kemendagri2025" / "kab.gpkg")), "regencies", level()
    )


@needs_real_data
def test_the_514_official_regencies_come_in_with_124_repairs(official):
    units, findings = official
    repaired = next(f for f in findings if f.check == "invalid_geometry")
    assert len(units) == 514
    assert repaired.count == 124
    assert units.geometry.is_valid.all()
    assert (units["area_ha"] > 0).all()
    assert next(f for f in findings if f.check == "negative_area").count == 1


@needs_real_data
def test_the_official_regencies_claim_half_a_million_hectares_of_papua_twice(official):
    _, told = official
    findings = {finding.check: finding for finding in told}
    assert {check: (f.severity, f.count) for check, f in findings.items()} == {
        "invalid_geometry": ("warn", 124),
        "negative_area": ("warn", 1),
        "overlaps": ("warn", 17),
        "slivers": ("note", 912),
        "enclosed_gaps": ("warn", 148),
    }
    worst = findings["overlaps"].evidence["pairs"][0]
    assert worst["codes"] == ["96.01", "96.04"]
    assert worst["hectares"] == pytest.approx(500_904.19, abs=1)
    json.dumps([f.evidence for f in findings.values()])


ADMIN = REAL / "admin"


@needs_real_data
@pytest.mark.parametrize(
    ("path", "columns", "checks"),
    [
        (
            "natural_earth/ne_50m_admin_1_states_provinces.json",
            ("iso_3166_2", "name"),
            {"invalid_geometry"},
        ),
        (
            "kemendagri2025/prov.gpkg",
            ("kode", "nama"),
            {"invalid_geometry", "overlaps", "slivers", "enclosed_gaps"},
        ),
    ],
)
def test_units_of_real_sources_come_in_with_named_findings(path, columns, checks):
    described = level(parent=None, code_field=columns[0], name_field=columns[1], code_pattern="^.+$")
    units, findings = administrative_units(read_source(str(ADMIN / path)), "units", described)
    assert len(units) in (38, 100)
    assert {finding.check for finding in findings} == checks


@needs_real_data
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("asia_adm1_topo/btn.topo.json", "no coordinate reference system"),
        ("philippines/country.topo.0.001.json", "no coordinate reference system"),
        ("kemendagri2025_raw/wilayah_boundaries_kab_51.sql", "not a readable vector source"),
    ],
)
def test_real_sources_that_cannot_be_placed_are_refused(path, reason):
    with pytest.raises(SourceError, match=reason):
        read_source(str(ADMIN / path))
