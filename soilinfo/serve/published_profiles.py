"""What is published of soil profiles: sites, profiles, horizons, observations, harmonized values, and maps
against these."""

from collections.abc import Iterator, Mapping

from soilinfo.catalog.names import PROFILE_COLLECTIONS
from soilinfo.catalog.profile_rights import attribution, licence, shared
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.texts import joined
from soilinfo.store.ledger import Version


def profile_collections(source: Source, published: Mapping[str, Version]) -> Iterator[Collection]:
    """The collections of profiles that are published, from the site down to what they say of maps."""
    for name in PROFILE_COLLECTIONS:
        if name in published:
            yield _collection(source, published[name])


def _collection(source: Source, version: Version) -> Collection:
    datasets = shared(source.catalog)
    synthetic = source.label("serve.synthetic") if any(each.synthetic for each in datasets) else {}
    origins = attribution(datasets)
    told = source.label("serve.source", source=origins) if origins else {}
    return Collection(
        source=source,
        id=version.layer,
        kind="vector",
        title=source.label(f"serve.{version.layer}"),
        description=joined(source.label(f"serve.{version.layer}.description"), told, synthetic),
        keywords=source.label("serve.keyword.profiles"),
        versions={version.layer: version},
        licence=licence(datasets) or source.catalog.services.licence,
        attribution=origins or source.catalog.services.contact.organisation,
    )
