"""What management gains, what irrigation and protected peat hold back."""

import numpy as np

from soilinfo.catalog.models import SCENARIOS, Crop
from soilinfo.evaluate.suitability import compile_tables, evaluate
from tests.evaluate.rules import EVALUATION, MEANINGS
from tests.evaluate.tables import one_row_crop

MISSING = -9999
PH = {
    "quality": "nr",
    "kind": "numeric",
    "unit": "pH",
    "bands": {"S1": [[5.5, 7]], "S2": [[4.5, 5.5], [7, 8]], "S3": [[None, 4.5], [8, None]]},
    "worst_class": "S3",
}
DRAINAGE = {
    "quality": "oa",
    "kind": "category",
    "bands": {"S1": ["well"], "S2": ["moderately_well"], "S3": ["poor"], "N": ["very_poor"]},
    "worst_class": "N",
}


def code(characteristic: str, name: str) -> int:
    return MEANINGS[characteristic].code_of[name]


def potential(crop: Crop, cells: dict[str, list[int]]) -> list[list[int]]:
    tables = compile_tables([crop], EVALUATION, MEANINGS)
    given = {name: cells.get(name, [MISSING] * len(next(iter(cells.values())))) for name in tables.inputs}
    classes = evaluate(tables, {name: np.array([steps]) for name, steps in given.items()}).classes
    return [classes[scenario][0, 0].tolist() for scenario in SCENARIOS]


def test_improvement_gains_the_classes_of_the_level_and_never_passes_s1():
    assert potential(one_row_crop(ph_h2o=PH), {"ph_h2o": [300, 500, 600]}) == [
        [3, 2, 1],
        [3, 2, 1],
        [2, 1, 1],
        [1, 1, 1],
    ]


def test_rain_improves_only_for_an_irrigated_crop():
    rain = {
        "quality": "wa",
        "kind": "numeric",
        "unit": "mm/yr",
        "bands": {"S1": [[1200, None]]},
        "worst_class": "S3",
    }
    dry = one_row_crop(rainfall_annual=rain)
    wet = dry.model_copy(update={"irrigated": True})
    assert potential(dry, {"rainfall_annual": [500]}) == [[2], [2], [2], [2]]
    assert potential(wet, {"rainfall_annual": [500]}) == [[2], [2], [1], [1]]


def test_irrigation_takes_no_water_from_land_that_is_too_wet():
    bands = {"S1": [[900, 1200]], "S2": [[1200, 1600]], "S3": [[1600, None]]}
    rain = {"quality": "wa", "kind": "numeric", "unit": "mm/yr", "bands": bands, "worst_class": "S3"}
    months = {"S1": [[1, 4]], "S2": [[4, 6]], "S3": [[6, None]]}
    dry = rain | {"unit": "months", "bands": months}
    irrigated = {"irrigated": True}
    by_rain = one_row_crop(rainfall_annual=rain).model_copy(update=irrigated)
    assert potential(by_rain, {"rainfall_annual": [880, 1300, 3000]}) == [[2, 2, 3]] * 2 + [[1, 2, 3]] * 2
    by_drought = one_row_crop(dry_months=dry).model_copy(update=irrigated)
    assert potential(by_drought, {"dry_months": [0, 50]}) == [[2, 2]] * 2 + [[2, 1]] * 2


def test_protected_peat_that_is_too_dry_for_a_crop_may_be_wetted():
    cells = {
        "drainage": [code("drainage", "rapid"), code("drainage", "very_poor")],
        "peat_thickness": [400] * 2,
    }
    wetter = {"S1": ["poor"], "S2": ["well", "very_poor"], "S3": ["rapid"]}
    row = {"quality": "oa", "kind": "category", "bands": wetter, "worst_class": "N"}
    assert potential(one_row_crop(drainage=row), cells) == [[3, 2], [3, 2], [2, 2], [1, 2]]


def test_drainage_is_not_improved_on_protected_peat():
    cells = {
        "drainage": [code("drainage", "poor")] * 4 + [0],
        "peat_thickness": [0, 299, 300, MISSING, 300],
    }
    assert potential(one_row_crop(drainage=DRAINAGE), cells) == [
        [3, 3, 3, 3, 0],
        [3, 3, 3, 3, 0],
        [2, 2, 3, 2, 0],
        [1, 1, 3, 1, 0],
    ]


# ---- the rest ---------------------------------------------------------------------------
