"""How to ask for what a page shows without the page: in Python, with curl, and in QGIS."""

from collections.abc import Callable, Mapping
from pprint import pformat
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import orjson

from soilinfo.serve.parameters import SERVICE
from soilinfo.serve.site.site import Site

WINDOW_DEGREES = 0.1
"""Half the side of the window of cells that examples ask for: small wherever it lies."""
PAGING = ("offset", "cursor", "limit")
"""A file holds every row, whatever part of them the page shows."""
CSV = "pandas.read_csv"
FEATURES = "geopandas.read_file"

Document = Mapping[str, Any]


class Call(NamedTuple):
    """One way to ask: the tool, what to do in words ('' where the code says it all), and the code."""

    tool: str
    steps: str
    code: str


class Asked(NamedTuple):
    """What a page was asked for: its site, its path below the public address, its query and its document."""

    site: Site
    path: str
    query: Mapping[str, str]
    document: Document

    def address(self, further: str = "", **changes: str) -> str:
        """The public address of this, or of something below it, with ``changes`` of its query."""
        query = {name: value for name, value in {**self.query, **changes}.items() if value}
        return located(f"{self.site.base}{self.path}{further}", query)

    @property
    def file(self) -> "Asked":
        """The same without the part of the rows that it shows."""
        return self._replace(query={name: self.query[name] for name in self.query if name not in PAGING})


def located(address: str, query: Mapping[str, str]) -> str:
    """An address with a query that people can read and a shell leaves alone within single quotes."""
    return f"{address}?{urlencode(query, quote_via=quote, safe='/:,()')}" if query else address


def calls(site: Site, path: str, query: Mapping[str, str], template: str, document: Document) -> list[Call]:
    """The ways to ask for the page at ``path`` that is drawn by ``template``, the most telling first."""
    own = {name: value for name, value in query.items() if value and name not in SERVICE}
    if site.language != site.catalog.services.languages[0]:
        own["lang"] = site.language
    return WAYS.get(template, _document)(Asked(site, "" if path == "/" else path, own, document))


def _document(asked: Asked) -> list[Call]:
    address = asked.address(f="json")
    return [*_fetched(address, "list(document)"), *_tiled(asked)]


def _fetched(address: str, told: str) -> list[Call]:
    lines = ("import httpx", f"document = httpx.get({_text(address)}).raise_for_status().json()")
    return [Call("Python", "", _script(*lines, f"print({told})")), Call("curl", "", f"curl '{address}'")]


def _service(asked: Asked) -> list[Call]:
    """Landing page and list of collections: QGIS is given the service, and finds the rest by itself."""
    steps = asked.site.say("calls.qgis.service")
    told = '[each["title"] for each in document["{}"]]'.format("links" if not asked.path else "collections")
    return [*_fetched(asked.address(f="json"), told), Call("QGIS", steps, asked.site.base)]


def _collection(asked: Asked) -> list[Call]:
    relations = {link["rel"].rpartition("/")[2] for link in asked.document["links"]}
    if "coverage" in relations:
        return _coverage(asked)
    if asked.document.get("data_queries"):
        return _sampled(asked)
    if asked.document.get("itemType") == "record":
        return _records(asked._replace(path=f"{asked.path}/items"))
    return _rows(asked._replace(path=f"{asked.path}/items"))


def _coverage(asked: Asked) -> list[Call]:
    """A window of a raster: what it is made of in Python, the whole of it in QGIS."""
    id_, site = asked.document["id"], asked.site
    window = {"bbox": _window(site), **asked.query}
    shown = next(iter(site.of_collection(id_)), None)
    if shown and shown.crop:
        window["crop"] = shown.crop
    files = {name: _below(asked, "/coverage", window, f=name) for name in ("netcdf", "tiff")}
    lines = ("import io", "import httpx", "import xarray")
    read = f"cells = httpx.get({_text(files['netcdf'])}, timeout=60).raise_for_status()"
    script = _script(*lines, read, "print(xarray.open_dataset(io.BytesIO(cells.content)))")
    curl = f"curl '{asked.address(f='json')}'\ncurl -o {id_}.tif '{files['tiff']}'"
    tools = [Call("Python", "", script), Call("curl", "", curl)]
    cog = [Call("QGIS", site.say("calls.qgis.raster"), site.cog(shown.id))] if shown else []
    return [*tools, *cog]


def _sampled(asked: Asked) -> list[Call]:
    """Values at the middle of the country, of a collection that is asked by place."""
    west, south, east, north = asked.site.bounds
    place = {**asked.query, "coords": f"POINT({(west + east) / 2:.4f} {(south + north) / 2:.4f})"}
    table, points = (_below(asked, "/position", place, f=name) for name in ("CSV", "GeoJSON"))
    qgis = Call("QGIS", asked.site.say("calls.qgis.file"), points)
    return [_read("values", CSV, table), Call("curl", "", f"curl '{table}'"), qgis]


def _rows(asked: Asked) -> list[Call]:
    """Every row of a table in Python, the rows of this page with curl, and their collection in QGIS."""
    python = _read("rows", FEATURES, asked.file.address(f="fgb"))
    curl = Call("curl", "", f"curl '{asked.address(f='json')}'")
    return [python, curl, Call("QGIS", asked.site.say("calls.qgis.service"), asked.site.base)]


def _row(asked: Asked) -> list[Call]:
    address = asked.address(f="json")
    qgis = Call("QGIS", asked.site.say("calls.qgis.file"), address)
    return [_read("row", FEATURES, address), Call("curl", "", f"curl '{address}'"), qgis]


def _profile(asked: Asked) -> list[Call]:
    """The horizons of a profile in Python and with curl, the profile itself in QGIS.

    One of which only the place is shared has no horizons, and is asked for as other rows are.
    """
    if asked.document["properties"]["share"] == "locations":
        return _row(asked)
    here = f"/collections/profiles/locations/{quote(asked.document['id'], safe='')}"
    values = asked._replace(path=here, query={})
    qgis = Call("QGIS", asked.site.say("calls.qgis.file"), asked.address(f="json"))
    curl = Call("curl", "", f"curl '{values.address()}'")
    return [_read("horizons", CSV, values.address(f="CSV")), curl, qgis]


def _records(asked: Asked) -> list[Call]:
    told = '[each["properties"]["title"] for each in document["features"]]'
    address = f"{asked.site.base}/collections/records"
    return [
        *_fetched(asked.address(f="json"), told),
        Call("QGIS", asked.site.say("calls.qgis.records"), address),
    ]


def _record(asked: Asked) -> list[Call]:
    return _fetched(asked.address(f="json"), 'document["properties"]["title"]')


def _process(asked: Asked) -> list[Call]:
    """An execution with the example of the description; the Python of QGIS has no httpx."""
    address, example = asked.address("/execution"), asked.document["example"]
    body = pformat(example, width=88, sort_dicts=False)
    send = f"answer = httpx.post({_text(address)}, json=inputs, timeout=60).raise_for_status()"
    python = _script("import httpx", f"inputs = {body}", send, "print(answer.json())")
    plain = _script("import json", "from urllib.request import Request, urlopen", f"inputs = {body}")
    header = '{"Content-Type": "application/json"}'
    ask = f"request = Request({_text(address)}, json.dumps(inputs).encode(), {header})"
    qgis = f"{plain}\n{ask}\nprint(json.load(urlopen(request)))"
    typed = "-H 'Content-Type: application/json'"
    curl = f"curl '{address}' \\\n  {typed} \\\n  -d '{_quoted(orjson.dumps(example).decode())}'"
    steps = asked.site.say("calls.qgis.process")
    return [Call("Python", "", python), Call("curl", "", curl), Call("QGIS", steps, qgis)]


WAYS: Mapping[str, Callable[[Asked], list[Call]]] = {
    "landing.html": _service,
    "collections.html": _service,
    "collection.html": _collection,
    "items.html": _rows,
    "item.html": _row,
    "profile.html": _profile,
    "records.html": _records,
    "record.html": _record,
    "process.html": _process,
    "overlay.html": _process,
    "harmonize.html": _process,
    "stock_change.html": _process,
}
"""By the template of a page; every other page shows a document, which is fetched."""


def _tiled(asked: Asked) -> list[Call]:
    """Tile sets are connections of QGIS: their address with {z}, {y} and {x}."""
    links = (link for link in asked.document.get("links", []) if link.get("templated"))
    template = next((link["href"] for link in links if link["rel"] == "item"), "")
    if not template:
        return []
    for name, short in (("tileMatrix", "z"), ("tileRow", "y"), ("tileCol", "x")):
        template = template.replace(f"{{{name}}}", f"{{{short}}}")
    kind = "vector" if asked.document["dataType"] == "vector" else "picture"
    return [Call("QGIS", asked.site.say(f"calls.qgis.tiles.{kind}"), template)]


# ---- pieces of code ---------------------------------------------------------------------


def _read(name: str, reader: str, address: str) -> Call:
    module = reader.partition(".")[0]
    return Call(
        "Python", "", _script(f"import {module}", f"{name} = {reader}({_text(address)})", f"print({name})")
    )


def _script(*lines: str) -> str:
    """Lines of Python, imports parted from the rest."""
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    rest = [line for line in lines if line not in imports]
    return "\n".join([*imports, *([""] if rest else []), *rest])


def _text(text: str) -> str:
    return orjson.dumps(text).decode()


def _quoted(text: str) -> str:
    """Text that may stand within the single quotes of a shell."""
    return text.replace("'", "'\\''")


def _below(asked: Asked, further: str, query: Mapping[str, str], **changes: str) -> str:
    return asked._replace(query=query).address(further, **changes)


def _window(site: Site) -> str:
    """West, south, east, north of a small window in the middle of the country."""
    west, south, east, north = site.bounds
    x, y = (west + east) / 2, (south + north) / 2
    half = min(WINDOW_DEGREES, (east - west) / 2, (north - south) / 2)
    return ",".join(f"{side:.4f}" for side in (x - half, y - half, x + half, y + half))
