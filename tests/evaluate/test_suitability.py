"""The compiled evaluation beside the naive one, and what it says where data are missing."""

from typing import Any

import numpy as np
import pytest

from soilinfo.catalog.models import SCENARIOS, Crop
from soilinfo.errors import InputError, UnitError
from soilinfo.evaluate.suitability import (
    Evaluation,
    Packing,
    compile_tables,
    dominant_limiting,
    evaluate,
    subclass,
)
from soilinfo.evaluate.tables import Meaning
from tests.evaluate.oracle import ORDER, naive_class, naive_row_of
from tests.evaluate.rules import EVALUATION, IMPROVEMENT, MAY_LACK, MEANINGS, QUALITIES
from tests.evaluate.tables import (
    NAMES,
    all_crops,
    crop_of,
    one_row_crop,
    raw_crop,
    rules_of,
    telling_steps,
    value_of,
)

MISSING = -9999
PH = {
    "quality": "nr",
    "kind": "numeric",
    "unit": "pH",
    "bands": {"S1": [[5.5, 7]], "S2": [[4.5, 5.5], [7, 8]], "S3": [[None, 4.5], [8, None]]},
    "worst_class": "S3",
}
DEPTH = {
    "quality": "rc",
    "kind": "numeric",
    "unit": "cm",
    "bands": {"S1": [[50, None]], "S2": [[40, 50]], "S3": [[25, 40]], "N": [[None, 25]]},
    "worst_class": "N",
}
POTASSIUM = {
    "quality": "na",
    "kind": "numeric",
    "unit": "mg/100 g",
    "bands": {"S1": [[20, None]], "S2": [[10, 20]], "S3": [[None, 10]]},
    "worst_class": "S3",
}
STONES = {
    "quality": "lp",
    "kind": "numeric",
    "unit": "%",
    "bands": {"S1": [[None, 5]], "N": [[5, None]]},
    "worst_class": "N",
}


def code(characteristic: str, name: str) -> int:
    return MEANINGS[characteristic].code_of[name]


def evaluated(
    crop: Crop, cells: dict[str, list[int]], meanings: dict[str, Meaning] = MEANINGS, **options: Any
) -> Evaluation:
    """A crop on a row of cells, with a layer for every characteristic named in ``cells``."""
    tables = compile_tables([crop], EVALUATION, {name: meanings[name] for name in cells})
    return evaluate(tables, {name: np.array([steps], np.int16) for name, steps in cells.items()}, **options)


def actual(crop: Crop, cells: dict[str, list[int]]) -> list[int]:
    return evaluated(crop, cells).classes["actual"][0, 0].tolist()


# ---- beside the naive evaluation --------------------------------------------------------


def telling_cells(raw: dict[str, Any], count: int, seed: int) -> dict[str, np.ndarray]:
    """Cells of edge values, mostly of the better classes so that each characteristic can be the worst."""
    random = np.random.default_rng(seed)
    cells = {}
    for name, row in raw["characteristics"].items():
        steps = np.array([*telling_steps(name, row), MISSING])
        rated = [naive_row_of(name, row, value_of(name, int(step)), rules_of()) for step in steps]
        weight = np.array([{"S1": 60.0, "S2": 4.0, None: 0.3}.get(own, 1.0) for own in rated])
        cells[name] = random.choice(steps, count, p=weight / weight.sum())
    return cells


def naive(raw: dict[str, Any], cells: dict[str, np.ndarray], level: int) -> list[tuple[str, int]]:
    gains = {name: (0, *gain)[level] for name, gain in IMPROVEMENT.items()}
    found = []
    for place in range(len(next(iter(cells.values())))):
        values = {name: value_of(name, int(steps[place])) for name, steps in cells.items()}
        worst, limiting, lacking = naive_class(raw, values, rules_of(gains=gains))
        qualities = ",".join(quality for quality in QUALITIES if quality in limiting)
        found.append((f"{worst or ''}{qualities}", lacking))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_classes_and_limiting_qualities_of_every_crop_equal_the_naive_ones(name: str):
    raw = raw_crop(name)
    cells = telling_cells(raw, 80, seed=NAMES.index(name))
    result = evaluated(crop_of(raw), {key: steps.tolist() for key, steps in cells.items()})
    for level, scenario in enumerate(SCENARIOS):
        pairs = zip(result.classes[scenario][0, 0], result.limiting[scenario][0, 0], strict=True)
        texts = [subclass(int(worst), int(mask), QUALITIES) for worst, mask in pairs]
        lacking = result.lacking[0, 0].tolist()
        assert list(zip(texts, lacking, strict=True)) == naive(raw, cells, level), scenario


def test_the_random_cells_reach_every_class_and_most_qualities():
    seen = {
        text
        for name in NAMES
        for text, _ in naive(raw_crop(name), telling_cells(raw_crop(name), 80, NAMES.index(name)), 0)
    }
    assert {text[:2].rstrip("abcdefghijklmnopqrstuvwxyz") for text in seen} == {"", *ORDER}
    assert len({text[-2:] for text in seen} & set(QUALITIES)) >= 10


def test_all_crops_together_are_classed_as_each_alone_also_beyond_one_word_of_bits():
    crops = [crop.model_copy(update={"id": f"{crop.id}_{i}"}) for i in range(3) for crop in all_crops()]
    random = np.random.default_rng(3)
    inputs = {}
    for name, meaning in MEANINGS.items():
        low, high = (meaning.low, meaning.high) if isinstance(meaning, Packing) else (1, len(meaning.classes))
        inputs[name] = random.integers(low, high + 1, (70, 90))
    together = evaluate(compile_tables(crops, EVALUATION, MEANINGS), inputs)
    assert len(crops) > 42
    for place in (0, 20, 21, 41, 42, len(crops) - 1):
        alone = evaluate(compile_tables([crops[place]], EVALUATION, MEANINGS), inputs)
        for scenario in SCENARIOS:
            assert np.array_equal(together.classes[scenario][place], alone.classes[scenario][0])
            assert np.array_equal(together.limiting[scenario][place], alone.limiting[scenario][0])


def test_classes_are_the_same_with_and_without_limiting_qualities():
    raw = raw_crop("cocoa")
    cells = {name: steps.tolist() for name, steps in telling_cells(raw, 5000, seed=5).items()}
    full = evaluated(crop_of(raw), cells)
    short = evaluated(crop_of(raw), cells, scenarios=("potential_high", "actual"), limiting=False)
    assert list(short.classes) == ["potential_high", "actual"]
    assert short.limiting == {}
    for scenario, classes in short.classes.items():
        assert np.array_equal(classes, full.classes[scenario])
    assert np.array_equal(short.lacking, full.lacking)


# ---- what is missing --------------------------------------------------------------------


def test_a_cell_that_lacks_a_needed_characteristic_has_no_class_not_even_where_another_makes_it_n():
    crop = one_row_crop(ph_h2o=PH, soil_depth=DEPTH)
    assert actual(crop, {"ph_h2o": [600, MISSING, MISSING], "soil_depth": [10, 10, 100]}) == [4, 0, 0]


def test_a_cell_that_lacks_a_dispensable_characteristic_is_classed_and_counted():
    crop = one_row_crop(ph_h2o=PH, k2o_hcl25=POTASSIUM, surface_stones=STONES)
    result = evaluated(
        crop,
        {
            "ph_h2o": [500, 500, MISSING],
            "k2o_hcl25": [300, MISSING, MISSING],
            "surface_stones": [0, MISSING, 0],
        },
    )
    assert result.classes["actual"][0, 0].tolist() == [2, 2, 0]
    assert result.lacking[0, 0].tolist() == [0, 2, 0]


def test_a_cell_that_lacks_all_its_dispensable_characteristics_has_no_class():
    crop = one_row_crop(k2o_hcl25=POTASSIUM, surface_stones=STONES)
    assert set(crop.characteristics) <= set(MAY_LACK)
    cells = {"k2o_hcl25": [300, MISSING, MISSING], "surface_stones": [MISSING, 0, MISSING]}
    result = evaluated(crop, cells)
    assert result.classes["actual"][0, 0].tolist() == [1, 1, 0]
    assert result.limiting["actual"][0, 0].tolist() == [0, 0, 0]
    assert result.lacking[0, 0].tolist() == [1, 1, 0]


def test_a_characteristic_without_a_layer_is_named_and_not_used():
    crop = one_row_crop(ph_h2o=PH, soil_depth=DEPTH)
    tables = compile_tables([crop], EVALUATION, {"ph_h2o": MEANINGS["ph_h2o"]})
    assert tables.unused == {"trial": ("soil_depth",)}
    assert tables.inputs == ("ph_h2o",)
    assert actual(crop, {"ph_h2o": [600]}) == [1]


def test_a_crop_without_any_layer_has_no_class_anywhere():
    crops = [
        one_row_crop(ph_h2o=PH),
        crop_of({**raw_crop("maize"), "characteristics": {"soil_depth": DEPTH}}, "deep"),
    ]
    tables = compile_tables(crops, EVALUATION, {"ph_h2o": MEANINGS["ph_h2o"]})
    classes = evaluate(tables, {"ph_h2o": np.array([[600, 300]])}).classes
    assert classes["actual"][:, 0].tolist() == [[1, 3], [0, 0]]
    assert classes["potential_high"][:, 0].tolist() == [[1, 1], [0, 0]]


def test_an_unlisted_category_counts_as_missing():
    row = {
        "quality": "rc",
        "kind": "category",
        "bands": {"S1": ["fine"], "S2": ["medium"]},
        "worst_class": "S2",
    }
    steps = [code("texture", name) for name in ("clay", "loam", "heavy_clay", "sand")]
    assert actual(one_row_crop(texture=row), {"texture": [*steps, 0]}) == [1, 2, 0, 0, 0]


def test_a_class_named_itself_goes_before_its_group():
    row = {"quality": "rc", "kind": "category", "bands": {"S1": ["fine"], "N": ["clay"]}, "worst_class": "N"}
    steps = [code("texture", "silty_clay"), code("texture", "clay")]
    assert actual(one_row_crop(texture=row), {"texture": steps}) == [1, 4]


@pytest.mark.parametrize("step", [199, 1201, -32768, 32767])
def test_an_integer_outside_the_packed_range_is_missing(step: int):
    assert actual(one_row_crop(ph_h2o=PH), {"ph_h2o": [step, 600]}) == [0, 1]


def test_land_that_is_never_flooded_is_not_limited_by_a_table_that_prints_no_such_class():
    flood = {
        "quality": "fh",
        "kind": "numeric",
        "unit": "cm",
        "bands": {"N": [[None, 25]]},
        "worst_class": "N",
    }
    assert actual(one_row_crop(flood_height=flood), {"flood_height": [0, 1, 300, MISSING]}) == [1, 4, 4, 0]


# ---- potential --------------------------------------------------------------------------


def test_the_limiting_qualities_change_with_improvement():
    crop = one_row_crop(ph_h2o=PH, soil_depth=DEPTH)
    result = evaluated(crop, {"ph_h2o": [300], "soil_depth": [30]})
    texts = [
        subclass(int(result.classes[name][0, 0, 0]), int(result.limiting[name][0, 0, 0]), QUALITIES)
        for name in SCENARIOS
    ]
    assert texts == ["S3rc,nr", "S3rc,nr", "S2rc,nr", "S2rc"]


def test_one_characteristic_may_serve_two_qualities_in_two_crops():
    other = one_row_crop(ph_h2o={**PH, "quality": "na"}).model_copy(update={"id": "other"})
    tables = compile_tables([one_row_crop(ph_h2o=PH), other], EVALUATION, MEANINGS)
    result = evaluate(tables, {"ph_h2o": np.array([[300]])})
    masks = result.limiting["actual"][:, 0, 0].tolist()
    assert [subclass(3, mask, QUALITIES) for mask in masks] == ["S3nr", "S3na"]


def test_units_of_criterion_and_property_are_brought_together():
    organic = {
        "quality": "nr",
        "kind": "numeric",
        "unit": "%",
        "bands": {"S1": [[1.2, None]]},
        "worst_class": "S2",
    }
    assert actual(one_row_crop(soc=organic), {"soc": [119, 120, 121]}) == [2, 2, 1]
    with pytest.raises(UnitError, match="does not convert"):
        evaluated(one_row_crop(soc={**organic, "unit": "cm"}), {"soc": [1]})


def test_an_input_that_is_not_given_or_does_not_fit_is_told():
    tables = compile_tables([one_row_crop(ph_h2o=PH, soil_depth=DEPTH)], EVALUATION, MEANINGS)
    with pytest.raises(InputError, match="needs soil_depth; given: ph_h2o"):
        evaluate(tables, {"ph_h2o": np.zeros((2, 2), np.int16)})
    with pytest.raises(InputError, match="different shapes"):
        evaluate(tables, {"ph_h2o": np.zeros((2, 2), np.int16), "soil_depth": np.zeros((2, 3), np.int16)})


def test_subclass_notation_is_faos():
    bits = {quality: 1 << bit for bit, quality in enumerate(QUALITIES)}
    assert subclass(3, bits["nr"], QUALITIES) == "S3nr"
    assert subclass(2, bits["nr"] | bits["wa"], QUALITIES) == "S2wa,nr"
    assert subclass(4, bits["wa"], QUALITIES) == "Nwa"
    assert subclass(1, 0, QUALITIES) == "S1"
    assert subclass(0, 0, QUALITIES) == ""


def test_the_dominant_limiting_quality_is_the_one_of_most_area():
    areas = np.array([[1.0, 5.0, 2.0], [3.0, 3.0, 0.0], [0.0, 0.0, 0.0]])
    assert dominant_limiting(areas, ("tc", "wa", "oa")) == [("wa", 5.0), ("tc", 3.0), (None, 0.0)]
