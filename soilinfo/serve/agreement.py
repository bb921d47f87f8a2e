"""What soil profiles say of a published map, for all who describe it."""

from collections.abc import Mapping, Sequence
from typing import Any

from soilinfo.catalog.names import MAP_AGREEMENT
from soilinfo.serve.collections import Collection


def agreement_of(collection: Collection) -> Sequence[Mapping[str, Any]]:
    """How far a map agrees with the nation's profiles, by whether it was made from them.

    None of them where the version served was not compared, or has too few profiles to say more than their
    number.
    """
    compared, version = collection.source.served.get(MAP_AGREEMENT), collection.versions.get(collection.id)
    if compared is None or version is None or compared.inputs.get(version.layer) != version.version:
        return []
    told: Mapping[str, Sequence[Mapping[str, Any]]] = compared.metadata.get("national", {})
    return told.get(version.layer, [])
