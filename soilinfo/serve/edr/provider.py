"""pygeoapi's view of a theme: enough to describe it. Queries are answered by routes of our own."""

from collections.abc import Mapping
from typing import Any

from pygeoapi.provider.base import BaseProvider

from soilinfo.serve.collections import Collection
from soilinfo.serve.edr.observed import parameters_of


class ThemeProvider(BaseProvider):  # type: ignore[misc]
    """A theme as pygeoapi describes it; what it would say of queries is said by ``description``."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self.collection: Collection = provider_def["data"]
        self._fields = self.get_fields()

    def get_fields(self) -> dict[str, Any]:
        """JSON Schema of each parameter by name."""
        return {name: each.field.schema for name, each in parameters_of(self.collection).items()}

    def get_parameters(self) -> dict[str, Any]:
        """None: described by us."""
        return {}

    def get_query_types(self) -> tuple[str, ...]:
        """None: described by us."""
        return ()
