"""The JSON Schema of country reports, by which anyone can check a file without this program."""

from functools import cache
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import DataclassField, ModelField, TypedDictField

from soilinfo.catalog.bounds import MOST_KEYS
from soilinfo.catalog.schema import DIALECT
from soilinfo.report.country.canonical import MOST_BYTES, MOST_DEEP, MOST_LISTS, MOST_VALUES
from soilinfo.report.country.document import SCHEMA, CountryReport

SCHEMA_ID: Final = "urn:soilinfo:country-report:1"
_BOUNDS: Final = (
    f"A file in UTF-8 of at most {MOST_BYTES:,} bytes, with at most {MOST_LISTS:,} opening brackets and "
    f"{MOST_VALUES:,} commas; lists and objects within each other at most {MOST_DEEP} deep; at most "
    f"{MOST_KEYS} keys in an object, each once."
)
"""What JSON Schema has no words for."""


class WrittenInFull(GenerateJsonSchema):
    """As pydantic makes it, but what has a default is required, too: a file has every key."""

    def field_is_required(self, field: ModelField | DataclassField | TypedDictField, total: bool) -> bool:  # noqa: ARG002
        """True of every field."""
        return True


@cache
def country_report_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file; made from its type, so it cannot lag behind it."""
    schema = texts_only(CountryReport.model_json_schema(schema_generator=WrittenInFull))
    named = {"title": f"Country report ({SCHEMA})", "description": _BOUNDS}
    return {"$schema": DIALECT, "$id": SCHEMA_ID, **schema, **named}


def texts_only(schema: Any) -> Any:
    """Labels of config may be numbers, which YAML takes years for; those of a report are texts."""
    if schema == ["string", "number"]:
        return "string"
    if isinstance(schema, dict):
        return {name: texts_only(part) for name, part in schema.items()}
    return [texts_only(part) for part in schema] if isinstance(schema, list) else schema
