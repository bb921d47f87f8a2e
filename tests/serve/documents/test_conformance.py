"""A class is declared only if an abstract test of its standard names it."""

import re
from pathlib import Path

import pytest

from soilinfo.serve.documents.conformance import CLASSES

TESTS = Path(__file__).parents[2] / "interop" / "abstract"
STANDARDS = {
    "ogcapi-common": "test_common.py",
    "ogcapi-features": "test_features*.py",
    "cql2": "test_cql2.py",
    "ogcapi-coverages": "test_coverages*.py",
    "ogcapi-edr": "test_edr.py",
    "ogcapi-maps": "test_maps*.py",
    "ogcapi-tiles": "test_*tiles.py",
    "tms": "test_*tiles.py",
    "ogcapi-styles": "test_vector_tiles.py",
    "ogcapi-processes": "test_processes*.py",
    "ogcapi-records": "test_records.py",
}
"""The files that test a standard, by the beginning of its name."""


OTHERWISE = {"queries": "edr"}
"""What the tests of a class are called by, where their standard calls them by another name than the class."""


@pytest.mark.parametrize("declared", CLASSES)
def test_a_declared_class_has_an_abstract_test(declared: str):
    standard, name = re.fullmatch(r".*/spec/([^/]+)/[^/]+/conf/(.+)", declared).groups()  # type: ignore[union-attr]
    files = next(files for prefix, files in STANDARDS.items() if standard.startswith(prefix))
    name = OTHERWISE.get(name, name)
    texts = [file.read_text("utf-8") for file in TESTS.glob(files)]
    assert any(re.search(rf"/conf/{re.escape(name)}(?![\w-])", text) for text in texts), (standard, name)
