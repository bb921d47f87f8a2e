"""Nodes of a region that answer slowly, wrongly, without end or not at all: told by name, others go on."""

import gzip
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from subprocess import run
from typing import Any

import pytest

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.reporting import Region
from soilinfo.jobs.region.fetch import fetch
from soilinfo.jobs.region.node import Patience
from soilinfo.jobs.region.report import regional_report
from soilinfo.report.region.files import regional_json
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.report.facts import CATALOG
from tests.reports import country_report, label, written

PATIENCE = Patience(connect_s=0.5, read_s=0.3, total_s=0.8, attempts=2, first_wait_s=0.01, most_bytes=200_000)
RECORDS, FILE = "/collections/records/items", "/reports/XAA-2016-2020-1"

type Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers each path as the node says; counts what it was asked."""

    node: "Node"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.node.asked.append(self.path)
        self.node.connections.append(self.client_address[1])
        self.node.etags.append(self.headers.get("If-None-Match", ""))
        self.node.answers.get(path, status(404))(self)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


class Node:
    """A tiny node, whose answers a test replaces."""

    def __init__(self) -> None:
        handler = type("Bound", (Handler,), {"node": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.asked: list[str] = []
        self.etags: list[str] = []
        self.connections: list[int] = []
        """The client's port of each request."""
        self.answers: dict[str, Answer] = {RECORDS: sends(records(FILE)), FILE: sends(REPORT, etag='"one"')}


def sends(body: bytes, media: str = "application/json", **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        for name, value in {"content-type": media, "content-length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def status(code: int, **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in {"content-length": "0", **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()

    return answer


def drips(handler: Handler) -> None:
    """A byte now and then, never so late that the wait for a byte ends."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.end_headers()
    for _ in range(100):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return
        time.sleep(0.05)


def drips_headers(handler: Handler) -> None:
    """Headers without end, never so late that the wait for a byte ends."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        try:
            handler.wfile.write(b"x: y\r\n")
        except OSError:
            return
        time.sleep(0.05)


def breaks_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(REPORT)))
    handler.end_headers()
    handler.wfile.write(REPORT[: len(REPORT) // 2])


def is_silent(_: Handler) -> None:
    time.sleep(0.6)


def record(
    href: str, *, state: str = "approved", iso3: str = "XAA", number: int = 1, day: int = 1
) -> dict[str, Any]:
    """A record of a report: of that edition, drafted on that day of a year."""
    told = {"id": f"{iso3}-2016-2020-{number}", "state": state}
    created = f"{datetime(2025, 1, 1, tzinfo=UTC) + timedelta(day):%Y-%m-%dT%H:%M:%SZ}"
    return {
        "properties": {"report": told, "created": created},
        "links": [{"rel": "enclosure", "type": "application/json", "href": href}],
    }


def listing(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def records(*files: str, iso3: str = "XAA") -> bytes:
    return listing(*(record(file, iso3=iso3) for file in files))


REPORT = written(country_report("XAA"))


@pytest.fixture
def node() -> Iterator[Node]:
    with serving() as made:
        yield made


@contextmanager
def serving() -> Iterator[Node]:
    made = Node()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Store]:
    store = open_store(Settings(store=tmp_path / "store", db=None))
    yield store
    store.close()


@pytest.fixture
def plain() -> Catalog:
    return CATALOG


def region(catalog: Catalog, **members: Mapping[str, str]) -> Catalog:
    """The catalog of a host of a region: code -> node or file."""
    told = [
        {"iso3": iso3, "title": label(iso3, iso3), "subregion": "all"} | dict(where)
        for iso3, where in members.items()
    ]
    made = Region.model_validate(
        {
            "title": label("Region", "Kawasan"),
            "body": label("Network", "Jaringan"),
            "members": told,
            "subregions": {"all": label("All", "Semua")},
            "boundaries": {"source": "tests", "disclaimer": label("Invented.", "Rekaan.")},
        }
    )
    return catalog.model_copy(update={"region": made})


WRONG: Mapping[str, tuple[str, Answer, str]] = {
    "no such report": (FILE, status(404), "status"),
    "an error of its own": (FILE, status(500), "status"),
    "busy": (FILE, status(503), "status"),
    "HTML": (FILE, sends(b"<html>", "text/html"), "not_json"),
    "other JSON": (FILE, sends(b'{"form": "soilinfo-country-report/2"}'), "other_form"),
    "no JSON at all": (FILE, sends(b"{'a'"), "no_json"),
    "half of it": (FILE, breaks_off, "no_answer"),
    "too much": (FILE, sends(b" " * 200_001), "too_large"),
    "packed": (FILE, sends(gzip.compress(b" " * 10_000_000), content_encoding="gzip"), "encoded"),
    "a byte at a time": (FILE, drips, "too_slow"),
    "headers without end": (FILE, drips_headers, "too_slow"),
    "nothing": (FILE, is_silent, "timed_out"),
    "elsewhere": (FILE, status(302, location="http://127.0.0.2:1/report"), "other_origin"),
    "round and round": (FILE, status(302, location=FILE), "redirects"),
    "records of other countries": (RECORDS, sends(records(FILE, iso3="XBB")), "no_record"),
    "records that lead elsewhere": (RECORDS, sends(records("https://127.0.0.2/x")), "other_origin"),
    "records of another kind": (RECORDS, sends(b"[]"), "no_records"),
    "no records": (RECORDS, status(404), "status"),
    "links that are none": (RECORDS, sends(listing(record(FILE) | {"links": 5})), "no_records"),
    "records without a date": (RECORDS, sends(listing({"properties": {}, "links": []})), "no_records"),
    "an id of half a character": (RECORDS, sends(records(FILE, iso3="\ud800")), "no_records"),
    "a link to no address": (RECORDS, sends(records("http://[x")), "other_origin"),
    "a redirect to no address": (FILE, status(302, location="http://[x"), "other_origin"),
    "a link of half a character": (RECORDS, sends(records("http://x.example/\ud800")), "no_records"),
    "a link with what is no text": (RECORDS, sends(records("http://x.example/\0\x9f")), "other_origin"),
    "a form of half a character": (FILE, sends(b'{"form": "\\ud800"}'), "other_form"),
    "a key of half a character": (FILE, sends(b'{"\\ud800": 1, "\\ud800": 2}'), "key_twice"),
}


@pytest.mark.parametrize("answer", WRONG)
def test_a_node_that_answers_wrongly_is_told_and_its_last_report_stands_for_it(
    home: Store, plain: Catalog, node: Node, answer: str, tmp_path: Path
) -> None:
    (tmp_path / "XBB.json").write_bytes(written(country_report("XBB", west=130.0)))
    catalog = region(plain, XAA={"node": node.url}, XBB={"file": str(tmp_path / "XBB.json")})
    assert [each.status for each in fetch(home, catalog, patience=PATIENCE)] == ["fetched", "file"]
    path, wrong, code = WRONG[answer]
    node.answers[path] = wrong
    assert [each.status for each in fetch(home, catalog, patience=PATIENCE)] == [code, "file"]
    report = regional_report(home, catalog)
    xaa, xbb = report.members
    assert xaa.report is not None
    assert (xaa.standing, xaa.report.obtained, xaa.failures[0].check) == ("approved", "from_cache", code)
    assert xaa.from_cache_since is not None
    assert (xbb.standing, xbb.from_cache_since) == ("approved", None)
    assert {each.check for each in report.findings} >= {code, "report_from_cache"}
    assert "\0" not in regional_json(report).decode()
    assert all(each.isprintable() for each in texts(xaa.failures[0].evidence))


def texts(evidence: Mapping[str, Any]) -> Iterator[str]:
    """Every text of what a finding tells."""
    for value in evidence.values():
        several = value if isinstance(value, tuple) else (value,)
        yield from (each for each in several if isinstance(each, str))


def test_what_nobody_expected_of_one_member_stops_no_other(
    home: Store, plain: Catalog, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    catalog = region(plain, XBB={"file": "of no\0name"}, XAA={"node": node.url})
    assert [each.status for each in fetch(home, catalog, patience=PATIENCE)] == ["defect", "fetched"]
    assert "embedded null byte" in caplog.text, "whoever keeps the host must be able to find it"
    assert [each.standing for each in regional_report(home, catalog).members] == ["failed", "approved"]


def test_of_the_reports_that_a_node_serves_instead_only_some_are_named(
    home: Store, plain: Catalog, node: Node
) -> None:
    node.answers[RECORDS] = sends(listing(*(record(FILE, iso3="XBB", number=each) for each in range(100))))
    (received,) = fetch(home, region(plain, XAA={"node": node.url}), patience=PATIENCE)
    assert received.status == "no_record"
    assert 1 < len(received.reason["known"]) <= 20


@pytest.mark.parametrize("etag", ['"\xe9"', f'"{"x" * 60_000}"'])
def test_a_mark_that_cannot_be_sent_back_is_not_kept(
    home: Store, plain: Catalog, node: Node, etag: str
) -> None:
    catalog = region(plain, XAA={"node": node.url})
    node.answers[FILE] = sends(REPORT, etag=etag)
    for status_ in ("fetched", "unchanged"):
        assert [each.status for each in fetch(home, catalog, patience=PATIENCE)] == [status_]
    assert node.etags == [""] * 4


def test_each_answer_has_a_connection_of_its_own_which_its_deadline_may_cut(
    home: Store, plain: Catalog, node: Node
) -> None:
    node.server.RequestHandlerClass.protocol_version = "HTTP/1.1"  # type: ignore[attr-defined]
    fetch(home, region(plain, XAA={"node": node.url}), patience=PATIENCE)
    assert len(node.asked) == len({*node.connections}) == 2


def test_a_node_that_never_answered_is_missing_from_the_report_by_name(
    home: Store, plain: Catalog, tmp_path: Path
) -> None:
    catalog = region(plain, XAA={"node": "http://127.0.0.1:9"}, XBB={"file": str(tmp_path / "none.json")})
    assert [each.status for each in fetch(home, catalog, patience=PATIENCE)] == ["no_answer", "no_file"]
    report = regional_report(home, catalog)
    assert [each.standing for each in report.members] == ["failed", "failed"]
    (unread,) = [each for each in report.findings if each.check == "no_file"]
    assert unread.evidence == {"file": "none.json", "error": "No such file or directory"}
    assert str(tmp_path) not in report.model_dump_json()


@pytest.mark.skipif(which("openssl") is None, reason="openssl, which makes the certificate, is not here")
def test_a_node_whose_certificate_is_not_trusted_is_not_read(
    home: Store, plain: Catalog, node: Node, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    asked = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", *asked, *named, "-keyout", key, "-out", certificate]
    run(made, check=True, capture_output=True)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(certificate, key)
    node.server.socket = secure.wrap_socket(node.server.socket, server_side=True)
    catalog = region(plain, XAA={"node": node.url.replace("http:", "https:")})
    (received,) = fetch(home, catalog, patience=PATIENCE)
    assert received.status == "certificate"
    assert node.asked == [], "nothing is said to who cannot prove who it is"


def test_a_node_that_stops_midway_is_told_and_the_rest_of_the_region_is_reported(
    home: Store, plain: Catalog
) -> None:
    with serving() as other:
        other.answers = {
            RECORDS: sends(records("/r", iso3="XBB")),
            "/r": sends(written(country_report("XBB"))),
        }
        with serving() as one:
            catalog = region(plain, XAA={"node": one.url}, XBB={"node": other.url})
            fetch(home, catalog, patience=PATIENCE)
        assert [each.status for each in fetch(home, catalog, patience=PATIENCE)] == ["no_answer", "unchanged"]
    assert [each.report and each.report.obtained for each in regional_report(home, catalog).members] == [
        "from_cache",
        "unchanged",
    ]


def test_an_unchanged_report_is_not_sent_again(home: Store, plain: Catalog, node: Node) -> None:
    catalog = region(plain, XAA={"node": node.url})
    fetch(home, catalog, patience=PATIENCE)
    node.answers[FILE] = status(304, etag='"one"')
    assert [each.status for each in fetch(home, catalog, patience=PATIENCE)] == ["unchanged"]
    assert node.etags == ["", "", "", '"one"']


def test_a_busy_node_is_asked_again_and_only_the_node_is_asked(
    home: Store, plain: Catalog, node: Node
) -> None:
    good, turns = node.answers[FILE], iter([status(503)])
    node.answers[FILE] = lambda handler: next(turns, good)(handler)
    assert [
        each.status for each in fetch(home, region(plain, XAA={"node": node.url}), patience=PATIENCE)
    ] == ["fetched"]
    assert [path.partition("?")[0] for path in node.asked] == [RECORDS, FILE, FILE]


def test_an_approved_report_counts_before_a_newer_submitted_one(
    home: Store, plain: Catalog, node: Node
) -> None:
    newer = record("/newer", state="submitted", number=2, day=2)
    node.answers[RECORDS] = sends(listing(newer, record(FILE)))
    fetch(home, region(plain, XAA={"node": node.url}), patience=PATIENCE)
    assert node.asked[-1] == FILE


@pytest.mark.parametrize("days", [range(1, 12), [1] * 11], ids=["day by day", "within a second"])
def test_the_newest_approved_report_counts_in_whatever_order_a_node_tells_them(
    home: Store, plain: Catalog, node: Node, days: Sequence[int]
) -> None:
    editions = zip(range(1, 12), days, strict=True)
    told = [record(f"/{number}", number=number, day=day) for number, day in editions]
    told.sort(key=lambda each: each["properties"]["report"]["id"])  # -1, -10, -11, -2, ...
    node.answers[RECORDS] = sends(listing(*told))
    fetch(home, region(plain, XAA={"node": node.url}), patience=PATIENCE)
    assert node.asked[-1] == "/11"
    assert "sortby=-created" in node.asked[0], "of more than are told at once the newest must be among them"


def test_asking_again_changes_nothing_where_the_same_comes_of_it(
    home: Store, plain: Catalog, node: Node
) -> None:
    catalog = region(plain, XAA={"node": node.url}, XBB={"node": "http://127.0.0.1:9"})
    marks = []
    for _ in range(4):
        fetch(home, catalog, patience=PATIENCE)
        marks.append(home.ledger.mark())
    assert marks[0] != marks[1] == marks[2] == marks[3], "fetched, then unchanged, over and over"
    node.answers[FILE] = status(404)
    fetch(home, catalog, patience=PATIENCE)
    assert home.ledger.mark() != marks[-1], "the board tells it"


def test_what_came_from_an_address_that_config_no_longer_names_does_not_count(
    home: Store, plain: Catalog, node: Node, tmp_path: Path
) -> None:
    fetch(home, region(plain, XAA={"node": node.url}), patience=PATIENCE)
    moved = region(plain, XAA={"file": str(tmp_path / "XAA.json")})
    assert regional_report(home, moved).members[0].standing == "missing"
