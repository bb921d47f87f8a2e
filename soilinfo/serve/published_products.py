"""What is published of products: a coverage each, some with the crop as a dimension, and tables."""

from collections.abc import Collection as Several
from collections.abc import Iterator, Mapping

from soilinfo.catalog.map_scale import scale_note
from soilinfo.catalog.models import Level
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product import Product
from soilinfo.serve.collections import Collection, Source, our_rights
from soilinfo.serve.texts import Text, joined
from soilinfo.store.ledger import Version

Published = Mapping[str, Version]


def product_collections(source: Source, published: Published) -> Iterator[Collection]:
    """The cubes of every product, then its tables."""
    for product in source.products.values():
        cubes = product.layers(source.catalog).items()
        versions = {crop or product.id: published[name] for name, crop in cubes if name in published}
        if versions:
            yield _cubes(source, product, versions)
        for level in source.catalog.every_level().values():
            name = table_of(product.id, level.id)
            if name in published:
                yield _by_level(source, product, level, published[name])
        if not product.variables and product.id in published:
            yield _table(source, product, product.title, published[product.id])


def _cubes(source: Source, product: Product, versions: Mapping[str, Version]) -> Collection:
    return Collection(
        source=source,
        id=product.id,
        kind="suitability" if product.per_crop else "raster",
        title=product.title,
        description=_described(source, product, versions.values()),
        keywords=source.label(f"theme.{product.theme}"),
        versions=versions,
        product=product,
        **our_rights(source.catalog),
    )


def _by_level(source: Source, product: Product, level: Level, version: Version) -> Collection:
    singular = {language: word.lower() for language, word in level.singular.items()}
    title = source.label("serve.product_by", product=product.title, level=singular)
    return _table(source, product, title, version)


def _table(source: Source, product: Product, title: Text, version: Version) -> Collection:
    return Collection(
        source=source,
        id=version.layer,
        kind="vector",
        title=title,
        description=_described(source, product, [version]),
        keywords=source.label(f"theme.{product.theme}"),
        versions={version.layer: version},
        **our_rights(source.catalog),
    )


def _described(source: Source, product: Product, versions: Several[Version]) -> dict[str, str]:
    """What it is, its method and conditions, what it was made from, for which map scale."""
    first, *others = (version.metadata.get("notes", ()) for version in versions)
    # What is told of some crops only stands with their versions, as else no one would read to the end.
    notes = [note for note in first if all(note in told for told in others)]
    synthetic = source.label("serve.synthetic") if source.catalog.country.synthetic else {}
    scale = scale_note(source.catalog.grid, source.catalog.directory)
    return joined(product.description, *notes, _inputs(source, versions), scale, synthetic)


def _inputs(source: Source, versions: Several[Version]) -> Text:
    """The titles of everything that versions were derived from, each once."""
    names = dict.fromkeys(name for version in versions for name in version.inputs)
    listed = {
        language: ", ".join(known.get(name, name) for name in names)
        for language, known in source.titles.items()
    }
    return source.label("serve.product.inputs", inputs=listed) if names else {}
