"""Colours are told apart by everybody, unless a rule names them."""

from pathlib import Path

import pytest

from soilinfo.catalog.colour_vision import alike, simulated
from soilinfo.catalog.colours import colour_findings, styles, taken_for_each_other
from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.styles import Style, StyleEntry

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load(CONFIG)


def style(*colours: str, kind: str = "classes", by: str = "") -> Style:
    entries = (StyleEntry(at, colour, {"en": colour}) for at, colour in enumerate(colours, start=1))
    return Style(kind, {"en": "Style"}, "1", tuple(entries), by)  # type: ignore[arg-type]


def test_every_shipped_style_is_safe_for_every_eye_or_names_its_rule(shipped: Catalog):
    unsafe = {
        name: taken_for_each_other(each) for name, each in styles(shipped).items() if not each.colours_by
    }
    assert not {name: pairs for name, pairs in unsafe.items() if pairs}
    assert len(unsafe) > 50


def test_who_lacks_a_cone_sees_red_and_green_alike_but_blue_and_yellow_apart():
    (pair,) = alike(["#b35a20", "#7a7318"], 8)
    assert pair.vision in ("protan", "deutan")
    assert not list(alike(["#0072b2", "#f0e442"], 35)), "Okabe and Ito's blue and yellow"


def test_a_grey_is_the_same_grey_for_everybody():
    normal = simulated(["#808080"], "normal")
    for vision in ("protan", "deutan", "tritan"):
        assert simulated(["#808080"], vision) == pytest.approx(normal, abs=1e-4)


def test_neighbours_of_a_ramp_may_be_closer_than_classes():
    near = ("#ffffe5", "#fff7bc", "#662506")
    assert taken_for_each_other(style(*near))
    assert not taken_for_each_other(style(*near, kind="ramp"))


def test_classes_of_the_very_same_colour_are_one_for_the_eye():
    assert not taken_for_each_other(style("#cab2d6", "#cab2d6", "#1b7837"))


def test_a_table_is_noted_with_who_takes_what_for_what_unless_a_rule_names_its_colours(shipped: Catalog):
    table = shipped.class_table("moratorium")
    greens = tuple(
        entry.model_copy(update={"colour": colour})
        for entry, colour in zip(table.classes, ("#f7f7f5", "#276419", "#8e5a2a"), strict=True)
    )

    def with_table(**changes: object) -> Catalog:
        changed = table.model_copy(update={"classes": greens, **changes})
        return shipped.model_copy(update={"class_tables": {**shipped.class_tables, table.id: changed}})

    (finding,) = colour_findings(with_table())
    assert (finding.check, finding.severity, finding.layer) == ("colours_alike", "note", "moratorium")
    assert "'primary_natural_forest' and 'peatland'" in finding.message
    assert "cones for red" in finding.message
    assert not colour_findings(with_table(colours_by="Decree 1/2026, annex II"))
