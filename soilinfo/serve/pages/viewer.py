"""What the map page shows: the layer and scenario asked for, and the data block its script reads."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from soilinfo.catalog.entries import Entry
from soilinfo.catalog.models import SCENARIOS, Level, SuitabilityClass
from soilinfo.errors import UnknownNameError
from soilinfo.serve.maps.addresses import tile_address
from soilinfo.serve.maps.live import CHANGES
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words

MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
CLASS_FIELDS = ("s1_pct", "s2_pct", "s3_pct", "n_pct", "nodata_pct")


def viewer(site: Site, request: Request) -> dict[str, Any]:
    """The context of the map page for ``?layer=&crop=&variable=&scenario=``.

    UnknownNameError names the layers, variables or scenarios that exist when there is none of that name.
    """
    listed = _entry(site, request.query_params.get("layer", ""), request.query_params.get("crop", ""))
    variables = site.variables_of(listed)
    entry = _variable(site, listed, variables, request.query_params.get("variable", ""))
    scenario = request.query_params.get("scenario", SCENARIOS[0])
    if scenario not in SCENARIOS:
        raise UnknownNameError("scenario", scenario, SCENARIOS)
    level = site.planning_level
    return {
        "entry": entry,
        "listed": listed,
        "variables": [(each.variable, _title(site, each)) for each in variables],
        "scenario": scenario,
        "scenarios": SCENARIOS,
        "level": level,
        "data": _data(site, entry, scenario, level),
        "xyz": f"{site.base}{tile_address(entry.collection)}?{urlencode(_shown(entry, scenario))}",
        "saved": site.catalog.what_ifs.values(),
        "changes": [(site.say(f"change.{gain}"), colour) for gain, colour in CHANGES.items()],
    }


def _shown(entry: Entry, scenario: str) -> dict[str, str]:
    """The query parameters of a tile of what the page shows."""
    crop = {"crop": entry.crop} if entry.crop else {}
    if entry.product:
        return crop | {"variable": entry.variable}
    return crop | ({"scenario": scenario} if entry.crop else {})


def _what_if(site: Site, entry: Entry, scenario: str) -> dict[str, Any] | None:
    """What the panel of what-ifs needs: the crop's numeric rows, whose thresholds can be moved."""
    if not entry.crop or entry.product:
        return None
    words = Words(site)
    rows = site.catalog.crop(entry.crop).characteristics
    return {
        "address": site.path(tile_address(entry.collection)),
        "base": site.base,
        "process": site.path("/processes/what-if/execution"),
        "words": {
            "caption": site.say("what_if.region"),
            "before": site.say("what_if.before"),
            "after": site.say("what_if.after"),
            "change": site.say("what_if.change"),
        },
        "asked": _shown(entry, scenario),
        "adjustable": sorted(
            {each.property for each in site.catalog.layers.values() if each.id in site.published}
        ),
        "rows": {
            name: {
                "title": words.field(name),
                "symbol": site.unit(row.unit or "1"),
                **row.model_dump(mode="json", exclude_defaults=True),
            }
            for name, row in rows.items()
            if row.kind == "numeric"
        },
    }


def _entry(site: Site, layer: str, crop: str) -> Entry:
    rasters = {name: entry for name, entry in site.entries.items() if entry.legend}
    wanted = f"suitability_{crop}" if crop and layer in ("", "suitability") else layer
    if wanted in rasters:
        return rasters[wanted]
    if wanted or not site.front:
        raise UnknownNameError("map layer", wanted, rasters)
    return site.front


def _variable(site: Site, listed: Entry, variables: Sequence[Entry], wanted: str) -> Entry:
    """The variable asked for; the first one where only another layer has it, as people change the layer."""
    known = {each.name for product in site.products.values() for each in product.variables}
    found = {entry.variable: entry for entry in variables}
    if variables and wanted and wanted not in known:
        raise UnknownNameError("variable", wanted, found)
    return found.get(wanted, listed)


def _title(site: Site, entry: Entry) -> str:
    return site.named(site.products[entry.product].variable(entry.variable).title)


def _data(site: Site, entry: Entry, scenario: str, level: Level | None) -> dict[str, Any]:
    tile = site.map_image(
        entry, scenario, **{"crs": MERCATOR, "bbox-crs": MERCATOR, "width": 256, "height": 256}
    )
    shown = {
        "what_if": _what_if(site, entry, scenario),
        "language": site.language,
        "bounds": site.bounds,
        "no_data": site.no_data_colour,
        "crop": entry.crop,
        "failed": site.say("map.failed"),
        "tiles": tile + "&bbox={bbox-epsg-3857}",
        "controls": {
            "NavigationControl.ZoomIn": site.say("map.zoom_in"),
            "NavigationControl.ZoomOut": site.say("map.zoom_out"),
            "Map.Title": site.say("page.map"),
        },
    }
    return shown | (_table(site, scenario, level) if level else {})


def _table(site: Site, scenario: str, level: Level) -> dict[str, Any]:
    """Where outlines and rows of a level are read, and the texts of its table."""
    legends = [entry.legend for entry in site.of_theme("suitability") if entry.legend]
    colours = [line.colour for line in legends[0].lines] if legends else []
    columns = list(zip(CLASS_FIELDS, [*colours, site.no_data_colour], strict=False))
    words = Words(site)
    size = site.catalog.services.limits.page_features
    rows = f"/collections/suitability_by_{level.id}/items"
    headings = [words.field("crop"), *SuitabilityClass.__members__, site.say("map.no_data")]
    return {
        "outlines": f"{site.path(f'/collections/{level.id}/items')}?f=json&limit={size}",
        "rows": f"{site.path(rows)}?f=json&limit={size}&scenario={scenario}&skipGeometry=true",
        "table": site.link(rows, scenario=scenario, limit=size),
        "explain": site.link("/processes/explain-suitability"),
        "classes": columns,
        "crops": words.crops,
        "qualities": words.qualities,
        "headings": headings,
        "words": {
            "caption": site.say("map.caption", scenario=site.say(f"scenario.{scenario}"), area="{area}"),
            "none": site.say("map.no_rows"),
            "why_region": site.say("map.why_region"),
            "why_point": site.say("map.why_point"),
            "no_region": site.say("map.no_region", region="{region}"),
            "full_table": site.say("map.full_table"),
        },
    }
