"""Administrative units come in with codes, areas and repaired shapes, or are blocked with the reason."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import MultiPolygon, Polygon, box

from soilinfo.catalog.models import Level
from soilinfo.errors import SourceError
from soilinfo.ingest.vector import administrative_units, geodesic_hectares, read_source
from tests.real import REAL, needs_real_data

TEXT = {"en": "a", "id": "b"}
BOW_TIE = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def level(**changes):
    facts = {
        "id": "regencies",
        "title": TEXT,
        "singular": TEXT,
        "source": "x",
        "code_field": "kode",
        "name_field": "nama",
    }
    return Level(
        **facts
        | {"parent": "provinces", "code_system": "kemendagri", "licence": "x", "attribution": "x"}
        | changes
    )


def frame(*units, **columns):
    codes, shapes = zip(*units, strict=True)
    return gpd.GeoDataFrame(
        {"kode": codes, "nama": [f"K {code}" for code in codes]} | columns, geometry=list(shapes), crs=4326
    )


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


def test_units_that_ended_are_left_out():
    source = frame(("01.01", box(0, 0, 1, 1)), ("01.02", box(1, 0, 2, 1)), until=[None, "2020-01-01"])
    units, findings = administrative_units(source, "regencies", level(valid_to_field="until"))
    assert units["code"].tolist() == ["01.01"]
    assert findings[0].check == "ended_units"


def test_official_areas_keep_their_gaps_and_become_hectares():
    source = frame(("01.01", box(0, 0, 1, 1)), ("01.02", box(1, 0, 2, 1)), luas=[12.5, np.nan])
    units, _ = administrative_units(source, "regencies", level(area_field="luas", area_unit="km2"))
    assert units["official_area_ha"].tolist() == pytest.approx([1250.0, np.nan], nan_ok=True)


def test_a_missing_column_names_those_that_exist():
    with pytest.raises(SourceError, match="no column 'luas' in x; there are: kode, nama"):
        administrative_units(frame(("01.01", box(0, 0, 1, 1))), "regencies", level(area_field="luas"))


def test_areas_do_not_depend_on_ring_direction():
    assert geodesic_hectares(np.array([box(0, 0, 1, 1), box(0, 0, 1, 1, ccw=False)]))[0] > 0
    assert len(set(geodesic_hectares(np.array([box(0, 0, 1, 1), box(0, 0, 1, 1, ccw=False)])).round(6))) == 1


def test_files_that_cannot_be_used_say_why(tmp_path):
    (tmp_path / "a.geojson").write_text("{")
    with pytest.raises(SourceError, match="no such file"):
        read_source(str(tmp_path / "absent.gpkg"))
    with pytest.raises(SourceError, match="not a readable vector source"):
        read_source(str(tmp_path / "a.geojson"))


@needs_real_data
def test_the_514_official_regencies_come_in_with_124_repairs():
    source = read_source(str(REAL / "admin" / "kemendagri2025" / "kab.gpkg"))
    units, findings = administrative_units(source, "regencies", level())
    repaired = next(f for f in findings if f.check == "invalid_geometry")
    assert len(units) == 514
    assert repaired.count == 124
    assert units.geometry.is_valid.all()
    assert (units["area_ha"] > 0).all()
    assert next(f for f in findings if f.check == "negative_area").count == 1
