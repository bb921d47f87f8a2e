"""The depth plot: what a person reads in it, and what somebody hears who cannot see it."""

import re
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from soilinfo.catalog.colour_vision import alike
from soilinfo.catalog.load import load
from soilinfo.errors import InputError
from soilinfo.harmonize.depth import spline_of
from soilinfo.report.phrases import Phrases
from soilinfo.report.profile import marks
from soilinfo.report.profile.drawing import Drawing, Horizon, Mean, curves_of, side_by_side
from soilinfo.report.profile.frame import axis_of, frame_of
from soilinfo.report.profile.plot import depth_plot

CATALOG = load(Path("config"))
ENGLISH, INDONESIAN = (Phrases(CATALOG, language) for language in ("en", "id"))

CLAY = (
    Horizon(0, 15, "Ap", 18.5, sd=1.0),
    Horizon(15, 45, "Bt1", 35.0, sd=1.8),
    Horizon(45, 80, "BC", 32.5),
)
MEANS = (
    Mean(0, 30, "known", 25.1, 1.2, 100),
    Mean(30, 60, "known", 36.0, None, 100),
    Mean(60, 100, "partly", 31.2, 1.5, 50),
    Mean(100, 200, "bedrock"),
)


def clay(**changes) -> Drawing:
    drawing = Drawing("P-12", "clay", CLAY, MEANS, curves_of(CLAY, 0.1), 0.1, bedrock_cm=95)
    return replace(drawing, **changes)


def texts(plot: bytes) -> list[str]:
    root = ElementTree.fromstring(plot)
    return ["".join(each.itertext()) for each in root.iter() if each.tag.endswith("}text")]


def count(plot: bytes, colour: str) -> int:
    return plot.count(f"fill='{colour}'".encode())


def test_every_interval_is_written_with_its_error_and_how_much_of_it_was_sampled():
    written = texts(depth_plot(clay(), ENGLISH))
    assert {"25.1 ± 1.2", "36.0 ± ?", "31.2 ± 1.5", "50% sampled", "bedrock"} <= {*written}
    assert "± ?: error not known" in written
    assert {"Ap", "Bt1", "BC", "Clay (%), profile P-12"} <= {*written}


def test_who_cannot_see_it_hears_the_same_numbers_in_the_language_of_the_page():
    root = ElementTree.fromstring(depth_plot(clay(), INDONESIAN))
    named = {each.get("id"): each.text for each in root if each.get("id")}
    title, about = (named[id] for id in root.get("aria-labelledby").split())
    assert root.get("role") == "img"
    assert title == "Liat (%), profil P-12"
    assert about.startswith("Nilai dari 3 horizon.")
    assert "60–100 cm: 31,2 ± 1,5, 50% tersampel; 100–200 cm: batuan dasar" in about


def test_a_converted_value_stands_beside_the_observed_one_and_its_equation_is_named():
    horizons = [Horizon(0, 20, "A", 6.1, observed=5.5), Horizon(20, 50, "B", 6.6, observed=6.0)]
    plot = depth_plot(
        Drawing("P", "ph_h2o", horizons, observed=["ph_cacl2"], equations=["ph_davies"]), ENGLISH
    )
    assert count(plot, marks.OBSERVED) == 2 + 1  # and one in the legend
    assert count(plot, marks.CONVERTED) == 2 + 1
    assert "Converted from Soil pH in calcium chloride by ph_davies" in texts(plot)


def test_a_limit_of_detection_is_no_observed_value():
    plot = depth_plot(Drawing("P", "soc", [Horizon(0, 20, "A", 0.05, qualifier="<")]), ENGLISH)
    assert "<circle" not in plot.decode().partition("</defs>")[2]
    assert "beyond the limit of detection" in texts(plot)


def test_organic_layers_are_tinted_and_have_a_curve_of_their_own():
    peat = [Horizon(0, 30, "Oa", 45.0, is_organic=True), Horizon(30, 60, "Ag", 4.0)]
    curves = curves_of(peat, 0.1)
    assert [curve[[0, -1], 0].tolist() for curve in curves] == [[0, 30], [30, 60]]
    assert "organic layer" in texts(depth_plot(Drawing("P", "soc", peat, curves=curves), ENGLISH))


def test_a_curve_is_told_from_an_organic_layer_in_a_print_in_grey():
    plot = depth_plot(clay(), ENGLISH).decode()
    halo, curve = (
        re.findall(rf"<path d='(M[^']+)' [^>]*stroke='{each}'", plot) for each in (marks.HALO, marks.CURVE)
    )
    assert halo == curve[:1], "and the second one is that of the legend"


def test_the_curve_is_the_fitted_spline():
    curve = curves_of(CLAY, 0.1)[0]
    mean = np.trapezoid(*curve[(curve[:, 0] >= 15) & (curve[:, 0] <= 45)].T[::-1]) / 30
    assert mean == pytest.approx(
        spline_of([0, 15, 45], [15, 45, 80], [18.5, 35.0, 32.5], 0.1).fitted[1], abs=0.01
    )
    assert curve[:, 0].tolist() == sorted({*curve[:, 0]})


def test_depths_without_a_value_are_apart_from_bedrock():
    horizons = [CLAY[0], replace(CLAY[1], value=None), CLAY[2]]
    assert clay(horizons=horizons).unsampled == [(15, 45), (80, 95)]
    assert clay(bedrock_cm=None).unsampled == [(80, 200)]


def test_the_plot_ends_where_nothing_more_is_known_but_the_text_tells_of_every_interval():
    means = [MEANS[0], *(Mean(top, top + 30, "unsampled") for top in (30, 60, 90))]
    drawing = clay(means=means, horizons=CLAY[:1], bedrock_cm=None)
    assert drawing.deepest_cm == 60
    assert b"90\xe2\x80\x93120 cm: not sampled" in depth_plot(drawing, ENGLISH)


@pytest.mark.parametrize("width", [320, 640, 900])
def test_nothing_lies_outside_the_drawing(width: int):
    plot = depth_plot(clay(source="Survey of 2019, version 3f2a, CC BY 4.0 " * 3), INDONESIAN, width)
    root = ElementTree.fromstring(plot)
    _, _, right, bottom = map(float, root.get("viewBox").split())
    places = [(float(each.get("x")), float(each.get("y"))) for each in root.iter() if each.get("x")]
    assert right == width
    assert all(0 <= x <= right and 0 <= y <= bottom for x, y in places)


def test_words_of_a_source_cannot_break_out_of_the_drawing():
    hostile = "</text><script>alert(1)</script>\x00&'"
    plot = depth_plot(clay(profile=hostile, horizons=[replace(CLAY[0], code=hostile)]), ENGLISH)
    assert not [each for each in ElementTree.fromstring(plot).iter() if each.tag.endswith("script")]


def test_a_page_with_a_strict_policy_may_hold_it():
    assert not re.search(rb"style=|<style|<script|href|url\((?!#)", depth_plot(clay(), ENGLISH))


def test_marks_are_told_apart_by_everybody():
    colours = [marks.OBSERVED, marks.CONVERTED, marks.CURVE, marks.MEAN, marks.SOIL, marks.ORGANIC]
    assert len([*combinations(colours, 2)]) == 15
    assert not [*alike(colours, 5.0)]


def test_the_axis_begins_at_zero_only_where_that_leaves_room_for_the_values():
    assert axis_of([18.0, 36.0], 4).low == 0
    assert axis_of([5.2, 6.1], 4).low == 5
    assert axis_of([0.0, 0.0], 4).low == 0
    assert axis_of([-3.0, 4.0], 4).low == -4


@pytest.mark.parametrize("value", [1.35, 1e-11, 1e11, 0.0])
def test_values_that_differ_by_rounding_have_an_axis(value: float):
    axis = axis_of([value, value * (1 + 2e-16)], 4)
    assert axis.low <= value <= axis.high
    assert 2 <= len([*axis.ticks]) <= 6


def test_a_bar_begins_at_zero_where_an_error_reaches_below():
    frame = frame_of(Drawing("P", "clay", [Horizon(0, 20, "A", 2.0, sd=3.0), Horizon(20, 50, "B", -1.0)]))
    assert frame.values.low < 0
    assert frame.bar(2.0) == pytest.approx((frame.along(0), frame.along(2) - frame.along(0)))
    assert frame.bar(-1.0) == pytest.approx((frame.along(-1), frame.along(0) - frame.along(-1)))


def test_numbers_of_the_axis_do_not_lie_on_each_other_on_a_phone():
    low = [Horizon(0, 20, "A", 0.4), Horizon(20, 50, "B", -0.1)]
    root = ElementTree.fromstring(depth_plot(clay(horizons=low, means=(), curves=()), INDONESIAN, 320))
    row = {each.get("y"): [] for each in root.iter()}
    for each in root.iter():
        row[each.get("y")] += [float(each.get("x"))] if each.get("text-anchor") == "middle" else []
    assert all(b - a >= 25 for places in row.values() for a, b in pairwise(sorted(places)))


def test_overlapping_intervals_are_not_drawn_over_each_other():
    means = [Mean(*ends, "known", 1.0) for ends in ((0, 5), (0, 30), (5, 15), (15, 30), (30, 100))]
    assert [each.lower_cm for each in side_by_side(means)] == [5, 15, 30, 100]


@pytest.mark.parametrize(
    ("drawing", "width", "reason"),
    [(clay(), 200, "320 to 900"), (clay(horizons=[], means=[]), 640, "no horizon with a depth")],
)
def test_what_cannot_be_drawn_is_refused(drawing: Drawing, width: int, reason: str):
    with pytest.raises(InputError, match=reason):
        depth_plot(drawing, ENGLISH, width)


def test_numbers_of_thin_intervals_do_not_lie_on_each_other():
    means = [Mean(*ends, "known", 20.0, 1.0, 100) for ends in ((0, 5), (5, 15), (15, 30))]
    deep = [Horizon(0, 300, "A", 20.0), Horizon(300, 700, "C", 30.0)]
    root = ElementTree.fromstring(depth_plot(clay(horizons=deep, means=means, bedrock_cm=None), ENGLISH))
    rows = [float(each.get("y")) for each in root.iter() if each.text == "20.0 ± 1.0"]
    assert len(rows) == 3
    assert min(below - above for above, below in pairwise(rows)) >= 12


def test_what_was_refused_is_said_so_and_is_not_hatched_as_not_sampled():
    refused = [Mean(0, 30, "refused"), Mean(30, 60, "refused")]
    bare = [replace(each, value=None, sd=None) for each in CLAY]
    plot = depth_plot(clay(horizons=bare, means=refused, curves=(), bedrock_cm=None), ENGLISH)
    assert texts(plot).count("refused") == 2
    assert "not sampled" not in texts(plot)


def test_what_was_refused_was_not_converted_and_has_no_scale():
    refused = Drawing(
        "P", "soc_stock", CLAY[:0], [Mean(0, 30, "refused")], equations=["soc_stock_by_density"]
    )
    written = texts(depth_plot(refused, ENGLISH))
    assert not [each for each in written if "soc_stock_by_density" in each]
    assert "1" not in written


def test_a_value_of_intervals_alone_says_why_it_has_no_curve():
    bare = [replace(each, value=None, sd=None) for each in CLAY]
    stock = Drawing("P", "soc_stock", bare, MEANS[:2])
    assert "A value of depth intervals: horizons have none, so that there is no curve." in texts(
        depth_plot(stock, ENGLISH)
    )
    assert b"no curve" not in depth_plot(clay(), ENGLISH)


def test_bedrock_below_the_plot_is_no_mark_of_its_legend():
    shallow = clay(means=MEANS[:2], bedrock_cm=400)
    assert "bedrock" not in texts(depth_plot(shallow, ENGLISH))
    assert "bedrock" in texts(depth_plot(clay(means=MEANS[:3]), ENGLISH))


def test_the_bar_of_an_interval_ends_at_the_bedrock_within_it():
    assert [clay().soil_to(mean) for mean in MEANS] == [30, 60, 95, 200]


def test_a_long_title_goes_on_in_a_second_line():
    title = "Stock of soil organic carbon (t/ha), profile legacy_soil_archive.P-0012"
    long = Drawing("legacy_soil_archive.P-0012", "soc_stock", CLAY[:1], MEANS[:1])
    root = ElementTree.fromstring(depth_plot(long, ENGLISH, 320))
    lines = [each.text for each in root.iter() if each.get("font-size") == "15"]
    assert " ".join(lines) == title
    assert max(map(len, lines)) * 9 <= 300


def test_a_profile_that_somebody_wrote_down_has_no_id_in_its_title():
    assert "Liat (%), profil sendiri" in texts(depth_plot(clay(profile=""), INDONESIAN))


def test_horizons_that_overlap_by_rounding_have_a_curve():
    (curve,) = curves_of([CLAY[0], replace(CLAY[1], upper_cm=14.9999999)], 0.1)
    assert np.isfinite(curve).all()
    assert not curves_of([CLAY[0], replace(CLAY[1], upper_cm=14.9)], 0.1)
