"""Features: GeoJSON texts finished in the store, spliced into one page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from geopandas import GeoDataFrame
from pygeoapi.provider.base import BaseProvider

from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import Collection
from soilinfo.store.vector import Page, Query

Link = Mapping[str, Any]


class FeatureProvider(BaseProvider):  # type: ignore[misc]
    """A vector collection: pages as texts of GeoJSON, files as frames."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self.collection: Collection = provider_def["data"]
        self.types = self.collection.store.vector.fields(self.collection.id, self.collection.version)

    def get_fields(self) -> dict[str, Any]:
        """JSON Schema of each column by name; :mod:`soilinfo.serve.features.schemas` says more."""
        return {name: {"type": kind} for name, kind in self.types.items()}

    def matched(self, query: Query) -> int:
        """How many features fulfil a query's conditions."""
        return self.collection.store.vector.count(self.collection.id, self.collection.version, query)

    def page_of_all(self, query: Query, position: int) -> tuple[Page, int]:
        """The query's page, before which ``position`` features lie, and how many there are in all."""
        collection = self.collection
        page, matched = collection.store.vector.page_of_all(
            collection.id, collection.version, query, position
        )
        return replace(page, features=self._listed(page.features)), matched

    def feature(self, identifier: str, crs: str, links: Sequence[Link]) -> bytes:
        """One feature with its links; RefusedError when there is none of that id."""
        query, collection = Query(ids=(identifier,), crs=crs), self.collection
        found = self._listed(collection.store.vector.features(collection.id, collection.version, query))
        if not found:
            raise self.missing(identifier)
        return found[0].rstrip()[:-1] + b',"links":' + orjson.dumps([*links]) + b"}"

    def _listed(self, features: list[bytes]) -> list[bytes]:
        """Features with the lists within them as lists."""
        nested = self.collection.nested
        return [_nested(each, nested) for each in features] if nested else features

    def missing(self, identifier: str) -> RefusedError:
        """What is said of an id that no feature has."""
        name = self.collection.id
        return RefusedError(
            404, "NotFound", f"'{name}' has no item '{identifier}': see /collections/{name}/items"
        )

    def frame(self, query: Query) -> GeoDataFrame:
        """The query's features, x before y; lists within them as texts of JSON."""
        return self.collection.store.vector.read(self.collection.id, self.collection.version, query)


def feature_collection(features: Sequence[bytes], matched: int, links: Sequence[Link]) -> bytes:
    """A GeoJSON FeatureCollection of texts of features."""
    page = {
        "type": "FeatureCollection",
        "numberMatched": matched,
        "numberReturned": len(features),
        "links": [*links],
        "features": [orjson.Fragment(feature) for feature in features],
    }
    return orjson.dumps(page)


def _nested(feature: bytes, columns: Sequence[str]) -> bytes:
    """A feature with the JSON in these columns as JSON instead of text."""
    parsed = orjson.loads(feature)
    properties = parsed["properties"]
    properties |= {name: orjson.loads(properties[name]) for name in columns if properties.get(name)}
    return orjson.dumps(parsed)
