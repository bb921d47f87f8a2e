"""An allocation of the small country that is given fertilizer: worked out, and approved in a copy of it."""

from dataclasses import replace

import pytest

from soilinfo.catalog.names import allocation_of_plan, table_of
from soilinfo.jobs.subsidy.allocate import allocate
from soilinfo.jobs.subsidy.need import need_of
from soilinfo.jobs.subsidy.plans import plan_of
from soilinfo.jobs.subsidy.reallocate import reallocate
from soilinfo.jobs.subsidy.records import approve, save
from tests.jobs.conftest import copied
from tests.subsidised import DISTRICTS, PLAN, write_office_table


def need(nation):
    """What the units of the plan need."""
    return need_of(nation.store, nation.catalog, nation.catalog.allocations[PLAN])


def drafted(nation, **changes):
    """A draft by the plan with some of it changed."""
    plan = plan_of(nation.catalog, PLAN).model_copy(update=changes)
    allocation = allocate(nation.store, nation.catalog, plan)
    return save(nation.store, nation.catalog, allocation, actor="siti", note="first")


def unlisted(nation, code):
    """A draft of which the table of areas has no row of a unit."""
    done = allocate(nation.store, nation.catalog, plan_of(nation.catalog, PLAN))
    rows = done.rows[done.rows["code"] != code]
    left = replace(
        done,
        levels={**done.levels, done.finest: rows},
        needs=done.needs[done.needs["code"] != code],
        rates=done.rates[done.rates["code"] != code],
    )
    return save(nation.store, nation.catalog, left, actor="siti")


def older(nation):
    """A draft as they once were: no rules, needs and rates, and a plan with a key that plans have no more."""
    new = drafted(nation)
    choices = {name: value for name, value in new.choices.items() if name != "rules"}
    names = [table_of(allocation_of_plan(new.plan), level) for level in choices["levels"]]
    return nation.store.allocations.draft(
        new.plan,
        new.year,
        choices={**choices, "plan": {**choices["plan"], "rounded_to": "sacks"}},
        inputs=new.inputs,
        tables={name: new.tables[name] for name in names},
        run=new.run,
        actor="siti",
    )


def stripped(catalog):
    """Config that lost the products, crops and editions of its allocations."""
    lost = {"doses": {}, "commodities": {}}
    urea = {name: each for name, each in catalog.fertilizers.items() if name == "urea"}
    update = {"fertilizers": urea, "subsidy": catalog.subsidy.model_copy(update=lost)}
    return catalog.model_copy(update={**update, "doses": {}, "allocations": {}, "nutrient_statuses": {}})


def approved(nation, **changes):
    """An allocation that went all the way."""
    return _agreed(nation, drafted(nation, **changes), as_computed=bool(changes))


def moved(nation, record, path=None):
    """The reallocation of an approved one, which went all the way too."""
    allocation = reallocate(nation.store, nation.catalog, record, path)
    return _agreed(nation, save(nation.store, nation.catalog, allocation, actor="siti", parent=record.id))


def _agreed(nation, draft, as_computed=False):
    nation.store.allocations.submit(draft.id, actor="siti")
    approve(nation.store, nation.catalog, draft.id, actor="budi", note="agreed", as_computed=as_computed)
    return nation.store.allocations.record(draft.id)


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


@pytest.fixture(scope="module")
def found(fertilizer_country):
    """What the units of the plan need."""
    return need(fertilizer_country)


@pytest.fixture(scope="module")
def rows(found):
    """Needs by code, commodity and fertilizer."""
    return found.rows.set_index(["code", "commodity", "fertilizer"])


@pytest.fixture(scope="module")
def country(fertilizer_country, tmp_path_factory):
    """A copy for the tests of one file."""
    yield from copied(fertilizer_country, tmp_path_factory.mktemp("allocated"))
