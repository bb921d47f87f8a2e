"""What was found, as reports write it down: a code of a closed set and what its text is filled with.

A report holds no words of findings: they are those of its reader's language, ``finding.<check>`` of the
locale files, and :mod:`soilinfo.report.wording` writes them.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from soilinfo.catalog.bounds import Keyed, Quantity, Several, Text, Whole
from soilinfo.catalog.fields import Model, Name
from soilinfo.findings import Finding, Severity

type Texts = Mapping[str, tuple[str, ...]]
"""Code -> names of what its text is filled with."""
type Detail = Text | Whole | Quantity | Several[Text] | tuple[Quantity, Quantity]
"""A name, id or raw text; a number; several names; both ends of a span."""


class Coded(Model):
    """Something found; ``about``: id of what it is about."""

    texts: ClassVar[Texts] = {}
    """The closed set of a kind of report."""

    check: Name
    severity: Severity
    about: Text
    evidence: Keyed[Name, Detail]

    @model_validator(mode="after")
    def _is_of_the_set(self) -> Self:
        if self.check not in self.texts:
            raise ValueError(f"'{self.check}' is no finding of such a report")
        if self.evidence.keys() != {*self.texts[self.check]}:
            told = ", ".join(self.texts[self.check]) or "nothing"
            raise ValueError(f"evidence of '{self.check}': {told}, and no other")
        return self

    @classmethod
    def of(cls, found: Finding) -> Self:
        """A finding of a run, with as much of its evidence as its text tells."""
        evidence = {name: found.evidence[name] for name in cls.texts.get(found.check, ())}
        return cls(check=found.check, severity=found.severity, about=found.layer, evidence=evidence)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The set is a part of the schema: each code with the names of its evidence."""
        schema = handler(core)
        handler.resolve_ref_schema(schema)["oneOf"] = [
            {"properties": {"check": {"const": check}, "evidence": _exactly(names)}}
            for check, names in cls.texts.items()
        ]
        return schema


def _exactly(names: tuple[str, ...]) -> dict[str, Any]:
    return {"required": [*names], "propertyNames": {"enum": [*names]}} if names else {"maxProperties": 0}
