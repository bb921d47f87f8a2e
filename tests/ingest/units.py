"""Administrative units small enough to see, for tests: a level and frames of boxes."""

import geopandas as gpd
from shapely import Polygon, box

from soilinfo.catalog.models import Level

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
    names = {"kode": list(codes), "nama": [f"K {code}" for code in codes]}
    return gpd.GeoDataFrame(names | columns, geometry=list(shapes), crs=4326)


def row(count):
    return [(f"01.0{i}", box(i, 0, i + 1, 1)) for i in range(1, count + 1)]
