"""The records as pygeoapi sees them: it describes their collection, we answer with its items."""

from collections.abc import Mapping
from typing import Any

from pygeoapi.provider.base import BaseProvider

from soilinfo.serve.records.record import TYPES
from soilinfo.serve.records.search import QUERYABLES

DATES = ("created", "updated")


class RecordProvider(BaseProvider):  # type: ignore[misc]
    """Queryables of the records of the publication that a request is pinned to."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self._fields = self.get_fields()

    def get_fields(self) -> dict[str, Any]:
        """JSON Schema of each queryable by name."""
        return {name: field(name) for name in QUERYABLES}


def field(name: str) -> dict[str, Any]:
    """JSON Schema of one property."""
    known: dict[str, Any] = {"enum": [*TYPES]} if name == "type" else {}
    return {"type": "string", **({"format": "date-time"} if name in DATES else known)}
