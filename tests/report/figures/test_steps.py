"""Classes of maps: even round steps that hold every value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.catalog.bounds import LARGEST
from soilinfo.report.figures.steps import COLOURS, MOST, Steps, steps_of

VALUES = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
STRANGE = st.floats(-LARGEST, LARGEST) | st.sampled_from([0.0, 5e-324, -1e-300, 1.0, 1.0 + 2**-52])


@given(st.lists(VALUES, min_size=1, max_size=50))
def test_every_value_is_within_the_edges_and_has_a_colour(values):
    steps = steps_of(values)
    assert len(steps.colours) <= MOST
    if len(steps.edges) > 1:
        assert steps.edges[0] <= min(values)
        assert steps.edges[-1] >= max(values)
    assert all(steps.colour(value) in COLOURS for value in values)


@given(st.lists(STRANGE, min_size=1, max_size=9))
def test_whatever_numbers_a_report_may_have_are_in_classes(values):
    steps = steps_of(values)
    assert list(steps.edges) == sorted({*steps.edges})
    span = 1e-8 * max(map(abs, (*values, 1e-7)))
    assert steps.edges[0] <= min(values) + span
    assert len(steps.edges) == 1 or steps.edges[-1] >= max(values) - span


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        ([0.0, 5e-324], (0.0,)),
        ([7.0, 7.0 + 1e-12], (7.0,)),
        ([0.0, 4e-14], (0.0, 1e-14, 2e-14, 3e-14, 4e-14)),
    ],
)
def test_values_that_hardly_differ_are_one_and_tiny_ones_have_classes(values, edges):
    assert steps_of(values).edges == edges


def test_steps_are_round():
    assert steps_of([41.3, 77.0, None]).edges == (40, 50, 60, 70, 80)


@pytest.mark.parametrize("values", [[], [None, None]])
def test_without_a_value_there_are_no_classes(values):
    assert steps_of(values) is None


def test_a_class_holds_its_lower_edge_and_the_last_one_both():
    steps = Steps((0.0, 10.0, 20.0))
    assert steps.colour(10.0) == steps.colour(20.0) != steps.colour(9.9)
