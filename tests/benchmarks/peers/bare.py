"""The least that can answer for features: psycopg 3 and ASGI; no framework, no links, no checks, no CQL2.

``/<table>?limit=&offset=&bbox=&kind=&people=`` and ``/<table>/<code>``. What a server costs beyond it is
what it does for those who ask. It counts exactly where there is a condition, and once where there is none.
"""

import os
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from psycopg_pool import AsyncConnectionPool
from uvicorn.supervisors import Multiprocess

CONNECTIONS = 4
"""Of one worker."""
SCHEMA = "soilinfo_vector"
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

_FEATURE = (
    """'{{"type":"Feature","id":' || to_json(code)::text || ',"geometry":' || ST_AsGeoJSON(geom, 6) """
    """|| ',"properties":' || (SELECT to_json(p) FROM (SELECT {columns}) p)::text || '}}'"""
)
_COLUMNS = """
    SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
    FROM information_schema.columns WHERE table_schema = %s AND column_name <> 'geom' GROUP BY table_name
"""


class Bare:
    """An ASGI application over the tables of one schema."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._pool: AsyncConnectionPool | None = None
        self._features: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    async def __call__(
        self, scope: Mapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Send
    ) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        table, _, code = scope["path"].strip("/").partition("/")
        asked = dict(parse_qsl(scope["query_string"].decode()))
        content = (
            b"{}" if not table else await (self._item(table, code) if code else self._page(table, asked))
        )
        headers = [
            (b"content-type", b"application/geo+json"),
            (b"content-length", str(len(content)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _live(self, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        await receive()
        self._pool = AsyncConnectionPool(
            self._dsn, min_size=CONNECTIONS, max_size=CONNECTIONS, open=False, kwargs={"autocommit": True}
        )
        await self._pool.open(wait=True)
        for table, columns in await self._rows(_COLUMNS, (SCHEMA,)):
            self._features[table] = _FEATURE.format(columns=columns)
            ((self._counts[table],),) = await self._rows(f'SELECT count(*) FROM {SCHEMA}."{table}"', ())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _rows(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        assert self._pool is not None
        async with self._pool.connection() as connection:
            return await (await connection.execute(sql, values, binary=True)).fetchall()

    async def _item(self, table: str, code: str) -> bytes:
        sql = f'SELECT {self._features[table]} FROM {SCHEMA}."{table}" WHERE code = %s'
        ((text,),) = await self._rows(sql, (code,))
        return bytes(text.encode())

    async def _page(self, table: str, asked: Mapping[str, str]) -> bytes:
        where, values = _condition(asked)
        source, offset = f'{SCHEMA}."{table}"', int(asked.get("offset", 0))
        matched = self._counts[table]
        if values:
            ((matched,),) = await self._rows(f"SELECT count(*) FROM {source} WHERE {where}", values)
        page = f"WHERE {where} ORDER BY code LIMIT {int(asked['limit'])}"
        if offset:
            page = f"JOIN (SELECT code FROM {source} {page} OFFSET %s) page USING (code) ORDER BY code"
            values = (*values, offset)
        rows = await self._rows(f"SELECT {self._features[table]} FROM {source} {page}", values)
        features = ",".join(text for (text,) in rows)
        return f'{{"type":"FeatureCollection","numberMatched":{matched},"features":[{features}]}}'.encode()


def _condition(asked: Mapping[str, str]) -> tuple[str, tuple[object, ...]]:
    parts, values = ["true"], []
    if "bbox" in asked:
        parts.append("ST_Intersects(geom, ST_MakeEnvelope(%s, %s, %s, %s, 4326))")
        values += map(float, asked["bbox"].split(","))
    if "people" in asked:
        parts.append("people >= %s AND people <= %s")
        values += map(int, asked["people"].split(","))
    if "kind" in asked:
        parts.append("kind = %s")
        values.append(asked["kind"])
    return " AND ".join(parts), tuple(values)


app = Bare(os.environ["DSN"])


def main(port: int, workers: int) -> None:
    """Serve with uvicorn."""
    config = uvicorn.Config(
        f"{__spec__.name}:app", port=port, workers=workers, log_level="error", access_log=False
    )
    listening = config.bind_socket()
    # Without it each answer waits 40 ms for the client's acknowledgement of its head.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    Multiprocess(config, sockets=[listening]).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
