"""The QGIS project as a document; tests/interop opens it in QGIS itself."""

from dataclasses import replace
from urllib.parse import parse_qsl
from xml.etree.ElementTree import Element, fromstring

import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.names import allocation_of_plan, needs_of_plan, rates_of_plan, table_of
from soilinfo.catalog.product_recommendation import RECOMMENDATION
from soilinfo.catalog.products import products
from soilinfo.report.qgis.project import document as written
from soilinfo.serve.qgis.part import Part
from soilinfo.serve.qgis.project import project
from soilinfo.serve.site.site import Site
from soilinfo.store.ledger import Snapshot
from tests.country import ROOT, write_country

BASE = "https://soil.example.org/tanah"
PUBLISHED = (
    *("ph_h2o", "soc", "drainage", "slope", "rainfall_annual"),
    *("suitability_maize", "suitability_cocoa", "suitability_by_regencies"),
    *("provinces", "regencies"),
)
COLUMNS = ("code", "name", "crop", "limiting", "s1_pct")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    catalog = load(write_country(tmp_path_factory.mktemp("country"), cells=48))
    layers = {name: f"{name}-v1" for name in PUBLISHED}
    return Site(catalog, Snapshot(7, None, "tests", "", None, layers), BASE, "en")


@pytest.fixture(scope="module")
def document(site: Site) -> Element:
    return opened(site)


def opened(site: Site) -> Element:
    return fromstring(written(project(Part(site, lambda _name: COLUMNS), {})))


def layer(document: Element, name: str) -> Element:
    return next(each for each in document.iter("maplayer") if each.findtext("id") == f"soilinfo_{name}")


def groups(document: Element) -> dict[str, list[str]]:
    tree = document.find("layer-tree-group")
    return {group.attrib["name"]: [leaf.attrib["name"] for leaf in group] for group in tree}


def test_every_published_layer_is_in_the_project(document: Element):
    ids = {each.findtext("id") for each in document.iter("maplayer")}
    # Further layers of a collection, by crop and scenario, have what they are of after a point.
    assert {id for id in ids if "." not in id} == {f"soilinfo_{name}" for name in PUBLISHED}


def test_layers_are_grouped_by_theme_and_named_with_their_unit(document: Element):
    themes = [name for name in groups(document) if ": " not in name]
    assert themes == ["Administrative regions", "Land suitability", "Soil", "Terrain", "Climate"]
    assert "Land suitability: Regencies" in groups(document)
    assert "Annual rainfall (mm/year)" in groups(document)["Climate"]
    assert "Soil organic carbon (%)" in groups(document)["Soil"]


def test_crop_layers_say_what_they_show_also_without_their_group(document: Element):
    named = groups(document)
    assert "Land suitability (actual): Maize" in named["Land suitability"]
    assert "Regencies: maize, S1+S2 (% of area)" in named["Land suitability: Tables"]


def test_the_legend_of_a_raster_leaves_out_the_name_of_its_band(document: Element):
    orders = {
        leaf.attrib["id"]: leaf.find("customproperties//Option[@name='legend/node-order']")
        for leaf in document.iter("layer-tree-layer")
    }
    assert orders["soilinfo_suitability_maize"].attrib["value"] == "1,2,3,4"
    assert orders["soilinfo_soc"].attrib["value"] == "1"
    assert orders["soilinfo_regencies"] is None


def test_a_colour_bar_says_where_values_go_beyond_it(document: Element):
    bar = layer(document, "soc").find(".//rampLegendSettings")
    assert (bar.attrib["minimumLabel"], bar.attrib["maximumLabel"]) == ("0 %", "≥ 6 %")


def test_regions_without_data_are_not_shown_as_unsuitable(document: Element):
    renderer = layer(document, "suitability_by_regencies").find("renderer-v2")
    labels = [each.attrib["label"] for each in renderer.iter("range")]
    assert labels == [
        *("0–20 %", "20–40 %", "40–60 %", "60–80 %", "80–100 %"),
        "No data on more than half of the area",
    ]
    assert renderer.attrib["attr"].startswith('CASE WHEN "nodata_pct" > 50 THEN -1')


def test_only_the_coarsest_regions_are_labelled_from_afar(document: Element):
    provinces = layer(document, "provinces").find(".//rendering")
    regencies = layer(document, "regencies").find(".//rendering")
    assert "scaleVisibility" not in provinces.attrib
    assert (regencies.attrib["scaleVisibility"], regencies.attrib["scaleMax"]) == ("1", "1000000")
    assert layer(document, "suitability_by_regencies").attrib["labelsEnabled"] == "0"


def test_labels_are_bold_enough_for_their_halo(document: Element):
    styles = [*document.iter("text-style")]
    assert styles
    assert {each.attrib["fontWeight"] for each in styles} == {"75"}


def test_potentials_and_saved_what_ifs_are_tiles_of_each_crop_that_are_not_switched_on(document: Element):
    tiles = [each for each in document.iter("maplayer") if each.findtext("provider") == "wms"]
    sources = [each.findtext("datasource") for each in tiles]
    assert any("crop%3Dmaize%26scenario%3Dpotential_high" in source for source in sources)
    assert all(source.startswith("type=xyz&url=http") and "/{z}/{y}/{x}" in source for source in sources)
    ids = {each.findtext("id") for each in tiles}
    leaves = [leaf.attrib for leaf in document.iter("layer-tree-layer") if leaf.attrib["id"] in ids]
    assert {leaf["checked"] for leaf in leaves} == {"Qt::Unchecked"}


def test_every_crop_has_a_table_of_the_regions(document: Element):
    sources = {each.findtext("datasource") for each in document.iter("maplayer")}
    for crop in ("cocoa", "maize"):
        wanted = f"subset=crop = '{crop}'"
        assert any("suitability_by_regencies|" in source and wanted in source for source in sources)


def test_fields_and_codes_of_tables_are_named(document: Element):
    table = layer(document, "suitability_by_regencies")
    aliases = {each.attrib["field"]: each.attrib["name"] for each in table.iter("alias")}
    assert aliases["limiting"] == "Main limiting factor"
    titles = table.findall("fieldConfiguration/field[@name='limiting']//Option[@value='nr']")
    assert [each.attrib["name"] for each in titles] == ["nutrient retention"]


def test_columns_that_a_table_does_not_have_are_not_named(document: Element):
    table = layer(document, "suitability_by_regencies")
    assert tuple(each.attrib["field"] for each in table.iter("alias")) == COLUMNS
    assert [each.attrib["name"] for each in table.findall("fieldConfiguration/field")] == ["crop", "limiting"]


def test_the_tree_and_the_layers_agree(document: Element):
    leaves = {leaf.attrib["id"]: leaf.attrib["source"] for leaf in document.iter("layer-tree-layer")}
    layers = {each.findtext("id"): each.findtext("datasource") for each in document.iter("maplayer")}
    assert leaves == layers


def test_a_raster_is_read_from_its_versioned_cog(document: Element):
    path, _, asked = str(layer(document, "soc").findtext("datasource")).partition("?")
    assert (path, dict(parse_qsl(asked))["url"]) == ("/vsicurl", f"{BASE}/cog/soc/soc-v1.tif")


def test_no_file_is_looked_for_beside_a_raster(document: Element):
    sources = [
        str(each.findtext("datasource"))
        for each in document.iter("maplayer")
        if each.findtext("provider") == "gdal"
    ]
    assert sources
    assert all("empty_dir=yes" in source for source in sources)


def test_a_numeric_layer_has_the_colours_of_its_property(document: Element, site: Site):
    ramp = site.catalog.property("ph_h2o").ramp
    items = layer(document, "ph_h2o").findall(".//colorrampshader/item")
    assert tuple(item.attrib["color"] for item in items) == ramp.colours
    assert [float(items[0].attrib["value"]), float(items[-1].attrib["value"])] == [ramp.low, ramp.high]


def test_a_class_layer_has_one_legend_line_for_each_class(document: Element, site: Site):
    classes = site.catalog.class_table("drainage").classes
    entries = layer(document, "drainage").findall(".//paletteEntry")
    assert {int(entry.attrib["value"]): entry.attrib["label"] for entry in entries} == {
        each.code: each.title["en"] for each in classes
    }


def test_suitability_shows_four_classes_for_each_crop(document: Element):
    labels = [entry.attrib["label"] for entry in layer(document, "suitability_maize").iter("paletteEntry")]
    assert [label.split(":")[0] for label in labels] == ["S1", "S2", "S3", "N"]


def test_regions_come_over_ogc_api_features_with_labels(document: Element):
    regencies = layer(document, "regencies")
    assert regencies.findtext("provider") == "OAPIF"
    assert f"typename='regencies' url='{BASE}'" in regencies.findtext("datasource")
    assert regencies.find(".//text-style").attrib["fieldName"] == "name"


def test_the_table_of_regions_asks_for_one_crop_only(document: Element):
    table = layer(document, "suitability_by_regencies")
    source, name, pages, subset = table.findtext("datasource").split("|")
    assert (table.findtext("provider"), source) == (
        "ogr",
        f"OAPIF:{BASE}/collections/suitability_by_regencies",
    )
    assert name == "layername=suitability_by_regencies"
    assert pages == "option:PAGE_SIZE=20"
    assert subset == "subset=crop = 'maize' AND scenario = 'actual'"


def test_the_coast_of_the_nation_is_not_read_once_for_each_of_many_rows(site: Site):
    name = table_of("suitability", "nation")
    layers = {**site.snapshot.layers, name: f"{name}-v1"}
    document = opened(replace(site, snapshot=replace(site.snapshot, layers=layers)))
    assert "|option:PAGE_SIZE=1|" in str(layer(document, name).findtext("datasource"))


def test_outlines_and_one_crop_are_switched_on_and_nothing_else(document: Element):
    shown = {
        leaf.attrib["id"]
        for leaf in document.iter("layer-tree-layer")
        if leaf.attrib["checked"] == "Qt::Checked"
    }
    assert shown == {"soilinfo_provinces", "soilinfo_regencies", "soilinfo_suitability_maize"}


def test_source_and_licence_travel_with_each_layer(document: Element):
    metadata = layer(document, "soc").find("resourceMetadata")
    assert (metadata.findtext("license"), metadata.findtext("rights")) == ("CC0-1.0", "tests")


def test_the_project_opens_on_the_country(document: Element, site: Site):
    extent = document.find("mapcanvas/extent")
    assert tuple(float(side.text) for side in extent) == site.catalog.grid.bounds
    view = document.find("ProjectViewSettings/DefaultViewExtent").attrib
    assert tuple(float(view[side]) for side in ("xmin", "ymin", "xmax", "ymax")) == site.catalog.grid.bounds
    assert document.findtext("projectCrs/spatialrefsys/authid") == "EPSG:4326"


def test_the_project_speaks_indonesian(site: Site):
    document = opened(replace(site, language="id"))
    assert "Tanah" in groups(document)
    assert document.findtext("title") == site.catalog.services.title["id"]


def test_nothing_published_is_an_empty_project(site: Site):
    nothing = replace(site, snapshot=replace(site.snapshot, layers={}))
    assert list(opened(nothing).iter("maplayer")) == []


@pytest.fixture(scope="module", params=["en", "id"])
def shipped(request: pytest.FixtureRequest) -> Site:
    """Everything that an evaluation of the configuration that comes with soilinfo publishes, by regency."""
    catalog = load(ROOT / "config")
    made = products(catalog)
    rasters = [name for each in made.values() for name in each.layers(catalog)]
    tables = [table_of(name, "regencies") for name in ("suitability", *made)]
    names = [*rasters, *tables, "suitability_maize", "regencies"]
    snapshot = Snapshot(7, None, "tests", "", None, {name: f"{name}-v1" for name in names})
    return Site(catalog, snapshot, BASE, request.param)


def test_every_product_has_a_layer_of_its_table_and_of_its_raster_with_a_legend(shipped: Site):
    document = opened(shipped)
    legends = {each.findtext("id"): [*each.iter("range"), *each.iter("rule")] for each in tables(document)}
    # Rates are drawn as the need that they lead to; what an allocation was made by is kept with it.
    records = {each(plan) for plan in shipped.catalog.allocations for each in (needs_of_plan, rates_of_plan)}
    assert records <= shipped.products.keys()
    for name in shipped.products.keys() - records - {RECOMMENDATION}:
        drawn = [
            lines for id_, lines in legends.items() if str(id_).startswith(f"soilinfo_{name}_by_regencies")
        ]
        assert drawn, name
        assert all(drawn), name
    rasters = {each.findtext("id") for each in document.iter("maplayer") if each.attrib["type"] == "raster"}
    assert {"soilinfo_zoning", "soilinfo_rehabilitation", "soilinfo_direction"} <= rasters


def test_the_layers_of_products_are_called_by_titles_and_not_by_codes(shipped: Site):
    names = [each.findtext("layername") for each in opened(shipped).iter("maplayer")]
    assert {
        "en": "Rehabilitation of land by regency or city: Share (%), Critical land, Very critical",
        "id": "Rehabilitasi lahan menurut kabupaten atau kota: Bagian (%), Lahan kritis, Sangat kritis",
    }[shipped.language] in names
    assert [name for name in names if "_" in name] == []
    assert [name for name in names if name.count("(t/ha") > 1] == []


def test_fertilizer_is_drawn_by_the_units_that_plans_are_made_for(shipped: Site):
    (plan,) = shipped.catalog.allocations
    by_level = [table_of(allocation_of_plan(plan), level) for level in shipped.catalog.levels]
    names = [*by_level, table_of("suitability", "regencies")]
    layers = {name: f"{name}-v1" for name in names}
    document = opened(replace(shipped, snapshot=replace(shipped.snapshot, layers=layers)))
    drawn = [str(each.findtext("id")).removeprefix("soilinfo_").split(".")[0] for each in tables(document)]
    assert {name for name in drawn if name in by_level} == {f"{allocation_of_plan(plan)}_by_regencies"}


def tables(document: Element) -> list[Element]:
    return [each for each in document.iter("maplayer") if each.attrib["type"] == "vector"]
