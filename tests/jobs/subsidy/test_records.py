"""Allocations as records: what is drafted is approved, published, and kept with all that it was made of."""

from datetime import timedelta

import pytest
import rasterio
from pandas.testing import assert_frame_equal

from soilinfo.catalog.load import path_of
from soilinfo.catalog.names import FINDINGS
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.evaluation.settle import no_longer_made
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.freshness import stale_results
from soilinfo.jobs.runs.retention import prune, removable
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.allocate import allocate
from soilinfo.jobs.subsidy.plans import derived_from, plan_of
from soilinfo.jobs.subsidy.reallocate import reallocate
from soilinfo.jobs.subsidy.records import allocation_of, approve, save
from soilinfo.store import clock
from tests.jobs.subsidy.conftest import approved, drafted
from tests.store.publisher import record as record_version
from tests.subsidised import PLAN, tables, write_office_table

LEVELS = ("nation", "provinces", "regencies", "districts")
TABLES = {
    *(f"allocation_{PLAN}_by_{level}" for level in LEVELS),
    *(f"allocation_{PLAN}_{part}_by_districts" for part in ("needs", "rates")),
}


def approve_it(nation, id_, **how):
    return approve(nation.store, nation.catalog, id_, actor="budi", **how)


def replace_table(nation, name, rows):
    """Publish other rows of a table than those that a draft was made of."""
    write_office_table(nation.directory / "config", name, rows)
    ingest(nation.store, nation.catalog, [name], actor="tests", progress=silent)


def replace_priority(nation):
    replace_table(
        nation, "priority", [(code, name, 9.0, 50.0, 10.0) for code, name, *_ in tables()["priority"]]
    )


@pytest.fixture
def submitted(own_fertilizer_country):
    """(nation, id) of a draft that waits for its approval."""
    record = drafted(own_fertilizer_country)
    own_fertilizer_country.store.allocations.submit(record.id, actor="siti")
    return own_fertilizer_country, record.id


def test_a_draft_is_kept_as_it_was_worked_out_and_not_published(country):
    before = country.snapshot
    record = drafted(country)
    assert (record.state, record.actor, {*record.tables}) == ("draft", "siti", TABLES)
    assert country.snapshot == before
    kept = allocation_of(country.store, record)
    made = allocate(country.store, country.catalog, plan_of(country.catalog, PLAN))
    assert kept.plan == made.plan
    assert list(kept.levels) == list(made.levels)
    for level, frame in made.levels.items():
        assert_frame_equal(kept.levels[level], frame, check_dtype=False)
    assert [told.message for told in kept.findings] == [told.message for told in made.findings]
    assert kept.totals == made.totals
    assert kept.choices == made.choices
    assert_frame_equal(kept.needs, made.needs, check_dtype=False)
    assert_frame_equal(kept.rates, made.rates, check_dtype=False)
    assert_frame_equal(kept.months, made.months)


def test_equal_drafts_are_two_records_of_the_same_tables(country):
    first, second = drafted(country), drafted(country)
    assert first.id != second.id
    assert first.tables == second.tables


def test_an_approval_publishes_the_tables_of_every_level_with_their_findings(country):
    record = approved(country)
    served = country.snapshot.layers
    assert {name: served[name] for name in TABLES} == record.tables
    finest = f"allocation_{PLAN}_by_districts"
    rows = country.store.vector.read(finest, served[finest])
    assert rows.geometry.notna().all()
    assert set(rows["id"].head(2)) == {"01.01.01.npk_15_10_12", "01.01.01.organic"}
    findings = country.store.vector.read(FINDINGS, served[FINDINGS])
    told = findings[findings["layer"].str.startswith("allocation_")]
    assert "printed_sum_differs" in {*told["check"]}


def test_what_is_not_submitted_is_not_approved_and_the_run_says_why(country):
    record, before = drafted(country), country.snapshot
    with pytest.raises(InputError, match="is draft, so it cannot become approved"):
        approve_it(country, record.id)
    assert country.snapshot == before
    (run,) = country.store.ledger.runs(1)
    assert (run.pipeline, run.status) == ("approve", "failed")


def test_an_unknown_allocation_is_told_which_there_are(country):
    drafted(country)
    with pytest.raises(UnknownNameError, match=f"no allocation '{PLAN}-99'; there are: {PLAN}-1"):
        approve_it(country, f"{PLAN}-99")


def test_a_draft_of_replaced_figures_is_approved_only_as_computed(submitted):
    nation, id_ = submitted
    replace_priority(nation)
    with pytest.raises(InputError, match=r"no longer served: priority \(.*--as-computed"):
        approve_it(nation, id_)
    assert nation.store.allocations.record(id_).state == "submitted"
    snapshot = approve_it(nation, id_, as_computed=True)
    assert snapshot.layers.items() >= nation.store.allocations.record(id_).tables.items()


def test_a_draft_is_not_approved_when_the_soil_below_its_need_was_ingested_anew(submitted):
    nation, id_ = submitted
    source = path_of(nation.catalog, nation.catalog.layer("p2o5_hcl25").source)
    with rasterio.open(source, "r+") as file:
        file.write((file.read() * 0.97).astype(file.dtypes[0]))
    ingest(nation.store, nation.catalog, ["p2o5_hcl25"], actor="tests", progress=silent)
    with pytest.raises(InputError, match="no longer served: p2o5_hcl25"):
        approve_it(nation, id_)


def test_a_draft_by_other_rules_than_configs_is_approved_only_as_computed(country):
    record = drafted(country, cap_pct_of_need=80.0)
    country.store.allocations.submit(record.id, actor="siti")
    with pytest.raises(InputError, match=r"other rules .*: cap_pct_of_need; allocate anew"):
        approve_it(country, record.id)
    approve_it(country, record.id, as_computed=True)


def test_a_reallocation_needs_only_its_parent_and_its_redeemed_tonnes_to_be_current(submitted):
    """In April the tables of January are replaced; what was decided upon with them stays decided."""
    nation, id_ = submitted
    approve_it(nation, id_)
    moved = reallocate(nation.store, nation.catalog, nation.store.allocations.record(id_))
    replace_priority(nation)
    draft = save(nation.store, nation.catalog, moved, actor="siti", parent=id_)
    nation.store.allocations.submit(draft.id, actor="siti")
    rows = tables()["redeemed"]
    replace_table(nation, "redeemed", rows[:-1])
    with pytest.raises(InputError, match=r"no longer served: redeemed \([^()]*\); allocate anew"):
        approve_it(nation, draft.id)
    replace_table(nation, "redeemed", rows)
    assert approve_it(nation, draft.id).layers.items() >= draft.tables.items()


def test_what_another_allocation_has_replaced_is_not_reallocated(country):
    old, new = approved(country), approved(country, cap_pct_of_need=80.0)
    with pytest.raises(InputError, match=f"'{old.id}' is not in force any more; reallocate '{new.id}'"):
        reallocate(country.store, country.catalog, old)


def test_a_draft_by_other_rules_beside_the_plan_is_not_approved_and_they_are_named(country):
    record, catalog = drafted(country), country.catalog
    country.store.allocations.submit(record.id, actor="siti")
    npk = catalog.fertilizers["npk_15_10_12"].model_copy(update={"contents": {"n": 20.0, "p2o5": 10.0}})
    last = catalog.subsidy.eligibility[-1].model_copy(update={"max_ha_per_farmer": 1.0})
    other = catalog.model_copy(
        update={
            "fertilizers": {**catalog.fertilizers, "npk_15_10_12": npk},
            "subsidy": catalog.subsidy.model_copy(
                update={"eligibility": (*catalog.subsidy.eligibility[:-1], last)}
            ),
        }
    )
    told = (
        r"other rules than config has now: eligibility\.max_ha_per_farmer, "
        r"fertilizers\.npk_15_10_12\.contents\.k2o, fertilizers\.npk_15_10_12\.contents\.n; allocate anew"
    )
    with pytest.raises(InputError, match=told):
        approve(country.store, other, record.id, actor="budi")
    assert country.store.allocations.record(record.id).state == "submitted"


def test_what_an_approved_allocation_was_made_of_is_never_pruned_and_of_a_draft_only_its_rows(
    submitted, monkeypatch
):
    nation, id_ = submitted
    used = nation.snapshot.layers["priority"]
    later = drafted(nation, cap_pct_of_need=80.0)
    approve_it(nation, id_)
    replace_priority(nation)
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=40))
    old = {(version.layer, version.version) for version in removable(nation.store, nation.catalog)}
    assert ("priority", used) not in old
    assert old.isdisjoint(later.tables.items())


def test_all_that_approved_allocations_rest_on_outlives_a_prune_to_the_last_layer(submitted, monkeypatch):
    """Nothing is served any more, there is a newer version of everything, and the time to keep is over."""
    nation, id_ = submitted
    store = nation.store
    approve_it(nation, id_)
    moved = reallocate(store, nation.catalog, store.allocations.record(id_))
    later = save(store, nation.catalog, moved, actor="siti", parent=id_).id
    store.allocations.submit(later, actor="siti")
    approve_it(nation, later)
    both = [store.allocations.record(each) for each in (id_, later)]
    kept = {key for record in both for key in derived_from(store, record.inputs) | {*record.tables.items()}}
    assert {layer for layer, _ in kept} >= {
        "p2o5_hcl25",
        "land_cover",
        "paddy_doses",
        "districts",
        "redeemed",
    }
    served = nation.snapshot.layers
    run = store.ledger.start_run("ingest", "tests", {})
    for layer, version in served.items():
        record_version(store, run, layer, "newer", store.ledger.version(layer, version).kind)
    store.ledger.publish({}, run=run, actor="tests", reason="nothing", without=list(served))
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=40))
    prune(store, nation.catalog, "tests", silent)
    gone = {(version.layer, version.version) for version in store.ledger.versions() if version.removed}
    assert {*served.items()} - kept == gone & {*served.items()} != set()
    assert gone.isdisjoint(kept)
    for layer, version in kept:
        assert store.vector.exists(layer, version) or store.has_raster(layer, version), layer
    assert allocation_of(store, both[0]).rows["sacks"].sum() == moved.rows["sacks"].sum()


def test_what_only_an_older_draft_was_made_of_is_pruned_but_not_its_rows(own_fertilizer_country, monkeypatch):
    nation = own_fertilizer_country
    used, record = nation.snapshot.layers["priority"], drafted(nation)
    replace_priority(nation)
    drafted(nation)
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=40))
    old = {(version.layer, version.version) for version in removable(nation.store, nation.catalog)}
    assert ("priority", used) in old
    assert old.isdisjoint(record.tables.items())


def test_an_approved_allocation_is_neither_stale_nor_withdrawn_when_its_inputs_change(submitted):
    nation, id_ = submitted
    approve_it(nation, id_)
    replace_priority(nation)
    stale = {finding.layer for finding in stale_results(nation.store, nation.snapshot)}
    shown = nation.snapshot.layers
    gone = no_longer_made(nation.store, nation.catalog, shown, made=(), held=(), rated=())
    assert {*shown} >= TABLES
    assert stale.isdisjoint(TABLES)
    assert {finding.layer for finding in gone}.isdisjoint(TABLES)
