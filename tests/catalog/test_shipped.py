"""The configurations that come with soilinfo: the shared one, and the two over real data."""

from pathlib import Path

import pytest

from soilinfo.catalog.load import check, load, path_of
from soilinfo.catalog.models import MAX_PACKED, Catalog
from tests.catalog.conftest import ROOT
from tests.real import needs_real_data

PROPERTIES = """
    temperature_mean_annual rainfall_annual dry_months rainy_days wet_months relative_humidity drainage
    texture coarse_fragments soil_depth peat_thickness peat_maturity cec cec_clay base_saturation ph_h2o soc
    n_total p2o5_hcl25 k2o_hcl25 p2o5_bray1 k_exch salinity_ec esp sulfidic_depth slope slope_share elevation
    erosion_soil_loss
    flood_height flood_duration surface_stones rock_outcrops clay sand silt bulk_density total_n_class
    p2o5_class k2o_class erosion_class land_cover land_productivity forest_estate concessions moratorium
    river_distance spring_distance
    coarse_fragments_mass ecec bases_exch al_saturation ph_h2o_1_1 ph_cacl2 ph_kcl soc_walkley_black
    total_carbon organic_matter cn_ratio soc_stock p_bray1 p_olsen p_mehlich3 p_total k_total ca_exch mg_exch
    na_exch al_exch acidity_exch ec_1_5 sar sand_isss sand_wrb silt_isss silt_wrb bulk_density_whole
    black_soil munsell_chroma_moist munsell_value_dry munsell_value_moist
    salinity_fao salinity_usda sodicity_fao
"""
CHEMICAL = {"nr", "na", "xc", "xn"}


@pytest.fixture
def catalog(country: Path) -> Catalog:
    return load(country)


def test_every_agreed_property_exists_and_fits_its_packing(catalog: Catalog):
    assert set(catalog.properties) == set(PROPERTIES.split())
    for prop in catalog.properties.values():
        if prop.kind == "numeric":
            assert prop.valid_range is not None
            assert max(map(abs, prop.valid_range)) / prop.scale <= MAX_PACKED, prop.id
            assert prop.method, prop.id


def test_the_eighteen_complete_tables_and_soybean_are_there_with_their_sources(catalog: Catalog):
    assert len(catalog.crops) == 19
    assert "soybean" in catalog.crops
    assert all(
        crop.source.read_as and crop.source.confidence != "official" for crop in catalog.crops.values()
    )
    assert [crop.id for crop in catalog.crops.values() if crop.irrigated] == ["rice_irrigated"]


def test_chemical_and_texture_rows_state_the_depth_they_are_about(catalog: Catalog):
    for crop in catalog.crops.values():
        for name, row in crop.characteristics.items():
            about_topsoil = row.quality in CHEMICAL or name in ("texture", "coarse_fragments")
            assert row.depth == ((0, 30) if about_topsoil else None), (crop.id, name)


def test_air_humidity_and_peat_thickness_are_never_improved(catalog: Catalog):
    gains = catalog.evaluation.improvement
    assert gains["relative_humidity"] == gains["peat_thickness"] == (0, 0, 0)
    assert gains["n_total"] == (1, 2, 3)
    assert catalog.evaluation.protective_peat_cm == 300
    assert len(catalog.evaluation.qualities) == 12


def test_what_a_cell_may_lack_can_never_make_it_unsuitable(catalog: Catalog):
    for crop in catalog.crops.values():
        for name in set(catalog.evaluation.may_lack) & set(crop.characteristics):
            assert crop.characteristics[name].worst_class != "N"


@pytest.mark.parametrize(("name", "layers", "levels"), [("bone", 18, 2), ("bhutan", 4, 1)])
def test_a_country_of_real_data_is_a_directory_without_code(name: str, layers: int, levels: int):
    faults, _ = check(ROOT / "tests/config" / name)
    assert faults == []
    catalog = load(ROOT / "tests/config" / name)
    assert (len(catalog.layers), len(catalog.levels)) == (layers, levels)
    assert all(layer.lineage for layer in catalog.layers.values())


@needs_real_data
@pytest.mark.parametrize("name", ["bone", "bhutan"])
def test_the_sources_of_real_countries_are_where_the_configuration_says(name: str):
    catalog = load(ROOT / "tests/config" / name)
    for described in [*catalog.layers.values(), *catalog.levels.values()]:
        assert Path(path_of(catalog, described.source)).is_file()


def test_bones_drainage_is_not_guessed_and_its_clay_is_plain():
    catalog = load(ROOT / "tests/config/bone")
    assert catalog.layer("drainage").codes is None
    assert "without a legend" in catalog.layer("drainage").lineage
    assert catalog.layer("texture").codes == {
        code: name for name, code in catalog.class_table("texture_usda").code_of.items() if code <= 12
    }
    assert catalog.layer("ph_h2o").depth == (0, 5)
