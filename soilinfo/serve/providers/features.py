"""Features: GeoJSON texts finished in the store, spliced into one page."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from pygeoapi.provider.base import BaseProvider

from soilinfo.errors import UnknownNameError
from soilinfo.serve.collections import Collection
from soilinfo.store.vector import Query

Link = Mapping[str, Any]


class FeatureProvider(BaseProvider):  # type: ignore[misc]
    """A vector collection: whole pages as text for our own routes, as dicts for pygeoapi's other formats."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self.collection: Collection = provider_def["data"]
        self.types = self.collection.store.vector.fields(self.collection.id, self.collection.version)
        self._fields = self.get_fields()

    def get_fields(self) -> dict[str, Any]:
        """JSON Schema of each column by name."""
        return {name: {"type": kind} for name, kind in self.types.items()}

    def page(self, query: Query, matched: int, links: Sequence[Link]) -> bytes:
        """A FeatureCollection of the query's page out of ``matched`` features."""
        features = self._features(query)
        page = {
            "type": "FeatureCollection",
            "numberMatched": matched,
            "numberReturned": len(features),
            "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "links": [*links],
            "features": [orjson.Fragment(feature) for feature in features],
        }
        return orjson.dumps(page)

    def feature(self, identifier: str, links: Sequence[Link]) -> bytes:
        """One feature with its links; UnknownNameError when there is none of that id."""
        text = self._one(identifier).rstrip()
        return text[:-1] + b',"links":' + orjson.dumps([*links]) + b"}"

    def matched(self, query: Query) -> int:
        """How many features fulfil a query's conditions."""
        return self.collection.store.vector.count(self.collection.id, self.collection.version, query)

    def table(self, query: Query) -> bytes:
        """The query's page as CSV (UTF-8) without geometry."""
        frame = self.collection.store.vector.read(self.collection.id, self.collection.version, query)
        return bytes(frame.drop(columns="geometry").to_csv(index=False).encode())

    def _one(self, identifier: str) -> bytes:
        found = self._features(Query(ids=(identifier,)))
        if not found:
            raise UnknownNameError("feature", identifier, [f"the items of '{self.collection.id}'"])
        return found[0]

    def _features(self, query: Query) -> list[bytes]:
        return self.collection.store.vector.features(self.collection.id, self.collection.version, query)
