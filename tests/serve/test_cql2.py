"""CQL2 text: an apostrophe inside a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygeofilter import ast

from soilinfo.serve.cql2 import parse_cql2_text


@pytest.mark.parametrize("text", ["name = 'O''Brien'", r"name = 'O\'Brien'"])
def test_an_apostrophe_is_doubled_or_escaped(text: str):
    assert parse_cql2_text(text) == ast.Equal(ast.Attribute("name"), "O'Brien")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\\\n\r\ue000"), min_size=1))
def test_every_text_comes_through_with_its_apostrophes_doubled(text: str):
    quoted = text.replace("'", "''")
    assert parse_cql2_text(f"name = '{quoted}' AND code = '1'").lhs.rhs == text


def test_apostrophes_are_found_deep_within_a_filter():
    tree = parse_cql2_text("(name IN ('a''b', 'c')) OR name LIKE '%'''")
    assert tree.lhs.sub_nodes == ["a'b", "c"]
    assert tree.rhs.pattern == "%'"
