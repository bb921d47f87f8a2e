"""Soil loss of a country from its own layers, critical land, and which unit is the most urgent."""

import numpy as np
import pytest

from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.indicators.measure import Measurement
from soilinfo.jobs.runs.run import silent
from tests.country import write_country
from tests.jobs.planning.test_zoning import published, rows, values
from tests.zoned import write_layer

CELLS = 240
SETTLEMENT_ROWS = 24


def write_eroding_country(directory):
    """Bare land in the north-west, forest in the rest but for a strip of settlement along the south."""
    config = write_country(directory, cells=CELLS)
    shape = (CELLS, CELLS)
    write_layer(config, "sand", np.full(shape, 40, "float32"), unit="%", depth=[0, 30])
    write_layer(config, "clay", np.full(shape, 20, "float32"), unit="%", depth=[0, 30])
    cover = np.full(shape, 1, "uint8")
    cover[: CELLS // 2, : CELLS // 2] = 2
    cover[-SETTLEMENT_ROWS:] = 3
    codes = {1: "primary_forest", 2: "bare_land", 3: "settlement"}
    write_layer(config, "land_cover", cover, codes=codes)
    return config


@pytest.fixture(scope="module")
def eroding(tmp_path_factory):
    directory = tmp_path_factory.mktemp("eroding")
    found = published(directory, write_eroding_country(directory))
    yield found
    found.store.close()


def told(nation, check):
    found = [one for one in nation.evaluated.findings if one.check == check]
    return [one for one in found if one.layer == "rehabilitation"]


def test_soil_loss_of_a_cell_is_the_equation_of_its_own_layers(eroding):
    loss = values(eroding, "rehabilitation", "erosion")
    rain, slope = values(eroding, "rainfall_annual"), values(eroding, "slope")
    carbon, at = values(eroding, "soc"), (30, 60)
    erosivity = 587.8 - 1.219 * rain[at] + 0.004105 * rain[at] ** 2
    if rain[at] <= 850:
        erosivity = 0.0483 * rain[at] ** 1.61
    organic = 1 - 0.25 * carbon[at] / (carbon[at] + np.exp(3.72 - 2.95 * carbon[at]))
    erodibility = 0.1317 * (0.2 + 0.3 * np.exp(-0.6144)) * (40 / 60) ** 0.3 * organic * 0.99989
    sine = np.sin(np.arctan(slope[at] / 100))
    steepness = 10.8 * sine + 0.03 if slope[at] < 9 else 16.8 * sine - 0.5
    ratio = sine / 0.0896 / (3 * sine**0.8 + 0.56)
    length = (50 / 22.13) ** (ratio / (1 + ratio))
    assert loss[at] == pytest.approx(erosivity * erodibility * length * steepness, abs=0.06, rel=1e-4)
    assert np.isnan(loss[-SETTLEMENT_ROWS:]).all()
    assert np.isnan(loss[:, : CELLS // 10]).all()  # the sea


def test_bare_land_is_the_most_urgent_and_forest_is_not(eroding):
    table = rows(eroding, "rehabilitation_by_regencies")
    units = table.drop_duplicates("code").set_index("code")
    assert units.loc["01.01", "priority"] == 1
    assert units.loc["01.01", "soil_loss_t_ha_yr"] > 100 * units.loc["01.02", "soil_loss_t_ha_yr"]
    urgent = table[(table["assessment"] == "critical_land") & (table["code"] == "01.01")]
    urgent = urgent[urgent["class_id"].isin(["critical", "very_critical"])]["area_ha"].sum()
    assert units.loc["01.01", "priority_ha"] == pytest.approx(urgent)
    assert urgent > 0


def test_classes_and_no_data_add_up_to_each_unit(eroding):
    table = rows(eroding, "rehabilitation_by_regencies")
    assert set(table["assessment"]) == {"erosion_class", "critical_land"}
    sums = table.groupby(["code", "assessment"]).agg(
        {"area_ha": "sum", "nodata_ha": "first", "total_ha": "first"}
    )
    assert np.allclose(sums["area_ha"] + sums["nodata_ha"], sums["total_ha"])


def test_an_assessment_without_its_layers_is_left_out_by_name(eroding):
    (finding,) = told(eroding, "inputs_lacking")
    assert finding.message.startswith("capability is not made: there is no published layer of soil_depth")
    assert np.isnan(values(eroding, "rehabilitation", "capability")).all()


def test_the_equations_stand_with_the_result(eroding):
    version = eroding.store.ledger.version("rehabilitation", eroding.snapshot.layers["rehabilitation"])
    assert version.parameters["erosion"]["soil_erodibility"] == "williams_1995"
    assert "Renard and Freimund (1994)" in version.metadata["notes"][0]["en"]


def test_the_same_again_changes_nothing(eroding):
    again = evaluate(eroding.store, eroding.catalog, ["maize"], actor="tests", progress=silent)
    assert (again.published, again.snapshot) == ({}, None)


def test_without_land_cover_there_is_no_soil_loss(nation):
    (finding,) = told(nation, "inputs_lacking")
    assert "soil loss is not made: there is no published layer of sand, clay, land_cover" in finding.message
    assert not [name for name in nation.snapshot.layers if name.startswith("rehabilitation")]


def test_the_indicator_of_soil_loss_is_of_the_land_and_years_of_its_layers(eroding):
    def basis(**told):
        layers = eroding.catalog.layers
        dated = layers | {
            name: layer.model_copy(update={"land": "all"} | told.get(layer.property, {}))
            for name, layer in layers.items()
        }
        catalog = eroding.catalog.model_copy(update={"layers": dated})
        measured = Measurement(eroding.store, catalog, eroding.snapshot.layers)
        return measured.sources["erosion"][0].basis

    found = basis(rainfall_annual={"time": "1991/2020"}, land_cover={"time": "2021"}, cec={"time": "1970"})
    assert (found.land, found.period, found.year) == ("all", "1991/2021", "2021")
    assert set(found.layers) == {"rehabilitation"}
    assert basis(slope={"land": None}).land is None
