"""Looks as QGIS draws them: conditions that mean the same there, a line of the legend for each colour."""

import pytest

from soilinfo.report.look import Look, Rule
from soilinfo.report.qgis.rules import condition, rule_renderer


@pytest.mark.parametrize(
    ("where", "written"),
    [
        (["==", ["get", "crop"], "maize"], "\"crop\" = 'maize'"),
        (["==", ["get", "name"], "Ma'rang"], "\"name\" = 'Ma''rang'"),
        (["!=", ["get", "class_id"], "low"], "\"class_id\" IS NOT 'low'"),
        (["!", ["has", "need_met_pct"]], 'NOT ("need_met_pct" IS NOT NULL)'),
        (
            ["all", [">=", ["get", "s1_pct"], 0.0], ["<", ["get", "s1_pct"], ["get", "s2_pct"]]],
            '("s1_pct" >= 0) AND ("s1_pct" < "s2_pct")',
        ),
        (["<", ["get", "total_ha"], 1234567.5], '"total_ha" < 1234567.5'),
    ],
)
def test_a_condition_is_written_as_qgis_reads_it(where, written):
    assert condition(where) == written


def test_every_rule_has_its_text_and_its_colour():
    green, grey = (
        Rule({"en": "Good", "id": "Baik"}, "#01665e", ["==", ["get", "a"], "x"]),
        Rule({"en": "No data", "id": "Tanpa data"}, "#cccccc", None),
    )
    renderer = rule_renderer(Look("a", {"en": "A"}, (green, grey)), "id")
    rules = renderer.findall("rules/rule")
    assert [(rule.get("label"), rule.get("filter")) for rule in rules] == [
        ("Baik", "\"a\" = 'x'"),
        ("Tanpa data", None),
    ]
    fills = [
        renderer.find(f"symbols/symbol[@name='{rule.get('symbol')}']/layer/Option/Option[@name='color']")
        for rule in rules
    ]
    assert [fill.get("value") for fill in fills] == ["1,102,94,255", "204,204,204,255"]
