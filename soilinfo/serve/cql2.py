"""CQL2 text with apostrophes inside its words, which pygeofilter's parser does not know."""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from pygeofilter.parsers.cql2_text import parse

QUOTED = re.compile(r"""\"[^"]*"|'((?:''|\\'|[^'])*)'""")
"""A name in double quotes, or a text in single ones; in a text '' and \\' stand for an apostrophe."""
ESCAPED = re.compile(r"''|\\'")
STAND_IN = "\ue000"
"""A character of nobody's language, in place of an apostrophe while the parser looks for the text's end."""


def parse_cql2_text(text: str) -> Any:
    """pygeofilter's syntax tree of a filter; raises what its parser raises."""
    return _restored(parse(QUOTED.sub(_hidden, text)))


def _hidden(quoted: re.Match[str]) -> str:
    return quoted[0] if quoted[1] is None else f"'{ESCAPED.sub(STAND_IN, quoted[1])}'"


def _restored(node: Any) -> Any:
    if isinstance(node, str):
        return node.replace(STAND_IN, "'")
    if isinstance(node, list):
        return [_restored(each) for each in node]
    if is_dataclass(node) and not isinstance(node, type):
        return replace(node, **{part.name: _restored(getattr(node, part.name)) for part in fields(node)})
    return node
