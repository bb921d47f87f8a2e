"""Which files a source consists of, so that a change in any one of them is noticed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import rasterio
from rasterio.errors import RasterioError

from soilinfo.errors import SourceError

_ARCHIVE = re.compile(r"(?:/vsi(?:zip|tar|gzip|7z|rar)/)+\{?")
_GDAL_NAME = re.compile(r"/vsi|\w{2,}:")
_IN_PARTS = {".shp", ".shx", ".dbf", ".tab", ".mif", ".csv"}
"""Vector formats whose files lie side by side under one stem."""
_VRT_SOURCES = {"SourceFilename", "SourceDataset", "SrcDataSource"}


def require(path: str) -> None:
    """Raise SourceError for a plain path at which there is no file and no directory; GDAL's own names are
    left to GDAL."""
    if _GDAL_NAME.match(path):
        return
    with explained(path):
        if not Path(path).exists():
            raise SourceError(f"{path}: no such file")
        if not (Path(path).is_file() or Path(path).is_dir()):
            raise SourceError(f"{path}: neither a file nor a directory")


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Raise as a SourceError what the system says of a file of the source at ``path``."""
    try:
        yield
    except OSError as error:
        raise SourceError(f"{error.filename or path}: cannot be read: {error.strerror or error}") from error


def source_files(path: str) -> list[Path]:
    """Every file on this machine that a raster or vector source consists of, sorted.

    Besides the file named: what GDAL reads along with it (.aux.xml, .msk, .ovr, world file), the
    parts of a shapefile, the archive that holds a ``/vsizip/`` name, the sources of a VRT and those
    of a VRT among them. Raises SourceError when a file is missing, cannot be read or is not on this
    machine.
    """
    with explained(path):
        return _all_files(path)


def _all_files(path: str) -> list[Path]:
    found: set[Path] = set()
    waiting, seen = [path], set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            files = list(_files(name))
            found.update(files)
            waiting += [source for file in files for source in _vrt_sources(file)]
    return sorted(found)


def _files(name: str) -> Iterator[Path]:
    """The files of one name, without those that a VRT among them leads to."""
    require(name)
    archive = _ARCHIVE.match(name)
    inside = Path(re.sub(r"[{}]", "", name[archive.end() :])) if archive else None
    local = [inside, *inside.parents] if inside else [Path(file) for file in [name, *_read_by_gdal(name)]]
    files = [file for file in local if file.exists() and (inside is None or file.is_file())]
    if not files:
        raise SourceError(
            f"{name}: not a file on this machine; of other machines soilinfo reads https://, s3://, gs:// "
            "and az:// addresses of whole files"
        )
    for file in files:
        yield from _parts(file)


def _read_by_gdal(name: str) -> list[str]:
    """The files that GDAL reads for a raster; none for what is no raster or needs a network."""
    if re.match(r"/vsi|\w+://", name):
        return []
    try:
        with rasterio.open(name) as dataset:
            return [str(file) for file in dataset.files]
    except RasterioError:
        return []


def _parts(file: Path) -> Iterator[Path]:
    if file.is_dir():
        yield from (part for part in file.rglob("*") if part.is_file())
        return
    yield file
    if file.suffix.lower() in _IN_PARTS:
        beside = (part for part in file.parent.iterdir() if part.name.startswith(f"{file.stem}."))
        yield from (part for part in beside if part.is_file())


def _vrt_sources(file: Path) -> Iterator[str]:
    """The names that a VRT, of rasters or of vectors, gives as its sources."""
    if file.suffix.lower() != ".vrt":
        return
    try:
        elements = list(ElementTree.parse(file).iter())
    except ElementTree.ParseError as error:
        raise SourceError(f"{file}: not a readable VRT: {error}") from error
    for element in elements:
        if element.tag in _VRT_SOURCES and element.text:
            beside = element.get("relativeToVRT", element.get("relativetoVRT")) == "1"
            yield str(file.parent / element.text) if beside else element.text
