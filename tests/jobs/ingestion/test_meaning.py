"""What was published under another unit or class table than config's is not served, released or counted."""

import pytest

from soilinfo.errors import BlockedError
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.ingestion.meaning import misread
from soilinfo.jobs.ingestion.release import release
from soilinfo.jobs.runs.run import silent
from soilinfo.serve.collections import Source
from soilinfo.serve.published import published_collections


def with_drainage(catalog, *codes):
    """The catalog whose drainage classes have other codes, further ones being added: (class id, code)."""
    table = catalog.class_tables["drainage"]
    known = {entry.id: entry for entry in table.classes}
    model = table.classes[0]
    changed = {id: known.get(id, model).model_copy(update={"id": id, "code": code}) for id, code in codes}
    classes = tuple(({**known, **changed}).values())
    tables = {**catalog.class_tables, "drainage": table.model_copy(update={"classes": classes})}
    return catalog.model_copy(update={"class_tables": tables})


def swapped(catalog):
    """The catalog with the codes of two drainage classes exchanged."""
    code = {entry.id: entry.code for entry in catalog.class_tables["drainage"].classes}
    return with_drainage(catalog, ("well", code["poor"]), ("poor", code["well"]))


def with_property(catalog, name, **changes):
    changed = catalog.properties[name].model_copy(update=changes)
    return catalog.model_copy(update={"properties": {**catalog.properties, name: changed}})


def with_qualities(catalog, qualities):
    rules = catalog.evaluation.model_copy(update={"qualities": tuple(qualities)})
    return catalog.model_copy(update={"evaluation": rules})


def offered(nation, catalog):
    return set(published_collections(Source(nation.store, catalog, nation.snapshot)))


def left_out(nation, catalog):
    return {finding.layer for finding in misread(nation.store, catalog, nation.snapshot)}


def test_a_map_whose_codes_mean_other_classes_by_now_is_not_served(nation):
    changed = swapped(nation.catalog)
    assert offered(nation, nation.catalog) - offered(nation, changed) == {"drainage"}
    (finding,) = misread(nation.store, changed, nation.snapshot)
    assert (finding.check, finding.layer) == ("outdated_layer", "drainage")
    assert "soilinfo ingest drainage" in finding.message


def test_a_map_in_another_unit_than_configs_is_not_served(nation):
    assert left_out(nation, with_property(nation.catalog, "soc", unit="g/kg")) == {"soc"}


def test_further_classes_and_another_scale_or_valid_range_leave_a_map_served(nation):
    assert left_out(nation, with_drainage(nation.catalog, ("under_water", 99))) == set()
    assert left_out(nation, with_property(nation.catalog, "ph_h2o", decimals=1, valid_range=(2, 12))) == set()


def test_results_whose_bits_mean_other_land_qualities_by_now_are_not_served(nation):
    first, second, *others = nation.catalog.evaluation.qualities
    exchanged = with_qualities(nation.catalog, (second, first, *others))
    assert "suitability" not in offered(nation, exchanged)
    assert "suitability_maize" in left_out(nation, exchanged)


def test_what_a_rollback_serves_again_over_a_recoded_table_is_not_misread(own_nation):
    good, changed = own_nation.snapshot, swapped(own_nation.catalog)
    assert "drainage" in ingest(own_nation.store, changed, None, actor="cron", progress=silent).published
    assert left_out(own_nation, changed) == set()
    own_nation.store.ledger.rollback(good.id, actor="siti", reason="another layer was wrong")
    assert left_out(own_nation, changed) == {"drainage"}
    assert ingest(own_nation.store, changed, None, actor="cron", progress=silent).held == ["drainage"]
    assert "drainage" not in offered(own_nation, changed)
    ingest(own_nation.store, changed, ["drainage"], actor="siti", progress=silent)
    assert "drainage" in offered(own_nation, changed)


def test_an_older_version_with_other_classes_cannot_be_released(own_nation):
    old, changed = own_nation.snapshot.layers["drainage"], swapped(own_nation.catalog)
    ingest(own_nation.store, changed, ["drainage"], actor="cron", progress=silent)
    with pytest.raises(BlockedError, match=r"would be misread.*soilinfo ingest drainage"):
        release(own_nation.store, changed, "drainage", old, actor="siti", reason="")
    assert own_nation.snapshot.layers["drainage"] != old


def test_tables_by_unit_do_not_count_classes_that_would_be_misread(own_nation):
    own_nation.store.ledger.rollback(1, actor="siti", reason="as ingested, before any table")
    names, catalog = ["maize", "properties_by_regencies"], swapped(own_nation.catalog)
    report = evaluate(own_nation.store, catalog, names, actor="tests", progress=silent)
    assert "properties_by_regencies" in report.published
    assert "classes_by_regencies" not in report.published  # drainage is the only map of classes
