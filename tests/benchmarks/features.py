"""Features: answers a second, beside other servers

200,000 octagons and 500 polygons of 2,561 points (tests/benchmarks/peers/polygons.py) in one PostgreSQL, the
same tables for every server; two workers each, eight connections of wrk, every request another page, box,
filter or id (2,000 of each kind in turn), nobody keeps answers. Each figure is taken warm: after a twentieth
of its time of the same load. *First*: the first answer of its kind by one client after the start (cold).
TiPg, soilinfo and the bare server (psycopg 3 and ASGI: no framework, no links, no checks, no CQL2; its filter
is written by hand) count exactly where there is a condition; without one, TiPg counts all the same, soilinfo
knows the number with the collection, and stock pygeoapi counts always. Before the load the same questions are
asked of all, and the answers must hold the same features, in the same order, with the same number matched.
*GeoPackage* is soilinfo over a store without a database. Seconds of a figure: SOILINFO_BENCH_SECONDS, or 30.
"""

import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import psycopg
from psycopg.conninfo import conninfo_to_dict

from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.benchmarks.peers import start
from tests.benchmarks.peers.polygons import (
    COMPLEX,
    EAST,
    KINDS,
    NORTH,
    SMALL,
    SMALL_COUNT,
    SOUTH,
    VERSION,
    WEST,
    publish,
)
from tests.benchmarks.peers.wrk import Load, load
from tests.country import ROOT
from tests.postgres import own_cluster

TITLE = "Features: answers a second, beside other servers"
SECONDS = float(os.environ.get("SOILINFO_BENCH_SECONDS", "30"))
"""Of each figure."""
DIFFERENT = 2_000
"""Questions of each kind."""
CHECKED = 3
"""Questions of each kind that all servers must answer alike."""
SCHEMA = "soilinfo_vector"


@dataclass(frozen=True)
class Question:
    """What is asked of one level: a page, or one feature by its code."""

    level: str
    limit: int = 10
    offset: int = 0
    box: tuple[float, ...] = ()
    kind: str = ""
    people: tuple[int, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Answer:
    """What a server says to a question, alike for all of them, and how long it took."""

    question: Question
    features: tuple[Any, ...]
    matched: int | None
    ms: float = field(compare=False)


Ask = Callable[[Question], str]
"""The address of a question at one server."""


def questions() -> Mapping[str, Sequence[Question]]:
    """Every kind of question, many different ones of each."""
    draw = random.Random(1)
    columns, rows = SMALL_COUNT
    count = columns * rows

    def box(cells: int) -> tuple[float, ...]:
        width, height = cells * (EAST - WEST) / columns, cells * (NORTH - SOUTH) / rows
        west, south = draw.uniform(WEST, EAST - width), draw.uniform(SOUTH, NORTH - height)
        return tuple(round(side, 5) for side in (west, south, west + width, south + height))

    def people() -> tuple[int, int]:
        least = draw.randrange(100, 99_000)
        return least, least + 49

    def code(number: int) -> str:
        return f"{number // 1000:03d}.{number % 1000:03d}"

    kinds: Mapping[str, Callable[[], Question]] = {
        "10 features": lambda: Question(SMALL, offset=10 * draw.randrange(100)),
        "1,000 features": lambda: Question(SMALL, 1000, 1000 * draw.randrange(10)),
        "box of 100 small polygons": lambda: Question(SMALL, 100, box=box(9)),
        "CQL2: a kind within a polygon, 100": lambda: Question(
            SMALL, 100, box=box(27), kind=draw.choice(KINDS)
        ),
        "CQL2: between two numbers, 100 of 200,000": lambda: Question(SMALL, 100, people=people()),
        "one feature": lambda: Question(SMALL, code=code(draw.randrange(count))),
        "10 complex polygons, 590 kB": lambda: Question(COMPLEX, offset=draw.randrange(490)),
        "10 features, 150,000 and more before": lambda: Question(
            SMALL, offset=draw.randrange(150_000, count - 10)
        ),
    }
    return {name: [make() for _ in range(DIFFERENT)] for name, make in kinds.items()}


# ---- how each server is asked -----------------------------------------------------------


def _ogc(prefix: str, suffix: str, geometry: str, question: Question, extra: Mapping[str, str]) -> str:
    """An address of OGC API Features."""
    items = f"/collections/{prefix}{question.level}{suffix}/items"
    if question.code:
        return f"{items}/{question.code}?{urlencode(extra)}".rstrip("?")
    asked: dict[str, Any] = {**extra, "limit": question.limit}
    asked |= {"offset": question.offset} if question.offset else {}
    if question.kind:
        polygon = _polygon(question.box)
        text = f"S_INTERSECTS({geometry}, {polygon}) AND kind = '{question.kind}'"
        asked |= {"filter": text, "filter-lang": "cql2-text"}
    elif question.people:
        text = "people >= {} AND people <= {}".format(*question.people)
        asked |= {"filter": text, "filter-lang": "cql2-text"}
    elif question.box:
        asked |= {"bbox": ",".join(map(str, question.box))}
    return f"{items}?{urlencode(asked, quote_via=quote)}"


def _polygon(box: Sequence[float]) -> str:
    west, south, east, north = box
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON(({', '.join(f'{x} {y}' for x, y in corners)}))"


def _bare(question: Question) -> str:
    table = f"/{question.level}_{VERSION}"
    if question.code:
        return f"{table}/{question.code}"
    asked = {"limit": question.limit, "offset": question.offset, "kind": question.kind}
    lists = {"bbox": question.box, "people": question.people}
    asked |= {name: ",".join(map(str, values)) for name, values in lists.items()}
    return f"{table}?{urlencode({name: value for name, value in asked.items() if value})}"


_ASKED: Mapping[str, Ask] = {
    "soilinfo": lambda each: _ogc("", "", "geometry", each, {}),
    "TiPg": lambda each: _ogc(f"{SCHEMA}.", f"_{VERSION}", "geom", each, {}),
    "stock pygeoapi": lambda each: _ogc("", "", "geom", each, {"f": "json"}),
    "bare": _bare,
    "GeoPackage": lambda each: _ogc("", "", "geometry", each, {}),
}


# ---- the run ----------------------------------------------------------------------------


def measure() -> list[Mapping[str, str]]:
    """One row for each kind of question: answers a second, and how many times those of others."""
    asked = questions()
    loads: dict[str, dict[str, Load]] = {}
    answers: dict[str, list[Answer]] = {}
    with _servers() as servers:
        for name, server in servers.items():
            with server() as url:
                answers[name] = _answers(url, _ASKED[name], asked)
                loads[name] = {kind: _load(url, _ASKED[name], each) for kind, each in asked.items()}
    _check_alike(answers)
    cold = [(own.ms, peer.ms) for own, peer in zip(answers["soilinfo"], answers["TiPg"], strict=True)]
    return [
        _row(kind, {name: each[kind] for name, each in loads.items()}, first)
        for kind, first in zip(asked, cold[::CHECKED], strict=True)
    ]


@contextmanager
def _servers() -> Iterator[Mapping[str, Callable[[], Any]]]:
    with own_cluster() as cluster, TemporaryDirectory() as directory:
        dsn = cluster.dsn.format(database="postgres")
        stores = {"postgis": dsn, "geopackage": None}
        settings = {
            name: Settings(store=Path(directory) / name, config=ROOT / "config", db=db)
            for name, db in stores.items()
        }
        for each in settings.values():
            store = open_store(each)
            publish(store)
            store.close()
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        yield {
            "soilinfo": partial(start, "soilinfo", settings=settings["postgis"]),
            "TiPg": partial(start, "tipg", dsn=dsn, schema=SCHEMA),
            "stock pygeoapi": partial(start, "pygeoapi", resources=_resources(dsn)),
            "bare": partial(start, "bare", dsn=dsn),
            "GeoPackage": partial(start, "soilinfo", settings=settings["geopackage"]),
        }


def _resources(dsn: str) -> Mapping[str, Any]:
    """Both levels as stock pygeoapi's own PostgreSQL provider has them."""
    parts = conninfo_to_dict(dsn)
    data = {key: parts[key] for key in ("host", "port", "dbname", "user")}
    data |= {"password": "", "search_path": [SCHEMA, "public"]}
    return {
        level: {
            "type": "collection",
            "title": level,
            "description": level,
            "keywords": [level],
            "links": [],
            "extents": {"spatial": {"bbox": [WEST, SOUTH, EAST, NORTH]}},
            "providers": [
                {
                    "type": "feature",
                    "name": "PostgreSQL",
                    "data": data,
                    "id_field": "code",
                    "table": f"{level}_{VERSION}",
                    "geom_field": "geom",
                }
            ],
        }
        for level in (SMALL, COMPLEX)
    }


def _load(url: str, ask: Ask, asked: Sequence[Question]) -> Load:
    paths = [ask(question) for question in asked]
    load(url, paths, SECONDS / 20)
    return load(url, paths, SECONDS)


def _answers(url: str, ask: Ask, asked: Mapping[str, Sequence[Question]]) -> list[Answer]:
    """What a server that has just started says to the first questions of each kind; not 200 is an error."""
    found = []
    with httpx.Client(base_url=url, timeout=60) as client:
        for question in (each for kind in asked.values() for each in kind[:CHECKED]):
            response = client.get(ask(question)).raise_for_status()
            answer = response.json()
            features = tuple(_told(each) for each in answer.get("features", [answer]))
            ms = 1000 * response.elapsed.total_seconds()
            found.append(Answer(question, features, answer.get("numberMatched"), ms))
    return found


def _told(feature: Mapping[str, Any]) -> tuple[Any, ...]:
    """What every server must say of a feature: id, name and rounded coordinates."""
    ring = feature["geometry"]["coordinates"][0]
    points = tuple((round(x, 6), round(y, 6)) for x, y, *_ in ring)
    return str(feature["id"]), feature["properties"]["name"], points


def _check_alike(answers: Mapping[str, list[Answer]]) -> None:
    first = answers["soilinfo"]
    for name, others in answers.items():
        for mine, theirs in zip(first, others, strict=True):
            if mine != theirs:
                raise RuntimeError(f"{name} answers {mine.question} otherwise than soilinfo does")


def _row(kind: str, loads: Mapping[str, Load], first: tuple[float, float]) -> Mapping[str, str]:
    own = loads["soilinfo"]
    row = {"question": kind, "soilinfo": f"{own.rate:,.0f}", "p50 / p99 ms": f"{own.p50:.1f} / {own.p99:.1f}"}
    for name in ("TiPg", "stock pygeoapi", "bare", "GeoPackage"):
        row |= {
            name: f"{loads[name].rate:,.0f}",
            f"x {name}": f"{own.rate / max(loads[name].rate, 0.01):.2f}",
        }
    row |= {"first, ms: soilinfo / TiPg": f"{first[0]:.0f} / {first[1]:.0f}"}
    return row | {"failed": str(sum(each.failed for each in loads.values()))}
