"""What the metadata record of a set of maps says, from the catalog, the ledger and the files."""

from collections.abc import Sequence

from soilinfo.catalog.gsp import GspProduct
from soilinfo.catalog.models import Catalog
from soilinfo.grid import Grid
from soilinfo.jobs.gsp.layers import Published
from soilinfo.report.gsp.manifest import FileEntry
from soilinfo.report.gsp.metadata import InputOf, MapFile, Record, Uncertainty
from soilinfo.store.ledger import Snapshot


def record_of(
    catalog: Catalog,
    snapshot: Snapshot,
    product: GspProduct,
    published: Published,
    grid: Grid,
    entries: Sequence[tuple[FileEntry, float | None]],
) -> Record:
    """The record of one set of maps; ``entries``: its files, with the mean of those of uncertainty."""
    first, services = entries[0][0], catalog.services
    wanted = product.maps[first.map]
    layers = list(dict.fromkeys(layer for entry, _ in entries for layer in entry.layers))
    licences = dict.fromkeys(catalog.layer(name).licence for name in layers)
    times = dict.fromkeys(catalog.layer(name).time or "" for name in layers)
    place = catalog.country.title["en"]
    assert snapshot.created is not None, "what publishes layers has a date"
    return Record(
        id=first.mapset,
        title=f"{wanted.title['en']} ({place}, {product.title['en']})",
        abstract=_abstract(product, first),
        date=snapshot.created.date().isoformat(),
        organisation=services.contact.organisation,
        email=services.contact.email,
        url=services.contact.url,
        licence="; ".join(licences),
        place=place,
        keywords=("soil", wanted.title["en"], product.title["en"]),
        degrees=grid.resolution,
        bounds=grid.bounds,
        time=", ".join(filter(None, times)),
        unit=first.unit,
        files=[MapFile(entry.file, entry.sha256, entry.statistic) for entry, _ in entries],
        lineage=_lineage(snapshot, product, grid, published, first),
        inputs=[_input(published, name) for name in layers],
        uncertainties=_uncertainties(product, entries),
    )


def _abstract(product: GspProduct, entry: FileEntry) -> str:
    told = "; ".join(f"{key}: {text}" for key, text in entry.told.items())
    return " ".join([f"{product.title['en']}. {told}.", *product.statements.values()])


def _lineage(
    snapshot: Snapshot, product: GspProduct, grid: Grid, published: Published, entry: FileEntry
) -> str:
    if grid == published.catalog.grid:
        how = "the cells of the national grid, which are those of the product"
    else:
        how = (
            "means by area of the cells of the national grid, of cells of which at least "
            f"{product.least_known_pct:g} % is known"
        )
    form = f" {entry.told['form']}." if "form" in entry.told else ""
    layers = ", ".join(f"{name} {version}" for name, version in entry.layers.items())
    return (
        f"Made by soilinfo from publication {snapshot.id} ({layers}) after product definition {product.id} "
        f"{product.edition}: {how}; values in {entry.unit}.{form}"
    )


def _input(published: Published, name: str) -> InputOf:
    layer, version = published.catalog.layer(name), published.version(name)
    return InputOf(
        name,
        version.version,
        version.source,
        version.source_sha256,
        layer.licence,
        layer.attribution,
        layer.lineage,
    )


def _uncertainties(
    product: GspProduct, entries: Sequence[tuple[FileEntry, float | None]]
) -> list[Uncertainty]:
    """One for each uncertainty there is; where there is none, that it is missing."""
    kind = product.maps[entries[0][0].map].uncertainty
    found = [
        Uncertainty(
            f"{entry.file}: {kind} of each cell. Errors within a cell are taken as wholly correlated: the "
            "mean of the standard deviations by area, an upper limit",
            mean,
            entry.unit,
        )
        for entry, mean in entries
        if entry.statistic == "sd"
    ]
    return found or [Uncertainty("no uncertainty of this map is published", None, entries[0][0].unit)]
