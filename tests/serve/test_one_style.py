"""One definition, one look: every raster has the same colours and words wherever it is opened."""

from collections.abc import Collection as Several
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from soilinfo.catalog.styles import Style, colour_table, paint, rgb
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.maps.drawing import Drawing, drawings, drawn_by
from soilinfo.serve.maps.styles import LEGEND
from tests.serve.maps.pictures import pixels

SIZE = "bbox=120,-7.5,120.5,-7&width=120&height=120"
Lines = list[tuple[str, str]]


class Opened(NamedTuple):
    """One map, and the address of what belongs to it."""

    shown: Drawing
    path: str
    query: str


def maps(published: dict[str, Collection]) -> Iterator[Opened]:
    for collection in published.values():
        if collection.kind in RASTERS:
            for shown in drawings(collection):
                yield Opened(
                    shown, f"/collections/{collection.id}/styles/{shown.style}", urlencode(shown.asked)
                )


def lines_of(style: Style, language: str = "en") -> Lines:
    """Word and colour of each entry."""
    return [(entry.label[language], entry.colour) for entry in style.entries]


def lines_of_legend(document: Any) -> Lines:
    return [(entry["label"], entry["colour"]) for entry in document["entries"]]


def test_legends_styles_and_pictures_of_every_map_have_the_colours_of_its_one_style(
    client: httpx.Client, published: dict[str, Collection]
):
    seen = 0
    for shown, path, query in maps(published):
        expected = lines_of(shown.colours)
        assert lines_of_legend(client.get(f"{path}/legend?f=json&{query}").json()) == expected, path
        style = client.get(f"{path}?f=mbs&{query}").json()
        assert lines_of_legend(style["metadata"][LEGEND]) == expected, path
        drawn = pixels(client.get(f"{path}/map?f=png&transparent=true&{SIZE}&{query}").content)
        assert not _unlike(drawn, shown.colours), f"{path}: a colour that its legend does not have"
        seen += 1
    assert seen > 20


def test_the_picture_of_a_legend_shows_each_of_its_colours(
    client: httpx.Client, published: dict[str, Collection]
):
    for shown, path, query in maps(published):
        picture = pixels(client.get(f"{path}/legend?f=png&{query}").content)
        found = {tuple(colour) for colour in picture[..., :3].reshape(-1, 3).tolist()}
        if shown.colours.kind == "classes":
            assert {rgb(entry.colour) for entry in shown.colours.entries} <= found, path
        else:
            ends = (shown.colours.entries[0].colour, shown.colours.entries[-1].colour)
            assert all(_farness(rgb(colour), found) <= 12 for colour in ends), path


def test_tiles_have_the_colours_of_the_map(client: httpx.Client, published: dict[str, Collection]):
    for shown, path, query in maps(published):
        if shown.colours.kind == "classes":
            (source,) = client.get(f"{path}?f=mbs&{query}").json()["sources"].values()
            tile = client.get(source["tiles"][0].format(z=9, y=266, x=427))
            assert not _unlike(pixels(tile.content), shown.colours), path


def test_files_for_desktops_have_the_colours_of_their_classes(
    client: httpx.Client, published: dict[str, Collection]
):
    tables = 0
    for collection in published.values():
        if collection.kind in RASTERS:
            style = drawings(collection)[0].colours
            links = client.get(f"/collections/{collection.id}?f=json").json()["links"]
            cogs = [link["href"] for link in links if link["rel"] == "enclosure"]
            if style.kind == "classes" and cogs:
                tables += 1
                with MemoryFile(client.get(cogs[0]).content) as file, file.open() as cog:
                    held = cog.colormap(1)
                    assert {code: held[code][:3] for code in colour_table(style)} == colour_table(style), (
                        cogs[0]
                    )
    assert tables > 2


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_project_for_qgis_has_the_colours_and_words_of_every_legend(
    client: httpx.Client, published: dict[str, Collection], language: str
):
    expected = {name: lines_of(style, language) for name, style in _in_files(published)}
    project = ElementTree.fromstring(client.get("/qgis/testland.qgs", params={"lang": language}).content)
    found = {}
    for layer in project.iter("maplayer"):
        entries = [*layer.iter("paletteEntry"), *layer.iter("item")]
        if layer.get("type") == "raster" and entries:
            name = str(layer.findtext("id")).removeprefix("soilinfo_")
            found[name] = [(entry.attrib["label"], entry.attrib["color"]) for entry in entries]
    assert found == expected


def _in_files(published: dict[str, Collection]) -> Iterator[tuple[str, Style]]:
    """Every raster with a file of its own, by its name in the project; of suitability the land as it is."""
    for shown, _, _ in maps(published):
        collection, (_, drawn) = shown.collection, drawn_by(shown.collection)
        version = collection.versions[shown.crop or next(iter(collection.versions))]
        first = shown.style == drawn[0]
        if first or (collection.product and not shown.crop):
            yield version.layer if first else f"{version.layer}.{shown.style}", shown.colours


def _unlike(picture: NDArray[np.uint8], style: Style) -> set[tuple[int, ...]]:
    """Colours of the opaque pixels that a style does not draw, but for the rounding of a ramp's."""
    opaque = {tuple(colour) for colour in picture[picture[..., 3] == 255][:, :3].tolist()}
    if style.kind == "classes":
        return opaque - {rgb(entry.colour) for entry in style.entries}
    values = np.linspace(style.entries[0].value, style.entries[-1].value, 3000)
    drawn = {tuple(colour) for colour in paint(style, values)[:, :3].tolist()}
    return {colour for colour in opaque if _farness(colour, drawn) > 3}


def _farness(colour: tuple[int, ...], others: Several[tuple[int, ...]]) -> int:
    """Steps from a colour to the nearest of others, in the channel that differs the most."""
    return int(np.abs(np.array([*others]) - colour).max(axis=1).min())
