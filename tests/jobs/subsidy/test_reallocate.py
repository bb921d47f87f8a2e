"""Through the year: what is not redeemed moves to where it is asked for, and nothing else does."""

import pytest

from soilinfo.errors import InputError
from soilinfo.jobs.subsidy.reallocate import reallocate
from soilinfo.jobs.subsidy.records import allocation_of, save
from tests.jobs.subsidy.conftest import approved, drafted
from tests.subsidised import DISTRICTS, write_office_table

FROZEN = {"01.03.01": {"npk_15_10_12": 600.0}}
KEY = ["code", "fertilizer"]


@pytest.fixture(scope="module")
def record(country):
    return approved(country, frozen=FROZEN)


@pytest.fixture(scope="module")
def before(country, record):
    return allocation_of(country.store, record).rows.set_index(KEY)


def redeemed_file(country, rows):
    """A file in the form of the plan's table of redeemed tonnes, beside the sources of the country."""
    write_office_table(country.directory / "config", "redeemed", rows)
    return country.directory / "sources" / "redeemed.csv"


def fetched(npk, months=(1, 2, 3)):
    """Rows of ``npk`` tonnes (by code) in each month, and no other fertilizer."""
    return [
        (code, DISTRICTS[code][0], month, 0.0, npk.get(code, 0.0), 0.0)
        for code in DISTRICTS
        for month in months
    ]


def test_nobody_falls_below_what_is_redeemed_nor_rises_above_the_request(country, record, before):
    done = reallocate(country.store, country.catalog, record)
    rows = done.rows.set_index(KEY)
    assert (rows["allocated_t"] >= rows["redeemed_t"]).all()
    assert (rows["allocated_t"] <= rows["request_t"]).all()
    sums = [
        frame.groupby("fertilizer")["sacks"].sum().to_dict() for frame in (before.reset_index(), done.rows)
    ]
    assert sums[0] == sums[1]
    assert {level: frame["sacks"].sum() for level, frame in done.levels.items()} == dict.fromkeys(
        done.levels, before["sacks"].sum()
    )


def test_what_was_due_and_not_fetched_moves_to_who_fetched_theirs_and_asks_for_more(country, record, before):
    """By the end of March 28 % of the year is due; one district has fetched that, the others nothing."""
    had = before.xs("npk_15_10_12", level="fertilizer")["allocated_t"]
    path = redeemed_file(country, fetched({"01.01.01": 0.1 * had["01.01.01"]}))
    done = reallocate(country.store, country.catalog, record, path)
    rows = done.rows.set_index(KEY)
    npk = rows.xs("npk_15_10_12", level="fertilizer")
    asked = npk.loc["01.01.01", "request_t"]
    assert had["01.01.01"] < npk.loc["01.01.01", "allocated_t"] <= asked
    others = npk.drop(index=["01.01.01", "01.03.01"])
    assert (others["allocated_t"] >= 0.72 * had[others.index] - 0.1).all()
    assert (others["allocated_t"] <= had[others.index]).all()
    assert rows.loc[("01.03.01", "npk_15_10_12"), "bound"] == "frozen"
    assert rows.loc[("01.03.01", "npk_15_10_12"), "allocated_t"] == 600
    assert done.choices["redeemed"]["file"] == "redeemed.csv"


def test_nothing_moves_where_everybody_fetches_what_is_due(country, record, before):
    had = before.xs("npk_15_10_12", level="fertilizer")["allocated_t"]
    path = redeemed_file(country, fetched((0.1 * had).to_dict()))
    done = reallocate(country.store, country.catalog, record, path)
    npk = done.rows.set_index(KEY).xs("npk_15_10_12", level="fertilizer")
    assert npk["allocated_t"].eq(had).all()


def test_the_months_that_are_left_share_what_is_left(country, record):
    path = redeemed_file(country, fetched({"01.01.01": 100.0}))
    done = reallocate(country.store, country.catalog, record, path)
    assert {*done.months["month"]} == {*range(4, 13)}
    left = done.months.groupby(KEY)["allocated_t"].sum()[("01.01.01", "npk_15_10_12")]
    rows = done.rows.set_index(KEY)
    assert left == pytest.approx(rows.loc[("01.01.01", "npk_15_10_12"), "allocated_t"] - 300)


def test_it_becomes_a_draft_of_its_own_with_the_approved_one_as_parent(country, record):
    path = redeemed_file(country, fetched({}))
    done = reallocate(country.store, country.catalog, record, path)
    draft = save(country.store, country.catalog, done, actor="siti", parent=record.id)
    assert (draft.state, draft.parent) == ("draft", record.id)
    kept = allocation_of(country.store, draft)
    assert kept.rows["redeemed_t"].eq(0).all()
    assert country.store.allocations.record(record.id) == record


def test_more_redeemed_than_allocated_is_named(country, record):
    path = redeemed_file(country, fetched({"01.02.01": 5000.0}))
    with pytest.raises(InputError, match=r"more was redeemed than was allocated: 01\.02\.01"):
        reallocate(country.store, country.catalog, record, path)


def test_a_district_that_nothing_is_told_of_is_named(country, record):
    rows = [row for row in fetched({}) if row[0] != "01.02.02"]
    with pytest.raises(InputError, match=r"redeemed tonnes are missing, which is not zero, of 01\.02\.02"):
        reallocate(country.store, country.catalog, record, redeemed_file(country, rows))


def test_a_file_with_codes_of_another_system_is_caught_by_the_names(country, record):
    """The codes are those of other districts, the names give them away."""
    codes = [*DISTRICTS]
    moved = dict(zip(codes, [*codes[1:], codes[0]], strict=True))
    rows = [(moved[code], *row) for code, *row in fetched({})]
    with pytest.raises(InputError, match="name"):
        reallocate(country.store, country.catalog, record, redeemed_file(country, rows))


def test_after_december_nothing_is_moved(country, record):
    path = redeemed_file(country, fetched({}, months=(12,)))
    with pytest.raises(InputError, match="month 12; after December nothing is moved"):
        reallocate(country.store, country.catalog, record, path)


def test_only_what_is_approved_is_reallocated(country):
    with pytest.raises(InputError, match="is draft; only what is approved is reallocated"):
        reallocate(country.store, country.catalog, drafted(country))


def test_a_plan_without_a_table_of_redeemed_tonnes_says_what_to_add(country):
    with pytest.raises(InputError, match="names no table of redeemed tonnes; add `redeemed:`"):
        reallocate(country.store, country.catalog, approved(country, redeemed=None))
