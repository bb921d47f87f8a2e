"""Collections as they once were: every version that was published and is still kept can be asked for.

A version is described as in the first snapshot that published it, so that its description stays as it was
then. Of a collection with a cube for each crop a version is that of one crop's cube, and asking for it
gives the collection of that crop alone: the cubes are evaluated, replaced and removed one by one, and an
answer that showed the others beside it would have to choose which of theirs to mix with it.

Soil profiles are the exception: they are served only as their owners allow today, and what once was shown of
a profile that is withheld, blurred or removed by now is in the older versions. So of the collections that are
made of profiles, and of findings that tell of them, nothing but the current version can be asked for.
"""

from collections.abc import Mapping
from dataclasses import replace

from soilinfo.catalog.names import FINDINGS, PROFILE_COLLECTIONS, SUITABILITY, is_held, suitability_of
from soilinfo.errors import UnknownNameError
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.kept import kept_with_it
from soilinfo.serve.published import published_collections
from soilinfo.store.ledger import Serving, Snapshot
from soilinfo.store.vector import Query


def collection_at(source: Source, name: str, version: str) -> Collection:
    """The collection ``name`` in a version that ``source``, or a snapshot before it, published.

    UnknownNameError for a version that was never published, naming those that were and are kept;
    RefusedError (410) for one whose files were removed, that the configuration of today would misread, or
    that tells of soil profiles as they once were shown.
    """
    serving = _serving(source, name, version)
    if is_confidential(source, serving.layer, version):
        raise RefusedError(410, "Gone", "refusal.profiles_then")
    recorded = source.store.ledger.version(serving.layer, version)
    if recorded and recorded.removed:
        raise _gone(source, name, version, f"its files were removed on {recorded.removed:%Y-%m-%d}")
    found = _collection(source, name, serving)
    if found is None:
        raise _gone(source, name, version, "the configuration of today would misread its numbers")
    return found


def published_at(source: Source, number: int) -> tuple[Source, Mapping[str, Collection]]:
    """What a snapshot up to that of ``source`` published, as far as it is kept, in the words of today.

    UnknownNameError where there was none of that number.
    """
    if number > source.snapshot.id:
        raise UnknownNameError("publication", number, range(1, source.snapshot.id + 1))
    return _kept_of(source, number)


@kept_with_it(8)
def _kept_of(source: Source, number: int) -> tuple[Source, Mapping[str, Collection]]:
    ledger = source.store.ledger
    then = _without_confidential(source, ledger.snapshot(number))
    recorded = {name: ledger.version(name, version) for name, version in then.layers.items()}
    kept = {name: each.version for name, each in recorded.items() if each and not each.removed}
    earlier = Source(source.store, source.catalog, replace(then, layers=kept))
    return earlier, published_collections(earlier)


def is_confidential(source: Source, layer: str, version: str) -> bool:
    """Whether a version tells of soil profiles and is not that which is served now."""
    if source.snapshot.layers.get(layer) == version:
        return False
    return layer in PROFILE_COLLECTIONS or (layer == FINDINGS and _tells_of_profiles(source, version))


def can_be_asked_for(source: Source, serving: Serving) -> bool:
    """Whether the files of a version are kept, and its content may still be seen."""
    return not serving.removed and not is_confidential(source, serving.layer, serving.version)


@kept_with_it(256)
def _tells_of_profiles(source: Source, version: str) -> bool:
    if not source.store.vector.exists(FINDINGS, version):
        return False
    rows = source.store.vector.read(FINDINGS, version, Query(fields=("layer",), geometry=False))
    return any(map(is_held, rows["layer"].astype(str)))


def _without_confidential(source: Source, then: Snapshot) -> Snapshot:
    shown = {name: each for name, each in then.layers.items() if not is_confidential(source, name, each)}
    return replace(then, layers=shown)


def history(source: Source, name: str) -> list[Serving]:
    """Every version of a collection that was published, the latest first; none for an unknown name."""
    layers = layers_of(source, name)
    only = name if name in layers else None
    servings = source.store.ledger.servings(only, snapshot=source.snapshot.id)
    return [serving for serving in servings if serving.layer in layers]


def layers_of(source: Source, name: str) -> Mapping[str, str]:
    """Published names of what a collection is made of -> crop, or the collection's own name."""
    if name == SUITABILITY:
        return {suitability_of(crop): crop for crop in source.catalog.every_crop()}
    product = source.products.get(name)
    cubes = product.layers(source.catalog) if product else {}
    return {layer: crop or name for layer, crop in cubes.items()} or {name: name}


@kept_with_it(1024)
def _serving(source: Source, name: str, version: str) -> Serving:
    served = history(source, name)
    for serving in served:
        if serving.version == version:
            return serving
    kept = [serving.version for serving in served if can_be_asked_for(source, serving)]
    raise UnknownNameError(f"version of '{name}'", version, kept)


@kept_with_it(256)
def _collection(source: Source, name: str, serving: Serving) -> Collection | None:
    """The collection, of a crop's cube without its other crops; None where it would be misread today."""
    found = _published(source, serving.snapshot).get(name)
    key = layers_of(source, name)[serving.layer]
    if found is None or key not in found.versions:
        return None
    return replace(found, versions={key: found.versions[key]})


@kept_with_it(8)
def _published(source: Source, snapshot: int) -> Mapping[str, Collection]:
    """What a snapshot published, in the words of today's configuration."""
    then = _without_confidential(source, source.store.ledger.snapshot(snapshot))
    return published_collections(Source(source.store, source.catalog, then))


def _gone(source: Source, name: str, version: str, why: str) -> RefusedError:
    current = [serving.version for serving in history(source, name) if serving.until is None]
    return RefusedError(
        410, "Gone", f"version '{version}' of '{name}' cannot be served: {why}; current: {', '.join(current)}"
    )
