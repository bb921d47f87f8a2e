"""Coordinate reference systems: how clients name them, which are offered, and the way between them.

OGC API - Features Part 2, Common Part 2 and whatever else has a parameter ``crs`` or ``bbox-crs``.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError, ProjError
from starlette.datastructures import QueryParams

from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.serve import parameters

XY = NDArray[np.float64]
"""Coordinates, shape (n, 2)."""

_NAME = re.compile(
    r"(?:https?://www\.opengis\.net/def/crs/(?P<uri>\w+)/[\w.]+/|urn:ogc:def:crs:(?P<urn>\w+):[\w.]*:"
    r"|\[?(?P<authority>\w+):)?(?P<code>\w+)\]?"
)
"""A URI or URN of OGC, a (safe) CURIE, or a bare code of EPSG."""
_EDITIONS = {"OGC": "1.3"}
"""Versions in OGC's URIs; EPSG's have 0."""


@dataclass(frozen=True)
class System:
    """A reference system by its name as pyproj reads it: 'EPSG:23830'."""

    name: str

    @cached_property
    def is_geographic(self) -> bool:
        """True when it counts in degrees."""
        return bool(_crs(self.name).is_geographic)

    @cached_property
    def northing_first(self) -> bool:
        """True when the authority has its northing (or latitude) before its easting."""
        first, second = (axis.direction for axis in _crs(self.name).axis_info)
        return (first, second) == ("north", "east")

    @property
    def uri(self) -> str:
        """Its address in OGC's words, or its description where no authority has a code for it."""
        authority, _, code = self.name.partition(":")
        if not re.fullmatch(r"\w+:\w+", self.name):
            return self.wkt
        return f"http://www.opengis.net/def/crs/{authority}/{_EDITIONS.get(authority, '0')}/{code}"

    @property
    def wkt(self) -> str:
        """Its description as Well Known Text."""
        return str(_crs(self.name).to_wkt())

    def swapped(self, corners: Bounds) -> Bounds:
        """Lower and upper corner from the order of its axes to easting first, or back."""
        first, second, third, fourth = corners
        return (second, first, fourth, third) if self.northing_first else corners

    def ordered(self, xy: XY) -> XY:
        """Coordinates from easting first to the order of its axes, or back."""
        return xy[:, ::-1] if self.northing_first else xy


@lru_cache(maxsize=256)
def _crs(name: str) -> CRS:
    return CRS.from_user_input(name)


CRS84, WGS84 = System("OGC:CRS84"), System("EPSG:4326")
EVERYWHERE = (CRS84, WGS84, System("EPSG:3857"))
"""Offered for every country, the one of answers in which none is asked for first."""
NATIONAL = "SRGI2013 / UTM zone"
"""How EPSG calls the zones in which Indonesia's survey institute publishes."""


def system_named(text: str) -> System:
    """The system of an address, a CURIE or a code; one of that very name where the text is none of them."""
    match = _NAME.fullmatch(text)
    if match is None:
        return System(text)
    bare = "OGC" if match["code"] == "CRS84" else "EPSG"
    authority = match["uri"] or match["urn"] or match["authority"] or bare
    return System(f"{authority.upper()}:{match['code']}")


def system_among(params: QueryParams, name: str, known: Collection[System]) -> System | None:
    """The one of ``known`` that a query parameter names; None without it, InputError for any other."""
    text = params.get(name)
    if text is None:
        return None
    system = system_named(text)
    if system not in known:
        raise InputError(str(UnknownNameError(name, text, dict.fromkeys(each.uri for each in known))))
    return system


def any_system(params: QueryParams, name: str, default: System) -> System:
    """The plane system that a query parameter names.

    InputError for what is none, has not two axes, or is of another celestial body.
    """
    text = params.get(name)
    return default if text is None else _plane(name, text.strip())


@lru_cache(maxsize=256)
def _plane(parameter: str, text: str) -> System:
    if not _NAME.fullmatch(text):
        raise InputError(f"'{parameter}' must be like EPSG:4326 or a URI of OGC, not '{text}'")
    system = system_named(text)
    authority, _, code = system.name.partition(":")
    try:
        crs = CRS.from_authority(authority, code)
    except CRSError:
        raise InputError(f"no {parameter} '{text}': {authority} has no system of code {code}") from None
    if len(crs.axis_info) != 2 or not (crs.is_geographic or crs.is_projected):
        raise InputError(f"nothing is answered in {parameter} '{text}' ({crs.name}): it is not of a plane")
    try:
        transformer(system.name, CRS84.name)
    except ProjError:
        raise InputError(f"no {parameter} '{text}' ({crs.name}): it is not of this earth") from None
    return system


def offered(catalog: Catalog) -> tuple[System, ...]:
    """The systems that features are answered in.

    Besides those of everywhere they are what services.yaml lists, else the grid's own and the national
    zones that touch the country.
    """
    grid = catalog.grid
    return _offered(catalog.services.crs, grid.crs, reprojected(grid.bounds, System(grid.crs), CRS84))


@lru_cache(maxsize=16)
def _offered(listed: tuple[str, ...] | None, own: str, bounds: Bounds) -> tuple[System, ...]:
    if listed is None:
        projected = query_crs_info("EPSG", PJType.PROJECTED_CRS, AreaOfInterest(*bounds))
        zones = (f"EPSG:{each.code}" for each in projected if each.name.startswith(NATIONAL))
        # A grid may be described without the code of an authority.
        listed = (*re.findall(r"^[A-Z]+:\w+$", own), *sorted(zones))
    return tuple(dict.fromkeys((*EVERYWHERE, *map(System, listed))))


# ---- coordinates ------------------------------------------------------------------------


def corners(text: str, system: System) -> Bounds:
    """A ``bbox`` in a system as west, south, east, north.

    Four numbers in the order of the axes, or six, of which the heights are left out. InputError for
    anything else, and where the south is above the north or a height above the one that comes after it.
    """
    six = text.count(",") == 5
    numbers = parameters.numbers("bbox", text, 6 if six else 4)
    first, second, third, fourth = (*numbers[:2], *numbers[3:5]) if six else numbers
    if six and numbers[2] > numbers[5]:
        raise InputError(f"'bbox' is upside down: the third of its numbers is above the last, in '{text}'")
    west, south, east, north = system.swapped((first, second, third, fourth))
    if south > north:
        raise InputError(f"'bbox' is upside down: its south ({south:g}) is above its north ({north:g})")
    return west, south, east, north


@lru_cache(maxsize=64)
def transformer(source: str, target: str) -> Transformer:
    """From one system to another, easting first in both.

    Made once: it takes longer than all that a tile asks of it. Any threads may share it.
    """
    return Transformer.from_crs(source, target, always_xy=True)


def moved(xy: XY, source: System, target: System) -> XY:
    """Coordinates (easting first) in another system; inf where there is no such place."""
    if source == target:
        return xy
    return np.column_stack(transformer(source.name, target.name).transform(*xy.T))


def reprojected(bounds: Bounds, source: System, target: System) -> Bounds:
    """The rectangle in ``target`` that holds a rectangle in ``source``; both easting first.

    InputError where it has no place in ``target``.
    """
    if source == target:
        return bounds
    found = transformer(source.name, target.name).transform_bounds(*bounds)
    if not np.isfinite(found).all():
        sides = ",".join(f"{side:g}" for side in bounds)
        raise InputError(f"bbox {sides} has no place in {target.name}")
    return found
