"""Classes of maps: even round steps that hold every value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.report.figures.steps import COLOURS, MOST, Steps, steps_of

VALUES = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


@given(st.lists(VALUES, min_size=1, max_size=50))
def test_every_value_is_within_the_edges_and_has_a_colour(values):
    steps = steps_of(values)
    assert len(steps.colours) <= MOST
    if len(steps.edges) > 1:
        assert steps.edges[0] <= min(values)
        assert steps.edges[-1] >= max(values)
    assert all(steps.colour(value) in COLOURS for value in values)


def test_steps_are_round():
    assert steps_of([41.3, 77.0, None]).edges == (40, 50, 60, 70, 80)


@pytest.mark.parametrize("values", [[], [None, None]])
def test_without_a_value_there_are_no_classes(values):
    assert steps_of(values) is None


def test_a_class_holds_its_lower_edge_and_the_last_one_both():
    steps = Steps((0.0, 10.0, 20.0))
    assert steps.colour(10.0) == steps.colour(20.0) != steps.colour(9.9)
