"""Under load: ten times as many clients as may be at work, and 500 slow ones

The small nation of the tests (GeoPackage store), two server processes, everything on loopback of one
machine. *Alone*: one client asks in turn. *Ten times over*: wrk keeps ten times as many connections busy as
the server has places for such requests, and asks again at once whatever it is told; meanwhile that client
goes on asking, and when it is refused comes back, by another connection, after a tenth of what Retry-After
says, so that there are answers enough to measure. (Several such clients in one process would wait for one
another.) wrk stands back behind it for the processor (nice 19), or its starving would be measured too; it
still shares two cores with the server, as a load from elsewhere would not. *p50* and *p99* are those of the
answers (200) of this client, from sending to the last byte, the onset of the load included; *of p99 alone*
says how many times longer one in a hundred takes. *Refused a second* counts the 503 that wrk was told,
*without Retry-After* those of the other client that did not say when to come back. *Back after*: seconds
from the end of the load until twenty answers in a row take at most three times p99 alone. *500 slow
clients*: half of them send a byte of a request each second, half do not read what they asked for. *Memory*:
the larger of the two processes.
"""

import http.client
import os
import random
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.benchmarks.peers import WORKERS, start
from tests.benchmarks.peers.wrk import load
from tests.served import build

TITLE = "Under load: ten times as many clients as may be at work, and 500 slow ones"
SECONDS = float(os.environ.get("SOILINFO_BENCH_SECONDS", "30"))
"""Of each figure."""
TIMES = 10
SOONER = 10
"""Times sooner than it is told a refused client comes back."""
STANDS_BACK = 19
"""How nice wrk is to the client that measures."""
SLOW = 500
IN_A_ROW = 20
SETTLED = 5
"""Seconds after which slow clients have been told what they will not read."""
LARGE = "/collections"


@dataclass
class Told:
    """What clients were told: milliseconds of the answers, and how many refusals, with and without advice."""

    answers: list[float] = field(default_factory=list)
    refused: int = 0
    unadvised: int = 0

    @property
    def p50(self) -> float:
        """The median of the answers, milliseconds."""
        return quantiles(self.answers, n=100)[49]

    @property
    def p99(self) -> float:
        """Milliseconds that one answer in a hundred takes longer than."""
        return quantiles(self.answers, n=100)[98]


def measure() -> list[Mapping[str, str]]:
    """Three rows for each kind of request, and one beside the slow clients."""
    with TemporaryDirectory() as directory:
        settings = build(Path(directory)).settings
        kinds = {
            "10 features": (settings.at_work, _pages()),
            "map tile": (settings.at_work, _tiles()),
            "coverage, 512 x 512 cells": (max(1, settings.at_work // 2), _windows()),
        }
        with start("soilinfo", settings=settings) as url:
            rows = [row for name, kind in kinds.items() for row in _overload(url, name, *kind)]
            return [*rows, *_beside_slow_clients(url)]


def _overload(url: str, name: str, places: int, paths: Sequence[str]) -> Iterator[Mapping[str, str]]:
    alone = Told()
    _ask(url, paths, time.monotonic() + SECONDS / 10, Told())
    _ask(url, paths, time.monotonic() + SECONDS, alone)
    yield _row(f"{name}, alone", url, alone, alone)
    told, flood = Told(), {}

    def flooding() -> None:
        flood["load"] = load(url, paths, SECONDS, connections=TIMES * places * WORKERS, nice=STANDS_BACK)

    wrk = threading.Thread(target=flooding)
    wrk.start()
    end = time.monotonic() + SECONDS
    _ask(url, paths, end, told)
    wrk.join()
    over = flood["load"]
    refused = f"{over.failed / over.seconds:.0f}"
    back = _seconds_until_normal(url, paths, 3 * alone.p99)
    yield _row(f"{name}, ten times over", url, told, alone, refused, f"{back:.1f}")


def _beside_slow_clients(url: str) -> Iterator[Mapping[str, str]]:
    alone, beside = Told(), Told()
    _ask(url, _pages(), time.monotonic() + SECONDS, alone)
    with _slow_clients(url):
        _ask(url, _pages(), time.monotonic() + SECONDS, beside)
        yield _row(f"10 features, beside {SLOW} slow clients", url, beside, alone)
    time.sleep(2)
    after = Told()
    _ask(url, _pages(), time.monotonic() + SECONDS, after)
    yield _row("10 features, after they left", url, after, alone)


def _row(
    name: str, url: str, told: Told, alone: Told, refused: str = "-", back: str = "-"
) -> Mapping[str, str]:
    return {
        "load": name,
        "answers": str(len(told.answers)),
        "p50 ms": f"{told.p50:.1f}",
        "p99 ms": f"{told.p99:.1f}",
        "of p99 alone": f"{told.p99 / alone.p99:.1f}",
        "refused a second": refused,
        "without Retry-After": str(told.unadvised),
        "back after s": back,
        "memory MB": f"{_memory_mb(url):.0f}",
    }


# ---- clients ----------------------------------------------------------------------------


def _ask(url: str, paths: Sequence[str], end: float, told: Told) -> None:
    """Ask in turn until the end; a refusal is waited for, if not quite as long as the server says."""
    at, place = random.Random(len(told.answers)).randrange(len(paths)), urlsplit(url)
    client = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    while time.monotonic() < end:
        at += 1
        begun = time.perf_counter()
        client.request("GET", paths[at % len(paths)])
        answer = client.getresponse()
        answer.read()
        if answer.status == 200:
            told.answers.append(1000 * (time.perf_counter() - begun))
            continue
        told.refused += 1
        told.unadvised += "retry-after" not in answer.headers
        # The server ends a connection that is idle for as long.
        client.close()
        time.sleep(float(answer.headers.get("retry-after", 1)) / SOONER)
    client.close()


def _seconds_until_normal(url: str, paths: Sequence[str], milliseconds: float) -> float:
    """From now until so many answers in a row took no longer."""
    begun = time.monotonic()
    while time.monotonic() - begun < 60:
        told = Told()
        now = time.monotonic()
        while len(told.answers) < IN_A_ROW:
            _ask(url, paths, time.monotonic() + 0.05, told)
        if max(told.answers) <= milliseconds and not told.refused:
            return now - begun
    return float("inf")


@contextmanager
def _slow_clients(url: str) -> Iterator[None]:
    """Half send a byte each second, half do not read; who is dropped comes again."""
    place, stop = urlsplit(url), threading.Event()
    unread = f"GET {LARGE} HTTP/1.1\r\nhost: {place.netloc}\r\n\r\n".encode()

    def connected(number: int) -> socket.socket:
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect((place.hostname, place.port))
        slow.sendall(unread if number % 2 else b"GET /coll")
        return slow

    def keep() -> None:
        with ExitStack() as stack:
            clients = {number: stack.enter_context(connected(number)) for number in range(SLOW)}
            while not stop.wait(1):
                for number in range(0, SLOW, 2):
                    try:
                        clients[number].send(b"x")
                    except OSError:
                        clients[number] = stack.enter_context(connected(number))

    keeping = threading.Thread(target=keep)
    keeping.start()
    # That they all come at once is another load than that they are there.
    time.sleep(SETTLED)
    try:
        yield
    finally:
        stop.set()
        keeping.join()


# ---- what is asked ----------------------------------------------------------------------


def _pages() -> list[str]:
    filters = (f"filter={quoted}" for quoted in (f"code%3C%3E%27{number}%27" for number in range(500)))
    return [f"/collections/regencies/items?limit=10&{each}" for each in filters]


def _tiles() -> list[str]:
    rows, columns = range(1064, 1067), range(1707, 1710)
    layers = ("ph_h2o", "soc", "slope", "cec", "rainfall_annual")
    base = "/collections/{}/map/tiles/WebMercatorQuad/11/{}/{}"
    return [base.format(layer, row, column) for layer in layers for row in rows for column in columns]


def _windows() -> list[str]:
    draw, size = random.Random(1), "scale-size=Lon(512),Lat(512)"
    windows = []
    for _ in range(200):
        west, south = round(draw.uniform(120, 120.2), 3), round(draw.uniform(-7.5, -7.3), 3)
        box = f"bbox={west},{south},{west + 0.25:.3f},{south + 0.18:.3f}"
        windows.append(f"/collections/ph_h2o/coverage?f=tiff&{box}&{size}")
    return windows


def _memory_mb(url: str) -> float:
    """Resident memory of the larger server process."""
    port = str(urlsplit(url).port)
    parents = {process for process, words in _commands() if "serve" in words and port in words}
    sizes = [
        int((Path("/proc") / process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        for process, words in _commands()
        if "spawn_main" in " ".join(words) and _parent(process) in parents
    ]
    return max(sizes, default=0) / 1e6


def _commands() -> Iterator[tuple[str, list[str]]]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            yield process.name, (process / "cmdline").read_text().split("\0")
        except OSError:
            continue


def _parent(process: str) -> str:
    return (Path("/proc") / process / "stat").read_text().rpartition(")")[2].split()[1]
