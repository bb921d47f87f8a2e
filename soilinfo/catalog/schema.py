"""JSON Schemas of the files of config/, by which an editor completes keys and marks faults while typing.

They are made from the catalog's types, so they cannot lag behind them; what one file says of another
only `soilinfo check` knows.
"""

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import StringSchema

from soilinfo.catalog.sections import SECTIONS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMED_INSIDE = ("country",)
"""Sections whose file states its id, because the file's name does not."""


class _FileSchema(GenerateJsonSchema):
    """As pydantic makes it, but a text may be written as a number: ``time: 2020``."""

    def str_schema(self, schema: StringSchema) -> JsonSchemaValue:
        """YAML reads an unquoted number as one, and the catalog takes it for the text that was meant."""
        return {**super().str_schema(schema), "type": ["string", "number"]}


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of a file of each section, by section."""
    return {section: _schema(section) for section in SECTIONS}


def _schema(section: str) -> dict[str, Any]:
    schema = SECTIONS[section].model.model_json_schema(schema_generator=_FileSchema)
    if section not in NAMED_INSIDE:
        schema = _without_id(schema)
    if SECTIONS[section].form == "entries":
        schema = _of_entries(schema)
    return {"$schema": DIALECT, **schema}


def _without_id(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The form in the file, whose name (or the key above) is the id."""
    properties = {name: value for name, value in schema["properties"].items() if name != "id"}
    required = [name for name in schema.get("required", ()) if name != "id"]
    return {**schema, "properties": properties, "required": required}


def _of_entries(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A file that maps ids to entries of the schema."""
    definitions = schema.get("$defs", {})
    entry = {key: value for key, value in schema.items() if key != "$defs"}
    return {"$defs": definitions, "type": "object", "additionalProperties": entry}
