"""The indicators of a region on maps: the classes of the atlas, and what does not compare apart with why."""

from operator import eq, ge, lt

import pytest

from soilinfo.catalog.names import REGIONAL_COMPARABILITY, REGIONAL_INDICATORS
from soilinfo.report.figures.paper import Drawings
from soilinfo.report.look import Drawn
from soilinfo.report.looks import looks
from soilinfo.report.qgis.rules import rule_renderer
from soilinfo.report.region.atlas import assemble
from soilinfo.report.region.classes import schemes
from soilinfo.report.region.tables import tables
from tests.report.facts import CATALOG
from tests.report.region.test_pdf import EN, REGION, REPORTS

SCHEMES = schemes(REGION, REPORTS.values(), CATALOG)
DRAWN = Drawn(REGIONAL_INDICATORS, (), CATALOG, (), schemes=tuple(SCHEMES.values()))
LOOKS = {look.id: look for look in looks(DRAWN)}
ROWS = tables(REGION, [*REPORTS.values()], SCHEMES, ("en", "id"))[REGIONAL_INDICATORS]
COMPARED = {"==": eq, ">=": ge, "<": lt}


def meets(row, where) -> bool:
    """Whether a row meets a condition, by the meaning that MapLibre gives it."""
    operator, *rest = where
    if operator == "all":
        return all(meets(row, each) for each in rest)
    if operator == "!":
        return not meets(row, rest[0])
    value = row[rest[0] if operator == "has" else rest[0][1]]
    known = value is not None and value == value
    if operator == "has":
        return known
    return known and COMPARED[operator](value, rest[1])


def test_every_indicator_has_a_look_of_the_colours_and_labels_of_its_sheet_of_the_atlas():
    *of_indicators, _ = assemble(REGION, REPORTS.values(), EN, Drawings())["sheets"]
    sheets = {each["title"]: each for each in of_indicators}
    looks = {look.title["en"].partition(" (")[0]: look for look in LOOKS.values()}
    assert sheets.keys() == looks.keys()
    for title, look in looks.items():
        sheet = sheets[title]
        on_paper = [(line["fill"], line["label"]) for line in sheet["legend"]["lines"]]
        on_maps = [(rule.colour, rule.label["en"]) for rule in look.rules]
        classes = [each for each in on_paper if each[0].startswith("#")]
        assert classes, "a scheme without classes would show nothing"
        assert on_maps[: len(classes)] == classes
        apart = [f"{name}: {why}".removeprefix("Land ") for name, why in sheet["apart"]["lines"]]
        assert [label for _, label in on_maps[len(classes) + 1 :]] == apart


@pytest.mark.parametrize("indicator", ["soc_stock", "ph_h2o"])
def test_each_unit_drawn_is_drawn_once_and_the_nation_above_it_not_at_all(indicator):
    look = LOOKS[indicator]
    for row in ROWS[ROWS["indicator"] == indicator].to_dict("records"):
        found = [rule for rule in look.rules if meets(row, rule.where)]
        assert len(found) == (row["on_map"] != "no"), row["id"]
        if row["iso3"] == "XCC" and found:
            assert found[0].hatched
            assert found[0].label["id"].endswith("tidak dapat dibandingkan: kedalaman")
    levels = ROWS.groupby("on_map")["level"].unique()
    assert set(levels["classes"]) == {"provinces"}
    assert set(levels["no"]) == {"nation"}


def test_a_country_that_tells_nothing_of_an_indicator_is_land_without_data_with_its_reason():
    (row,) = ROWS[(ROWS["indicator"] == "soc_stock") & (ROWS["iso3"] == "XEE")].to_dict("records")
    assert (row["on_map"], row["level"], row["year"]) == ("not_reported", "nation", "undated")
    (rule,) = (rule for rule in LOOKS["soc_stock"].rules if meets(row, rule.where))
    assert (rule.label["en"], rule.hatched) == ("XEE: not reported", False)


def test_affected_land_is_told_with_the_side_of_its_threshold():
    sides = ROWS.dropna(subset="threshold_value").groupby("indicator")["threshold_side"].unique()
    assert {name: [*found] for name, found in sides.items()} == {
        "ph_h2o": ["below"],
        "salinity_ec": ["above"],
    }
    report = REPORTS["XAA"]
    limits = [each.model_copy(update={"inclusive": True}) for each in _ph(report).thresholds]
    at = _ph(report).model_copy(update={"thresholds": tuple(limits)})
    changed = report.model_copy(update={"content": report.content.model_copy(update={"indicators": (at,)})})
    rows = tables(REGION, [*(REPORTS | {"XAA": changed}).values()], SCHEMES, ("en",))[REGIONAL_INDICATORS]
    sides = rows[rows["iso3"] == "XAA"]["threshold_side"].dropna()
    assert {EN.called("threshold_side", each) for each in sides} == {"at most"}


def _ph(report):
    return next(each for each in report.content.indicators if each.id == "ph_h2o")


def test_words_have_a_column_in_each_language_asked_for_english_where_a_report_lacks_it():
    further = tables(REGION, [*REPORTS.values()], SCHEMES, ("en", "fr"))
    for frame in (further[REGIONAL_INDICATORS], further[REGIONAL_COMPARABILITY]):
        assert [name for name in frame if name.startswith("words")] == ["words_en", "words_fr"]
        assert frame["words_en"].any()
        assert (frame["words_en"] == frame["words_fr"]).all()


def test_qgis_hatches_what_stands_apart_and_fills_the_classes():
    look = LOOKS["soc_stock"]
    options = rule_renderer(look, "en").iter("Option")
    styles = [each.get("value") for each in options if each.get("name") == "style"]
    assert styles == ["b_diagonal" if rule.hatched else "solid" for rule in look.rules]
    assert "b_diagonal" in styles
