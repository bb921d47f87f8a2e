"""Rating editions and nutrient status: the numbers shipped, and how a file can contradict itself."""

from pathlib import Path

import pytest
import yaml

from soilinfo.catalog.load import check, load
from soilinfo.catalog.models import Catalog
from tests.catalog.conftest import CONFIG, ROOT, replace, write

PPT1983 = {
    "soc": ("%", (1, 2, 3, 5), "R"),
    "n_total": ("%", (0.1, 0.2, 0.5, 0.75), "R"),
    "p2o5_hcl25": ("mg/100 g", (10, 20, 40, 60), "R"),
    "p2o5_bray1": ("ppm", (10, 15, 25, 35), "C"),
    "k2o_hcl25": ("mg/100 g", (10, 20, 40, 60), "R"),
    "k_exch": ("cmol(+)/kg", (0.1, 0.3, 0.5, 1.0), "C"),
    "ph_h2o": ("pH", (4.5, 5.5, 6.5, 7.5, 8.5), "R"),
}
PADDY = {"p2o5": ("p2o5_hcl25", (20, 40)), "k2o": ("k2o_hcl25", (10, 20))}


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load(CONFIG)


def test_the_edition_of_1983_has_the_edges_that_were_read_and_no_other(shipped: Catalog):
    edition = shipped.ratings["ppt1983"]
    assert {
        name: (each.unit, each.edges, each.confidence) for name, each in edition.ratings.items()
    } == PPT1983
    assert set(edition.not_found) == {"cec", "base_saturation"}, "known from memory only, so not used"


def test_only_ph_is_rated_in_classes_of_its_own(shipped: Catalog):
    edition = shipped.ratings["ppt1983"]
    own = {name for name in edition.ratings if edition.classes_of(name) != edition.classes}
    assert own == {"ph_h2o"}
    assert list(shipped.class_table(edition.classes_of("ph_h2o")).code_of) == [
        "very_acid",
        "acid",
        "slightly_acid",
        "neutral",
        "slightly_alkaline",
        "alkaline",
    ]


def test_the_status_of_paddy_land_is_by_hcl_and_red_yellow_and_green(shipped: Catalog):
    status = shipped.nutrient_statuses["paddy"]
    limits = status.nutrients.items()
    assert {name: (each.property, each.edges) for name, each in limits} == PADDY
    assert {each.method for _, each in limits} == {"HCl 25 %"}
    assert (status.commodity, status.land.layer, status.land.classes) == ("rice", "land_cover", ("paddy",))
    colours = [each.colour for each in shipped.class_table(status.classes).classes]
    channels = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours]
    (red, yellow, green) = channels
    assert max(red) == red[0]
    assert max(yellow[2], 100) < min(yellow[:2])
    assert max(green) == green[1]


RATINGS = "ratings/ppt1983.yaml"
STATUS = "nutrient_status/paddy.yaml"


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "message"),
    [
        (RATINGS, "  soc:", "  soil_carbon:", "ratings.soil_carbon", "no property 'soil_carbon'"),
        (RATINGS, "classes: fertility", "classes: fertlity", "classes", "Did you mean 'fertility'?"),
        (RATINGS, "soil_reaction", "reaction", "ratings.ph_h2o.classes", "no class table 'reaction'"),
        (
            RATINGS,
            "unit: ppm",
            "unit: ppm P",
            "ratings.p2o5_bray1.unit",
            "edges are in 'ppm', not in 'ppm P'",
        ),
        (RATINGS, "unit: '%'", "unit: g/kg", "ratings.soc.unit", "edges are in '%', not in 'g/kg'"),
        (RATINGS, "[1, 2, 3, 5]", "[1, 3, 2, 5]", "ratings.soc.edges", "edges must rise"),
        (RATINGS, "[1, 2, 3, 5]", "[1, 2, 3]", "ratings.soc.edges", "they part 4 classes; 'fertility' has 5"),
        (RATINGS, "  soc:", "  drainage:", "ratings.drainage", "is a class property"),
        (RATINGS, "  cec:", "  kapasitas:", "not_found", "no property 'kapasitas'"),
        (RATINGS, "5], confidence: R", "5], confidence: U", "ratings.soc.confidence", "no value 'U'"),
        (STATUS, "commodity: rice", "commodity: padi", "commodity", "no commodity 'padi'"),
        (STATUS, "layer: land_cover", "layer: landcover", "land.layer", "Did you mean 'land_cover'?"),
        (STATUS, "layer: land_cover", "layer: soc", "land.layer", "'soc' has numbers"),
        (STATUS, "[paddy]", "[sawah]", "land.classes", "no class 'sawah'"),
        (STATUS, "classes: nutrient_status", "classes: status", "classes", "no class table 'status'"),
        (STATUS, "[20, 40]", "[20, 40, 60]", "nutrients.p2o5.edges", "they part 4 classes"),
        (STATUS, "[20, 40]", "[40, 20]", "nutrients.p2o5.edges", "edges must rise"),
        (
            STATUS,
            "property: k2o_hcl25",
            "property: k2o_mehlich",
            "nutrients.k2o.property",
            "no property 'k2o_mehlich'",
        ),
    ],
)
def test_a_fault_in_ratings_and_status_is_told_with_file_and_key(
    nation: Path, name: str, old: str, new: str, key: str, message: str
):
    replace(nation, name, old, new)
    (fault,) = check(nation)[0]
    assert (fault.file, fault.key) == (name, key)
    assert message in fault.message


def test_limits_of_one_extraction_are_not_used_with_values_of_another(nation: Path):
    replace(nation, STATUS, "property: p2o5_hcl25", "property: p2o5_bray1")
    unit_and_method = {fault.key: fault.message for fault in check(nation)[0]}
    assert set(unit_and_method) == {"nutrients.p2o5.unit", "nutrients.p2o5.method"}
    assert (
        "the edges are for 'HCl 25 %', but 'p2o5_bray1' is measured by"
        in unit_and_method["nutrients.p2o5.method"]
    )


def test_another_extraction_is_another_file_with_its_own_limits(nation: Path):
    text = (nation / STATUS).read_text("utf-8")
    bray = yaml.safe_load(text)
    bray["nutrients"] = {
        "p2o5": {
            "property": "p2o5_bray1",
            "method": "Bray and Kurtz no. 1",
            "unit": "ppm",
            "edges": [10, 20],
            "confidence": "S",
        }
    }
    write(nation, "nutrient_status/paddy_bray.yaml", yaml.safe_dump(bray))
    assert list(load(nation).nutrient_statuses) == ["paddy", "paddy_bray"]


@pytest.mark.parametrize("name", ["bone", "bhutan"])
def test_ratings_fertilizers_and_doses_are_lent_and_the_rules_of_a_subsidy_are_not(name: str):
    catalog = load(ROOT / "tests/config" / name)
    assert set(catalog.ratings) == {"ppt1983"}
    assert "urea" in catalog.fertilizers
    assert catalog.doses["kepmentan01_2006"].legal is None, "its table is that of another country"
    assert catalog.allocations == {}


def test_a_country_without_rice_leaves_out_what_is_lent_for_it(country: Path):
    rules = yaml.safe_load((CONFIG / "subsidy.yaml").read_text("utf-8"))
    rules["doses"], rules["commodities"] = {}, {"maize": rules["commodities"]["maize"]}
    rules["eligibility"] = [{**rules["eligibility"][0], "commodities": ["maize"]}]
    write(country, "subsidy.yaml", yaml.safe_dump(rules))
    faults = check(country)[0]
    assert {fault.key for fault in faults} == {"commodity"}
    assert all("no commodity 'rice'" in fault.message for fault in faults)
    assert any("without: [nutrient_status/paddy]" in fault.message for fault in faults)
    path = country / "country.yaml"
    left_out = "without: [nutrient_status/paddy, doses/kepmentan01_2006]\n"
    path.write_text(path.read_text("utf-8") + left_out, "utf-8")
    catalog = load(country)
    assert (catalog.nutrient_statuses, catalog.doses) == ({}, {})
