"""The nation as one unit: the coarsest level, where config names none."""

import numpy as np
import pytest

from soilinfo.catalog.names import NATION, table_of
from soilinfo.jobs.evaluation.places import region_of
from soilinfo.store.vector import Query


def rows(nation, level, kind="suitability"):
    name = table_of(kind, level)
    return nation.store.vector.read(name, nation.snapshot.layers[name], Query(geometry=False))


def test_the_nation_is_one_unit_with_the_outline_and_the_hectares_of_all_provinces(nation):
    level, unit = region_of(nation.store, nation.catalog, nation.snapshot, NATION)
    provinces = nation.store.vector.read("provinces", nation.snapshot.layers["provinces"])
    assert (level, list(unit["name"])) == (NATION, [nation.catalog.country.title["en"]])
    assert unit["area_ha"].iloc[0] == pytest.approx(provinces["area_ha"].sum())
    assert unit.geometry.iloc[0].equals(provinces.geometry.union_all())


@pytest.mark.parametrize("kind", ["suitability", "classes"])
def test_its_hectares_are_those_of_the_provinces_in_every_table(nation, kind):
    whole, parts = rows(nation, NATION, kind), rows(nation, "provinces", kind)
    hectares = ["s1_ha", "s2_ha", "s3_ha", "n_ha"] if kind == "suitability" else ["area_ha"]
    key = ["crop", "scenario"] if kind == "suitability" else ["layer", "class_id"]
    assert set(whole["code"]) == {NATION}
    summed = parts.groupby(key)[hectares].sum().sort_index()
    assert np.allclose(whole.set_index(key)[hectares].sort_index(), summed, atol=1e-3)


def test_a_level_of_that_name_in_config_is_the_countrys_own(nation):
    own = nation.catalog.levels["provinces"].model_copy(update={"id": NATION})
    catalog = nation.catalog.model_copy(update={"levels": {NATION: own, **nation.catalog.levels}})
    assert catalog.every_level() == catalog.levels
    assert list(nation.catalog.every_level()) == [NATION, *nation.catalog.levels]
