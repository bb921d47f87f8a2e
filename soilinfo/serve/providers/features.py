"""Features: GeoJSON texts finished in the store, spliced into one page."""

from collections.abc import Mapping, Sequence
from csv import QUOTE_NONNUMERIC
from datetime import UTC, datetime
from typing import Any

import orjson
from pygeoapi.provider.base import BaseProvider

from soilinfo.catalog.columns import ENDINGS, Columns
from soilinfo.catalog.text import languages
from soilinfo.report.workbook import harmless
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import Collection
from soilinfo.store.vector import Query
from soilinfo.units import UNITS

Link = Mapping[str, Any]

DECIMALS, HECTARE_DECIMALS = 6, 4
"""Decimals of numbers in a CSV."""


class FeatureProvider(BaseProvider):  # type: ignore[misc]
    """A vector collection: whole pages as text for our own routes, as dicts for pygeoapi's other formats."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self.collection: Collection = provider_def["data"]
        self.types = self.collection.store.vector.fields(self.collection.id, self.collection.version)
        self._fields = self.get_fields()

    def get_fields(self) -> dict[str, Any]:
        """JSON Schema of each column by name; the title is its heading in every language, or its name."""
        return {name: self._field(name, kind) for name, kind in self.types.items()}

    def _field(self, name: str, kind: str) -> dict[str, Any]:
        if name in self.collection.nested:
            shape: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
        else:
            shape = {"type": kind}
        known = self.collection.catalog.properties.get(name) if self.collection.related else None
        if known is not None:
            symbol = UNITS[known.unit].ucum
            unit = {"x-ogc-unit": symbol} if kind == "number" else {}
            method = {"description": known.method} if known.method else {}
            return shape | {"title": dict(known.title)} | unit | method
        table = self.collection.catalog.tables.get(self.collection.id)
        if table is not None and name in table.columns:
            column = table.columns[name]
            unit = {"x-ogc-unit": UNITS[column.unit].ucum} if column.unit else {}
            return shape | {"title": dict(column.title)} | unit
        catalog = self.collection.catalog
        titles = {each: Columns(catalog, each).title(name) for each in languages(catalog.directory)}
        return shape | {"title": titles} | self._about(name) | _unit_of(name)

    def _about(self, name: str) -> dict[str, Any]:
        """What there is to say of a column, in every language."""
        catalog = self.collection.catalog
        about = {each: Columns(catalog, each).about(name) for each in languages(catalog.directory)}
        return {"description": about} if all(about.values()) else {}

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
        """One feature with its links; RefusedError when there is none of that id."""
        text = self._one(identifier).rstrip()
        return text[:-1] + b',"links":' + orjson.dumps([*links]) + b"}"

    def matched(self, query: Query) -> int:
        """How many features fulfil a query's conditions."""
        return self.collection.store.vector.count(self.collection.id, self.collection.version, query)

    def table(self, query: Query) -> bytes:
        """The query's page as CSV (UTF-8) without geometry.

        Texts are quoted, so that a spreadsheet does not take a code for a number, and never a formula.
        """
        frame = self.collection.store.vector.read(self.collection.id, self.collection.version, query)
        table = frame.drop(columns="geometry").map(harmless)
        places = {name: HECTARE_DECIMALS if name.endswith("_ha") else DECIMALS for name in table.columns}
        return bytes(table.round(places).to_csv(index=False, quoting=QUOTE_NONNUMERIC).encode())

    def _one(self, identifier: str) -> bytes:
        found = self._features(Query(ids=(identifier,)))
        if not found:
            name = self.collection.id
            raise RefusedError(
                404, "NotFound", f"'{name}' has no item '{identifier}': see /collections/{name}/items"
            )
        return found[0]

    def _features(self, query: Query) -> list[bytes]:
        collection = self.collection
        features = collection.store.vector.features(collection.id, collection.version, query)
        nested = collection.nested
        return [_nested(feature, nested) for feature in features] if nested else features


def _unit_of(column: str) -> dict[str, str]:
    """The unit that the name of a derived column ends in, as it stands in a schema."""
    symbols = (symbol for ending, symbol in ENDINGS.items() if column.endswith(ending))
    return next(({"x-ogc-unit": UNITS[symbol].ucum} for symbol in symbols), {})


def _nested(feature: bytes, columns: Sequence[str]) -> bytes:
    """A feature with the JSON in these columns as JSON instead of text."""
    parsed = orjson.loads(feature)
    properties = parsed["properties"]
    properties |= {name: orjson.loads(properties[name]) for name in columns if properties.get(name)}
    return orjson.dumps(parsed)
