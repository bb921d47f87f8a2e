"""Records of what is published: every collection, and every version of it that is kept."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from soilinfo.catalog.names import FINDINGS, PROFILE_COLLECTIONS, REGIONAL_COLLECTIONS, is_held
from soilinfo.catalog.text import in_language, texts
from soilinfo.findings import SEVERITIES
from soilinfo.jobs.ingestion.meaning import is_misread
from soilinfo.jobs.runs.publication import standing
from soilinfo.serve.answers import REL
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.config import GEOTIFF_TYPE, RECORDS, configuration
from soilinfo.serve.coverages.openapi import MEDIA_TYPES as VALUES
from soilinfo.serve.documents.versions import led_to_version
from soilinfo.serve.documents.wording import Link
from soilinfo.serve.edr.profile_parameters import PROFILED
from soilinfo.serve.edr.profile_values import ends_of_profiles
from soilinfo.serve.features.files import ITEMS_FORMATS
from soilinfo.serve.instants import Span, interval
from soilinfo.serve.maps.openapi import PICTURES
from soilinfo.serve.past import can_be_asked_for, layers_of
from soilinfo.serve.records.record import Document, Record
from soilinfo.serve.state import Publication
from soilinfo.store.ledger import Serving, Version

Key = tuple[str, str]
"""(layer, version)."""

DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom"
"""Relation (PROV-O) from what was derived to what it was derived from."""


def datasets(publication: Publication, language: str) -> Iterator[Record]:
    """Each collection, then each of its versions."""
    known = _Known(publication, language)
    for collection in publication.collections.values():
        yield known.dataset(collection)
        yield from known.versions(collection)


def id_of(layer: str, version: str) -> str:
    """The id of a version's record."""
    return f"{layer}:{version}"


class _Known:
    """What the ledger knows of everything published, read once."""

    def __init__(self, publication: Publication, language: str) -> None:
        self.publication, self.language = publication, language
        self.words = texts(language, publication.catalog.directory)
        ledger, snapshot = publication.store.ledger, publication.source.snapshot.id
        self.servings = {(each.layer, each.version): each for each in ledger.servings(snapshot=snapshot)}
        self.recorded = {(each.layer, each.version): each for each in ledger.versions()}

    def dataset(self, collection: Collection) -> Record:
        """A collection as it is published now."""
        versions = [*collection.versions.values()]
        described = self._described(collection, self._data_links(collection))
        return replace(
            described,
            created=min(version.created for version in versions),
            updated=max(self.servings[version.layer, version.version].since for version in versions),
        )

    def versions(self, collection: Collection) -> Iterator[Record]:
        """The versions of a collection that are kept, the latest first."""
        layers = layers_of(collection.source, collection.id)
        for key, serving in self.servings.items():
            recorded = self.recorded[key]
            kept = serving.layer in layers and can_be_asked_for(collection.source, serving)
            if kept and not is_misread(self.publication.catalog, recorded):
                yield self._version(replace(collection, versions={layers[serving.layer]: recorded}), serving)

    def _version(self, then: Collection, serving: Serving) -> Record:
        links = led_to_version(self._data_links(then), self.publication, then)
        since = f"{serving.since:%Y-%m-%d}"
        title = in_language(then.title, self.language)
        key = next(iter(then.versions))
        if then.kind == "suitability":
            title = f"{title}: {in_language(then.catalog.crop(key).title, self.language)}"
        text = self.words["serve.record.version"].format(title=title, since=since, version=then.version)
        return replace(
            self._described(then, links),
            id=id_of(serving.layer, serving.version),
            type="version",
            title=text,
            created=then.versions[key].created,
            updated=serving.since,
        )

    def _described(self, collection: Collection, links: list[Link]) -> Record:
        versions = [*collection.versions.values()]
        lineage = [self._lineage(version) for version in versions]
        sources = dict.fromkeys(link["href"] for each in lineage for link in each["inputs"] if "href" in link)
        return Record(
            id=collection.id,
            type="dataset",
            title=in_language(collection.title, self.language),
            description=in_language(collection.description, self.language),
            keywords=[in_language(collection.keywords, self.language)],
            topics=[_topic(collection)],
            bounds=collection.bounds,
            interval=_interval(collection),
            attribution=collection.attribution,
            licence=collection.licence,
            sha256=[*dict.fromkeys(version.source_sha256 for version in versions if version.source_sha256)],
            formats=_formats(collection),
            members={"lineage": lineage, "quality": self._quality(versions)},
            links=[*links, *({"rel": DERIVED_FROM, "href": href} for href in sources)],
        )

    def _lineage(self, version: Version) -> Document:
        """Where a version comes from; its inputs lead to their records, as far as these are kept."""
        inputs = [
            {"layer": layer, "version": used, **self._record_of(layer, used)}
            for layer, used in version.inputs.items()
        ]
        return {
            "layer": version.layer,
            "version": version.version,
            "source_sha256": version.source_sha256,
            "pipeline": version.pipeline,
            "software": version.software,
            "inputs": inputs,
        }

    def _record_of(self, layer: str, version: str) -> Document:
        serving = self.servings.get((layer, version))
        if serving is None or is_held(layer) or not can_be_asked_for(self.publication.source, serving):
            return {}
        return {"href": f"{self._base(RECORDS)}/items/{id_of(layer, version)}"}

    def _quality(self, versions: list[Version]) -> Mapping[str, int]:
        """How many findings the checks of these versions made, by severity."""
        store, snapshot = self.publication.store, self.publication.source.snapshot
        stands = standing(store, snapshot.layers)
        counts = Counter(
            record.finding.severity
            for version in versions
            for record in filter(stands, store.ledger.findings(version.layer, version.version))
        )
        return {severity: counts[severity] for severity in SEVERITIES}

    def _data_links(self, collection: Collection) -> list[Link]:
        """To the collection, its data, and all that its description leads to."""
        source, base, here = collection.source, self.publication.base_url, self._base(collection.id)
        resource = configuration(source, {collection.id: collection}, base)["resources"][collection.id]
        links = [{**link, "title": in_language(link["title"], self.language)} for link in resource["links"]]
        title = in_language(collection.title, self.language)
        data = [
            {"rel": rel, "type": media, "title": title, "href": f"{here}{path}"}
            for rel, media, path in (_DESCRIBED, *(_VECTOR if collection.kind == "vector" else _RASTER))
        ]
        return [*data, *links]

    def _base(self, name: str) -> str:
        return f"{self.publication.base_url}/collections/{name}"


_DESCRIBED = ("describes", "application/json", "")
_VECTOR = (("items", "application/geo+json", "/items"),)
_RASTER = ((f"{REL}/coverage", GEOTIFF_TYPE, "/coverage?f=tiff"), (f"{REL}/map", "image/png", "/map"))


def _formats(collection: Collection) -> tuple[str, ...]:
    """The media types of a collection's data; those of a theme are told by its layers."""
    if collection.kind == "vector":
        return tuple(media for media, *_ in ITEMS_FORMATS.values())
    return (*VALUES, *PICTURES) if collection.kind in RASTERS else ()


def _topic(collection: Collection) -> str:
    if collection.id in collection.catalog.every_level():
        return "boundaries"
    served = (*PROFILE_COLLECTIONS, *REGIONAL_COLLECTIONS, FINDINGS)
    known = {*collection.catalog.layers, *collection.catalog.soil_maps, *served}
    return "geoscientificInformation" if collection.id in known else "farming"


def _interval(collection: Collection) -> Span | None:
    """What time a layer or a soil map is about, or when profiles were described."""
    if collection.id in PROFILED:
        return ends_of_profiles(collection)[0]
    described = collection.layer or collection.catalog.soil_maps.get(collection.id)
    return interval(described.time) if described and described.time else None
