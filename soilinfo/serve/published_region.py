"""What is published of a region: its countries' indicators, which of them compare, and its threats."""

from collections.abc import Iterator, Mapping

from soilinfo.catalog.names import REGIONAL_COLLECTIONS
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.texts import joined
from soilinfo.store.ledger import Version


def regional_collections(source: Source, published: Mapping[str, Version]) -> Iterator[Collection]:
    """The collections of a region that are published, where this node hosts one."""
    for name in REGIONAL_COLLECTIONS if source.catalog.region else ():
        if name in published:
            yield _collection(source, published[name])


def _collection(source: Source, version: Version) -> Collection:
    region = source.catalog.region
    assert region is not None, "asked only where a region is configured"
    return Collection(
        source=source,
        id=version.layer,
        kind="vector",
        title=source.label(f"serve.{version.layer}"),
        description=joined(source.label(f"serve.{version.layer}.description"), region.boundaries.disclaimer),
        keywords=source.label("serve.keyword.region"),
        versions={version.layer: version},
        licence=source.catalog.services.licence,
        attribution=f"{version.metadata['attribution']}. {region.boundaries.source}",
        notice=region.boundaries.disclaimer,
    )
