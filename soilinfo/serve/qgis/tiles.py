"""Layers of QGIS that the server draws: potential suitability, saved what-ifs. Pure functions.

The GeoTIFF of a crop has its classes as the land is; everything else about it comes as map tiles (XYZ),
which QGIS reads with its provider of WMS. None is switched on, so none is asked for unless a person does.
"""

from collections.abc import Collection, Iterator
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element

from soilinfo.catalog.asking import SAVED
from soilinfo.catalog.entries import COVERAGE_THEMES, Entry
from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.names import SUITABILITY
from soilinfo.catalog.what_ifs import SavedWhatIf
from soilinfo.report.qgis.layers import Group, MapLayer
from soilinfo.report.qgis.style import legend_picture
from soilinfo.serve.maps.addresses import tile_address
from soilinfo.serve.qgis.part import Part
from soilinfo.serve.site.site import Site

PROVIDER = "wms"
DEEPEST = 14
"""Zoom level beyond which QGIS enlarges tiles: cells are larger than pixels there."""


def groups_of_tiles(part: Part) -> Iterator[Group]:
    """A group of each level of management and of each saved what-if; a layer a crop, food crops first."""
    site = part.site
    crops = site.of_theme(SUITABILITY)
    for scenario in SCENARIOS[1:]:
        title = site.say(f"scenario.{scenario}")
        layers = (_layer(part, crop, scenario, title, {"scenario": scenario}) for crop in crops)
        yield Group(f"{site.say('theme.suitability')}: {title}", tuple(layers), theme=SUITABILITY)
    served = _served_properties(site)
    for saved in site.catalog.what_ifs.values():
        title = site.named(saved.title)
        about = [crop for crop in crops if crop.crop and _has_an_answer(site, saved, crop.crop, served)]
        asked = tuple(_layer(part, crop, saved.id, title, {SAVED: saved.id}) for crop in about)
        if asked:
            yield Group(f"{site.say('column.what_if')}: {title}", asked, theme=SUITABILITY)


def _served_properties(site: Site) -> set[str]:
    """Properties of which a layer is served."""
    entries = (entry for theme in COVERAGE_THEMES for entry in site.of_theme(theme))
    return {site.catalog.layers[entry.layer].property for entry in entries}


def _has_an_answer(site: Site, saved: SavedWhatIf, crop: str, served: Collection[str]) -> bool:
    """Whether the crop is rated by all that the what-if changes; a layer that only fails helps nobody."""
    changed = {each.property for each in saved.adjustments}
    return saved.crop in (None, crop) and changed <= {*served} & {*site.catalog.crop(crop).characteristics}


def _layer(part: Part, crop: Entry, id: str, title: str, asked: dict[str, str]) -> MapLayer:
    assert crop.legend is not None, "a crop's layer has a legend"
    site = part.site
    query = urlencode({"crop": crop.crop, **asked})
    address = quote(f"{site.base}{tile_address(crop.collection)}?{query}", safe=":/{}")
    return MapLayer(
        id=f"{crop.id}.{id}",
        title=f"{crop.title}: {title}",
        provider=PROVIDER,
        source=f"type=xyz&url={address}&zmin=0&zmax={DEEPEST}",
        crs="EPSG:3857",
        style=(Element("rasterrenderer", {"type": "singlebandcolordata", "band": "1", "opacity": "1"}),),
        about=site.about(crop),
        legend_picture=legend_picture(crop.legend),
        notes=part.notes(crop.layer),
        page=part.page(crop.collection),
    )
