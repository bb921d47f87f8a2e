"""Status at a glance: layers by kind, who makes them, many findings as one, an exit code for a monitor."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from soilinfo.findings import Finding
from soilinfo.jobs.nightly.overview import (
    LayerState,
    alarm,
    condensed,
    groups,
    held_layers,
    published,
    summed_by_layer,
)
from soilinfo.jobs.nightly.pipeline import Pipeline
from soilinfo.jobs.nightly.schedule import Standing
from soilinfo.jobs.runs.history import History, Summary
from tests.store.publisher import publish

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WELL = Standing("soil", DAY, "done", NOON, NOON, 0, NOON + DAY, due=False, late=False)
BLOCKED = Finding("value_range", "block", "soc", "too high")


def stale(layer):
    return Finding("stale_result", "warn", layer, "derived from older versions of soc")


def test_layers_are_grouped_by_kind_with_the_oldest_and_the_newest():
    ages = {"soc": ("raster", 9), "cec": ("raster", 2), "regencies": ("vector", 5)}
    layers = [LayerState(name, kind, "v", NOON - age * DAY) for name, (kind, age) in ages.items()]
    raster, vector = groups(layers)
    assert (raster.kind, raster.layers) == ("raster", 2)
    assert (raster.oldest, raster.newest) == (NOON - 9 * DAY, NOON - 2 * DAY)
    assert (vector.kind, vector.layers) == ("vector", 1)


def test_many_like_findings_are_one_line_but_every_blocked_layer_has_its_own():
    few = [stale(name) for name in "abc"]
    assert condensed(few) == few
    many = [stale(f"crop_{number}") for number in range(60)]
    blocked = [replace(BLOCKED, layer=f"layer_{number}") for number in range(60)]
    (one, *rest) = condensed([*many, *blocked])
    assert (one.layer, one.count) == ("60 layers", 60)
    assert "crop_0: derived from older versions of soc (and 59 more, see --all)" in one.message
    assert rest == blocked


def test_what_tables_leave_open_is_one_line_a_crop_and_a_contradiction_stays_apart():
    gaps = [Finding("criteria_gap", "warn", f"suitability_{crop}", "none") for crop in ("maize", "rice")]
    edges = [Finding("criteria_edge", "note", "suitability_maize", "open") for _ in range(3)]
    wrong = Finding("criteria_impossible_band", "block", "suitability_rice", "the band 5 to 3")
    summed = summed_by_layer([*gaps, *edges, gaps[0], wrong])
    assert summed[0] == wrong
    assert [(one.layer, one.severity, one.message) for one in summed[1:]] == [
        ("suitability_maize", "warn", "2 criteria_gap"),
        ("suitability_rice", "warn", "1 criteria_gap"),
        ("suitability_maize", "note", "3 criteria_edge"),
    ]


def test_a_layer_is_held_back_until_a_later_run_settles_it(store):
    for held, others in ((["soc", "cec"], {}), ([], {"cec": "v"})):
        run = store.ledger.start_run("ingest", "tests", {})
        store.ledger.finish_run(run, "done", {"held": held, "published": others})
    (finding,) = held_layers(store)
    assert (finding.check, finding.severity, finding.layer) == ("held_back", "warn", "soc")
    assert "soilinfo ingest soc" in finding.message


@pytest.mark.parametrize(
    ("standing", "findings", "code"),
    [
        (WELL, [stale("a")], 0),
        (WELL, [BLOCKED], 5),
        (replace(WELL, exit_code=6), [BLOCKED], 6),
        (replace(WELL, exit_code=6, late=True), [], 8),
    ],
)
def test_a_monitor_is_told_the_worst(standing, findings, code):
    assert alarm([standing], findings, empty=False) == code


def test_a_store_where_nothing_is_published_is_an_alarm_that_hides_no_other():
    assert alarm([replace(WELL, state="never", exit_code=None)], [], empty=True) == 8
    assert alarm([replace(WELL, exit_code=2)], [], empty=True) == 2


def test_no_pipeline_and_nothing_found_is_no_alarm():
    assert alarm([], [], empty=False) == 0


def test_a_layer_names_the_pipeline_that_publishes_it_and_its_period(store):
    publish(store, 1)
    layers = tuple(store.ledger.current().layers)
    run = Summary("soil", "run", NOON, NOON, 1.0, "done", 0, published=layers[:1])
    history = History(run, NOON, 0, layers[:1])
    states = published(store, [history], {"soil": Pipeline("soil", DAY, "nothing", ())})
    assert {state.layer for state in states} == set(layers)
    made = {state.layer: (state.pipeline, state.every) for state in states}
    assert made[layers[0]] == ("soil", DAY)
    assert made[layers[1]] == ("", None)
