"""Vector files that anyone may offer: told by their bytes, unpacked without trusting a name in them.

Nothing of an archive is written but the parts of one shapefile, GeoPackage or GeoJSON, each under a name of
ours, so that no path in it leads anywhere and what else it holds stays packed.
"""

import shutil
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from soilinfo.errors import InputError, LimitError, UnknownNameError
from soilinfo.findings import some
from soilinfo.ingest.files import require

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""Of a shapefile, what is read."""
KINDS = (".shp", ".gpkg", ".geojson", ".json")
"""Endings of the files that hold polygons."""
NEEDED = (".shp", ".shx", ".dbf")

FORMS = "a zipped shapefile, a GeoPackage or GeoJSON"
_HEAD = 100
"""Bytes that tell what a file is."""
_GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
"""At byte 68 of an SQLite file (GeoPackage 1.3, requirement 2): GDAL must not guess another kind."""


def readable(path: Path, directory: Path, most_bytes: int, layer: str | None = None) -> Path:
    """The file at ``path`` as one that GDAL reads; what has to be unpacked is put into ``directory``.

    ``layer`` names the shapefile of an archive that holds several. InputError, saying what there is, for
    anything but zipped shapefiles, GeoPackages and GeoJSON (or a shapefile with its parts beside it),
    LimitError for more than ``most_bytes``, SourceError when there is no such file.
    """
    require(str(path))
    if path.stat().st_size > most_bytes:
        raise _too_large(path.stat().st_size, most_bytes)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _unpacked(path, directory, most_bytes, layer)
    if path.suffix.lower() == ".shp":
        return path
    return _named(path, directory / f"polygons{_kind(head)}")


def _kind(head: bytes) -> str:
    if head.startswith(b"SQLite format 3\0") and head[68:72] in _GEOPACKAGE_IDS:
        return ".gpkg"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return ".geojson"
    raise InputError(f"the file is none that can be read: it must be {FORMS}")


def _named(path: Path, wanted: Path) -> Path:
    """The file under a name that tells GDAL what it is."""
    if path.suffix.lower() == wanted.suffix:
        return path
    wanted.symlink_to(path.resolve())
    return wanted


# ---- archives ---------------------------------------------------------------------------


def _unpacked(path: Path, directory: Path, most_bytes: int, layer: str | None) -> Path:
    with _archive(path) as archive:
        members = [each for each in archive.infolist() if _is_of_use(each)]
        chosen = _chosen(members, layer)
        parts = _parts_of(members, chosen)
        size = sum(each.file_size for each in parts)
        if size > most_bytes:
            raise _too_large(size, most_bytes)
        for part in parts:
            # What a member holds beyond the size that it states, zipfile does not read.
            with archive.open(part) as packed, (directory / f"polygons{_ending(part)}").open("wb") as file:
                shutil.copyfileobj(packed, file)
    found = directory / f"polygons{_ending(chosen)}"
    if found.suffix == ".gpkg":
        _kind(found.read_bytes()[:_HEAD])
    return found


@contextmanager
def _archive(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            yield archive
    except (BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        # An encrypted member is a RuntimeError, a method of packing that nobody uses a NotImplementedError.
        raise InputError(f"the zip file cannot be unpacked: {error}") from error


def _is_of_use(member: ZipInfo) -> bool:
    name = PurePosixPath(member.filename)
    return not (member.is_dir() or name.name.startswith(".") or "__MACOSX" in name.parts)


def _ending(member: ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _stem(member: ZipInfo) -> str:
    return PurePosixPath(member.filename).stem


def _chosen(members: Sequence[ZipInfo], layer: str | None) -> ZipInfo:
    """The one member that holds polygons, or the one of several that ``layer`` names."""
    found = [each for each in members if _ending(each) in KINDS]
    if not found:
        there = some(sorted(each.filename[:60] for each in members)) or "nothing"
        raise InputError(f"the zip file has no shapefile, GeoPackage or GeoJSON in it; it holds: {there}")
    if len(found) == 1 and _ending(found[0]) != ".shp":
        return found[0]  # whose layers have names of their own
    names = sorted(_stem(each) for each in found)
    if layer is not None and layer not in names:
        raise UnknownNameError("layer", layer, names)
    if layer is None and len(found) > 1:
        raise InputError(f"the zip file holds several layers; name one of them: {some(names, 30)}")
    return next(each for each in found if layer in (None, _stem(each)))


def _parts_of(members: Sequence[ZipInfo], chosen: ZipInfo) -> list[ZipInfo]:
    """The parts of a shapefile, whose names may differ in capitals; any other file alone."""
    if _ending(chosen) != ".shp":
        return [chosen]
    stem = str(PurePosixPath(chosen.filename).with_suffix("")).lower()
    parts = [
        each
        for each in members
        if _ending(each) in PARTS and str(PurePosixPath(each.filename).with_suffix("")).lower() == stem
    ]
    lacking = [ending for ending in NEEDED if ending not in map(_ending, parts)]
    if lacking:
        raise InputError(f"the shapefile '{_stem(chosen)}' in the zip file lacks its {', '.join(lacking)}")
    return parts


def _too_large(size: int, most: int) -> LimitError:
    return LimitError(
        f"the file has {size / 1e6:,.1f} MB of polygons; at most {most / 1e6:,.0f} MB are read. "
        "Divide it, or have it read where the data are: `soilinfo overlay`"
    )
