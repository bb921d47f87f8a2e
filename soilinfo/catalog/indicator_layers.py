"""Which of a country's layers an indicator is told by: those of a property, of one depth, by time."""

from collections.abc import Collection

from soilinfo.catalog.fields import Depth
from soilinfo.catalog.models import Catalog, Layer
from soilinfo.catalog.zoning import EROSION, LOSS_UNIT

TOPSOIL: Depth = (0.0, 30.0)
"""The depth that others are near to or far from where none is wanted."""
UNDATED = "undated"
"""The year of layers whose sources do not say."""


def layers_by_time(
    catalog: Catalog,
    there: Collection[str],
    property_: str,
    depth: Depth | None = None,
    *,
    statistic: str = "mean",
) -> dict[str, str]:
    """Layer by time ('' without one), oldest first: of those ``there``, at the depth wanted or nearest to it.

    Nothing is converted from depth to depth. Of several layers of one time, that called as the property, else
    the first by name.
    """
    found = [
        (name, layer)
        for name, layer in sorted(catalog.layers.items(), key=lambda item: (item[0] != property_, item[0]))
        if layer.property == property_ and layer.statistic == statistic and name in there
    ]
    if not found:
        return {}
    nearest = min((layer.depth for _, layer in found), key=lambda own: _distance(own, depth or TOPSOIL))
    dated: dict[str, str] = {}
    for name, layer in found:
        if layer.depth == nearest:
            dated.setdefault(layer.time or "", name)
    return dict(sorted(dated.items(), key=lambda item: (last_year(item[0]), item[0])))


def _distance(own: Depth | None, wanted: Depth) -> tuple[bool, float, Depth]:
    """How far a depth lies from the one wanted; one that is not stated is the last choice."""
    if own is None:
        return True, 0.0, wanted
    return False, abs(own[0] - wanted[0]) + abs(own[1] - wanted[1]), own


def last_year(time: str) -> str:
    """The last year of a time of config ('1991/2020' -> '2020'); '' of none."""
    return time.rpartition("/")[2][:4]


def latest_layers(catalog: Catalog, property_: str, depth: Depth | None) -> list[Layer]:
    """The layers of config that an indicator's newest value is told by, once they are published: one of a
    property, of soil loss those that it is computed from; none where one is lacking."""
    rules = catalog.rehabilitation
    if property_ == EROSION and rules:
        found = [latest_layers(catalog, name, None) for name in rules.erosion.needed]
        return [layer for layers in found for layer in layers] if all(found) else []
    dated = layers_by_time(catalog, catalog.layers, property_, depth)
    return [catalog.layer(name) for name in [*dated.values()][-1:]]


def derived_unit(property_: str) -> str | None:
    """The unit of what is no property but derived by an evaluation; None of anything else."""
    return LOSS_UNIT if property_ == EROSION else None
