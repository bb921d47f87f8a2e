"""CoverageJSON as the community standard has it, and with the numbers of the store."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import orjson
import pytest
from covjson_pydantic.coverage import Coverage
from starlette.datastructures import QueryParams

from soilinfo.errors import InputError
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.provider import CoverageProvider
from soilinfo.serve.coverages.selection import Selection, selection_of
from tests.serve.coverages.dated import dated

WINDOW = "bbox=120.2,-7.25,120.25,-7.2"
PLACES = ["ph_h2o", "drainage", "suitability"]
Published = dict[str, Collection]


def coverage_of(collection: Collection, query: str) -> Coverage:
    provider = CoverageProvider({"name": "", "type": "coverage", "data": collection})
    selection: Selection = selection_of(QueryParams(query), collection)
    return Coverage.model_validate_json(provider.query(selection, "json").content)


@pytest.mark.parametrize("name", PLACES)
def test_every_kind_of_coverage_is_valid(client: httpx.Client, name: str):
    answer = client.get(
        f"/collections/{name}/coverage?{WINDOW}", headers={"Accept": "application/vnd.cov+json"}
    )
    assert answer.headers["content-type"] == "application/vnd.cov+json"
    coverage = Coverage.model_validate_json(answer.content)
    assert coverage.parameters is not None
    assert set(coverage.parameters.root) == set(coverage.ranges)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32751"])
def test_the_system_of_the_answer_is_named_with_its_order_of_axes(client: httpx.Client, crs: str):
    answer = client.get("/collections/ph_h2o/coverage", params={"bbox": WINDOW[5:], "crs": crs}).json()
    (reference,) = (each for each in answer["domain"]["referencing"] if "x" in each["coordinates"])
    assert reference["system"]["id"] == f"http://www.opengis.net/def/crs/EPSG/0/{crs[5:]}"
    assert reference["coordinates"] == (["y", "x"] if crs == "EPSG:4326" else ["x", "y"])
    assert reference["system"]["type"] == ("GeographicCRS" if crs == "EPSG:4326" else "ProjectedCRS")


def test_depth_and_time_stand_in_the_domain(published: Published):
    coverage = coverage_of(dated(published["soc"], "2019/2020"), WINDOW)
    axes = coverage.domain.axes
    assert (axes.z.values, axes.z.bounds) == ([15.0], [0.0, 30.0])
    assert axes.t.values == [datetime(2019, 1, 1, tzinfo=UTC)]
    assert axes.t.bounds[1] == datetime(2020, 12, 31, 23, 59, 59, tzinfo=UTC)
    kinds = [each.system.type for each in coverage.domain.referencing]
    assert kinds == ["GeographicCRS", "VerticalCRS", "TemporalRS"]


def test_what_is_of_no_time_or_depth_has_neither(published: Published):
    axes = coverage_of(published["drainage"], WINDOW).domain.axes
    assert (axes.z, axes.t) == (None, None)


def test_times_are_written_with_their_offset(published: Published):
    provider = CoverageProvider({"name": "", "type": "coverage", "data": dated(published["soc"], "2020-02")})
    collection = provider.collection
    text = provider.query(selection_of(QueryParams(WINDOW), collection), "json").content
    assert orjson.loads(text)["domain"]["axes"]["t"]["bounds"] == [
        "2020-02-01T00:00:00Z",
        "2020-02-29T23:59:59Z",
    ]


@pytest.mark.parametrize(
    "asked",
    [
        "datetime=2020",
        "datetime=2020-06-30T12:00:00Z",
        "datetime=2020-06-30T12:00:00%2B07:00",
        "datetime=../2020-01-01",
        "datetime=2020-12-31/..",
        "subset=time(2020-06-30T12:00:00Z)",
        'subset=time("2019-01-01":"2020-03-01")',
        'subset=time("2020-06-01T10:30:00Z":"2020-06-01T11:30:00Z")',
        "subset=time(*:2020)",
        "subset=time(*)",
    ],
)
def test_a_time_that_meets_that_of_the_layer_is_answered(published: Published, asked: str):
    """/conf/subsetting-temporal/datetime and /conf/subsetting-temporal/subset"""
    assert coverage_of(dated(published["soc"], "2020"), f"{WINDOW}&{asked}").ranges


@pytest.mark.parametrize(
    "asked", ["datetime=2021", "datetime=../2019", "subset=time(2021:*)", "subset=time(2019)"]
)
def test_another_time_is_not_there(published: Published, asked: str):
    """/conf/subsetting-temporal/out-of-bounds"""
    with pytest.raises(RefusedError, match="2020-01-01T00:00:00Z") as refused:
        coverage_of(dated(published["soc"], "2020"), f"{WINDOW}&{asked}")
    assert refused.value.status == 404


@pytest.mark.parametrize("asked", ["datetime=soon", "subset=time(soon)", "datetime=2020&subset=time(2020)"])
def test_a_time_that_cannot_be_read_or_is_given_twice_is_refused(published: Published, asked: str):
    """/conf/subsetting-temporal/subset-datetime-exclusivity"""
    with pytest.raises(InputError):
        coverage_of(dated(published["soc"], "2020"), f"{WINDOW}&{asked}")


def test_classes_have_the_colours_of_their_legend(client: httpx.Client, published: Published):
    parameter = client.get(f"/collections/drainage/coverage?{WINDOW}").json()["parameters"]["drainage"]
    table = published["drainage"].catalog.class_table("drainage")
    assert parameter["x-soilinfo-colours"] == {each.id: each.colour for each in table.classes}


def test_a_version_of_its_own_has_fields_of_its_own(published: Published):
    again = replace(published["soc"], title={"en": "Carbon", "id": "Karbon"})
    assert coverage_of(again, WINDOW).parameters["soc"].observedProperty.label["en"] == "Carbon"
