"""The page of one soil profile: its horizons, its values at common depths, how each was come by, its trace.

Its depth plots are pictures of their own: /profiles/{profile}/plot.svg?property=ph_h2o
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.harmonization import Harmonization
from soilinfo.catalog.names import HARMONIZED, HORIZONS, OBSERVATIONS
from soilinfo.errors import UnknownNameError
from soilinfo.harmonize.table import THEN
from soilinfo.jobs.harmonization.one_profile import Choices, drawn, published_profile, rules_of
from soilinfo.report.phrases import Phrases
from soilinfo.report.profile.frame import NARROWEST, WIDEST, WIDTH
from soilinfo.report.profile.plot import SVG, depth_plot
from soilinfo.serve import parameters
from soilinfo.serve.site.asked import State, site_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned
from soilinfo.store.vector import Query

ABOUT = (
    *("dataset", "project", "site_code", "plot_type", "date", "soil_wrb", "soil_usda", "soil_name"),
    *("land_use", "altitude_m", "depth_cm", "bedrock_cm", "positional_accuracy_m", "blur_m", "licence"),
    "attribution",
)
"""What is told of a profile, in this order, as far as it is known."""
TRACED = (
    *("horizon", "property", "source_value", "source_unit", "procedure", "sd", "specimen_code", "laboratory"),
    *("date", "flag"),
)
"""Columns of the table of observations."""

Row = dict[str, Any]


class Way(NamedTuple):
    """One property of a profile at common depths, and how it was come by."""

    property: str
    heading: str
    is_class: bool
    rows: list[Row]
    observed: str
    """What was observed in its place; '' where it was observed itself."""
    equations: list[Any]
    """The equations that led from one to the other, in their order."""
    range: str
    unknown: bool
    """Whether an error of these equations is not known."""


def routes(state: State) -> list[Route]:
    """The one address of plots."""

    async def plot(request: Request) -> Response:
        site = site_of(request, state)
        return await run_in_threadpool(_plot, site, request)

    return [Route("/profiles/{profile}/plot.svg", plot, name="plot")]


def profile_page(site: Site, document: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the page of a profile; ``document`` is its feature."""
    told, id, phrases = document["properties"], document["id"], Phrases(site.catalog, site.language)
    horizons, observed = _rows(HORIZONS, id), _rows(OBSERVATIONS, id)
    ways = [*_ways(site, _rows(HARMONIZED, id))]
    return {
        "about": {name: told[name] for name in ABOUT if told.get(name) not in (None, "", 0)},
        "point": (document.get("geometry") or {}).get("coordinates"),
        "horizons": horizons,
        "measured": [name for name in site.catalog.properties if _is_told(horizons, name)],
        "ways": ways,
        "plots": [each.property for each in ways if not each.is_class and _has_value(each)],
        "equations": {each.id: each for way in ways for each in way.equations},
        "observed": observed,
        "traced": TRACED,
        "fixed": lambda name, value: phrases.number(value, site.catalog.property(name).decimals),
        "percent": phrases.percent,
        "horizon_of": {each["id"]: each["horizon_code"] or each["element_code"] or "–" for each in horizons},
    }


def _is_told(rows: list[Row], name: str) -> bool:
    return any(row.get(name) not in (None, "") for row in rows)


def _has_value(way: Way) -> bool:
    return any(row["value"] is not None for row in way.rows)


def _ways(site: Site, rows: list[Row]) -> Iterator[Way]:
    """Each property of a profile that has any value or a reason why it has none, by its rows."""
    columns, catalog = Phrases(site.catalog, site.language).columns, site.catalog
    rules = catalog.harmonization
    for name in rules.properties if rules else ():
        own = sorted((row for row in rows if row["property"] == name), key=_in_order(rules))
        if not any(row["state"] not in ("unsampled", "bedrock") for row in own):
            continue
        first = next((row for row in own if row["equations"]), own[0])
        names = (first["equations"] or "").split(THEN)
        used = [catalog.equations[each] for each in names if each in catalog.equations]
        observed = first["observed_property"] or ""
        yield Way(
            property=name,
            heading=columns.heading(name),
            is_class=catalog.property(name).kind == "class",
            rows=own,
            observed=""
            if not used
            else ", ".join(columns.title(each.strip()) for each in observed.split(",")),
            equations=used,
            range=first["equation_range"] or "",
            unknown=bool(used) and first["sd_conversion"] is None,
        )


def _in_order(rules: Harmonization | None) -> Callable[[Row], int]:
    """The place of a row: the intervals of the first list, then those of the further one."""
    listed = [*rules.intervals, *rules.further_intervals] if rules else []
    return lambda row: (
        listed.index(depth) if (depth := (row["upper_cm"], row["lower_cm"])) in listed else len(listed)
    )


def _rows(name: str, profile: str) -> list[Row]:
    """The rows of a collection about one profile; none where that is not published."""
    frame = _frame(name, profile)
    if frame is None:
        return []
    depths = [each for each in ("upper_cm", "lower_cm") if each in frame]
    table = frame.sort_values([*depths, "id"]).astype(object)
    return [
        dict(zip(map(str, table.columns), row, strict=True))
        for row in table.where(table.notna(), None).itertuples(False, None)
    ]


def _frame(name: str, profile: str) -> pd.DataFrame | None:
    collection = pinned().collections.get(name)
    if collection is None:
        return None
    query = Query(equal={"profile_id": profile}, geometry=False)
    return pd.DataFrame(collection.store.vector.read(name, collection.version, query))


# ---- depth plots ------------------------------------------------------------------------


def _plot(site: Site, request: Request) -> Response:
    """The plot of a property; refused where there is no such profile, or nothing to draw of it."""
    params, id = request.query_params, request.path_params["profile"]
    parameters.check(params, ("property", "width", *parameters.SERVICE))
    width = parameters.integer(params, "width", WIDTH, low=NARROWEST, high=WIDEST)
    rules = rules_of(site.catalog, Choices())
    name = parameters.one_of("property", params.get("property", ""), rules.harmonization.properties)
    harmonized = _frame(HARMONIZED, id)
    if harmonized is None or harmonized[harmonized["property"] == name].empty:
        raise UnknownNameError("profile with harmonized values", id, [f"those of /collections/{HARMONIZED}"])
    own = harmonized.sort_values(["upper_cm", "lower_cm"])
    drawing = drawn(published_profile(pinned().store, pinned().snapshot, id), name, own, rules)
    return Response(depth_plot(drawing, Phrases(site.catalog, site.language), width), media_type=SVG)
