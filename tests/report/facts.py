"""Facts of an invented unit for tests of documents: three crops, three properties, one class property."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from shapely import box

from soilinfo.catalog.load import load
from soilinfo.report.factsheet.facts import Publication, UnitFacts
from soilinfo.report.maps import Picture
from tests.country import ROOT

CATALOG = load(ROOT / "config")
CREATED = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
TOTAL_HA = 12_345.6


def suitability(crop, scenario, shares, limiting, **more):
    """A row of suitability_by_<level>: shares of S1, S2, S3, N and no data in percent."""
    names = ("s1", "s2", "s3", "n", "nodata")
    percents = {f"{name}_pct": share for name, share in zip(names, shares, strict=True)}
    hectares = {f"{name}_ha": TOTAL_HA * share / 100 for name, share in zip(names, shares, strict=True)}
    row = {"crop": crop, "scenario": scenario, "limiting": limiting, "unused": "slope, ph_h2o"}
    origin = {"criteria_set": "lasem", "edition": "of 2025", "boundary_rule": "as_printed"}
    return row | percents | hectares | origin | {"total_ha": TOTAL_HA} | more


def measured(layer, median, **more):
    """A row of properties_by_<level>."""
    return {"layer": layer, "mean": median, "median": median, "q05": median, "q95": median} | more


def classed(layer, class_id, area_ha):
    """A row of classes_by_<level>."""
    return {"layer": layer, "class_id": class_id, "area_ha": area_ha, "share_pct": area_ha / 10}


PH = {
    "characteristic": "ph_h2o",
    "title": {"en": "Soil pH in water", "id": "pH tanah (H₂O)"},
    "value": 4.9,
    "unit": "pH",
    "better": "S1",
    "band": [5.8, 7.8],
    "region": None,
}
"""A row of the characteristics of an explanation."""


def limit(quality, share, *characteristics):
    """A quality that limits so many percent of the land of a class, and the characteristics at it."""
    title = next(one.title for one in CATALOG.evaluation.qualities if one.code == quality)
    rows = [{"ha": share, "pct": share} | row for row in characteristics]
    return {"quality": quality, "title": dict(title), "ha": share, "characteristics": rows}


def explained(crop, shares, limits, then=None, released=()):
    """The reasons of a crop: shares of S1..N, the limits of each class, what medium management makes."""
    names = ("S1", "S2", "S3", "N")

    def classes(of):
        titles = CATALOG.evaluation.class_titles
        return [
            {"class": name, "title": dict(titles[name]), "ha": share, "pct": share, "limiting": []}
            for name, share in zip(names, of, strict=True)
        ]

    rows = [row | {"limiting": limits.get(row["class"], [])} for row in classes(shares)]
    level = {"scenario": "potential_medium", "classes": classes(then or shares)}
    known = max(rows, key=lambda row: row["ha"])
    return {
        "crop": crop,
        "title": dict(CATALOG.crop(crop).title),
        "is_point": False,
        "prevailing": known["class"] if known["ha"] else None,
        "classes": rows,
        "management": [level | {"released_to_s1_s2": [limit(each, 1.0) for each in released]}],
    }


LIMED = explained("maize", (10, 62.4, 20, 2.6), {"S2": [limit("nr", 62.4, PH)]}, (40, 50, 4.7, 0.3), ["nr"])
CLASSES = np.array([[1, 2, 3], [4, 0, 2]], np.uint8)
UNIT = UnitFacts(
    level=CATALOG.level("regencies"),
    code="01.03",
    name="Kabupaten Contoh",
    parent="Provinsi Satu",
    area_ha=TOTAL_HA,
    official_area_ha=None,
    publication=Publication(7, CREATED, {"suitability_by_regencies": "abc123"}),
    suitability=[
        suitability("cocoa", "actual", (0, 20, 50, 25, 5), "eh"),
        suitability("cocoa", "potential_medium", (0, 20, 50, 25, 5), "eh"),
        suitability("maize", "actual", (10, 62.4, 20, 2.6, 5), "nr"),
        suitability("maize", "potential_medium", (40, 50, 4.7, 0.3, 5), "nr"),
        suitability("rubber", "actual", (0, 0, 0, 95, 5), "tc"),
        suitability("rubber", "potential_medium", (0, 0, 0, 95, 5), "tc"),
    ],
    properties=[measured("ph_h2o", 4.9), measured("slope", 12.0), measured("cec", 30.0)],
    classes=[classed("drainage", "poor", 900.0), classed("drainage", "well", 100.0)],
    explained={"maize": LIMED},
    outline=box(120.0, -5.2, 120.3, -5.0),
    picture=Picture(CLASSES, (120.0, -5.2, 120.3, -5.0)),
)


def unit(**changes):
    """The unit with something else about it."""
    return replace(UNIT, **changes)
