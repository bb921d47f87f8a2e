"""One record of the catalogue as OGC API Records Part 1 writes it, in one language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from soilinfo.catalog.models import Catalog
from soilinfo.grid import Bounds
from soilinfo.serve.instants import Span, rfc3339

CORE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"

Type = Literal["dataset", "version", "process", "report", "country-report"]
TYPES: tuple[Type, ...] = get_args(Type)
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Record:
    """What is known of one resource; texts are in the language that the record is for."""

    id: str
    type: Type
    title: str
    description: str
    keywords: Sequence[str] = ()
    topics: Sequence[str] = ()
    """Topic categories of ISO 19115-1."""
    created: datetime | None = None
    updated: datetime | None = None
    bounds: Bounds | None = None
    """(west, south, east, north) in CRS84 degrees; None for what is about no place."""
    interval: Span | None = None
    """What time it is about."""
    attribution: str = ""
    licence: str = ""
    sha256: Sequence[str] = ()
    """Of the sources, by which a file that somebody has is found here."""
    formats: Sequence[str] = ()
    """Media types."""
    members: Document = field(default_factory=dict)
    """Further properties: lineage, quality."""
    links: Sequence[Document] = ()
    templates: Sequence[Document] = ()
    """Link templates."""


TOPICS = "https://standards.iso.org/iso/19115/-3/mri/1.0/mri.xsd#MD_TopicCategoryCode"
"""The scheme of the topic categories."""


def document(record: Record, catalog: Catalog, language: str) -> Document:
    """A record as GeoJSON, without the links that depend on where it is asked for."""
    properties = {
        "created": instant(record.created),
        "updated": instant(record.updated),
        "type": record.type,
        "title": record.title,
        "description": record.description,
        "keywords": [*record.keywords],
        "language": {"code": language},
        "languages": [{"code": code} for code in catalog.services.languages],
        "externalIds": [{"scheme": "sha256", "value": value} for value in record.sha256],
        "themes": [{"concepts": [{"id": topic} for topic in record.topics], "scheme": TOPICS}],
        "formats": [{"mediaType": media} for media in record.formats],
        "contacts": contacts(catalog, record.attribution),
        "license": record.licence,
        "rights": record.attribution,
        **record.members,
    }
    known = {name: value for name, value in properties.items() if value not in (None, "", [])}
    return {
        "id": record.id,
        "type": "Feature",
        "conformsTo": [CORE],
        "time": _time(record.interval),
        "geometry": _polygon(record.bounds),
        "properties": {name: value for name, value in known.items() if name != "themes" or record.topics},
        "links": [*record.links],
        **({"linkTemplates": [*record.templates]} if record.templates else {}),
    }


def contacts(catalog: Catalog, attribution: str = "") -> list[Document]:
    """Who publishes, and beside them who made what is published, each with their roles (ISO 19115-1)."""
    who = catalog.services.contact
    made_here = attribution in ("", who.organisation)
    publisher = {
        "organization": who.organisation,
        "emails": [{"value": who.email}],
        "links": [{"rel": "about", "type": "text/html", "href": who.url}],
        "roles": ["publisher", "pointOfContact", *(["author"] if made_here else [])],
    }
    return [publisher, *([] if made_here else [{"organization": attribution, "roles": ["author"]}])]


def instant(time: datetime | None) -> str | None:
    """A time as answers tell it, where it is known."""
    return rfc3339(time) if time else None


def _time(interval: Span | None) -> Document | None:
    return {"interval": [*map(rfc3339, interval)]} if interval else None


def _polygon(bounds: Bounds | None) -> Document | None:
    """A rectangle as GeoJSON, counter-clockwise."""
    if bounds is None:
        return None
    west, south, east, north = bounds
    ring: Iterable[tuple[float, float]] = (
        *((west, south), (east, south), (east, north), (west, north)),
        (west, south),
    )
    return {"type": "Polygon", "coordinates": [[[*corner] for corner in ring]]}
