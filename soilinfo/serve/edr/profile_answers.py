"""Values of soil profiles as CoverageJSON (a VerticalProfile each), GeoJSON and CSV."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from starlette.responses import Response

from soilinfo.serve.edr import coveragejson, geojson, rows
from soilinfo.serve.edr.asked import Question
from soilinfo.serve.edr.domains import Stack
from soilinfo.serve.edr.forms import EXTENSIONS, MEDIA_TYPES
from soilinfo.serve.edr.observed import Depth, Parameter
from soilinfo.serve.edr.places import DEGREES
from soilinfo.serve.edr.profile_parameters import DEPTHS
from soilinfo.serve.edr.profile_values import PROFILE, apart, values_of
from soilinfo.serve.systems import System, moved


class Place(NamedTuple):
    """One profile: when it was described, and where in the system of the answer, easting first."""

    id: str
    date: str | None
    xy: tuple[float, float] | None


def answer(question: Question, profiles: GeoDataFrame, depths: Sequence[Depth], system: System) -> Response:
    """What is known of these profiles, in their order; 204 when nothing is."""
    ids = [*profiles["id"]]
    values = values_of(question.collection, ids, question.parameters, depths) if ids else pd.DataFrame()
    if values.empty:
        return Response(status_code=204)
    places = list(_places(profiles, system))
    content = _FORMS[question.format](question, places, values, system)
    name = f'inline; filename="{question.collection.id}.{EXTENSIONS[question.format]}"'
    headers = {"Content-Crs": f"<{system.uri}>", "Content-Disposition": name}
    return Response(content, media_type=MEDIA_TYPES[question.format], headers=headers)


def _places(profiles: GeoDataFrame, system: System) -> Iterator[Place]:
    degrees = np.column_stack([shapely.get_x(profiles.geometry), shapely.get_y(profiles.geometry)])
    shown = moved(degrees, DEGREES, system)
    for id, date, (x, y) in zip(profiles["id"], profiles["date"], shown.tolist(), strict=True):
        is_dated = isinstance(date, str) and date
        yield Place(id, date if is_dated else None, (x, y) if np.isfinite((x, y)).all() else None)


# ---- CoverageJSON -----------------------------------------------------------------------


def _coveragejson(question: Question, places: list[Place], values: pd.DataFrame, system: System) -> bytes:
    known = dict(iter(values.groupby(PROFILE, sort=False)))
    coverages = [
        coverage
        for place in places
        if place.id in known
        for coverage in _coverages(question.parameters, place, known[place.id], system)
    ]
    return coveragejson.document(coverages, question.parameters, question.about)


def _coverages(
    parameters: Sequence[Parameter], place: Place, values: pd.DataFrame, system: System
) -> Iterator[coveragejson.Part]:
    """One for each row of depths that do not overlap: intervals of two kinds, horizons in disorder."""
    depths = [*values[[*DEPTHS]].itertuples(index=False, name=None)]
    for at in apart(depths):
        stack = Stack(tuple(depths[each] for each in at), place.date, {})
        arrays = {each: values[each.name].to_numpy()[at] for each in parameters}
        found = coveragejson.profile(stack, arrays, np.array(place.xy or (0.0, 0.0)), system)
        yield {"id": place.id, **(found if place.xy else _without_place(found))}


def _without_place(coverage: coveragejson.Part) -> coveragejson.Part:
    """A profile that nobody knows the place of has its depths only."""
    domain = dict(coverage["domain"])
    del domain["domainType"]
    domain["axes"] = {name: axis for name, axis in domain["axes"].items() if name not in ("x", "y")}
    domain["referencing"] = [each for each in domain["referencing"] if "x" not in each["coordinates"]]
    return {**coverage, "domain": domain}


# ---- rows -------------------------------------------------------------------------------


def _csv(question: Question, places: list[Place], values: pd.DataFrame, _: System) -> bytes:
    return rows.csv([_columns(question.parameters, places, values)])


def _columns(parameters: Sequence[Parameter], places: list[Place], values: pd.DataFrame) -> rows.Columns:
    """A row for each horizon or interval, with its profile's place and day; classes by their ids."""
    known = {place.id: place for place in places}
    of = [known[id] for id in values[PROFILE]]
    lower, upper = (values[name].to_numpy() for name in reversed(DEPTHS))
    return {
        PROFILE: [place.id for place in of],
        "x": np.array([place.xy[0] if place.xy else np.nan for place in of]),
        "y": np.array([place.xy[1] if place.xy else np.nan for place in of]),
        "depth_top_cm": upper,
        "depth_bottom_cm": lower,
        "time": [place.date for place in of],
        **{each.name: rows.named(each, values[each.name].to_numpy()) for each in parameters},
    }


def _geojson(question: Question, places: list[Place], values: pd.DataFrame, system: System) -> bytes:
    columns = _columns(question.parameters, places, values)
    described = coveragejson.parameters(question.parameters, question.about)
    features = [_feature(question, row, system) for row in geojson.rows(columns)]
    return geojson.collection(features, question.links, parameters=described)


def _feature(question: Question, row: dict[str, Any], system: System) -> geojson.Feature:
    x, y, id = row.pop("x"), row.pop("y"), row[PROFILE]
    (place,) = system.ordered(np.array([[x, y]])).tolist()
    names = [each.name for each in question.parameters]
    told = geojson.edr_properties(id, names, question.address, row.pop("time"))
    point = {"type": "Point", "coordinates": place} if np.isfinite((x, y)).all() else None
    return geojson.feature(point, {**told, **row})


_FORMS = {"CoverageJSON": _coveragejson, "GeoJSON": _geojson, "CSV": _csv}
