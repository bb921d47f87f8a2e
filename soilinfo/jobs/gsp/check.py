"""Check the files of a product: the set, each raster, pairs of rasters, records; every test with evidence."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from soilinfo.catalog.gsp import GspProduct
from soilinfo.catalog.gsp_names import LayerName, read_name
from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError, SourceError
from soilinfo.jobs.gsp import raster_checks, record_checks, set_checks
from soilinfo.jobs.gsp.raster_checks import Raster, open_raster
from soilinfo.jobs.gsp.rasters import RASTERS
from soilinfo.jobs.gsp.set_checks import Held, Key
from soilinfo.report.gsp.manifest import Manifest, read_manifest
from soilinfo.report.gsp.quality import Quality, State, Verdict


def check(catalog: Catalog, directory: Path, product: str | None = None) -> Quality:
    """What the tests say of the files in ``directory``.

    Which product they are of is told by ``product``, the manifest or the names, in this order. InputError
    where there is no such directory, no raster in it, or where they are of several products.
    """
    if not directory.is_dir():
        raise InputError(f"no directory {directory}")
    manifest = read_manifest(directory)
    paths = sorted(path for path in directory.iterdir() if path.suffix.lower() in RASTERS)
    if not paths:
        raise InputError(f"{directory} holds no GeoTIFF")
    names, verdicts = _names(catalog, paths)
    found = _product(catalog, names, product or (manifest.product if manifest else None))
    rasters: dict[Key, Raster] = {}
    for path, name in names.items():
        verdicts += _opened(path, name, found, manifest, rasters)
    for key, raster in list(rasters.items()):
        try:
            verdicts += list(raster_checks.verdicts(raster, manifest))
        except SourceError as error:
            verdicts.append(Verdict("readable", "failed", raster.file, {"fault": str(error)}))
            del rasters[key]
    held = Held(found, directory, manifest, rasters)
    verdicts += [_country(catalog, names.values()), *set_checks.verdicts(held), *record_checks.verdicts(held)]
    return Quality(found.id, found.edition, tuple(verdicts))


def _names(catalog: Catalog, paths: list[Path]) -> tuple[dict[Path, LayerName], list[Verdict]]:
    names, verdicts = {}, []
    for path in paths:
        try:
            names[path] = read_name(path.name, catalog.gsp)
            verdicts.append(Verdict("name", "passed", path.name))
        except InputError as error:
            verdicts.append(Verdict("name", "failed", path.name, {"fault": str(error)}))
    return names, verdicts


def _product(catalog: Catalog, names: Mapping[Path, LayerName], asked: str | None) -> GspProduct:
    if asked:
        return catalog.gsp_product(asked)
    found = sorted({name.product.id for name in names.values()})
    if len(found) != 1:
        said = ", ".join(found) or "none"
        raise InputError(f"the names are of {said}: say which product they shall be checked as")
    return catalog.gsp_product(found[0])


def _country(catalog: Catalog, names: Iterable[LayerName]) -> Verdict:
    """All files are of one country; whether that is the one of the configuration is told."""
    found, own = sorted({name.country for name in names}), catalog.country.iso3166 or ()
    state: State = "passed" if set(found) <= set(own) else "warned"
    return Verdict("country", "failed" if len(found) > 1 else state, "", {"found": found, "ours": list(own)})


def _opened(
    path: Path, name: LayerName, product: GspProduct, manifest: Manifest | None, rasters: dict[Key, Raster]
) -> Iterator[Verdict]:
    """Add a raster to those to look at; a verdict where it is of another product, or cannot be opened."""
    if name.product.id != product.id:
        yield Verdict("name", "failed", path.name, {"of_product": name.product.id, "checked_as": product.id})
        return
    entry = manifest.entry(path.name) if manifest else None
    unit = entry.unit if entry else name.map.code(name.coding).unit or name.map.unit or "class"
    key = (name.map_id, name.depth, name.statistic)
    if key in rasters:
        yield Verdict("twice", "failed", path.name, {"fault": f"the same map as {rasters[key].file}"})
        return
    try:
        rasters[key] = open_raster(path, name, unit)
    except SourceError as error:
        yield Verdict("readable", "failed", path.name, {"fault": str(error)})
