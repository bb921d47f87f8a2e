"""Threats of a country: places, agreement, and the mapped area beside the one entered, worked by hand."""

import pytest

from soilinfo.catalog.load import load
from soilinfo.ingest.statements import read_statements
from soilinfo.report.country.threats import reported_threats, threat_findings
from tests.stated import CONFIG, workbook

IDS = ("erosion", "soc_change", "nutrient_imbalance")


@pytest.fixture(scope="module")
def catalog():
    known = load(CONFIG)
    return known.model_copy(update={"threats": {id: known.threats[id] for id in IDS}})


def told(catalog, *rows, mapped=None, nation_ha=1000.0):
    columns = ("expert", "threat", "rank", "area_ha", "condition")
    filled = [dict(zip(columns, row, strict=False)) for row in rows]
    statements = read_statements(workbook(threats=filled), catalog, nation_ha)
    threats = reported_threats(catalog, statements, nation_ha, mapped or {})
    return {each.id: each for each in threats}, {
        each.check: each for each in threat_findings(statements, threats, nation_ha)
    }


def notes(threat, language="en"):
    return [each[language] for each in threat.notes]


def test_means_medians_places_and_spread_are_those_worked_by_hand(catalog):
    threats, findings = told(
        catalog,
        ("A", "erosion", 1, 100, "poor"), ("A", "soc_change", 2, 400, "fair"), ("A", "nutrient_imbalance", 3),
        ("B", "erosion", 1, 300, "poor"), ("B", "soc_change", 3, 500, "poor"), ("B", "nutrient_imbalance", 2),
        ("C", "erosion", 3, 150, "good"),
        mapped={"erosion": 100.0, "erosion_depth": 5.0, "soc_change": None},
    )  # fmt: skip
    erosion, soc, nutrients = (threats[id] for id in IDS)
    assert (erosion.mean_rank, soc.mean_rank, nutrients.mean_rank) == (5 / 3, 2.5, 2.5)
    assert (erosion.rank, soc.rank, nutrients.rank) == (1, 2.5, 2.5)
    assert (erosion.area_ha, soc.area_ha, nutrients.area_ha) == (150, 450, None)
    assert (erosion.area_rank, soc.area_rank, nutrients.area_rank) == (2, 1, None)
    assert (erosion.share_pct, erosion.mapped_ha, erosion.mapped_by) == (15, 100, "erosion")
    assert (soc.mapped_ha, soc.mapped_by) == (None, None)
    assert erosion.agreement == pytest.approx((4 / 3) ** 0.5)
    assert (erosion.condition, soc.condition, nutrients.condition) == ("poor", None, None)
    # Two complete rankings, (1, 2, 3) and (1, 3, 2): sums 2, 5, 5; S = 6; W = 12 * 6 / (4 * 24).
    assert findings["experts_agree"].evidence == {"kendalls_w": 0.75, "rankings": 2}
    assert findings["areas_overlap"].evidence == {"share_pct": 60.0}


def test_ties_gaps_and_disagreement_are_told_in_both_languages(catalog):
    threats, _ = told(
        catalog,
        ("A", "erosion", 1, 100, "poor"), ("A", "soc_change", 3),
        ("B", "erosion", 3, 300, "fair"), ("B", "soc_change", 1),
        ("C", "erosion", None, None, "poor"),
        ("C", "soc_change", None, 5),
        mapped={"erosion": 100.0, "soc_change": 0.0},
    )  # fmt: skip
    assert "No land is mapped as affected, though experts entered an area." in notes(threats["soc_change"])
    assert notes(threats["erosion"]) == [
        "Shares its place by mean rank with Soil organic carbon change.",
        "Areas that experts entered go from 100 to 300 ha.",
        "The area entered is 2.00 times the 100 ha that are mapped.",
        "Condition: 2 of 3 experts say 'Poor'.",
    ]
    entered = "Luas yang diisi adalah 2,00 kali luas terpetakan, yaitu 100 ha."
    assert notes(threats["erosion"], "id")[2] == entered
    assert notes(threats["nutrient_imbalance"]) == [
        "No expert ranked it.", "No expert entered an area.", "No map of the report tells its area.",
    ]  # fmt: skip


def test_without_statements_threats_have_what_is_mapped_alone(catalog):
    threats = reported_threats(catalog, None, 1000.0, {"erosion": 12.0})
    assert [each.mapped_ha for each in threats] == [12.0, None, None]
    assert {each.rank for each in threats} == {None}
    assert [each.check for each in threat_findings(None, threats, 1000.0)] == ["no_statements"]


def test_what_other_indicators_of_a_threat_map_is_told_beside_the_one_that_counts(catalog):
    threats, _ = told(
        catalog, mapped={"n_total": 2150.6, "p_available": 3806.4, "k_exch": None, "soc_change": 1.0}
    )
    (note,) = notes(threats["nutrient_imbalance"])[-1:]
    assert note == "Mapped by Total nitrogen. By other indicators: Available phosphorus 3,806 ha."
    assert "Fosfor tersedia 3.806 ha" in notes(threats["nutrient_imbalance"], "id")[-1]
    assert not [each for each in notes(threats["soc_change"]) if each.startswith("Mapped by")]
