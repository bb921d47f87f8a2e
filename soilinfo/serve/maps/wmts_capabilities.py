"""The documents of WMTS 1.0.0 (OGC 07-057r7): capabilities and exception reports. Pure functions."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import in_language
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.coverages.bands import fields
from soilinfo.serve.maps.addresses import PLACE, tiles_of
from soilinfo.serve.maps.drawing import Drawing, drawn_by
from soilinfo.serve.maps.tile_matrix_sets import SIDE, TILE_MATRIX_SETS, TileMatrixSet
from soilinfo.serve.maps.tiles import LAST, touched
from soilinfo.serve.state import Publication

VERSION = "1.0.0"
XML = "application/xml"
PNG = "image/png"
"""The one format that the capabilities offer: clients list a layer once for each."""

WMTS = "{http://www.opengis.net/wmts/1.0}"
OWS = "{http://www.opengis.net/ows/1.1}"
XLINK = "{http://www.w3.org/1999/xlink}"
for prefix, namespace in (("", WMTS), ("ows", OWS), ("xlink", XLINK)):
    register_namespace(prefix, namespace.strip("{}"))

URN: Mapping[str, str] = {
    "EPSG:3857": "urn:ogc:def:crs:EPSG::3857",
    "OGC:CRS84": "urn:ogc:def:crs:OGC:1.3:CRS84",
}
SCALE_SETS: Mapping[str, str] = {
    "WebMercatorQuad": "urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible",
    "WorldCRS84Quad": "urn:ogc:def:wkss:OGC:1.0:GoogleCRS84Quad",
}
"""The names of OGC API as WMTS has them."""


def layers(publication: Publication) -> dict[str, tuple[Collection, str | None]]:
    """The layers by the names in the snapshot of what they show: (collection, its crop)."""
    rasters = (each for each in publication.collections.values() if each.kind in RASTERS)
    return {
        version.layer: (each, key if each.kind == "suitability" else None)
        for each in rasters
        for key, version in each.versions.items()
    }


def capabilities(publication: Publication, language: str) -> bytes:
    """The capabilities in one language: a layer for each raster, of each crop, in its styles."""
    base = publication.base_url
    root = Element(f"{WMTS}Capabilities", {"version": VERSION})
    _identification(root, publication.catalog, language)
    _provider(root, publication.catalog)
    _operations(root, base, language)
    contents = SubElement(root, f"{WMTS}Contents")
    for name, (collection, crop) in layers(publication).items():
        _layer(contents, name, Drawing(collection, drawn_by(collection)[1][0], crop), base, language)
    for set_ in TILE_MATRIX_SETS.values():
        _matrix_set(contents, set_)
    href = f"{XLINK}href"
    SubElement(root, f"{WMTS}ServiceMetadataURL", {href: _capabilities_address(base, language)})
    return _text(root)


def exception_report(code: str, locator: str, text: str) -> bytes:
    """What OWS clients read when something cannot be had (OGC 06-121r9, clause 8)."""
    root = Element(f"{OWS}ExceptionReport", {"version": "1.1.0"})
    exception = SubElement(root, f"{OWS}Exception", {"exceptionCode": code, "locator": locator})
    _ows(exception, "ExceptionText", text)
    return _text(root)


def _text(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _capabilities_address(base: str, language: str) -> str:
    return f"{base}/wmts/{VERSION}/WMTSCapabilities.xml?lang={language}"


# ---- the service ------------------------------------------------------------------------


def _identification(root: Element, catalog: Catalog, language: str) -> None:
    services = catalog.services
    about = SubElement(root, f"{OWS}ServiceIdentification")
    _ows(about, "Title", in_language(services.title, language))
    _ows(about, "Abstract", in_language(services.description, language))
    keywords = SubElement(about, f"{OWS}Keywords")
    for word in services.keywords:
        _ows(keywords, "Keyword", word)
    _ows(about, "ServiceType", "OGC WMTS")
    _ows(about, "ServiceTypeVersion", VERSION)
    _ows(about, "Fees", "none")
    _ows(about, "AccessConstraints", services.licence)


def _provider(root: Element, catalog: Catalog) -> None:
    contact = catalog.services.contact
    provider = SubElement(root, f"{OWS}ServiceProvider")
    _ows(provider, "ProviderName", contact.organisation)
    SubElement(provider, f"{OWS}ProviderSite", {f"{XLINK}href": contact.url})
    address = SubElement(
        SubElement(SubElement(provider, f"{OWS}ServiceContact"), f"{OWS}ContactInfo"),
        f"{OWS}Address",
    )
    _ows(address, "ElectronicMailAddress", contact.email)


def _operations(root: Element, base: str, language: str) -> None:
    metadata = SubElement(root, f"{OWS}OperationsMetadata")
    restful = {"GetCapabilities": _capabilities_address(base, language)}
    for name in ("GetCapabilities", "GetTile"):
        operation = SubElement(metadata, f"{OWS}Operation", {"name": name})
        http = SubElement(SubElement(operation, f"{OWS}DCP"), f"{OWS}HTTP")
        _get(http, f"{base}/wmts?", "KVP")
        if name in restful:
            _get(http, restful[name], "RESTful")


def _get(http: Element, address: str, encoding: str) -> None:
    get = SubElement(http, f"{OWS}Get", {f"{XLINK}href": address})
    constraint = SubElement(get, f"{OWS}Constraint", {"name": "GetEncoding"})
    _ows(SubElement(constraint, f"{OWS}AllowedValues"), "Value", encoding)


# ---- layers -----------------------------------------------------------------------------


def _layer(contents: Element, name: str, shown: Drawing, base: str, language: str) -> None:
    """One layer, in all the styles of its collection."""
    collection = shown.collection
    layer = SubElement(contents, f"{WMTS}Layer")
    _ows(layer, "Title", _title(shown, language))
    _ows(layer, "Abstract", in_language(collection.description, language))
    west, south, east, north = collection.bounds
    box = SubElement(layer, f"{OWS}WGS84BoundingBox")
    _ows(box, "LowerCorner", f"{west:.10g} {south:.10g}")
    _ows(box, "UpperCorner", f"{east:.10g} {north:.10g}")
    _ows(layer, "Identifier", name)
    for style in drawn_by(collection)[1]:
        _style(layer, name, Drawing(collection, style, shown.crop), base, language)
    _wmts(layer, "Format", PNG)
    for set_ in TILE_MATRIX_SETS.values():
        _matrix_set_link(layer, set_, collection)
    template = f"{base}{tiles_of(collection.id, '{Style}')}/{{TileMatrixSet}}/"
    numbers = PLACE.replace("{t", "{T")
    resource = {"format": PNG, "resourceType": "tile"}
    SubElement(
        layer,
        f"{WMTS}ResourceURL",
        resource | {"template": f"{template}{numbers}?f=png{_crop(shown)}"},
    )


def _title(shown: Drawing, language: str) -> str:
    """Of the layer: without what only tells its styles apart."""
    catalog, title = shown.collection.catalog, in_language(shown.collection.title, language)
    return f"{title}: {in_language(catalog.crop(shown.crop).title, language)}" if shown.crop else title


def _style(layer: Element, name: str, shown: Drawing, base: str, language: str) -> None:
    first, *_ = drawn_by(shown.collection)[1]
    of = SubElement(layer, f"{WMTS}Style", {"isDefault": str(shown.style == first).lower()})
    _ows(of, "Title", in_language(fields(shown.collection)[shown.style].title, language))
    _ows(of, "Identifier", shown.style)
    asked = f"SERVICE=WMTS&REQUEST=GetLegendGraphic&VERSION={VERSION}&FORMAT={PNG}"
    legend = f"{base}/wmts?{asked}&LAYER={name}&STYLE={shown.style}&lang={language}"
    SubElement(of, f"{WMTS}LegendURL", {"format": PNG, f"{XLINK}href": legend})


def _crop(shown: Drawing) -> str:
    return f"&crop={shown.crop}" if shown.crop else ""


def _matrix_set_link(layer: Element, set_: TileMatrixSet, collection: Collection) -> None:
    link = SubElement(layer, f"{WMTS}TileMatrixSetLink")
    _wmts(link, "TileMatrixSet", set_.id)
    every = SubElement(link, f"{WMTS}TileMatrixSetLimits")
    for matrix, each in enumerate(touched(set_, collection.bounds)):
        one = SubElement(every, f"{WMTS}TileMatrixLimits")
        _wmts(one, "TileMatrix", str(matrix))
        _wmts(one, "MinTileRow", str(each.first_row))
        _wmts(one, "MaxTileRow", str(each.last_row))
        _wmts(one, "MinTileCol", str(each.first_column))
        _wmts(one, "MaxTileCol", str(each.last_column))


def _matrix_set(contents: Element, set_: TileMatrixSet) -> None:
    defined = SubElement(contents, f"{WMTS}TileMatrixSet")
    _ows(defined, "Identifier", set_.id)
    _ows(defined, "SupportedCRS", URN[set_.crs])
    _wmts(defined, "WellKnownScaleSet", SCALE_SETS[set_.id])
    for matrix in range(LAST + 1):
        rows, columns = set_.size(matrix)
        one = SubElement(defined, f"{WMTS}TileMatrix")
        _ows(one, "Identifier", str(matrix))
        _wmts(one, "ScaleDenominator", repr(set_.scale_denominator(matrix)))
        _wmts(one, "TopLeftCorner", " ".join(map(repr, set_.corner)))
        _wmts(one, "TileWidth", str(SIDE))
        _wmts(one, "TileHeight", str(SIDE))
        _wmts(one, "MatrixWidth", str(columns))
        _wmts(one, "MatrixHeight", str(rows))


def _ows(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, f"{OWS}{tag}").text = text


def _wmts(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, f"{WMTS}{tag}").text = text
