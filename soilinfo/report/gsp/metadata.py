"""The ISO 19139 record of a set of maps: what they are, what they were made from, how uncertain they are.

Written with ElementTree, so that no value of a country can break the document.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

GMD, GCO, GML = (
    "http://www.isotc211.org/2005/gmd",
    "http://www.isotc211.org/2005/gco",
    "http://www.opengis.net/gml/3.2",
)
_LISTS = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
SHA256 = "sha256 "
"""Begins the description of a file by its hash."""


@dataclass(frozen=True)
class MapFile:
    """One file of the set."""

    file: str
    sha256: str
    described: str


@dataclass(frozen=True)
class InputOf:
    """A layer that the set was made from."""

    layer: str
    version: str
    source: str
    sha256: str
    licence: str
    attribution: str
    lineage: str


@dataclass(frozen=True)
class Uncertainty:
    """What is said of the uncertainty of a map: a figure over its cells, or why there is none."""

    described: str
    mean: float | None
    unit: str


@dataclass(frozen=True)
class Record:
    """What the record of a set of maps says."""

    id: str
    title: str
    abstract: str
    date: str
    organisation: str
    email: str
    url: str
    licence: str
    place: str
    keywords: Sequence[str]
    degrees: float
    bounds: tuple[float, float, float, float]
    time: str
    unit: str
    files: Sequence[MapFile]
    lineage: str
    inputs: Sequence[InputOf]
    uncertainties: Sequence[Uncertainty] = field(default_factory=tuple)


def record_xml(record: Record) -> bytes:
    """The record as an ISO 19139 document; the same bytes for the same record."""
    for prefix, uri in (("gmd", GMD), ("gco", GCO), ("gml", GML)):
        ET.register_namespace(prefix, uri)
    root = ET.Element(f"{{{GMD}}}MD_Metadata")
    _text(root, "fileIdentifier", record.id)
    _code(_sub(root, "language"), "LanguageCode", "eng")
    _code(_sub(root, "characterSet"), "MD_CharacterSetCode", "utf8")
    _code(_sub(root, "hierarchyLevel"), "MD_ScopeCode", "dataset")
    _party(_sub(root, "contact"), record, "pointOfContact")
    _typed(_sub(root, "dateStamp"), "Date", record.date)
    _text(root, "metadataStandardName", "ISO 19115/19139")
    _text(root, "metadataStandardVersion", "1.0")
    system = _path(
        root, "referenceSystemInfo", "MD_ReferenceSystem", "referenceSystemIdentifier", "RS_Identifier"
    )
    _text(system, "code", "4326")
    _text(system, "codeSpace", "EPSG")
    _identification(_path(root, "identificationInfo", "MD_DataIdentification"), record)
    _content(_path(root, "contentInfo", "MD_CoverageDescription"), record)
    _distribution(_path(root, "distributionInfo", "MD_Distribution"), record.files)
    _quality(_path(root, "dataQualityInfo", "DQ_DataQuality"), record)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))


def hashes_of(document: bytes) -> Mapping[str, str]:
    """File -> sha256 as a record states them; empty for one that states none; ParseError: it is no XML."""
    found = {}
    for resource in ET.fromstring(document).iter(f"{{{GMD}}}CI_OnlineResource"):
        name, said = (_said(resource, part) for part in ("name", "description"))
        if name and said.startswith(SHA256):
            found[name] = said.removeprefix(SHA256)
    return found


def licence_of(document: bytes) -> str:
    """The licence that a record states under other constraints; empty where it states none."""
    return _first(document, "otherConstraints")


def title_of(document: bytes) -> str:
    """The title that a record states; empty where it states none."""
    return _first(document, "title")


def lineage_of(document: bytes) -> str:
    """The statement of lineage of a record; empty where it has none."""
    return _first(document, "statement")


def organisation_of(document: bytes) -> str:
    """The first organisation that a record names; empty where it names none."""
    return _first(document, "organisationName")


def unit_of(document: bytes) -> str:
    """The unit that a record of ours states for its maps; empty where it states none."""
    return _first(document, "descriptor").removeprefix("unit ")


def _first(document: bytes, name: str) -> str:
    found = ET.fromstring(document).find(f".//{{{GMD}}}{name}/{{{GCO}}}CharacterString")
    return (found.text or "").strip() if found is not None else ""


def _said(parent: ET.Element, name: str) -> str:
    return (parent.findtext(f"{{{GMD}}}{name}/{{{GCO}}}CharacterString") or "").strip()


# ---- parts ----------------------------------------------------------------------------------


def _identification(parent: ET.Element, record: Record) -> None:
    citation = _path(parent, "citation", "CI_Citation")
    _text(citation, "title", record.title)
    date = _path(citation, "date", "CI_Date")
    _typed(_sub(date, "date"), "Date", record.date)
    _code(_sub(date, "dateType"), "CI_DateTypeCode", "publication")
    _text(_path(citation, "identifier", "MD_Identifier"), "code", record.id)
    _text(parent, "abstract", record.abstract)
    _code(_sub(parent, "status"), "MD_ProgressCode", "completed")
    _party(_sub(parent, "pointOfContact"), record, "author")
    for words, kind in ((record.keywords, "theme"), ((record.place,), "place")):
        keywords = _path(parent, "descriptiveKeywords", "MD_Keywords")
        for word in words:
            _text(keywords, "keyword", word)
        _code(_sub(keywords, "type"), "MD_KeywordTypeCode", kind)
    limits = _path(parent, "resourceConstraints", "MD_LegalConstraints")
    _code(_sub(limits, "useConstraints"), "MD_RestrictionCode", "license")
    _text(limits, "otherConstraints", record.licence)
    _code(_sub(parent, "spatialRepresentationType"), "MD_SpatialRepresentationTypeCode", "grid")
    _typed(
        _path(parent, "spatialResolution", "MD_Resolution", "distance"),
        "Distance",
        f"{record.degrees!r}",
        uom="deg",
    )
    _code(_sub(parent, "language"), "LanguageCode", "eng")
    ET.SubElement(
        _sub(parent, "topicCategory"), f"{{{GMD}}}MD_TopicCategoryCode"
    ).text = "geoscientificInformation"
    extent = _path(parent, "extent", "EX_Extent")
    _text(
        extent,
        "description",
        f"phenomenon time: {record.time}" if record.time else "phenomenon time not stated",
    )
    box = _path(extent, "geographicElement", "EX_GeographicBoundingBox")
    west, south, east, north = record.bounds
    for name, edge in (("west", west), ("east", east)):
        _typed(_sub(box, f"{name}BoundLongitude"), "Decimal", f"{edge:.6f}")
    for name, edge in (("south", south), ("north", north)):
        _typed(_sub(box, f"{name}BoundLatitude"), "Decimal", f"{edge:.6f}")


def _content(parent: ET.Element, record: Record) -> None:
    ET.SubElement(_sub(parent, "attributeDescription"), f"{{{GCO}}}RecordType").text = record.title
    _code(_sub(parent, "contentType"), "MD_CoverageContentTypeCode", "physicalMeasurement")
    band = _path(parent, "dimension", "MD_Band")
    _text(band, "descriptor", f"unit {record.unit}")


def _distribution(parent: ET.Element, files: Iterable[MapFile]) -> None:
    form = _path(parent, "distributionFormat", "MD_Format")
    _text(form, "name", "Cloud Optimized GeoTIFF")
    _text(form, "version", "1.0")
    options = _path(parent, "transferOptions", "MD_DigitalTransferOptions")
    for each in files:
        resource = _path(options, "onLine", "CI_OnlineResource")
        ET.SubElement(_sub(resource, "linkage"), f"{{{GMD}}}URL").text = each.file
        _text(resource, "name", each.file)
        _text(resource, "description", f"{SHA256}{each.sha256}")
        _code(_sub(resource, "function"), "CI_OnLineFunctionCode", "download")


def _quality(parent: ET.Element, record: Record) -> None:
    _code(_path(parent, "scope", "DQ_Scope", "level"), "MD_ScopeCode", "dataset")
    for each in record.uncertainties:
        report = _path(parent, "report", "DQ_QuantitativeAttributeAccuracy")
        _text(report, "nameOfMeasure", "mean of the uncertainty of the cells")
        _text(report, "measureDescription", each.described)
        result = _path(report, "result", "DQ_QuantitativeResult")
        units = _sub(result, "valueUnit")
        if each.mean is None:
            units.set(f"{{{GCO}}}nilReason", "missing")
            _sub(result, "value").set(f"{{{GCO}}}nilReason", "missing")
            continue
        definition = ET.SubElement(units, f"{{{GML}}}UnitDefinition", {f"{{{GML}}}id": f"u{len(parent)}"})
        ET.SubElement(definition, f"{{{GML}}}identifier", {"codeSpace": "soilinfo"}).text = each.unit
        _typed(_sub(result, "value"), "Record", f"{each.mean:.6g}")
    lineage = _path(parent, "lineage", "LI_Lineage")
    _text(lineage, "statement", record.lineage)
    for one in record.inputs:
        source = _path(lineage, "source", "LI_Source")
        _text(source, "description", one.lineage or f"layer {one.layer}")
        citation = _path(source, "sourceCitation", "CI_Citation")
        _text(citation, "title", f"{one.layer}, version {one.version}")
        _sub(citation, "date").set(f"{{{GCO}}}nilReason", "unknown")
        _text(_path(citation, "identifier", "MD_Identifier"), "code", f"{SHA256}{one.sha256}")
        _text(citation, "otherCitationDetails", f"{one.source}; {one.attribution}; {one.licence}")


def _party(parent: ET.Element, record: Record, role: str) -> None:
    party = _path(parent, "CI_ResponsibleParty")
    _text(party, "organisationName", record.organisation)
    contact = _path(party, "contactInfo", "CI_Contact")
    _text(_path(contact, "address", "CI_Address"), "electronicMailAddress", record.email)
    online = _path(contact, "onlineResource", "CI_OnlineResource")
    ET.SubElement(_sub(online, "linkage"), f"{{{GMD}}}URL").text = record.url
    _code(_sub(party, "role"), "CI_RoleCode", role)


# ---- elements -------------------------------------------------------------------------------


def _sub(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{GMD}}}{name}")


def _path(parent: ET.Element, *names: str) -> ET.Element:
    for name in names:
        parent = _sub(parent, name)
    return parent


def _text(parent: ET.Element, name: str, text: str) -> None:
    _typed(_sub(parent, name), "CharacterString", text)


def _typed(parent: ET.Element, kind: str, text: str, **attributes: Any) -> None:
    ET.SubElement(parent, f"{{{GCO}}}{kind}", attributes).text = text


def _code(parent: ET.Element, name: str, value: str) -> None:
    attributes = {"codeList": f"{_LISTS}#{name}", "codeListValue": value}
    ET.SubElement(parent, f"{{{GMD}}}{name}", attributes).text = value
