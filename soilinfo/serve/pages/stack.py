"""The layers of the map, one on top of the other, as the address of the page names them.

``layer`` (with ``variable`` and ``scenario``) is the raster at the bottom and ``opacity`` its opacity in
percent. ``over`` lists what lies on it, the top first: ``soil_map:60,regencies``, and ``regencies:100:off``
for what is in the list but not shown. Without ``over`` the outlines of the planning level lie on the map.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from starlette.datastructures import QueryParams

from soilinfo.catalog.entries import Entry
from soilinfo.catalog.models import SCENARIOS, Level
from soilinfo.catalog.names import PROFILES
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.serve.pages.map_tables import table_entries
from soilinfo.serve.parameters import integer, listed
from soilinfo.serve.site.site import Site

OFF = "off"
OPAQUE = 100
MOST = 8
"""Layers that may lie on each other: each is a picture more for every square of the map."""
THROUGH = 70
"""Percent of opacity with which an area is laid on a map, so that both are seen."""


class Overlay(NamedTuple):
    """One layer that lies on the map."""

    entry: Entry
    opacity: int
    """Percent."""
    is_shown: bool


class Stack(NamedTuple):
    """Everything that the map shows."""

    base: Entry
    listed: Entry
    """The entry of the list of layers that ``base`` is a variable of, or is itself."""
    variables: Sequence[Entry]
    """What could be shown in place of the base: every variable of its product, where that has several."""
    scenario: str
    opacity: int
    over: Sequence[Overlay]
    """The top first."""

    @property
    def entries(self) -> list[Entry]:
        """What is shown, the bottom first."""
        return [self.base, *(each.entry for each in reversed(self.over) if each.is_shown)]


def stack(site: Site, params: QueryParams) -> Stack:
    """The layers that the query parameters name.

    UnknownNameError names the layers, variables or scenarios that exist when there is none of that name;
    InputError for an opacity that is none, or more than MOST layers.
    """
    bottom = _entry(site, params.get("layer", ""), params.get("crop", ""))
    variables = site.variables_of(bottom)
    scenario = params.get("scenario", SCENARIOS[0])
    if scenario not in SCENARIOS:
        raise UnknownNameError("scenario", scenario, SCENARIOS)
    base = _variable(site, bottom, variables, params.get("variable", ""))
    opacity = integer(params, "opacity", OPAQUE, low=0, high=OPAQUE)
    return Stack(base, bottom, variables, scenario, opacity, _over(site, params))


def level_of(site: Site) -> Level | None:
    """The level whose regions a click chooses: that of the plans, else the finest of the first two."""
    levels = [site.catalog.level(entry.id) for entry in site.of_theme("regions")]
    return site.planning_level or next(reversed(levels[:2]), None)


def offered(site: Site) -> Mapping[str, Entry]:
    """What can be laid on the map: tables of indicators, rasters, soil maps, profiles, outlines."""
    return table_entries(site, level_of(site)) | {
        name: entry
        for name, entry in site.entries.items()
        if entry.legend or entry.theme == "regions" or name in (*site.units, PROFILES)
    }


def _entry(site: Site, layer: str, crop: str) -> Entry:
    rasters = {name: entry for name, entry in site.entries.items() if entry.legend}
    wanted = f"suitability_{crop}" if crop and layer in ("", "suitability") else layer
    if wanted in rasters:
        return rasters[wanted]
    if wanted or not site.front:
        raise UnknownNameError("map layer", wanted, rasters)
    return site.front


def _variable(site: Site, bottom: Entry, variables: Sequence[Entry], wanted: str) -> Entry:
    """The variable asked for; the first one where only another layer has it, as people change the layer."""
    known = {each.name for product in site.products.values() for each in product.variables}
    found = {entry.variable: entry for entry in variables}
    if variables and wanted and wanted not in known:
        raise UnknownNameError("variable", wanted, found)
    return found.get(wanted, bottom)


def _over(site: Site, params: QueryParams) -> list[Overlay]:
    if "over" not in params:
        level = level_of(site)
        return [Overlay(site.entries[level.id], OPAQUE, True)] if level else []
    named = dict.fromkeys(listed(params, "over"))
    if len(named) > MOST:
        raise InputError(f"'over' lists {len(named)} layers; at most {MOST} are laid on the map")
    return [_overlay(site, text) for text in named]


def _overlay(site: Site, text: str) -> Overlay:
    name, _, rest = text.partition(":")
    opacity, _, off = rest.partition(":")
    known = offered(site)
    if name not in known:
        raise UnknownNameError("map layer", name, known)
    if off not in ("", OFF):
        raise InputError(f"'over' says '{off}' of '{name}'; only '{OFF}' can be said, of what is not shown")
    is_area = known[name].legend or name in site.units or known[name].look
    usual = THROUGH if is_area else OPAQUE
    percent = integer(
        QueryParams({"opacity": opacity} if opacity else {}), "opacity", usual, low=0, high=OPAQUE
    )
    return Overlay(known[name], percent, not off)
