"""Frames for the tests of collections: every type, missing values, shared shapes, awkward texts."""

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import MultiPolygon, Point, Polygon, box

from soilinfo.serve.features.cql2 import filter_tree
from soilinfo.store.vector import Query

ISLANDS = MultiPolygon([box(124, -9, 124.5, -8.5), box(125, -9, 125.3, -8.8)])
HOLED = Polygon(box(120, -6, 122, -4).exterior, [box(120.5, -5.5, 121, -5).exterior])


def regencies() -> gpd.GeoDataFrame:
    """Five regencies: a plain one, one with a hole, islands, a round one, one without geometry."""
    return gpd.GeoDataFrame(
        {
            "code": ["73.08", "53.14", "11.01", "73.01", "94.99"],
            "name": ["Bone", "Rote Ndao", 'Kepulauan "Ĉ"', "bantaeng", "100% O'Brien_x"],
            "parent_code": ["73", "53", "11", "73", None],
            "people": pd.array([813_188, 147_778, None, 197_970, 2**53 + 1], dtype="Int64"),
            "area_ha": [455_900.1, 128_000.0, 1e-7, np.nan, 395_830.123456789],
            "island": pd.array([False, True, True, None, False], dtype="boolean"),
            "remark": [None] * 5,
        },
        geometry=[box(119.9, -5.1, 120.4, -4.2), ISLANDS, HOLED, Point(120.1234567, -5.5).buffer(0.2), None],
        crs=4326,
    )


EVERYTHING = Query()
ALL = ["11.01", "53.14", "73.01", "73.08", "94.99"]
CROPS = ("cocoa", "maize", "rice")


def suitability() -> gpd.GeoDataFrame:
    """Three crops in each regency that has a geometry; the rows of a regency share one shape."""
    places = regencies().dropna(subset="geometry")
    rows = [places.assign(crop=crop, s1_ha=places["area_ha"] / (rank + 1)) for rank, crop in enumerate(CROPS)]
    frame = gpd.GeoDataFrame(pd.concat(rows, ignore_index=True), crs=4326)
    frame.insert(0, "id", frame["code"] + "." + frame["crop"])
    return frame.drop(columns=["island", "remark"])


def where(text: str, **rest: Any) -> Query:
    """A query by a filter on columns of :func:`regencies`, and ``number`` and ``crop`` of others."""
    return Query(where=filter_tree(text, "cql2-text", [*regencies().columns, "number", "crop"]), **rest)


def ids(vector, query=EVERYTHING, collection="regency"):
    """The features that a query finds."""
    return [json.loads(text)["id"] for text in vector.features(collection, "v1", query)]
