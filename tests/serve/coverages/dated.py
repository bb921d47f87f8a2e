"""A collection whose layer is of a time: the small nation's layers are of none."""

from dataclasses import replace

from soilinfo.serve.collections import Collection


def dated(collection: Collection, time: str) -> Collection:
    """The collection as it would be if its layer stated this time."""
    catalog, layer = collection.catalog, collection.layer
    assert layer is not None, "only layers have a time"
    layers = {**catalog.layers, layer.id: layer.model_copy(update={"time": time})}
    source = replace(collection.source, catalog=catalog.model_copy(update={"layers": layers}))
    return replace(collection, source=source)
