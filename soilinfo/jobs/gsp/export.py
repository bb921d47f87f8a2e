"""Write a product of the Global Soil Partnership from what is published: rasters, records, list of files."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from soilinfo.catalog.gsp import Coding, GspProduct
from soilinfo.catalog.gsp_names import LayerName, Statistic, name_of
from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.effort import Advance, unheard
from soilinfo.jobs.gsp.layers import Depth, Published
from soilinfo.jobs.gsp.maps import Made, Making
from soilinfo.jobs.gsp.rasters import TAG, sha256_of, write_raster
from soilinfo.jobs.gsp.records import record_of
from soilinfo.report.gsp import manifest
from soilinfo.report.gsp.manifest import FileEntry, LeftOut, Manifest
from soilinfo.report.gsp.metadata import record_xml
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.units import convert


class Asked(NamedTuple):
    """What is asked for: depths of the product's own when none is named, the year of the layers likewise."""

    product: str
    coding: Coding = "gsp"
    depths: tuple[Depth, ...] = ()
    year: int | None = None


@dataclass(frozen=True)
class Export:
    """A product that is being written to a directory."""

    store: Store
    catalog: Catalog
    snapshot: Snapshot
    product: GspProduct
    asked: Asked
    directory: Path

    @property
    def making(self) -> Making:
        """The maps, made from what the snapshot publishes."""
        published = Published(self.store, self.catalog, self.snapshot.layers)
        depths = tuple(dict.fromkeys(self.asked.depths)) or self.product.depths
        return Making(published, self.product, depths)

    def name(self, map_id: str, depth: Depth, statistic: Statistic, year: int) -> LayerName:
        """What a file is called."""
        codes = self.catalog.country.iso3166
        if codes is None:
            raise InputError(
                "country.yaml states no iso3166 codes ([ID, IDN]), which names of layers begin with"
            )
        country = codes[1] if self.asked.coding == "gsp" else codes[0]
        coding = self.asked.coding
        return name_of(
            self.product, map_id, coding, country=country, depth=depth, statistic=statistic, year=year
        )

    def year_of(self, layers: Iterable[str]) -> int:
        """The year in names: as asked for, else the last of the layers', else of the publication."""
        if self.asked.year:
            return self.asked.year
        times = [self.catalog.layer(name).time for name in layers]
        assert self.snapshot.created is not None, "what publishes layers has a date"
        years = [int(time.rpartition("/")[2][:4]) for time in times if time]
        return max(years, default=self.snapshot.created.year)


def export(
    store: Store, catalog: Catalog, asked: Asked, directory: Path, advance: Advance = unheard
) -> Manifest:
    """Write the product that is asked for to ``directory``, which must be empty or not there.

    InputError where it is neither, where nothing can be made, where the country has no codes, or where the
    national grid is none of degrees; UnknownNameError for a product or a coding that there is not.
    """
    product = catalog.gsp_product(asked.product)
    if asked.year is not None and not 1000 <= asked.year <= 9999:
        raise InputError(f"--year {asked.year}: a year in names has four digits")
    codings = {coding for each in product.maps.values() for coding in each.codes}
    if asked.coding not in codings:
        raise UnknownNameError(f"coding of {product.id}", asked.coding, codings)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise InputError(f"{directory} is not an empty directory; an export is never written over another")
    snapshot = store.ledger.current()
    return _written(Export(store, catalog, snapshot, product, asked, directory), advance)


def _written(job: Export, advance: Advance) -> Manifest:
    making, files, left_out = job.making, [], []
    grid, total = making.grid, len(job.product.maps) * len(making.depths)
    spread: dict[str, list[tuple[FileEntry, float | None]]] = {}
    for done, made in enumerate(making.every()):
        advance(min(1.0, done / total))
        if isinstance(made, LeftOut):
            left_out.append(made)
            continue
        if job.asked.coding not in job.product.maps[made.map].codes:
            left_out.append(LeftOut(made.map, made.depth, "mean", f"has no code in {job.asked.coding}"))
            continue
        job.directory.mkdir(parents=True, exist_ok=True)
        for entry, mean in _rasters(job, making, made):
            files.append(entry)
            spread.setdefault(entry.mapset, []).append((entry, mean))
    if not files:
        reasons = "; ".join(dict.fromkeys(one.reason for one in left_out))
        raise InputError(f"nothing of {job.product.id} can be made: {reasons}")
    records = {}
    for mapset, entries in spread.items():
        record = record_of(job.catalog, job.snapshot, job.product, making.published, grid, entries)
        path = job.directory / f"{mapset}.xml"
        path.write_bytes(record_xml(record))
        records[path.name] = sha256_of(path)
    found = _manifest(job, making, files, left_out, records)
    (job.directory / manifest.FILE).write_text(found.text(), "utf-8")
    return found


def _rasters(job: Export, making: Making, made: Made) -> Iterator[tuple[FileEntry, float | None]]:
    """Write the files of a map; each with the mean of its cells where it is of the uncertainty."""
    wanted, year = job.product.maps[made.map], job.year_of(made.layers)
    unit = wanted.code(job.asked.coding).unit or wanted.unit
    versions = {layer: making.published.versions[layer] for layer in made.layers}
    for statistic, values in (("mean", made.values), ("sd", made.uncertainty)):
        if values is None:
            continue
        name = job.name(made.map, made.depth, "mean" if statistic == "mean" else "sd", year)
        percent = statistic == "sd" and wanted.uncertainty == "percent"
        shown = "%" if percent else (unit or "class")
        if unit and wanted.unit and not percent:
            values = convert(values, wanted.unit, unit).astype(np.float32)
        tags = {TAG: name.file, "PRODUCT": f"{job.product.id} {job.product.edition}", "UNIT": shown}
        tags |= {key.upper().replace(" ", "_"): str(text) for key, text in made.told.items()}
        digest = write_raster(
            job.directory / name.file,
            values,
            making.grid,
            nodata=job.product.nodata,
            description=wanted.title["en"],
            unit=shown,
            tags=tags,
        )
        entry = FileEntry(
            name.file, digest, made.map, statistic, made.depth, shown, name.mapset, versions, made.told
        )
        known = values[~np.isnan(values)]
        yield entry, float(known.mean(dtype=np.float64)) if statistic == "sd" and known.size else None


def _manifest(
    job: Export,
    making: Making,
    files: list[FileEntry],
    left_out: list[LeftOut],
    records: Mapping[str, str],
) -> Manifest:
    created = job.snapshot.created
    codes = job.catalog.country.iso3166
    excluded = making.excluded()
    made_of = {layer for each in files for layer in each.layers}
    limits = {layer for _, by in excluded for layer in by} | ({making.mask} if making.mask else set())
    used = sorted(made_of | limits)
    return Manifest(
        product=job.product.id,
        edition=job.product.edition,
        coding=job.asked.coding,
        country=codes[1] if codes else "",
        year=job.year_of(made_of),
        grid=making.grid,
        depths=making.depths,
        snapshot=job.snapshot.id,
        published=created.isoformat() if created else "",
        mask=_mask(job.product, making),
        exclusions=[f"{text}: {', '.join(layers) or 'no layer, not made'}" for text, layers in excluded],
        files=tuple(files),
        left_out=tuple(left_out),
        inputs={layer: _input(making.published, layer) for layer in used},
        records=records,
    )


def _input(published: Published, layer: str) -> Mapping[str, str]:
    version = published.version(layer)
    return {"version": version.version, "source": version.source, "sha256": version.source_sha256}


def _mask(product: GspProduct, making: Making) -> str:
    if product.mask is None:
        return "none: the product is not masked"
    if making.mask is None:
        return f"none: no published layer of {product.mask.property}; the maps cover all land"
    wanted = ", ".join(product.mask.any_of)
    return f"{making.mask}: at least {product.mask.least_pct:g} % of {wanted}"
