"""The published layers that maps of a product are made from: which there are, and their cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.gsp import Input
from soilinfo.catalog.models import Catalog, Layer
from soilinfo.grid import Window
from soilinfo.jobs.gsp.aggregate import Cells
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version
from soilinfo.units import convert

Depth = tuple[float, float]


@dataclass(frozen=True)
class Published:
    """The layers of a snapshot; ``versions`` are those served, or the very ones that a record names."""

    store: Store
    catalog: Catalog
    versions: Mapping[str, str]

    def find(self, property: str, depth: Depth | None, statistic: str = "mean") -> str | None:
        """The published layer of a property, depth and statistic, the latest in time; None: there is none.

        ``depth`` None: of what has none, as land cover.
        """
        found = [
            (layer.time or "", name)
            for name, layer in self._published(property)
            if layer.depth == depth and layer.statistic == statistic
        ]
        return max(found)[1] if found else None

    def slices(self, property: str, depth: Depth) -> tuple[Depth, ...]:
        """The depths of published layers that make up ``depth`` without gap or overlap.

        Itself where there is a layer of it, empty where there is no way; of several that with the thickest
        upper layers.
        """
        top, bottom = depth
        found = {layer.depth for _, layer in self._published(property) if layer.statistic == "mean"}
        if depth in found:
            return (depth,)
        starting = sorted((one for one in found if one and one[0] == top and one[1] < bottom), reverse=True)
        for one in starting:
            if rest := self.slices(property, (one[1], bottom)):
                return (one, *rest)
        return ()

    def why_not(self, property: str, depth: Depth) -> str:
        """What a country has instead of a layer of that property and depth."""
        others = [
            f"{name} of {layer.depth[0]:g}-{layer.depth[1]:g} cm"
            if layer.depth
            else f"{name} of no stated depth"
            for name, layer in self._published(property)
            if layer.statistic == "mean"
        ]
        return f"no published layer of {property} at {depth[0]:g}-{depth[1]:g} cm" + (
            f" (but {', '.join(others)})" if others else ""
        )

    def cells(self, name: str, unit: str | None) -> Cells:
        """The cells of a layer, converted to ``unit`` unless that is None."""
        layer = self.catalog.layer(name)
        own = self.catalog.property(layer.property).unit
        cube = self.store.cube.open(name, self.versions[name])
        (variable,) = cube.variables

        def read(window: Window) -> NDArray[np.float64]:
            values = cube.decode(variable, cube.read(variable, window))
            return values if unit is None else np.asarray(convert(values, own, unit))

        return read

    def version(self, name: str) -> Version:
        """The version of a layer, with its source and its hash."""
        found = self.store.ledger.version(name, self.versions[name])
        assert found is not None, "what is published is in the ledger"
        return found

    def _published(self, property: str) -> Iterator[tuple[str, Layer]]:
        return (
            (name, layer)
            for name, layer in self.catalog.layers.items()
            if layer.property == property and name in self.versions
        )


@dataclass(frozen=True)
class Field:
    """Cells of a map, its uncertainty's if there are any, and what both are made from."""

    cells: Cells
    sd: Cells | None
    layers: tuple[str, ...]
    told: Mapping[str, Any] = field(default_factory=dict)
    """What is to be said of them: method, chemical form, formula."""
    no_sd: str = ""
    """Why there is no uncertainty."""


def field_of(published: Published, source: Input, depth: Depth, unit: str | None) -> Field | str:
    """The field of a property at a depth in the map's unit, or why there is none."""
    slices = published.slices(source.property, depth)
    if not slices:
        return published.why_not(source.property, depth)
    fields = [_layer_field(published, source, one, unit) for one in slices]
    return fields[0] if len(fields) == 1 else _over_depth(fields, slices)


def added(fields: Sequence[Field], weights: Sequence[float]) -> Field:
    """The weighted sum of fields. Errors at the depths of a place are taken as wholly correlated: SDs add."""

    def sum_of(parts: Sequence[Cells]) -> Cells:
        def read(window: Window) -> NDArray[np.float64]:
            cells = (part(window) * weight for part, weight in zip(parts, weights, strict=True))
            return np.asarray(sum(cells, np.float64(0)))

        return read

    spreads = [each.sd for each in fields if each.sd]
    whole = len(spreads) == len(fields)
    missing = "; ".join(dict.fromkeys(each.no_sd for each in fields if each.no_sd))
    layers = tuple(layer for each in fields for layer in each.layers)
    means = sum_of([each.cells for each in fields])
    return Field(means, sum_of(spreads) if whole else None, layers, fields[0].told, missing)


def _over_depth(fields: Sequence[Field], slices: Sequence[Depth]) -> Field:
    """The mean over depth of layers that lie on one another, by their thickness."""
    thickness = [bottom - top for top, bottom in slices]
    whole = added(fields, [each / sum(thickness) for each in thickness])
    made_of = ", ".join(f"{top:g}-{bottom:g}" for top, bottom in slices)
    return replace(whole, told={**whole.told, "depth": f"mean of {made_of} cm by thickness"})


def _layer_field(published: Published, source: Input, depth: Depth, unit: str | None) -> Field:
    """The field of the layer of a property at a depth, which there is."""
    name = published.find(source.property, depth)
    assert name is not None, "looked for before"
    spread = published.find(source.property, depth, "sd")
    prop = published.catalog.property(source.property)
    told = {"property": source.property, "method": prop.method or "not stated"}
    if source.form:
        told["form"] = source.form
    layers = (name, spread) if spread else (name,)
    return Field(
        _scaled(published.cells(name, source.from_unit or unit), source.factor),
        _scaled(published.cells(spread, source.from_unit or unit), source.factor) if spread else None,
        layers,
        told,
        "" if spread else f"no published layer of the standard deviation of {source.property}",
    )


def _scaled(cells: Cells, factor: float) -> Cells:
    return cells if factor == 1 else lambda window: cells(window) * factor
