from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from shapely.geometry import shape

from soilinfo.catalog.definition import definition_sha256
from soilinfo.catalog.load import load
from soilinfo.report.country.canonical import canonical, parse
from soilinfo.report.country.document import CountryReport
from soilinfo.report.region.comparability import Rules, compare
from soilinfo.report.region.values import told
from soilinfo.report.region.words import Speech
from soilinfo.sample.neighbour_values import RANGES
from soilinfo.sample.neighbours import NEIGHBOURS, report_of, write_neighbours
from tests.sample.conftest import CONFIG


@pytest.fixture(scope="module")
def catalog():
    return load(CONFIG)


@pytest.fixture(scope="module")
def reports(catalog, tmp_path_factory) -> dict[str, CountryReport]:
    files = write_neighbours(tmp_path_factory.mktemp("sample") / "reports", catalog)
    return {Path(file).stem: parse(file.read_bytes()) for file in files}


def outline(report: CountryReport) -> shapely.Geometry:
    return shape(report.content.units[0].geometry)


def test_the_neighbours_are_marked_as_made_up_and_lie_beside_the_sample_nation(reports, catalog):
    west, south, east, north = catalog.grid.bounds
    assert set(reports) == {"XNB", "XNC"}
    for report in reports.values():
        assert report.content.header.synthetic
        assert not outline(report).intersects(shapely.box(west, south, east, north))
        assert outline(report).distance(shapely.box(west, south, east, north)) < 1.5


def test_both_neighbours_claim_one_islet(reports):
    claimed = outline(reports["XNB"]).intersection(outline(reports["XNC"]))
    assert 0.02 < claimed.area < 0.05
    assert claimed.bounds == pytest.approx([95.2, -8.25, 95.5, -8.05], abs=0.06)


def test_provinces_of_a_neighbour_make_up_its_land(reports):
    for report in reports.values():
        nation, *parts = report.content.units
        assert sum(each.area_ha for each in parts) == pytest.approx(nation.area_ha, rel=1e-4)


def test_neighbours_use_the_definitions_of_config_so_that_only_what_they_measured_differs(reports, catalog):
    for report in reports.values():
        told = {each.id: each for each in report.content.indicators}
        assert set(told) == set(RANGES) & set(catalog.indicators)
        for name, each in told.items():
            defined = definition_sha256(catalog.indicator(name), catalog.land_degradation)
            assert each.definition_sha256 == defined
        assert {each.id for each in report.content.missing} == set(catalog.indicators) - set(told)
    assert {each.depth for each in reports["XNB"].content.indicators} <= {(0.0, 30.0), None}
    assert {each.depth for each in reports["XNC"].content.indicators} <= {(0.0, 20.0), None}
    years = {each.id: each.years for each in reports["XNC"].content.indicators}
    assert years.pop("land_degradation") == (1988, 2008), "over as many years as the rules of config"
    assert set(years.values()) == {(2008, 2008)}


def test_a_neighbour_by_other_rules_of_land_degradation_has_another_definition_of_it_alone(reports, catalog):
    rules = catalog.land_degradation.model_copy(update={"soc_change_pct": 5.0})
    other = report_of(NEIGHBOURS[0], catalog.model_copy(update={"land_degradation": rules}))
    pairs = zip(reports["XNB"].content.indicators, other.content.indicators, strict=True)
    changed = [ours.id for ours, theirs in pairs if ours.definition_sha256 != theirs.definition_sha256]
    assert changed == ["land_degradation"]


def test_the_southern_neighbour_measured_by_other_methods_where_a_definition_allows_several(reports):
    by = {
        name: {each.id: (each.method_group, each.form) for each in report.content.indicators}
        for name, report in reports.items()
    }
    assert by["XNC"]["soc"] == ("walkley_black", None)
    assert by["XNB"]["p_available"] != by["XNC"]["p_available"]
    assert by["XNB"]["ph_h2o"] == by["XNC"]["ph_h2o"]


def test_carbon_of_the_western_neighbour_compares_by_an_equation_that_the_region_allows(reports, catalog):
    western = NEIGHBOURS[0]
    by_combustion = replace(western, measured=replace(western.measured, iso3="XSN", measures={}))
    rules = Rules(catalog.region, catalog.equations, Speech(CONFIG))
    theirs, ours = (told(each, "soc") for each in (reports["XNB"], report_of(by_combustion, catalog)))
    verdict = compare(rules, theirs, ours)
    assert verdict.kind == "with_conversion"
    assert verdict.conversion.equation == "soc_walkley_black"


def test_values_of_a_neighbour_lie_within_their_intervals_and_its_hectares_add_up(reports):
    for report in reports.values():
        for indicator in report.content.indicators:
            nation, *parts = indicator.values
            assert nation.lower < nation.value < nation.upper
            assert nation.nodata_ha == pytest.approx(sum(each.nodata_ha for each in parts), rel=1e-4)
            if nation.affected_ha is not None:
                assert nation.affected_lower_ha <= nation.affected_ha <= nation.affected_upper_ha


def test_experts_of_a_neighbour_rank_every_threat_and_its_inventory_has_gaps(reports, catalog):
    for report in reports.values():
        threats = report.content.threats
        assert [each.id for each in threats] == [*catalog.threats]
        assert sum(each.rank for each in threats) == len(threats) * (len(threats) + 1) / 2
        assert {len(each.experts) for each in threats} == {4}
        answers = [each.answer for each in report.content.inventory]
        assert len(answers) == len(catalog.inventory)
        assert 0 < answers.count(None) < len(answers) / 2


def test_the_western_neighbour_has_approved_its_report_and_the_southern_one_only_submitted_it(reports):
    assert {name: report.state for name, report in reports.items()} == {
        "XNB": "approved",
        "XNC": "submitted",
    }


def test_the_same_config_makes_the_same_bytes(reports, catalog):
    for country in NEIGHBOURS:
        assert canonical(report_of(country, catalog)) == canonical(reports[country.iso3])
