"""What indicators add up to in zones, beside counting every cell by hand."""

from fractions import Fraction
from math import fsum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_arrays
from shapely.geometry import box

from soilinfo.evaluate.indicators.affected import Limit, affected_interval, exactly
from soilinfo.evaluate.indicators.mean import bounds_of, mean_interval, mean_of
from soilinfo.evaluate.indicators.sums import NONE, Sums, sums_by_zone, sums_of_codes
from soilinfo.evaluate.zonal import build_index
from soilinfo.grid import Grid
from soilinfo.jobs.effort import unheard

GRID = Grid("EPSG:6933", 1000.0, 0.0, 6000.0, 6, 6)
"""Square kilometres: a cell is 100 ha."""
ZONES = [box(0, 0, 3000, 6000), box(2500, 1000, 6000, 5500), box(5000, 0, 9000, 2000)]
"""Two that overlap and cut cells, and one that reaches off the grid."""
INDEX = build_index(ZONES, GRID)
NODATA = -999
STEP = Fraction(1, 100)


def share(zone: int) -> np.ndarray:
    """Hectares of each cell in a zone, by intersecting it with the zone."""
    cells = [
        [box(x, 5000 - y, x + 1000, 6000 - y) for x in range(0, 6000, 1000)] for y in range(0, 6000, 1000)
    ]
    return np.array([[cell.intersection(ZONES[zone]).area / 1e4 for cell in row] for row in cells])


def sums_of(arrays: list[np.ndarray], edges: list[list[int]], nodata: int = NODATA) -> list[Sums]:
    def read(window):
        return [each[window.slices] for each in arrays]

    return sums_by_zone(INDEX, read, [nodata] * len(arrays), edges, unheard)


values = of_arrays.arrays(np.int16, GRID.shape, elements=st.one_of(st.just(NODATA), st.integers(-300, 3000)))


@given(values, st.integers(-300, 3000))
def test_sums_are_those_of_counting_every_cell(cells, edge):
    (sums,) = sums_of([cells], [[edge]])
    known = cells != NODATA
    for zone in range(len(ZONES)):
        hectares = share(zone)
        outside = ZONES[zone].area / 1e4 - hectares.sum()
        assert sums.valid_ha[zone] == pytest.approx(fsum(hectares[known]), abs=1e-6)
        assert sums.nodata_ha[zone] == pytest.approx(fsum(hectares[~known]) + outside, abs=1e-6)
        assert sums.steps_ha[zone] == pytest.approx(fsum((hectares * cells)[known]), abs=1e-3)
        assert sums.below_ha[zone, 0] == pytest.approx(fsum(hectares[known & (cells < edge)]), abs=1e-6)


@given(of_arrays.arrays(np.uint16, GRID.shape, elements=st.integers(0, 6)))
def test_sums_of_codes_are_to_the_bit_those_of_the_cells_that_they_stand_for(codes):
    tables = [np.array([NODATA, 3, 5, 5, 9, NODATA, -4]), np.arange(7)]
    expected = sums_of([table[codes] for table in tables], [[5, 0]] * 2)
    found = sums_of_codes(INDEX, lambda window: codes[window.slices], tables, NODATA, [5, 0], unheard)
    for one, other in zip(found, expected, strict=True):
        for name in vars(other):
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_the_same_cells_give_the_same_bits():
    cells = np.random.default_rng(7).integers(0, 2000, GRID.shape).astype(np.int16)
    one, other = sums_of([cells], [[500]])[0], sums_of([cells], [[500]])[0]
    assert one.steps_ha.tobytes() == other.steps_ha.tobytes()


@pytest.mark.parametrize(
    ("side", "inclusive", "affected"),
    [
        ("below", False, [449]),
        ("below", True, [449, 450]),
        ("above", False, [451]),
        ("above", True, [450, 451]),
    ],
)
def test_the_value_of_a_threshold_is_affected_only_when_it_is_said(side, inclusive, affected):
    cells = np.full(GRID.shape, NODATA, np.int16)
    cells[0, 0], cells[0, 1], cells[0, 2] = 449, 450, 451
    limit = Limit(exactly(4.5), side, inclusive)
    (sums,) = sums_of([cells], [[limit.edge(STEP)]])
    assert limit.affected_ha(sums, 0)[0] == pytest.approx(100 * len(affected))


@pytest.mark.parametrize(
    ("value", "step"), [(0.3, 0.1), (1.1, 0.1), (4.35, 0.01), (0.7, 0.001), (-10, 0.0001)]
)
def test_no_edge_is_moved_by_rounding(value, step):
    assert Limit(exactly(value), "below", False).edge(exactly(step)) == round(value / step)


def test_the_interval_of_a_mean_is_1645_standard_deviations_of_all_cells_at_once():
    mean = np.full(GRID.shape, 500, np.int16)
    sd = np.full(GRID.shape, 40, np.int16)
    sd[:, 0] = 20
    low, high = bounds_of(mean, sd, NODATA, NODATA)
    middle, *bounds = sums_of([mean, low, high], [[], [], []], NONE)
    lower, upper = mean_interval(middle, bounds, STEP)
    mean_sd = (0.2 * 1 + 0.4 * 2) / 3  # a third of the western zone is the first column
    assert mean_of(middle, STEP)[0] == pytest.approx(5.0)
    assert lower[0] == pytest.approx(5.0 - 1.645 * mean_sd)
    assert upper[0] == pytest.approx(5.0 + 1.645 * mean_sd)


def test_affected_land_lies_between_what_is_sure_and_what_could_be():
    mean = np.full(GRID.shape, 500, np.int16)
    mean[0], mean[1] = 400, 460
    sd = np.full(GRID.shape, 40, np.int16)
    low, high = bounds_of(mean, sd, NODATA, NODATA)
    limit = Limit(exactly(4.5), "below", True)
    edges = [[limit.edge(STEP)], [limit.edge(STEP / 1000)], [limit.edge(STEP / 1000)]]
    middle, *bounds = sums_of([mean, low, high], edges, NONE)
    least, most = affected_interval(limit, middle, bounds, 0)
    # 4.00 + 0.658 is no more below 4.5, so that nothing is sure; 5.00 - 0.658 is, so that all could be.
    assert limit.affected_ha(middle, 0)[0] == pytest.approx(300)
    assert (least[0], most[0]) == (0, pytest.approx(1800))


def test_land_of_unknown_uncertainty_counts_only_in_the_most_and_much_of_it_leaves_no_interval():
    mean = np.full(GRID.shape, 400, np.int16)
    sd = np.zeros(GRID.shape, np.int16)
    limit = Limit(exactly(4.5), "below", True)
    edges = [[limit.edge(STEP)], [limit.edge(STEP / 1000)], [limit.edge(STEP / 1000)]]
    sd[0, 0] = NODATA
    middle, *bounds = sums_of([mean, *bounds_of(mean, sd, NODATA, NODATA)], edges, NONE)
    # One cell of 18 is more than a twentieth of the western zone; the eastern one does not have it.
    least, most = affected_interval(limit, middle, bounds, 0)
    assert np.isnan(least[0])
    assert least[1] == most[1] == pytest.approx(ZONES[1].area / 1e4)
    sd[0, 0], sd[1, 2] = 0, NODATA  # half of the cell lies in the eastern zone of 15.75
    middle, *bounds = sums_of([mean, *bounds_of(mean, sd, NODATA, NODATA)], edges, NONE)
    least, most = affected_interval(limit, middle, bounds, 0)
    assert most[1] - least[1] == pytest.approx(50)
    sd[:, 0] = NODATA
    middle, *bounds = sums_of([mean, *bounds_of(mean, sd, NODATA, NODATA)], edges, NONE)
    assert np.isnan(affected_interval(limit, middle, bounds, 0)[0][0])
    assert np.isnan(mean_interval(middle, bounds, STEP)[0][0])
    assert mean_of(middle, STEP)[0] == pytest.approx(4.0)


def test_a_zone_without_data_has_no_mean():
    (sums,) = sums_of([np.full(GRID.shape, NODATA, np.int16)], [[]])
    assert np.isnan(mean_of(sums, STEP)).all()


@pytest.mark.parametrize(
    ("sd_step", "packed"), [(Fraction(1), 20), (Fraction(1, 10), 200), (Fraction(10), 2)]
)
def test_a_standard_deviation_may_be_stored_in_other_steps_than_its_mean(sd_step, packed):
    mean, sd = np.array([500, -1, 500], np.int16), np.array([packed, packed, -1], np.int16)
    low, high = bounds_of(mean, sd, -1, -1, sd_step)
    assert low.tolist() == [500_000 - 32_900, NONE, NONE]
    assert high.tolist() == [500_000 + 32_900, NONE, NONE]


def test_a_zone_without_data_has_no_least_and_no_most():
    none = Sums(np.zeros(1), np.array([123.0]), np.zeros(1), np.zeros((1, 1)))
    for found in (
        affected_interval(Limit(Fraction(2), "below", True), none, [none, none], 0),
        mean_interval(none, [none, none], STEP),
    ):
        assert np.isnan(found).all()
