"""What a coverage says of itself: its links lead to what one answer holds."""

from dataclasses import replace
from math import ceil

import pytest

from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import fields
from soilinfo.serve.coverages.description import COVERAGE_REL, PREVIEW, coverage_links

LINKS = [{"rel": COVERAGE_REL, "title": "Coverage data", "href": "/coverage?f=tiff"}]


def limited(collection: Collection, cells: int) -> Collection:
    """The collection where an answer has at most so many cells."""
    catalog = collection.catalog
    limits = catalog.services.limits.model_copy(update={"coverage_cells": cells})
    services = catalog.services.model_copy(update={"limits": limits})
    source = replace(collection.source, catalog=catalog.model_copy(update={"services": services}))
    return replace(collection, source=source)


def test_a_coverage_that_one_answer_holds_is_linked_to_as_it_is(published: dict[str, Collection]):
    links = coverage_links(LINKS, published["ph_h2o"])
    assert {link["rel"] for link in links} == {COVERAGE_REL}
    assert {link["href"] for link in links} == {f"/coverage?f={name}" for name in ("json", "tiff", "netcdf")}


@pytest.mark.parametrize("cells", [400_000, 100_000, 9])
def test_beside_a_larger_one_stands_the_whole_of_it_as_fine_as_one_answer_can_be(
    published: dict[str, Collection], cells: int
):
    suitability = limited(published["suitability"], cells)
    links = coverage_links(LINKS, suitability)
    factors = {int(link["href"].rpartition("=")[2]) for link in links if link["rel"] == PREVIEW}
    (factor,) = factors

    def size(by: int) -> int:
        grid = suitability.grid
        return ceil(grid.width / by) * ceil(grid.height / by) * len(fields(suitability))

    assert size(factor) <= cells < size(factor - 1)
    assert {link["title"] for link in links if link["rel"] == COVERAGE_REL} == {"Parts of coverage data"}
