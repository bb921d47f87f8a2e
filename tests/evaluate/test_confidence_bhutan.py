"""Confidence on cells of a real national map: the pH of Bhutan's nutrient map (GSNmap) with its deviation.

With three layers no crop of Bhutan is evaluated, so this is about the row of pH alone.
"""

import numpy as np
import pytest
import rasterio

from soilinfo.evaluate.confidence import confidence
from soilinfo.evaluate.suitability import compile_tables
from tests.evaluate.rules import EVALUATION, MEANINGS
from tests.evaluate.tables import one_row_crop, raw_crop
from tests.evaluate.test_confidence import independent, probabilities_at, simulated, within_its_error
from tests.real import REAL, needs_real_data

BHUTAN = REAL / "soil_raster" / "bhutan_gsnm"
TABLES = compile_tables(
    [one_row_crop(ph_h2o=raw_crop("maize")["characteristics"]["ph_h2o"])],
    EVALUATION,
    {"ph_h2o": MEANINGS["ph_h2o"]},
)


def cells(name: str) -> np.ndarray:
    with rasterio.open(BHUTAN / f"BT-GSNM-PHAQ-2024-0-30-{name}.tif") as source:
        values = source.read(1).astype(float)
    return np.where(values < 0, np.nan, values)


@needs_real_data
@pytest.mark.parametrize("seed", range(4))
def test_probabilities_on_real_cells_equal_a_simulation_within_its_error(seed: int):
    means, spreads = cells("MEAN"), cells("SDEV")
    known = np.argwhere(np.isfinite(means) & np.isfinite(spreads))
    row, column = known[np.random.default_rng(seed).integers(len(known))]
    mean, spread = round(100 * means[row, column]), 100 * spreads[row, column]
    expected = probabilities_at(TABLES, {"ph_h2o": mean}, {"ph_h2o": spread})
    draws = independent(["ph_h2o"], seed)
    assert within_its_error(simulated(TABLES, {"ph_h2o": mean}, {"ph_h2o": spread}, draws), expected)


@needs_real_data
def test_the_class_of_hardly_any_real_cell_is_certain():
    means, spreads = 100 * cells("MEAN"), 100 * cells("SDEV")
    packed = np.where(np.isnan(means), -32768, np.rint(np.nan_to_num(means))).astype(np.int16)
    sure = confidence(TABLES, {"ph_h2o": packed}, {"ph_h2o": spreads}).assigned[0]
    assert (np.isfinite(sure) == (np.isfinite(means) & np.isfinite(spreads))).all()
    assert 0.4 < np.nanmean(sure) < 0.95
    assert (sure[np.isfinite(sure)] < 1).mean() > 0.9
