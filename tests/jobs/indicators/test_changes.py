"""Change between two maps of one property: how they are stored plays no part."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from soilinfo.catalog.land_degradation import SubIndicators
from soilinfo.catalog.load import load
from soilinfo.evaluate.indicators.change import PCT_STEP
from soilinfo.grid import Window
from soilinfo.jobs.gsp.layers import Published
from soilinfo.jobs.indicators.changes import change_of
from soilinfo.jobs.indicators.judged_land import Land, meanings_of
from tests.country import ROOT


def stored(scale: float) -> SimpleNamespace:
    return SimpleNamespace(scale=scale, nodata=-1)


@pytest.mark.parametrize(
    ("scales", "steps", "percent"),
    [((0.1, 0.01), (20, 150), -25), ((0.01, 0.1), (200, 22), 10), ((0.02, 0.03), (300, 150), -25)],
)
def test_a_change_is_that_of_the_values_whatever_steps_they_are_stored_in(scales, steps, percent):
    change = change_of(*map(stored, scales))
    (found,) = change(*(np.full((1, 1), each, np.int16) for each in steps)).ravel()
    assert found * PCT_STEP == Fraction(percent)


def test_land_is_judged_by_the_change_of_carbon_and_not_of_its_stored_steps():
    cells = {"soc_2010": (20, 0.1), "soc": (150, 0.01)}  # 2.0 % to 1.5 %

    def opened(name: str, _version: str) -> SimpleNamespace:
        value, scale = cells[name]
        read = lambda *_: np.full((1, 1), value, np.int16)  # noqa: E731
        return SimpleNamespace(read=read, variable=lambda _: stored(scale))

    catalog, versions = load(ROOT / "config"), dict.fromkeys(cells, "1")
    published = Published(SimpleNamespace(cube=SimpleNamespace(open=opened)), catalog, versions)
    period = SubIndicators(years=(2010, 2020), soc=("soc_2010", "soc"))
    rules = catalog.land_degradation.model_copy(update={"baseline": None, "reporting": period})
    land = Land(published, rules, meanings_of(catalog, rules), versions, (), None)
    (code,) = land.codes(Window(0, 0, 1, 1)).ravel()
    assert land.verdicts["reporting", "soc"][code] == 1  # degraded
