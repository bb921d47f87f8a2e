"""Print layouts: items know each other, the same layout is the same XML, long texts are broken."""

from dataclasses import replace
from xml.etree.ElementTree import Element, tostring

from soilinfo.catalog.entries import About
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.layout import (
    LEGEND,
    MAP,
    Box,
    Graticule,
    layout,
    legend_item,
    legend_ramp,
    legend_texts,
    map_item,
    scale_bar,
)

LAYER = MapLayer("soc", "Organic carbon", "gdal", "./soc.tif", "EPSG:4326", (), About("", "", "", ""))


def page():
    box = Box(10, 10, 100, 80)
    drawn = map_item("p/map", box, "EPSG:4326", (1.0, 2.0, 3.0, 4.0), [LAYER], Graticule(0.5, "''"), 7)
    legend = legend_item("p/legend", box, "p/map", [(LAYER, legend_texts("Organic carbon", (), 9))], 7)
    return layout("p", Box(0, 0, 297, 210), [drawn, legend, scale_bar("p/bar", box, "p/map", 5, "km", 7)])


def test_legend_and_scale_bar_belong_to_the_map():
    items = {item.get("type"): item for item in page().findall("LayoutItem")}
    drawn, legend = items[str(MAP)], items[str(LEGEND)]
    bar = next(item for item in items.values() if item.get("unitLabel") == "km")
    assert legend.get("map_uuid") == bar.get("mapUuid") == drawn.get("uuid")
    assert drawn.find("LayerSet/Layer").text == legend.find("layer-tree-group/layer-tree-layer").get("id")
    assert drawn.find("Extent").attrib == {"xmin": "1.0", "ymin": "2.0", "xmax": "3.0", "ymax": "4.0"}


def test_the_same_layout_is_the_same_document():
    assert tostring(page()) == tostring(page())


def test_long_texts_of_a_legend_are_broken_between_words():
    told = legend_texts("Organic carbon", ["low", "neither low nor high"], 9)
    assert told == {
        "legend/title-label": "Organic|carbon",
        "legend/label-0": "low",
        "legend/label-1": "neither|low nor|high",
    }


def test_a_bar_of_colours_is_tall_enough_to_be_read():
    ramp = replace(LAYER, style=(Element("rasterrenderer", type="singlebandpseudocolor"),))
    assert legend_ramp(ramp) == {"legend/symbol-size-1": "6,40"}
    assert legend_ramp(LAYER) == {}
