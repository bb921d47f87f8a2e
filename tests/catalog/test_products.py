"""What every product keeps to, so that one mechanism serves and draws them all."""

from pathlib import Path

import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.models import LANGUAGES
from soilinfo.catalog.product import Product, ProductVariable
from soilinfo.catalog.products import DOMAINS, product_of_layer, products
from soilinfo.catalog.styles import NO_DATA_COLOUR
from soilinfo.catalog.text import texts
from soilinfo.errors import UnknownNameError

CATALOG = load(Path(__file__).parents[2] / "config")
PRODUCTS = products(CATALOG)
VARIABLES = [(product, variable) for product in PRODUCTS.values() for variable in product.variables]


def named(each: tuple[Product, ProductVariable]) -> str:
    return f"{each[0].id}.{each[1].name}"


def test_no_two_products_have_one_id():
    declared = [product.id for domain in DOMAINS for product in domain(CATALOG)]
    assert sorted(declared) == sorted(set(declared))


def test_no_product_is_called_like_a_layer_a_level_or_a_table():
    taken = {*CATALOG.layers, *CATALOG.levels, *CATALOG.tables, *CATALOG.soil_maps, "suitability"}
    assert not taken & set(PRODUCTS)


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=lambda product: product.id)
def test_title_description_and_theme_are_there_in_every_language(product: Product):
    for language in LANGUAGES:
        assert product.title[language]
        assert product.description[language]
        assert f"theme.{product.theme}" in texts(language)


@pytest.mark.parametrize("each", VARIABLES, ids=named)
def test_every_class_has_a_code_an_id_a_label_and_a_colour_unlike_missing_data(each):
    _, variable = each
    if variable.style.kind == "classes":
        entries = variable.style.entries
        assert len(variable.codes) == len(entries), "each class has an id of its own"
        assert len(set(variable.codes.values())) == len(entries)
        assert variable.nodata not in variable.codes.values()
        assert all(set(LANGUAGES) <= set(entry.label) for entry in entries)
        assert NO_DATA_COLOUR not in {entry.colour for entry in entries}


@pytest.mark.parametrize("each", VARIABLES, ids=named)
def test_the_numbers_of_a_ramp_fit_its_packing(each):
    _, variable = each
    if variable.style.kind == "ramp":
        packed = [entry.value / variable.scale for entry in variable.style.entries]
        most = {"uint8": 255, "int16": 32767, "uint16": 65535, "int32": 2**31 - 1}[variable.dtype]
        assert max(packed) <= most
        assert variable.nodata not in packed


def test_a_cube_leads_to_its_product_and_another_name_to_none():
    for product in PRODUCTS.values():
        for layer in product.layers(CATALOG):
            assert product_of_layer(CATALOG, layer) == product
    assert product_of_layer(CATALOG, "ph_h2o") is None


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=lambda product: product.id)
def test_an_unknown_variable_is_refused_by_name(product: Product):
    with pytest.raises(UnknownNameError, match="no variable 'colour'"):
        product.variable("colour")
