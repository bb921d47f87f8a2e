"""The collection of a theme: every published layer of soil, terrain, climate or land in one.

A raster collection is of one layer; who asks what the soil is at a place means all of them, each at every
depth it is published for, with how uncertain it is beside it.
"""

from collections.abc import Iterator, Mapping
from typing import get_args

from soilinfo.catalog.models import Layer
from soilinfo.catalog.properties import Theme
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.texts import joined
from soilinfo.store.ledger import Version


def theme_collections(source: Source, published: Mapping[str, Version]) -> Iterator[Collection]:
    """A collection for each theme that has a published layer, called by the theme's name."""
    for theme in get_args(Theme):
        layers = [layer for layer in _layers(source, theme) if layer.id in published]
        if layers:
            yield _collection(source, theme, layers, published)


def _layers(source: Source, theme: str) -> Iterator[Layer]:
    catalog = source.catalog
    return (each for each in catalog.layers.values() if catalog.property(each.property).theme == theme)


def _collection(
    source: Source, theme: str, layers: list[Layer], published: Mapping[str, Version]
) -> Collection:
    title = source.label(f"theme.{theme}")
    synthetic = source.label("serve.synthetic") if any(layer.synthetic for layer in layers) else {}
    return Collection(
        source=source,
        id=theme,
        kind="theme",
        title=title,
        description=joined(
            source.label(f"theme.{theme}.about"), source.label("serve.edr.description"), synthetic
        ),
        keywords=title,
        versions={layer.id: published[layer.id] for layer in layers},
        licence=", ".join(dict.fromkeys(layer.licence for layer in layers)),
        attribution="; ".join(dict.fromkeys(layer.attribution for layer in layers)),
    )
