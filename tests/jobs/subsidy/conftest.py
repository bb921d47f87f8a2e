"""An allocation of the small country that is given fertilizer: worked out, and approved in a copy of it."""

import pytest

from soilinfo.jobs.subsidy.allocate import allocate
from soilinfo.jobs.subsidy.plans import plan_of
from soilinfo.jobs.subsidy.records import approve, save
from tests.jobs.conftest import copied
from tests.subsidised import PLAN


def drafted(nation, **changes):
    """A draft by the plan with some of it changed."""
    plan = plan_of(nation.catalog, PLAN).model_copy(update=changes)
    allocation = allocate(nation.store, nation.catalog, plan)
    return save(nation.store, nation.catalog, allocation, actor="siti", note="first")


def approved(nation, **changes):
    """An allocation that went all the way."""
    id_ = drafted(nation, **changes).id
    nation.store.allocations.submit(id_, actor="siti")
    approve(nation.store, nation.catalog, id_, actor="budi", note="agreed", as_computed=bool(changes))
    return nation.store.allocations.record(id_)


@pytest.fixture(scope="module")
def country(fertilizer_country, tmp_path_factory):
    """A copy for the tests of one file."""
    yield from copied(fertilizer_country, tmp_path_factory.mktemp("allocated"))
