"""Threats and the inventory as config has them, and what is wrong in one that is not so."""

from collections import Counter

from soilinfo.catalog.load import load
from tests.catalog.conftest import CONFIG, check, write

LABEL = "{en: A, id: A}"


def test_the_ten_threats_are_those_of_the_status_of_the_worlds_soils():
    catalog = load(CONFIG)
    assert list(catalog.threats) == [
        "erosion", "soc_change", "nutrient_imbalance", "acidification", "contamination", "waterlogging",
        "compaction", "sealing", "salinization", "biodiversity_loss",
    ]  # fmt: skip
    assert {name for each in catalog.threats.values() for name in each.indicators} <= set(catalog.indicators)


def test_every_action_area_and_component_is_asked_four_to_seven_questions():
    asked = load(CONFIG).inventory.values()
    areas = Counter(each.gsp_area for each in asked if each.gsp_area)
    components = Counter(each.component for each in asked if each.component)
    assert areas.keys() == {1, 2, 3, 4, 5, 6}
    assert len(components) == 5
    assert all(4 <= count <= 7 for count in (*areas.values(), *components.values()))


def test_faults_of_threats_and_of_the_inventory_are_told_with_their_place(country):
    threat = f"{{title: {LABEL}, definition: {LABEL}, source: x, indicators: [erosoin]}}"
    write(country, "threats.yaml", f"erosion: {threat}\n")
    questions = {
        "a": "answer: choice",
        "b": "answer: text, unit: ha, gsp_area: 1",
        "c": "answer: text",
        "d": "answer: text, gsp_area: 7",
    }
    lines = [f"{id}: {{question: {LABEL}, source: x, {rest}}}" for id, rest in questions.items()]
    write(country, "inventory.yaml", "\n".join(lines).replace("choice,", "choice, gsp_area: 1,"))
    faults, _ = check(country)
    told = {(each.file, each.key): each.message for each in faults}
    assert "Did you mean 'erosion'?" in told["threats.yaml", "erosion.indicators"]
    assert {key for file, key in told if file == "inventory.yaml"} == {"a", "b", "c", "d.gsp_area"}
