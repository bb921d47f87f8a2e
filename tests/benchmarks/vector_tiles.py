"""Vector tiles: tiles a second at every zoom, beside TiPg

The tables of the benchmark of features in one PostgreSQL: 200,000 octagons and 500 polygons of 2,561 points.
Two workers each, eight connections of wrk, up to 500 different tiles of the country in turn at each zoom,
nobody keeps answers. TiPg cuts every tile out of the table with ST_AsMVT, and draws not more than 10,000
features of a tile, whichever they are. soilinfo cuts tiles out of files that it made of each version when the
first tile was asked for (how long that took is the last column of the first row of each table); features
that are too small stand for others there. *largest* is the largest of those tiles, as many as come within
5 s when they are asked for one after the other. The middle of the country is asked of both first, and where
neither leaves anything out soilinfo must draw all that TiPg does.
"""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import asinh, pi, radians, tan
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psycopg

from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.benchmarks.features import SCHEMA, SECONDS
from tests.benchmarks.peers import start
from tests.benchmarks.peers.polygons import COMPLEX, EAST, NORTH, SMALL, SOUTH, VERSION, WEST, publish
from tests.benchmarks.peers.wrk import Load, load
from tests.country import ROOT
from tests.mvt import read
from tests.postgres import own_cluster

TITLE = "Vector tiles: tiles a second at every zoom, beside TiPg"
ZOOMS = range(4, 15)
DIFFERENT = 500
"""Most different tiles of a zoom."""
READY_SECONDS = 300
"""Longest that a server may take to have its first tile."""
LOOKING_SECONDS = 5
"""How long tiles of a zoom are asked for one after the other, to see how large they are."""
ADDRESSES = {
    "soilinfo": "/collections/{level}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt",
    "TiPg": f"/collections/{SCHEMA}.{{level}}_{VERSION}/tiles/WebMercatorQuad/{{z}}/{{x}}/{{y}}",
}

WHOLE = 9
"""The zoom from which on both draw every feature of a tile."""

Tile = tuple[int, int, int]
"""Zoom, row, column."""


def measure() -> list[Mapping[str, str]]:
    """One row for each table and zoom: tiles a second of both, and how large they are."""
    loads: dict[tuple[str, str, int], Load] = {}
    sizes: dict[tuple[str, str, int], int] = {}
    drawn: dict[tuple[str, str, int], set[str]] = {}
    made: dict[str, float] = {}
    with _servers() as servers:
        for name, (command, given) in servers.items():
            with start(command, **given) as url, httpx.Client(base_url=url, timeout=READY_SECONDS) as client:
                for level in (SMALL, COMPLEX):
                    made.setdefault(level, _made_ready(client, name, level))
                    for zoom in ZOOMS:
                        key, tiles = (name, level, zoom), _tiles(zoom)
                        drawn[key] = _codes(_fetched(client, name, level, _middle(zoom)))
                        sizes[key] = _largest(client, name, level, tiles)
                        loads[key] = load(url, [_address(name, level, tile) for tile in tiles], SECONDS)
    _check_alike(drawn)
    return [_row(level, zoom, loads, sizes, made) for level in (SMALL, COMPLEX) for zoom in ZOOMS]


@contextmanager
def _servers() -> Iterator[Mapping[str, tuple[str, dict[str, object]]]]:
    with own_cluster() as cluster, TemporaryDirectory() as directory:
        dsn = cluster.dsn.format(database="postgres")
        settings = Settings(store=Path(directory), config=ROOT / "config", db=dsn)
        store = open_store(settings)
        publish(store)
        store.close()
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        yield {
            "soilinfo": ("soilinfo", {"settings": settings}),
            "TiPg": ("tipg", {"dsn": dsn, "schema": SCHEMA}),
        }


def _at(zoom: int, longitude: float, latitude: float) -> Tile:
    count = 2**zoom
    row = (1 - asinh(tan(radians(latitude))) / pi) / 2 * count
    return zoom, int(row), int((longitude + 180) / 360 * count)


def _middle(zoom: int) -> Tile:
    return _at(zoom, (WEST + EAST) / 2, (SOUTH + NORTH) / 2)


def _tiles(zoom: int) -> Sequence[Tile]:
    """Different tiles of the country, in any order."""
    draw = random.Random(zoom)
    places = ((draw.uniform(WEST, EAST), draw.uniform(SOUTH, NORTH)) for _ in range(2 * DIFFERENT))
    return list(dict.fromkeys(_at(zoom, *place) for place in places))[:DIFFERENT]


def _address(name: str, level: str, tile: Tile) -> str:
    zoom, row, column = tile
    return ADDRESSES[name].format(level=level, z=zoom, y=row, x=column)


def _fetched(client: httpx.Client, name: str, level: str, tile: Tile) -> bytes:
    return client.get(_address(name, level, tile)).raise_for_status().content


def _made_ready(client: httpx.Client, name: str, level: str) -> float:
    """Seconds until a server has a tile of a table: soilinfo answers 503 while it makes its files."""
    begun, address = time.monotonic(), _address(name, level, _middle(ZOOMS[0]))
    while client.get(address).status_code == httpx.codes.SERVICE_UNAVAILABLE:
        if time.monotonic() - begun > READY_SECONDS:
            raise RuntimeError(f"{name} has no tiles of {level} after {READY_SECONDS} s")
        time.sleep(0.2)
    return time.monotonic() - begun


def _largest(client: httpx.Client, name: str, level: str, tiles: Sequence[Tile]) -> int:
    """Bytes of the largest of some tiles, as many of them as come in LOOKING_SECONDS, at least one."""
    end, largest = time.monotonic() + LOOKING_SECONDS, 0
    for tile in tiles:
        largest = max(largest, len(_fetched(client, name, level, tile)))
        if time.monotonic() > end:
            break
    return largest


def _codes(tile: bytes) -> set[str]:
    return {str(feature.properties["code"]) for features in read(tile).values() for feature in features}


def _check_alike(drawn: Mapping[tuple[str, str, int], set[str]]) -> None:
    """Where a tile holds all there is, soilinfo draws all that TiPg does, and what lies in the margin."""
    for (name, level, zoom), theirs in drawn.items():
        own = drawn["soilinfo", level, zoom]
        if name == "TiPg" and zoom >= WHOLE and not theirs <= own:
            raise RuntimeError(f"TiPg draws what soilinfo does not in {level}, zoom {zoom}: {theirs - own}")


def _row(
    level: str,
    zoom: int,
    loads: Mapping[tuple[str, str, int], Load],
    sizes: Mapping[tuple[str, str, int], int],
    made: Mapping[str, float],
) -> Mapping[str, str]:
    own, theirs = loads["soilinfo", level, zoom], loads["TiPg", level, zoom]
    return {
        "table": level,
        "zoom": str(zoom),
        "soilinfo": f"{own.rate:,.0f}",
        "p50 / p99 ms": f"{own.p50:.1f} / {own.p99:.1f}",
        "largest kB": f"{sizes['soilinfo', level, zoom] / 1000:,.0f}",
        "TiPg": f"{theirs.rate:,.0f}",
        "its p50 / p99 ms": f"{theirs.p50:.1f} / {theirs.p99:.1f}",
        "its largest kB": f"{sizes['TiPg', level, zoom] / 1000:,.0f}",
        "x TiPg": f"{own.rate / theirs.rate:.1f}",
        "failed": str(own.failed + theirs.failed),
        "made ready in s": f"{made[level]:.0f}" if zoom == ZOOMS[0] else "",
    }
