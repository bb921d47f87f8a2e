"""What a reallocation is told of: a file or the published table, its own, and not older than the last."""

import pandas as pd
import pytest

from soilinfo.errors import InputError
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.plans import plan_of
from soilinfo.jobs.subsidy.reallocate import reallocate
from soilinfo.jobs.subsidy.records import allocation_of
from soilinfo.jobs.subsidy.redeemed import of_none
from soilinfo.report.allocation.findings import worded
from soilinfo.report.phrases import Phrases
from tests.jobs.subsidy.conftest import approved, fetched, moved, redeemed_file
from tests.subsidised import PLAN

NPK = {"01.01.01": 100.0, "01.02.01": 50.0}


@pytest.fixture(scope="module")
def of_file(country):
    """A reallocation by a file of January to March, in force."""
    return moved(country, approved(country), redeemed_file(country, fetched(NPK)))


def told(country, record, rows):
    return reallocate(country.store, country.catalog, record, redeemed_file(country, rows))


def test_a_reallocation_by_a_file_is_approved_and_nothing_of_it_has_to_be_served(country, of_file):
    assert of_file.state == "approved"
    assert "redeemed" not in of_file.inputs
    assert country.snapshot.layers.items() >= of_file.tables.items()


def test_a_second_reallocation_names_only_what_it_was_told_of_itself(own_fertilizer_country):
    nation = own_fertilizer_country
    served = nation.snapshot.layers["redeemed"]
    first = moved(nation, approved(nation))
    assert first.inputs["redeemed"] == served
    by_file = moved(nation, first, redeemed_file(nation, fetched(NPK, months=(1, 2, 3, 4))))
    assert (by_file.choices["redeemed"]["file"], by_file.inputs.get("redeemed")) == ("redeemed.csv", None)
    rows = fetched({}, months=(1, 2, 3, 4))
    redeemed_file(nation, rows)
    ingest(nation.store, nation.catalog, ["redeemed"], actor="tests", progress=silent)
    by_table = reallocate(nation.store, nation.catalog, by_file)
    assert by_table.inputs["redeemed"] == nation.snapshot.layers["redeemed"] != served
    assert "redeemed" not in by_table.choices


def test_what_ends_before_the_month_of_the_reallocation_in_force_is_refused(country, of_file):
    refused = f"table 'redeemed' ends with month 2; '{of_file.id}' was decided upon after month 3"
    with pytest.raises(InputError, match=refused):
        told(country, of_file, fetched(NPK, months=(1, 2)))


def test_a_month_that_hardly_anybody_tells_of_is_refused_and_who_does_is_named(country, of_file):
    """One row of March that says November: the year would be over for all."""
    first, *others = fetched(NPK)
    code, name, _, *amounts = first
    refused = f"tells of month 11, and no unit of every month until then; of month 11 tell: {code}"
    with pytest.raises(InputError, match=refused):
        told(country, of_file, [*others, (code, name, 11, *amounts)])


def test_what_was_found_of_the_needs_is_told_of_the_reallocation_that_goes_by_them(country, of_file):
    """What is found of tonnes is found of its own."""
    first, then = (
        allocation_of(country.store, country.store.allocations.record(each))
        for each in (of_file.parent, of_file.id)
    )
    of_needs = {"need_by_request", "need_requested", "area_not_capped"}
    before, now = ([each.message for each in one.findings if each.check in of_needs] for one in (first, then))
    assert before == now != []
    of_tonnes = [each.message for each in then.findings if each.check not in of_needs]
    assert "supply_of_need" in {each.check for each in then.findings}
    assert len(of_tonnes) == len({*of_tonnes})
    again = told(country, of_file, fetched(NPK | {"01.02.01": 20.0}, months=(1, 2, 3, 4)))
    assert [each.message for each in again.findings if each.check in of_needs] == now


def test_less_redeemed_than_the_reallocation_in_force_was_told_of_is_named(country, of_file):
    """It may be a correction, or the file of another month."""
    rows = fetched(NPK | {"01.02.01": 20.0}, months=(1, 2, 3, 4))
    (found,) = [each for each in told(country, of_file, rows).findings if each.check == "redeemed_less"]
    assert found.evidence == {"fertilizer": "npk_15_10_12", "codes": ["01.02.01"], "less_t": 70.0}
    assert "Penebusan NPK 15-10-12 kini 70 t lebih sedikit" in worded(Phrases(country.catalog, "id"), found)


def test_what_is_wrong_with_a_file_is_said_of_that_file_and_not_of_the_table_of_config(
    country, of_file, tmp_path
):
    path = tmp_path / "empty.csv"
    path.write_text("a title\ncode,name\n")
    with pytest.raises(InputError, match=r"empty\.csv has no row of data") as refused:
        reallocate(country.store, country.catalog, of_file, path)
    assert country.catalog.table("redeemed").source not in str(refused.value)


def test_tonnes_redeemed_where_none_was_allocated_are_told(country):
    told = pd.DataFrame({"urea": [5.0, 7.5], "organic": [None, 0.0]}, index=["01.01.01", "99.99.99"])
    given = pd.MultiIndex.from_tuples([("urea", "01.01.01")])
    (found,) = of_none(plan_of(country.catalog, PLAN), told, given)
    assert found.evidence == {"fertilizer": "urea", "codes": ["99.99.99"], "redeemed_t": 7.5}
    assert "7,5 t Urea ditebus di satuan" in worded(Phrases(country.catalog, "id"), found)
