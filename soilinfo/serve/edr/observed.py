"""What a collection has been observed for: its parameters, and where the values of each lie in the cube.

A property that is published for several depths or times is one parameter with several sheets. How
uncertain it is (its standard deviation, its quantiles) is a parameter of its own beside it, and
tells which one it is about.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from soilinfo.catalog.models import Catalog, Layer
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import Band, Category, Field, bands
from soilinfo.serve.texts import Text, label

Depth = tuple[float, float]
"""Top and bottom in cm below the surface."""

MEAN = "mean"
"""The statistic of a layer that says how much, not how sure that is."""


@dataclass(frozen=True)
class Sheet:
    """The values of a parameter for one depth and time: a variable of one version of a cube."""

    cube: tuple[str, str]
    """(layer, version)."""
    variable: str
    depth: Depth | None = None
    """None where the parameter has none: a slope, a class of suitability."""
    time: str | None = None
    """Phenomenon time as the catalog writes it; None where it is not known."""


@dataclass(frozen=True, eq=False)
class Parameter:
    """What was observed, and every sheet of it, from the top down and from the oldest on."""

    field: Field
    sheets: tuple[Sheet, ...]
    statistic: str = MEAN
    of: str = ""
    """The parameter that this one says the uncertainty of; empty for any other."""

    @property
    def name(self) -> str:
        """Its name in answers and in ``parameter-name``."""
        return self.field.name

    @property
    def is_coded(self) -> bool:
        """True when its numbers are the codes of classes, or sums of bits: there is no mean of them."""
        return bool(self.field.categories or self.field.flags)


Parameters = Mapping[str, Parameter]

_known: WeakKeyDictionary[Collection, Parameters] = WeakKeyDictionary()
"""Parameters that were worked out already; they go with their collection."""


def parameters_of(collection: Collection, crops: Sequence[str] = ()) -> Parameters:
    """Every parameter of a collection of cubes by name; ``crops`` as in :func:`bands` of coverages."""
    if crops:
        return _of_bands(collection, crops)
    if collection not in _known:
        _known[collection] = _of_theme(collection) if collection.kind == "theme" else _of_bands(collection)
    return _known[collection]


def _of_bands(collection: Collection, crops: Sequence[str] = ()) -> Parameters:
    """The bands of a raster or suitability collection."""
    layer = collection.layer
    depth, time = (layer.depth, layer.time) if layer else (None, None)
    statistic = layer.statistic if layer else MEAN

    def parameter(band: Band) -> Parameter:
        described = Field(
            band.name,
            band.title,
            band.field.unit,
            band.field.categories,
            band.field.flags,
            band.field.description,
        )
        return Parameter(described, (Sheet(band.cube, band.variable, depth, time),), statistic)

    return {band.name: parameter(band) for band in bands(collection, crops=crops)}


def _of_theme(collection: Collection) -> Parameters:
    """The properties of a theme, each statistic of it by itself."""
    grouped: dict[tuple[str, str], list[Layer]] = {}
    for name in collection.versions:
        layer = collection.catalog.layer(name)
        grouped.setdefault((layer.property, layer.statistic), []).append(layer)
    found = {each.name: each for layers in grouped.values() for each in _of_layers(collection, layers)}
    return {name: found[name] for name in sorted(found, key=lambda name: (found[name].of or name, name))}


def _of_layers(collection: Collection, layers: list[Layer]) -> Iterator[Parameter]:
    """One parameter of the layers of a property and statistic, if they differ in depth or time.

    Otherwise they differ in what only their titles tell (shares of land by slope), so each is its own.
    """
    first, catalog = layers[0], collection.catalog
    if len({(layer.depth, layer.time) for layer in layers}) < len(layers):
        for layer in layers:
            yield Parameter(
                _field(catalog, layer, layer.id, catalog.title_of(layer)), _sheets(collection, [layer])
            )
        return
    uncertain = first.statistic != MEAN
    name = f"{first.property}_{first.statistic}" if uncertain else first.property
    field = _field(catalog, first, name, _title(catalog, first))
    of = first.property if uncertain else ""
    yield Parameter(field, _sheets(collection, layers), first.statistic, of)


def _sheets(collection: Collection, layers: Iterable[Layer]) -> tuple[Sheet, ...]:
    versions = collection.versions
    sheets = [
        Sheet((layer.id, versions[layer.id].version), layer.id, layer.depth, layer.time) for layer in layers
    ]
    return tuple(sorted(sheets, key=lambda sheet: (sheet.depth or (), sheet.time or "")))


def _title(catalog: Catalog, layer: Layer) -> Text:
    """The property's title, with the statistic where it is not the mean: depth and time are axes."""
    title = catalog.property(layer.property).title
    if layer.statistic == MEAN:
        return title
    named = label(catalog.directory, f"statistic.{layer.statistic}")
    return label(catalog.directory, "serve.edr.statistic", title=title, statistic=named)


def _field(catalog: Catalog, layer: Layer, name: str, title: Text) -> Field:
    described = catalog.property(layer.property)
    about = described.description or {}
    if described.class_table is None:
        return Field(name, title, described.unit, description=about)
    classes = catalog.class_table(described.class_table).classes
    return Field(
        name,
        title,
        None,
        tuple(Category(each.code, each.id, each.title, each.colour) for each in classes),
        description=about,
    )
