"""/panels/region: what is published of an administrative unit, for the panel that a click opens."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.models import Level
from soilinfo.catalog.names import TABLES, table_of
from soilinfo.catalog.text import number
from soilinfo.jobs.evaluation.places import region_of
from soilinfo.report.factsheet.tables import largest_classes
from soilinfo.serve.pages.indicators import indicators
from soilinfo.serve.pages.moment import SNAPSHOT
from soilinfo.serve.pages.panel import answered, panel_data, shown_of, site_at
from soilinfo.serve.pages.shares import Region, allocations, nutrients, suitability
from soilinfo.serve.pages.surroundings import unit_of
from soilinfo.serve.parameters import check
from soilinfo.serve.site.asked import State, site_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words
from soilinfo.serve.state import Publication, pinned

PATH = "/panels/region"
WORDS = (
    *(
        "allocated",
        "allocation",
        "as_then",
        "bars_of",
        "crop",
        "documents",
        "failed",
        "fertilizer",
        "given_of",
    ),
    *("indicator", "indicators", "indicators_rows", "affected", "value"),
    *("loading", "mean", "means", "most_land", "need", "need_met", "no_allocation", "no_nutrients"),
    *("no_properties", "no_suitability", "nutrients", "offline", "property", "scenario", "share", "spread"),
    *("suitability", "suitability_of", "table", "tonnes", "why_region"),
)
"""Texts of the panel of a region: ``panel.<word>``."""


def routes(state: State) -> list[Route]:
    """The address of each region's panel, by its code."""

    async def serve_region(request: Request) -> Response:
        check(request.query_params, (SNAPSHOT, "lang"))
        now, code = pinned(), request.path_params["code"]
        shown = await run_in_threadpool(shown_of, now, request.query_params)
        site = site_at(site_of(request, state), shown)
        document = await run_in_threadpool(region, site, shown, code, shown is not now)
        return answered(document)

    return [Route(f"{PATH}/{{code}}", serve_region, name="region")]


def region_data(site: Site) -> dict[str, Any]:
    """What the script of the panel needs to know."""
    return panel_data(site, PATH, WORDS)


def region(site: Site, publication: Publication, code: str, is_past: bool = False) -> dict[str, Any]:
    """What is published of a unit; None, or an empty list, for what is not.

    Documents, and pages that say why, are made of what is published now, so of what is past there are none.
    UnknownNameError for a code that no published level has.
    """
    level_id, unit = region_of(publication.store, publication.catalog, publication.snapshot, code)
    level, facts = publication.catalog.level(level_id), unit.iloc[0]
    found = Region(site, publication.collections, level, code)
    return {
        "code": code,
        "name": str(facts["name"]),
        "level": site.named(level.singular),
        "within": list(_within(publication, level, facts["parent_code"])),
        "bounds": unit.total_bounds.tolist(),
        "facts": _facts(site, facts),
        "suitability": suitability(found),
        "nutrients": list(nutrients(found)),
        "indicators": indicators(found),
        "allocations": list(allocations(found)),
        "means": list(_means(found)),
        "classes": list(_largest(found)),
        **({} if is_past else _links(site, publication, level, code)),
    }


def _within(publication: Publication, level: Level, code: Any) -> Iterator[str]:
    """Names of the units above, the nearest first."""
    above = publication.collections.get(level.parent or "")
    unit = unit_of(above, code) if above and isinstance(code, str) else None
    if above and unit:
        yield unit["name"]
        yield from _within(publication, publication.catalog.level(above.id), unit["parent_code"])


def _facts(site: Site, unit: Any) -> list[dict[str, str]]:
    words = Words(site)
    fields = ("area_ha", "official_area_ha")
    return [
        {"title": words.field(name), "text": words.number(unit[name], 0)}
        for name in fields
        if unit[name] == unit[name]
    ]


def _means(region: Region) -> Iterator[dict[str, Any]]:
    """The mean of each layer over the land that it covers, with how far places differ."""
    site, titles = region.site, Words(region.site).names["layer"]
    for row in region.rows("properties") or ():
        if row["mean"] is not None:
            decimals = site.catalog.property(site.catalog.layer(row["layer"]).property).decimals
            texts = {
                name: number(row[name], decimals, site.language, site.catalog.directory)
                for name in ("mean", "q05", "q95")
            }
            told = {"name": row["layer"], "title": titles[row["layer"]], "unit": site.unit(row["unit"])}
            yield told | texts | {"nodata_pct": 100 - row["covered_pct"]}


def _largest(region: Region) -> Iterator[dict[str, Any]]:
    """The class that most land has, of each property of classes."""
    site, titles = region.site, Words(region.site).names["property"]
    found = largest_classes(site.catalog, region.rows("classes") or ())
    for name, (entry, share) in found.items():
        yield {"name": name, "title": titles[name], "text": site.named(entry.title), "share_pct": share}


# ---- where there is more ----------------------------------------------------------------


def _links(site: Site, publication: Publication, level: Level, code: str) -> dict[str, Any]:
    """Documents and tables of the region, and what the command line makes of it."""
    tables = [
        name for name in (table_of(kind, level.id) for kind in TABLES) if name in publication.collections
    ]
    return {
        "documents": list(_documents(site, publication, code)),
        "tables": [
            {
                "title": site.named(publication.collections[name].title),
                "files": {
                    kind.upper(): site.link(f"/collections/{name}/items", code=code, f=kind)
                    for kind in ("csv", "xlsx")
                },
            }
            for name in tables
        ],
        "why": site.link("/processes/explain-suitability") + f"#region={quote(code)}",
        "command": f"soilinfo pack {code}",
    }


def _documents(site: Site, publication: Publication, code: str) -> Iterator[dict[str, str]]:
    """Documents that the server makes of one region; those of processes where there is such a process."""
    known = publication.api.manager.processes
    project = f"/qgis/{site.catalog.country.id}.qgs"
    yield {"title": site.say("panel.fact_sheet"), "href": site.link(f"/factsheets/{quote(code)}.pdf")}
    yield {"title": site.say("panel.project"), "href": site.link(project, region=code)}
    for process in ("atlas", "pack"):
        if process in known:
            href = site.link(f"/processes/{process}") + f"#region={quote(code)}"
            yield {"title": site.say(f"panel.{process}"), "href": href}
