"""Fact sheets from a store: the numbers of the collections, whatever is published."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from soilinfo.catalog.load import load
from soilinfo.catalog.models import SuitabilityClass
from soilinfo.catalog.names import suitability_of
from soilinfo.errors import UnknownNameError
from soilinfo.evaluate.zonal import build_index, flagged_area, reads
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.planning.factsheet import fact_sheet, unit_facts
from soilinfo.jobs.runs.run import silent
from soilinfo.report.factsheet.sheet import assemble
from soilinfo.report.phrases import Phrases
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from soilinfo.store.vector import Query
from tests.country import write_country
from tests.served import CROPS


def facts_of(nation, code):
    return unit_facts(nation.store, nation.catalog, nation.snapshot, code)


def test_the_table_of_crops_holds_the_numbers_of_the_collection(nation):
    version = nation.snapshot.layers["suitability_by_regencies"]
    query = Query(ids=("01.02.maize.actual",), geometry=False)
    row = nation.store.vector.read("suitability_by_regencies", version, query).iloc[0]
    phrases = Phrases(nation.catalog, "en")
    shown = assemble(phrases, facts_of(nation, "01.02"))["crops"]["rows"]
    assert len(shown) == len(CROPS)
    maize = next(one for one in shown if one["crop"] == "Maize")
    expected = [
        [phrases.hectares(row[f"{name}_ha"]), phrases.percent(row[f"{name}_pct"])]
        for name in ("s1", "s2", "s3", "n")
    ]
    assert maize["actual"] == expected


def test_the_map_shows_the_classes_of_the_first_crop_around_the_unit(nation):
    facts = facts_of(nation, "01.02")
    west, south, east, north = facts.picture.bounds
    assert shapely.box(west, south, east, north).buffer(1e-9).covers(facts.outline)
    assert set(np.unique(facts.picture.classes)) <= {0, 1, 2, 3, 4}


def test_a_unit_names_the_one_it_belongs_to_and_the_versions_it_is_told_from(nation):
    facts = facts_of(nation, "01.02")
    assert facts.parent == "Provinsi Satu"
    assert facts_of(nation, "01").parent == ""
    layers = nation.snapshot.layers
    assert facts.publication.versions["suitability_by_regencies"] == layers["suitability_by_regencies"]


def test_no_map_is_drawn_from_cells_on_another_grid(nation):
    grid = replace(nation.catalog.grid, resolution=nation.catalog.grid.resolution / 2)
    catalog = nation.catalog.model_copy(update={"grid": grid})
    assert unit_facts(nation.store, catalog, nation.snapshot, "01.02").picture is None


def test_the_layer_of_a_property_is_the_one_that_the_evaluation_used(nation):
    shown = {row["layer"] for row in facts_of(nation, "01.02").properties}
    assert {"ph_h2o", "slope"} <= shown
    assert "drainage" not in shown


def test_the_quality_named_limits_most_of_the_class_named_in_every_regency_for_every_crop(nation):
    units = nation.store.vector.read("regencies", nation.snapshot.layers["regencies"])
    index = build_index(list(units.geometry), nation.catalog.grid)
    qualities = [quality.code for quality in nation.catalog.evaluation.qualities]
    for crop in CROPS:
        name = suitability_of(crop)
        cube = nation.store.cube.open(name, nation.snapshot.layers[name])
        classes, limits = cube.read("actual"), cube.read("limiting_actual")
        for at, code in enumerate(units["code"]):
            answer = unit_facts(nation.store, nation.catalog, nation.snapshot, code, [crop]).explained[crop]
            row = next(one for one in answer["classes"] if one["class"] == answer["prevailing"])
            own = np.where(classes == SuitabilityClass[row["class"]], limits, 0).astype(np.uint16)
            areas = flagged_area(index, reads(own, nation.catalog.grid.window), len(qualities))[at]
            told = {one["quality"]: one["ha"] for one in row["limiting"]}
            assert told == pytest.approx(
                {quality: ha for quality, ha in zip(qualities, areas, strict=True) if ha > 0}, abs=1e-2
            )
            assert next(iter(told), None) == (qualities[areas.argmax()] if areas.any() else None)


def test_the_crops_whose_reasons_are_told_can_be_chosen(nation):
    facts = unit_facts(nation.store, nation.catalog, nation.snapshot, "01.02", ["cocoa"])
    assert list(facts.explained) == ["cocoa"]
    with pytest.raises(UnknownNameError, match="no crop 'baobab'"):
        unit_facts(nation.store, nation.catalog, nation.snapshot, "01.02", ["baobab"])


def test_a_unit_too_large_for_an_answer_at_once_has_no_reasons(nation):
    limits = nation.catalog.services.limits.model_copy(update={"process_cells": 10})
    services = nation.catalog.services.model_copy(update={"limits": limits})
    catalog = nation.catalog.model_copy(update={"services": services})
    facts = unit_facts(nation.store, catalog, nation.snapshot, "01.02")
    assert facts.explained == {}
    assert "too large" in assemble(Phrases(catalog, "en"), facts)["reasons"]["note"]


def test_a_unit_unknown_to_every_level_is_refused_naming_those_that_exist(nation):
    with pytest.raises(UnknownNameError, match=r"no region '99'; there are: 01, 01\.01"):
        fact_sheet(nation.store, nation.catalog, nation.snapshot, "99", "en")


def test_before_the_evaluation_a_sheet_tells_of_soil_only(tmp_path):
    catalog = load(write_country(tmp_path, cells=24))
    store = open_store(Settings(store=tmp_path / "store", db=None))
    ingest(store, catalog, ["provinces", "regencies", "ph_h2o"], actor="tests", progress=silent)
    snapshot = store.ledger.current()
    facts = unit_facts(store, catalog, snapshot, "01.02")
    assert (list(facts.suitability), facts.picture) == ([], None)
    assert fact_sheet(store, catalog, snapshot, "01.02", "id").startswith(b"%PDF")
    store.close()
