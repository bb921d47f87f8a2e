"""Where an area lies: boxes across the antimeridian, the nation, and areas that are not of this nation."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from soilinfo.catalog.names import NATION
from soilinfo.errors import GeometryError, InputError, LimitError
from soilinfo.jobs.evaluation.places import resolve_area
from soilinfo.jobs.evaluation.zones import zones_of

SQUARE = [[[120.1, -7.2], [120.2, -7.2], [120.2, -7.1], [120.1, -7.1], [120.1, -7.2]]]
FAR = [[[10.1, -7.2], [10.2, -7.2], [10.2, -7.1], [10.1, -7.1], [10.1, -7.2]]]


def resolved(nation, **area):
    return resolve_area(nation.store, nation.catalog, nation.snapshot, area)


def test_a_box_whose_west_is_east_of_its_east_is_cut_in_two_at_the_antimeridian(nation):
    found = resolved(nation, bbox=[119.9, -8, -179, 5]).shape
    assert [tuple(shapely.bounds(part)) for part in shapely.get_parts(found)] == [
        (-180, -8, -179, 5),
        (119.9, -8, 180, 5),
    ]


def test_a_polygon_that_is_cut_there_by_its_author_is_as_wide_as_its_parts(nation):
    parts = [SQUARE, [[[-180, 0], [-179, 0], [-179, 1], [-180, 1], [-180, 0]]]]
    found = resolved(nation, geometry={"type": "MultiPolygon", "coordinates": parts})
    assert len(shapely.get_parts(found.shape)) == 2


def test_the_nation_is_what_its_tables_are_measured_on_though_a_finer_level_is_loaded_in_part(own_nation):
    levels, layers = own_nation.catalog.levels, own_nation.snapshot.layers
    districts = levels["regencies"].model_copy(update={"id": "districts", "parent": "regencies"})
    regencies = own_nation.store.vector.read("regencies", layers["regencies"])
    own_nation.store.vector.write("districts", "v1", regencies.iloc[:1], id_field="code")
    catalog = own_nation.catalog.model_copy(update={"levels": {**levels, "districts": districts}})
    snapshot = replace(own_nation.snapshot, layers={**layers, "districts": "v1"})

    found = resolve_area(own_nation.store, catalog, snapshot, {"region": NATION})
    table = zones_of(own_nation.store, catalog, layers, NATION)
    assert found.index.area_ha == pytest.approx(table.index.area_ha.sum())
    assert found.index.spans.zone.max() == 0


def test_the_nation_cannot_be_asked_about_without_the_level_that_it_is_measured_on(nation):
    layers = {name: version for name, version in nation.snapshot.layers.items() if name != "regencies"}
    with pytest.raises(InputError, match="measured on the level 'regencies', which is not published"):
        resolve_area(
            nation.store, nation.catalog, replace(nation.snapshot, layers=layers), {"region": NATION}
        )


def test_a_tangle_is_refused_before_it_is_repaired(nation):
    corners = np.random.default_rng(1).uniform((120.1, -7.2), (120.2, -7.1), (3_000, 2)).tolist()
    with pytest.raises(LimitError, match="crosses itself more than 5,000 times"):
        resolved(nation, geometry={"type": "Polygon", "coordinates": [[*corners, corners[0]]]})


def test_what_crosses_itself_now_and_then_is_repaired_however_long_it_is(nation):
    turns = np.linspace(0, 2 * np.pi, 5_000)[:, np.newaxis]
    around = [120.15, -7.15] + 0.04 * np.hstack([np.cos(turns), np.sin(turns)])
    around[[100, 101]] = around[[101, 100]]
    around[-1] = around[0]
    found = resolved(nation, geometry={"type": "Polygon", "coordinates": [around.tolist()]})
    assert "was repaired" in found.findings[0].message


def test_many_parts_are_looked_for_at_once(nation, monkeypatch):
    reads = []
    read = nation.store.vector.read
    monkeypatch.setattr(nation.store.vector, "read", lambda *asked: reads.append(asked) or read(*asked))
    parts = [shapely.box(at / 100, 20, at / 100 + 0.001, 20.001) for at in range(300)]
    with pytest.raises(GeometryError, match="no land of the nation"):
        resolved(nation, geometry=shapely.geometry.mapping(shapely.MultiPolygon(parts)))
    assert len(reads) == 1


@pytest.mark.parametrize(
    ("area", "said"),
    [
        ({"bbox": [120.2, -7.2, 120.1, -7.1]}, "359.9 degrees wide; at most 180"),
        ({"bbox": [120.2, -7.2, 120.2, -7.1]}, "bbox is empty"),
        ({"bbox": [120.1, -7.1, 120.2, -7.2]}, "bbox is empty"),
        ({"bbox": [0, 0, 1, 1]}, "no land of the nation lies in the area: it touches no unit of 'provinces'"),
        ({"bbox": [179, -5, -179, 5]}, "no land of the nation"),
        ({"geometry": {"type": "Polygon", "coordinates": FAR}}, "no land of the nation"),
    ],
)
def test_an_area_that_cannot_be_answered_is_refused_with_the_reason(nation, area, said):
    with pytest.raises(GeometryError, match=said):
        resolved(nation, **area)
