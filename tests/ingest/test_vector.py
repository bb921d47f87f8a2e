"""Vector sources are read and measured, or refused with the reason."""

import numpy as np
import pandas as pd
import pyogrio
import pytest
from shapely import MultiPolygon, Point, box

from soilinfo.errors import SourceError
from soilinfo.ingest.vector import geodesic_hectares, mean_widths, place_of, read_source
from tests.ingest.units import frame


def test_areas_do_not_depend_on_ring_direction():
    assert geodesic_hectares(np.array([box(0, 0, 1, 1), box(0, 0, 1, 1, ccw=False)]))[0] > 0
    assert len(set(geodesic_hectares(np.array([box(0, 0, 1, 1), box(0, 0, 1, 1, ccw=False)])).round(6))) == 1


def test_files_that_cannot_be_used_say_why(tmp_path):
    (tmp_path / "a.geojson").write_text("{")
    with pytest.raises(SourceError, match="no such file"):
        read_source(str(tmp_path / "absent.gpkg"))
    with pytest.raises(SourceError, match="not a readable vector source"):
        read_source(str(tmp_path / "a.geojson"))


def test_a_source_without_a_place_on_the_earth_is_refused(tmp_path):
    plan = frame(("01.01", box(0, 0, 1, 1))).set_crs(
        'LOCAL_CS["site plan",UNIT["metre",1]]', allow_override=True
    )
    plan.to_file(tmp_path / "plan.gpkg")
    with pytest.raises(SourceError, match="coordinate reference system"):
        read_source(str(tmp_path / "plan.gpkg"))


def test_one_of_several_layers_must_be_named(tmp_path):
    path, units = tmp_path / "a.gpkg", frame(("01.01", box(0, 0, 1, 1)))
    units.to_file(path, layer="provinces")
    pyogrio.write_dataframe(pd.DataFrame({"style": ["x"]}), path, layer="layer_styles")
    assert len(read_source(str(path))) == 1
    units.to_file(path, layer="regencies")
    with pytest.raises(SourceError, match="'source_layer' is meant; there are: provinces, regencies"):
        read_source(str(path))
    assert len(read_source(str(path), "regencies")) == 1


def test_the_width_of_a_strip_is_measured_in_metres():
    strip = MultiPolygon([box(0, 0, 1, 0.001)])
    assert mean_widths(np.array([strip, MultiPolygon()], dtype=object)) == pytest.approx([110.5, 0], abs=0.2)


def test_a_place_is_a_longitude_and_a_latitude_or_none():
    assert place_of(box(100, -7, 102, -6)) == [101.0, -6.5]
    assert place_of(Point()) is None
    assert place_of(None) is None


def test_a_table_in_latin_letters_without_its_code_page_is_refused_or_read_as_stated(tmp_path):
    frame(("01.01", box(0, 0, 1, 1)), nama=["Papuá"]).to_file(tmp_path / "a.shp", encoding="ISO-8859-1")
    (tmp_path / "a.cpg").write_text("UTF-8")
    path = str(tmp_path / "a.shp")
    with pytest.raises(SourceError, match="state the right 'encoding'"):
        read_source(path)
    assert read_source(path, encoding="ISO-8859-1")["nama"].tolist() == ["Papuá"]
