"""Uploaded tables: what cannot be counted is refused with its rows, when it is offered or when it is used."""

import pandas as pd
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.catalog.product_recommendation import NEED
from soilinfo.errors import InputError
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.need import need_of
from soilinfo.jobs.subsidy.uploads import without_negatives
from tests.jobs.subsidy.conftest import need
from tests.subsidised import PLAN, tables, write_office_table

ROWS = pd.DataFrame({"row": ["01.01.01", "01.01.02"], "area_ha": [12.5, -3.0], "urea": [None, -0.5]})


def test_numbers_below_zero_are_refused_each_with_its_row_and_column():
    with pytest.raises(InputError) as refused:
        without_negatives("erdkk", ROWS, ["area_ha", "urea"])
    assert str(refused.value) == (
        "table 'erdkk' has numbers below zero: area_ha -3 in 01.01.02, urea -0.5 in 01.01.02"
    )


def test_what_is_zero_or_missing_is_not_below_zero():
    without_negatives("erdkk", ROWS.head(1).assign(area_ha=0.0), ["area_ha", "urea"])


def offered(nation, name, rows):
    """The nation after a table was replaced and ingested."""
    write_office_table(nation.directory / "config", name, rows)
    return ingest(nation.store, nation.catalog, [name], actor="tests", progress=silent)


def edited(name, change):
    return [change(*row) for row in tables()[name]]


def negated(code, name, crop, area, *rest):
    return code, name, crop, -area, *rest


def of_no_commodity(code, name, crop, *rest):
    return code, name, f"{crop} merah", *rest


def test_a_table_with_codes_of_another_system_is_caught_by_names_not_joined(own_fertilizer_country):
    """BPS gives Tegalrejo the code that Kemendagri gives Sukasari: same depth, other digits."""
    codes = sorted({row[0] for row in tables()["erdkk"]})
    shifted = dict(zip(codes, [*codes[1:], codes[0]], strict=True))
    before = need(own_fertilizer_country).rows
    report = offered(
        own_fertilizer_country, "erdkk", edited("erdkk", lambda code, *rest: (shifted[code], *rest))
    )
    assert report.blocked == ["erdkk"]
    told = next(each for each in report.findings if each.check == "names_disagree")
    assert "Sukasari" in told.message
    assert need(own_fertilizer_country).rows.equals(before)


def test_a_negative_area_is_blocked_with_its_rows_when_it_is_offered(own_fertilizer_country):
    report = offered(own_fertilizer_country, "erdkk", edited("erdkk", negated))
    assert report.blocked == ["erdkk"]
    told = next(each for each in report.findings if each.check == "below_least")
    assert "-500 (row " in told.message


def test_a_commodity_that_there_is_not_is_refused_with_the_rows(own_fertilizer_country):
    offered(own_fertilizer_country, "erdkk", edited("erdkk", of_no_commodity))
    with pytest.raises(InputError, match=r"commodities that subsidy.yaml") as refused:
        need(own_fertilizer_country)
    assert "01.01.01" in str(refused.value)


def test_the_same_plot_of_a_plan_twice_is_refused(own_fertilizer_country):
    path = own_fertilizer_country.directory / "config" / "tables" / "erdkk.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    content["key"] = ["code", "commodity", "farmers"]
    rows = tables()["erdkk"]
    again = (*rows[0][:4], 7, *rows[0][5:])
    write_office_table(own_fertilizer_country.directory / "config", "erdkk", [*rows, again])
    path.write_text(yaml.safe_dump(content), "utf-8")
    catalog = load(own_fertilizer_country.directory / "config")
    ingest(own_fertilizer_country.store, catalog, ["erdkk"], actor="tests", progress=silent)
    with pytest.raises(InputError, match="more than one row of the same code and commodity"):
        need_of(own_fertilizer_country.store, catalog, catalog.allocations[PLAN])


def test_a_plan_that_cannot_be_worked_out_is_a_finding_of_the_evaluation(own_fertilizer_country):
    offered(own_fertilizer_country, "erdkk", edited("erdkk", of_no_commodity))
    catalog, store = own_fertilizer_country.catalog, own_fertilizer_country.store
    report = evaluate(store, catalog, ["rice_irrigated"], actor="tests", progress=silent)
    assert [each.layer for each in report.findings if each.check == "need_not_made"] == [NEED]
