"""Which published layers say how uncertain the inputs of an evaluation are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.evaluate.confidence import spread_of_quantiles
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.inputs import Input
from soilinfo.jobs.ingestion.rasters import outdated
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

READINGS = (("sd",), ("q05", "q95"))
"""Statistics of which a standard deviation is read, the one to be preferred first."""


@dataclass(frozen=True)
class Spread:
    """The layers that give the standard deviation of a property, at published versions (layer -> version).

    One of statistic sd, or those of q05 and q95.
    """

    property: str
    layers: Mapping[str, str]


def choose_spreads(
    store: Store, catalog: Catalog, snapshot: Snapshot, inputs: Mapping[str, Input]
) -> dict[str, Spread]:
    """The uncertainty of each input that has one: of the same property, depth and time."""
    old = outdated(store, catalog, snapshot)
    usable = {name for name in catalog.layers if name in snapshot.layers and name not in old}
    found: dict[str, Spread] = {}
    for one in inputs.values():
        alike = _alike(catalog, one.layer, usable)
        named = next((names for names in READINGS if all(each in alike for each in names)), ())
        if named:
            layers = {alike[each]: snapshot.layers[alike[each]] for each in named}
            found[one.property] = Spread(one.property, layers)
    return found


def _alike(catalog: Catalog, layer: str, usable: set[str]) -> dict[str, str]:
    """Layer by statistic among those that differ from a layer in nothing else."""
    mean = catalog.layer(layer)
    keys = ("property", "depth", "time")
    return {
        other.statistic: name
        for name, other in catalog.layers.items()
        if name in usable and all(getattr(other, key) == getattr(mean, key) for key in keys)
    }


def spread_reader(
    store: Store, spreads: Mapping[str, Spread]
) -> Callable[[Window], dict[str, NDArray[np.float32]]]:
    """A function that reads standard deviations by property, in packed steps; NaN where there is none."""

    def read(window: Window) -> dict[str, NDArray[np.float32]]:
        return {name: _spread(store, spread, window) for name, spread in spreads.items()}

    return read


def _spread(store: Store, spread: Spread, window: Window) -> NDArray[np.float32]:
    parts = [_steps(store, layer, version, window) for layer, version in spread.layers.items()]
    return parts[0] if len(parts) == 1 else spread_of_quantiles(*parts).astype(np.float32)


def _steps(store: Store, layer: str, version: str, window: Window) -> NDArray[np.float32]:
    cube = store.cube.open(layer, version)
    packed = cube.read(layer, window)
    return np.where(packed == cube.variable(layer).nodata, np.float32(np.nan), packed.astype(np.float32))
