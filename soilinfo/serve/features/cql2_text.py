"""CQL2 text as CQL2 JSON, so that a filter means the same in both forms.

pygeofilter's parser of CQL2 text is not used: it gives AND and OR the same precedence, which answers
``a OR b AND c`` with other features than the standard, and knows no apostrophe within a text.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from soilinfo.errors import GeometryError, InputError

Json = Any

LITERALS = ("date", "timestamp", "interval", "bbox")
"""Functions by name that are values."""
SHOWN = 40
"""Letters of a filter that a refusal repeats."""


def as_json(text: str) -> Json:
    """A filter as CQL2 JSON; InputError telling from where on a text is none."""
    try:
        return _PARSER.parse(text)
    except UnexpectedToken as error:
        at = error.token.start_pos if error.token.type != "$END" else None
    except UnexpectedCharacters as error:
        at = error.pos_in_stream
    if at is None:
        raise InputError("the filter is not cql2-text: it ends too early")
    raise InputError(f"the filter is not cql2-text: it cannot be read from '{text[at : at + SHOWN]}' on")


def _operation(name: str, *arguments: Json) -> Json:
    return {"op": name, "args": [*arguments]}


def _not(condition: Json) -> Json:
    return _operation("not", condition)


@v_args(inline=True)
class _AsJson(Transformer[Token, Json]):
    """Each rule and token of the grammar as the JSON of its parts."""

    def disjunction(self, *parts: Json) -> Json:
        return _operation("or", *parts)

    def conjunction(self, *parts: Json) -> Json:
        return _operation("and", *parts)

    def not_(self, part: Json) -> Json:
        return _not(part)

    def comparison(self, left: Json, operator: Token, right: Json) -> Json:
        return _operation(str(operator), left, right)

    def arithmetic(self, left: Json, operator: Token, right: Json) -> Json:
        return _operation(operator.lower(), left, right)

    def signed(self, sign: Token, part: Json) -> Json:
        if sign == "+":
            return part
        return _operation("*", -1, part) if isinstance(part, dict | str | bool) else -part

    def like(self, text: Json, pattern: Json) -> Json:
        return _operation("like", text, pattern)

    def not_like(self, text: Json, pattern: Json) -> Json:
        return _not(self.like(text, pattern))

    def between(self, value: Json, low: Json, high: Json) -> Json:
        return _operation("between", value, low, high)

    def not_between(self, value: Json, low: Json, high: Json) -> Json:
        return _not(self.between(value, low, high))

    def in_(self, value: Json, *listed: Json) -> Json:
        return _operation("in", value, [*listed])

    def not_in(self, value: Json, *listed: Json) -> Json:
        return _not(self.in_(value, *listed))

    def null(self, value: Json) -> Json:
        return _operation("isNull", value)

    def not_null(self, value: Json) -> Json:
        return _not(self.null(value))

    def property(self, name: Token) -> Json:
        return {"property": name.strip('"')}

    def function(self, name: Token, *arguments: Json) -> Json:
        kind = name.lower()
        if kind in LITERALS:
            return {kind: arguments[0] if len(arguments) == 1 else [*arguments]}
        return _operation(kind, *arguments)

    def NUMBER(self, text: Token) -> float:  # noqa: N802
        # Integers of databases have no more digits.
        return int(text) if text.isdecimal() and len(text) <= 18 else float(text)

    def TEXT(self, text: Token) -> str:  # noqa: N802
        return re.sub(r"''|\\'", "'", text[1:-1])

    def TRUTH(self, text: Token) -> bool:  # noqa: N802
        return text.lower() == "true"

    def WKT(self, text: Token) -> Json:  # noqa: N802
        try:
            # A coordinate that is no finite number is refused where places are.
            with np.errstate(over="ignore"):
                return orjson.loads(shapely.to_geojson(shapely.from_wkt(text)))
        except shapely.errors.ShapelyError:
            raise GeometryError(f"the filter's '{text[:SHOWN]}' is no geometry of WKT") from None


_PARSER = Lark(
    Path(__file__).with_name("cql2.lark").read_text(encoding="utf-8"), parser="lalr", transformer=_AsJson()
)
