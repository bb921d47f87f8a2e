"""Checks of a source made of several tiles."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from soilinfo.catalog.models import Layer, Property
from soilinfo.findings import Finding, Severity
from soilinfo.ingest.checks.comparison import Tally, tally, total
from soilinfo.ingest.mosaic import Mosaic, Seam, gaps, place_in


def tiles_disagree(layer: Layer, prop: Property, whole: Mosaic, overlaps: Iterable[Seam]) -> Finding | None:
    """Block tiles that say different things of one place, unless config declares which of them counts."""
    seen = [(_difference(seam, prop), seam.paths) for seam in overlaps]
    if not seen or not (found := total(part for part, _ in seen)).odd:
        return None
    paths = next(paths for part, paths in seen if part.at == found.at)
    names = " and ".join(Path(path).name for path in paths)
    rule = (
        f"'{layer.merge}' counts, as config says"
        if layer.merge
        else "say which counts: 'merge: first' or 'last'"
    )
    message = (
        f"tiles disagree in {found.odd} of {found.judged} cells that two of them cover, most where {names} "
        f"differ by {found.worst:g}; {rule}"
    )
    place = place_in(whole, found.at[0] + 0.5, found.at[1] + 0.5)
    evidence = {"overlapping": found.judged, "largest": found.worst, "tiles": list(paths), "place": place}
    severity: Severity = "note" if layer.merge else "block"
    return Finding("tiles_disagree", severity, layer.id, message, found.odd, evidence)


def _difference(seam: Seam, prop: Property) -> Tally:
    """Cells of a seam in which both tiles have data, and those off by more than the stored precision."""
    lower, upper = seam.lower.astype(np.float64), seam.upper.astype(np.float64)
    if prop.kind == "class":
        judged = (lower != 0) & (upper != 0)
        return tally(judged, (lower != upper).astype(np.float64), 0.5, (seam.window.row, seam.window.col))
    off = np.abs(lower - upper)
    return tally(np.isfinite(off), off, prop.scale / 2, (seam.window.row, seam.window.col))


def tile_types_differ(layer: Layer, whole: Mosaic) -> Finding | None:
    """Warn when tiles differ in number type or no-data value: they did not come out of one process."""
    kinds = sorted({f"{tile.source.dtype}, no data {tile.source.nodata}" for tile in whole.tiles})
    if len(kinds) == 1:
        return None
    message = f"{len(whole.tiles)} tiles are of {len(kinds)} kinds: {'; '.join(kinds)}; read as {whole.dtype}"
    first = whole.tiles[0].window
    place = place_in(whole, first.row + first.height / 2, first.col + first.width / 2)
    return Finding("tile_types_differ", "warn", layer.id, message, len(kinds), {"place": place})


def tile_gaps(layer: Layer, whole: Mosaic) -> Finding | None:
    """Note where no tile lies in the rectangle around all of them: sea, or a tile that is missing."""
    between = gaps(whole)
    if between.is_empty:
        return None
    inside = between.representative_point()
    cells = round(between.area)
    message = (
        f"no tile covers {cells} of {whole.shape[0] * whole.shape[1]} cells in the rectangle of the tiles"
    )
    return Finding(
        "tile_gaps", "note", layer.id, message, cells, {"place": place_in(whole, inside.y, inside.x)}
    )
