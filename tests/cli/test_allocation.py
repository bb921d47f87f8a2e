"""Allocations on the command line: from a plan to its approval and reallocation, as JSON lines."""

import json
from shutil import copytree

import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.settings import Settings
from tests.subsidised import PLAN


@pytest.fixture(scope="module")
def run(subsidised: Settings, tmp_path_factory):
    """Runs a command on a copy of the country; its JSON lines."""
    directory = tmp_path_factory.mktemp("allocation")
    copytree(subsidised.store.parent, directory, dirs_exist_ok=True)
    places = ["--store", str(directory / "store")]

    def ran(*arguments: str) -> list[dict]:
        config = {"SOILINFO_CONFIG": str(directory / "config")}
        found = CliRunner().invoke(app, [*arguments, *places], env=config)
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        assert found.exit_code == 0, found.output
        return [json.loads(line) for line in found.output.splitlines()]

    return ran


@pytest.fixture(scope="module")
def approved(run):
    run("allocate", PLAN, "--save", "--note", "first", "--by", "siti")
    run("allocation", "submit", f"{PLAN}-1", "--by", "siti")
    return run("allocation", "approve", f"{PLAN}-1", "--by", "budi", "--note", "agreed")[-1]


def of(lines, member):
    return [line for line in lines if member in line]


def test_a_plan_is_worked_out_with_totals_and_findings_and_not_kept_unasked(run):
    lines = run("allocate", PLAN, "--method", "max_min", "--total-change", "-10")
    totals = {line["fertilizer"]: line for line in of(lines, "left_t")}
    assert totals["npk_15_10_12"]["allocated_t"] == 5400
    assert "printed_sum_differs" in {line["check"] for line in of(lines, "check")}
    assert not of(lines, "allocation")


def test_an_approval_says_which_snapshot_serves_it(run, approved):
    assert (approved["allocation"], approved["state"]) == (f"{PLAN}-1", "approved")
    history = run("allocation", "history", f"{PLAN}-1")
    assert [(line["state"], line["actor"], line["note"]) for line in history] == [
        ("draft", "siti", "first"),
        ("submitted", "siti", ""),
        ("approved", "budi", "agreed"),
    ]
    assert history[-1]["snapshot"] == approved["snapshot"]


def test_what_is_kept_is_listed_and_shown_by_level(run, approved):
    assert approved["allocation"] in {line["allocation"] for line in run("allocation", "list", PLAN)}
    units = of(run("allocation", "show", f"{PLAN}-1", "--level", "districts"), "sacks")
    assert {unit["code"] for unit in units} >= {"01.01.01", "01.04.02"}
    regencies = of(run("allocation", "show", f"{PLAN}-1"), "sacks")
    assert {unit["code"] for unit in regencies} == {"01.01", "01.02", "01.03", "01.04"}


@pytest.mark.usefixtures("approved")
def test_a_unit_is_explained_in_the_language_asked_for(run):
    english, indonesian = (
        run("allocation", "explain", f"{PLAN}-1", "01.01.01", "--language", language)[0]["message"]
        for language in ("en", "id")
    )
    assert english.startswith("Sukasari gets")
    assert indonesian != english


@pytest.mark.usefixtures("approved")
def test_an_explanation_ends_with_the_share_of_each_nutrient(run):
    last = run("allocation", "explain", f"{PLAN}-1", "01.01.01", "--language", "id")[-1]
    assert last["message"].startswith("Jatah Sukasari memenuhi ")
    assert {row["nutrient"] for row in last["met"]} == {"k2o", "n", "p2o5"}


@pytest.mark.usefixtures("approved")
def test_what_is_left_over_is_reallocated_as_a_draft_and_compared(run):
    draft = run("allocation", "reallocate", f"{PLAN}-1")[-1]
    assert (draft["parent"], draft["state"]) == (f"{PLAN}-1", "draft")
    lines = run("allocation", "compare", f"{PLAN}-1", f"{PLAN}:priority")
    totals = {line["fertilizer"]: line for line in of(lines, "gaining")}
    changes = of(lines, "outcome")
    assert totals["npk_15_10_12"]["gained_t"] == pytest.approx(totals["npk_15_10_12"]["lost_t"], abs=0.01)
    sizes = [abs(line["change_t"]) for line in changes]
    assert sizes == sorted(sizes, reverse=True)


def test_how_far_the_doubt_of_the_soil_moves_tonnes_is_told_by_unit(run):
    rows = run("allocation", "sensitivity", f"{PLAN}:max_min")
    assert {row["fertilizer"] for row in rows} == {"npk_15_10_12", "organic", "urea"}
    assert all(row["least_t"] <= row["median_t"] <= row["most_t"] for row in rows)


@pytest.mark.usefixtures("approved")
@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (["allocate", "subsidy_2025"], UnknownNameError, "no allocation plan 'subsidy_2025'"),
        (["allocate", PLAN, "--method", "fair"], UnknownNameError, "no method 'fair'; there are: max_min"),
        (["allocate", PLAN, "--total-change", "-100"], InputError, "leaves nothing to divide"),
        (["allocation", "list", "nope"], UnknownNameError, "no allocation plan 'nope'; there are: "),
        (
            ["allocation", "explain", f"{PLAN}-1", "01.01.01", "--language", "fr"],
            UnknownNameError,
            "no language 'fr'",
        ),
        (["allocation", "show", "x-1"], UnknownNameError, "no allocation 'x-1'"),
        (["allocation", "show", f"{PLAN}-1", "--level", "villages"], UnknownNameError, "no level of"),
        (["allocation", "submit", f"{PLAN}-1"], InputError, "is approved, so it cannot become submitted"),
    ],
)
def test_what_cannot_be_done_is_named(run, arguments, error, said):
    with pytest.raises(error, match=said):
        run(*arguments)


@pytest.mark.parametrize("change", ["inf", "nan"])
def test_a_change_of_the_totals_is_a_number_to_reckon_with(subsidised: Settings, change):
    words = ["allocate", PLAN, "--total-change", change, "--store", str(subsidised.store)]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 2
    assert f"{change} is not a number to reckon with" in found.output
