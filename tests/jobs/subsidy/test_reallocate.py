"""Through the year: what is not redeemed moves to where it is asked for, and nothing else does."""

from math import isnan

import pytest
from python_calamine import CalamineWorkbook

from soilinfo.catalog.allocations import Objective, Quota, Quotas
from soilinfo.errors import InputError
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.explain import explain
from soilinfo.jobs.subsidy.outputs import export
from soilinfo.jobs.subsidy.reallocate import reallocate
from soilinfo.jobs.subsidy.records import allocation_of, save
from tests.jobs.subsidy.conftest import approved, drafted, fetched, older, redeemed_file
from tests.subsidised import DISTRICTS, tables, write_office_table

FROZEN = {"01.03.01": {"npk_15_10_12": 600.0}}
KEY = ["code", "fertilizer"]
POVERTY = Objective(table="priority", code="code", column="poverty_pct")


@pytest.fixture(scope="module")
def record(country):
    return approved(country, frozen=FROZEN)


@pytest.fixture(scope="module")
def before(country, record):
    return allocation_of(country.store, record).rows.set_index(KEY)


def without(allocation, lagging):
    """Rows of the NPK that was due in each month, of every unit but one, which fetched nothing."""
    due = allocation.months.query("month <= 3").groupby(KEY)["allocated_t"].sum()
    return fetched((due.xs("npk_15_10_12", level="fertilizer").drop(lagging) / 3).to_dict())


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
    """Also of those whose request is a whole number of sacks, and who have it."""
    due = allocation_of(country.store, record).months.query("month <= 3").groupby(KEY)["allocated_t"].sum()
    rows = [
        (code, name, month, *(each / 3 if month < 3 else each - 2 * (each / 3) for each in amounts))
        for code, (name, *_) in DISTRICTS.items()
        for month in (1, 2, 3)
        for amounts in [[float(due.get((code, each), 0)) for each in ("urea", "npk_15_10_12", "organic")]]
    ]
    done = reallocate(country.store, country.catalog, record, redeemed_file(country, rows))
    after = done.rows.set_index(KEY)
    assert after["sacks"].eq(before["sacks"]).all()
    assert after["cap_t"].eq(before["cap_t"]).all()
    assert {*after["bound"]} <= {"frozen", "cap", "kept", "share"}


def test_a_year_redeemed_to_the_last_sack_is_not_more_than_was_allocated(country, record, before):
    had = before.reset_index().pivot(index="code", columns="fertilizer", values="allocated_t").fillna(0)
    rows = [
        (code, name, month, *(had.loc[code, each] / 11 for each in ("urea", "npk_15_10_12", "organic")))
        for code, (name, *_) in DISTRICTS.items()
        if code in had.index
        for month in range(1, 12)
    ]
    done = reallocate(country.store, country.catalog, record, redeemed_file(country, rows))
    assert done.rows.set_index(KEY)["sacks"].eq(before["sacks"]).all()


def test_who_gave_up_what_was_due_is_told_by_its_own_cap_and_the_least_it_may_have(country, record, before):
    had = before.xs("npk_15_10_12", level="fertilizer")["allocated_t"]
    path = redeemed_file(country, fetched((0.1 * had.drop("01.02.01")).to_dict()))
    done = reallocate(country.store, country.catalog, record, path)
    rows = done.rows.set_index(KEY)
    lagging = rows.loc["01.02.01", "npk_15_10_12"]
    assert lagging["bound"] == "lag"
    assert lagging["cap_t"] == before.loc["01.02.01", "npk_15_10_12"]["cap_t"] > lagging["allocated_t"]
    assert (lagging["floor_t"], lagging["redeemed_t"]) == (0, 0)
    assert lagging["allocated_t"] == pytest.approx(
        before.loc["01.02.01", "npk_15_10_12"]["allocated_t"] - lagging["due_t"]
    )


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


def test_who_lags_and_who_keeps_what_it_had_is_said_and_printed_in_both_languages(
    country, record, before, tmp_path
):
    had = before.xs("npk_15_10_12", level="fertilizer")["allocated_t"]
    rows = [row for row in fetched((0.1 * had.drop("01.02.01")).to_dict()) if row[0] != "01.02.02"]
    done = reallocate(country.store, country.catalog, record, redeemed_file(country, rows))
    id_ = save(country.store, country.catalog, done, actor="siti", parent=record.id).id
    said = {
        code: next(
            chain["sentence"]
            for chain in explain(country.store, country.catalog, id_, code)["chains"]
            if chain["fertilizer"] == "npk_15_10_12"
        )
        for code in ("01.02.01", "01.02.02")
    }
    assert "was not redeemed goes to others" in said["01.02.01"]["en"]
    assert "tidak ditebus dialihkan" in said["01.02.01"]["id"]
    assert "it keeps the" in said["01.02.02"]["en"]
    (file,) = export(country.store, country.catalog, id_, tmp_path / "april.xlsx", "id")
    book = CalamineWorkbook.from_path(file)
    cells = {
        cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    }
    assert {"tidak ditebus", "jumlah semula"} <= cells
    assert any("tidak melaporkan penebusan NPK 15-10-12" in str(cell) for cell in cells)


def test_more_redeemed_than_allocated_is_named(country, record):
    path = redeemed_file(country, fetched({"01.02.01": 5000.0}))
    with pytest.raises(InputError, match=r"redeemed than was allocated: 01\.02\.01 \(15,000\.000 of "):
        reallocate(country.store, country.catalog, record, path)


@pytest.mark.parametrize("left_out", ["one month", "a dash", "all months"])
def test_who_does_not_tell_of_every_month_keeps_what_it_has_and_is_named(country, record, before, left_out):
    """What is missing is not zero: taken for it, the fertilizer of February would be gone."""
    rows = fetched({"01.01.01": 100.0})
    mine = [row for row in rows if row[0] == "01.02.02" and (left_out == "all months" or row[2] == 2)]
    dashes = [(*row[:4], None, row[5]) for row in mine] if left_out == "a dash" else []
    path = redeemed_file(country, [row for row in rows if row not in mine] + dashes)
    done = reallocate(country.store, country.catalog, record, path)
    after = done.rows.set_index(KEY).loc["01.02.02", "npk_15_10_12"]
    assert after["sacks"] == before.loc["01.02.02", "npk_15_10_12"]["sacks"]
    assert after["bound"] in {"kept", "cap"}
    assert isnan(after["redeemed_t"])
    told = {
        each.evidence["fertilizer"]: each.evidence["codes"]
        for each in done.findings
        if each.check == "redeemed_not_told"
    }
    assert told["npk_15_10_12"] == ["01.02.02"]
    left = done.months.groupby(KEY)["allocated_t"].sum()["01.02.02", "npk_15_10_12"]
    assert left == pytest.approx(after["allocated_t"] - after["due_t"])


def test_a_file_with_codes_of_another_system_is_caught_by_the_names(country, record):
    """The codes are those of other districts, the names give them away."""
    codes = [*DISTRICTS]
    moved = dict(zip(codes, [*codes[1:], codes[0]], strict=True))
    rows = [(moved[code], *row) for code, *row in fetched({})]
    with pytest.raises(InputError, match="name"):
        reallocate(country.store, country.catalog, record, redeemed_file(country, rows))


def test_after_december_nothing_is_moved(country, record):
    path = redeemed_file(country, [*fetched({}), ("01.01.01", DISTRICTS["01.01.01"][0], 12, 0.0, 0.0, 0.0)])
    with pytest.raises(InputError, match=r"month 12 \(of 01\.01\.01\); after December nothing is moved"):
        reallocate(country.store, country.catalog, record, path)


def test_only_what_is_approved_is_reallocated(country):
    with pytest.raises(InputError, match="is draft; only what is approved is reallocated"):
        reallocate(country.store, country.catalog, drafted(country))


@pytest.fixture(scope="module")
def by_quota(country):
    """An approved allocation of most worth, in which one regency has a quota of NPK."""
    quotas = Quotas(level="regencies", units={"01.01": {"npk_15_10_12": Quota(least_pct=40)}})
    return approved(country, method="optimal", objective=POVERTY, quotas=quotas)


def test_a_regency_with_a_quota_keeps_its_tonnes_to_the_sack(country, by_quota):
    """01.01.02 lags: what it gives up stays in its regency, though tonnes are worth more elsewhere."""
    old = allocation_of(country.store, by_quota)
    before = old.rows.set_index(KEY)
    path = redeemed_file(country, without(old, "01.01.02"))
    done = reallocate(country.store, country.catalog, by_quota, path)
    had, has = (
        each.levels["regencies"].set_index(KEY)["sacks"].xs("npk_15_10_12", level=1) for each in (old, done)
    )
    assert has["01.01"] == had["01.01"]
    assert has.sum() == had.sum()
    after = done.rows.set_index(KEY)
    assert after.loc["01.01.02", "npk_15_10_12"]["sacks"] < before.loc["01.01.02", "npk_15_10_12"]["sacks"]
    assert after.loc["01.01.01", "npk_15_10_12"]["sacks"] > before.loc["01.01.01", "npk_15_10_12"]["sacks"]


def test_tonnes_that_are_worth_nothing_elsewhere_stay_where_they_are(country):
    """Only in 01.01.01 is a tonne worth anything; it lags, and nobody else has a use for what it loses."""
    rows = [(*row, 20.0 if row[0] == "01.01.01" else 0.0) for *row, _ in tables()["priority"]]
    write_office_table(country.directory / "config", "priority", rows)
    ingest(country.store, country.catalog, ["priority"], actor="tests", progress=silent)
    kept = approved(country, method="optimal", objective=POVERTY, floor_pct_of_need=10.0)
    old = allocation_of(country.store, kept)
    done = reallocate(country.store, country.catalog, kept, redeemed_file(country, without(old, "01.01.01")))
    assert done.rows["sacks"].equals(old.rows["sacks"])


def test_a_plan_without_a_table_of_redeemed_tonnes_says_what_to_add(country):
    with pytest.raises(InputError, match="names no table of redeemed tonnes; add `redeemed:`"):
        reallocate(country.store, country.catalog, approved(country, redeemed=None))


def test_an_old_record_that_keeps_no_rules_is_not_divided_by_those_of_today(country):
    with pytest.raises(InputError, match="was made before rules were kept with it; allocate anew"):
        reallocate(country.store, country.catalog, older(country))
