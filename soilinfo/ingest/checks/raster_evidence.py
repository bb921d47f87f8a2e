"""What the checks of one raster source look at."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from soilinfo.catalog.models import ELEVATION, ClassTable, Layer, Property
from soilinfo.findings import Finding
from soilinfo.ingest.source import Source
from soilinfo.ingest.survey import Survey


@dataclass(frozen=True)
class RasterEvidence:
    """All that a raster check may look at."""

    layer_id: str
    layer: Layer
    property: Property
    classes: ClassTable | None
    source: Source
    survey: Survey = field(default_factory=Survey)
    """Empty until the cells have been read."""


RasterCheck = Callable[[RasterEvidence], Finding | None]


def made_here(seen: RasterEvidence) -> bool:
    """True when the source was made from an elevation model, not sent by anyone."""
    return seen.layer.terrain is not None and seen.layer.property != ELEVATION


def extent(source: Source) -> tuple[float, float, float, float]:
    """Outer edges of a source as (least x, least y, greatest x, greatest y), whichever way its rows run."""
    x, y = source.transform @ (0, 0)
    other_x, other_y = source.transform @ (source.width, source.height)
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def middle(source: Source) -> list[float] | None:
    """Longitude and latitude of the middle of a source; None where its coordinates show no place on earth."""
    crs = CRS.from_user_input(source.crs)
    if crs.geodetic_crs is None:
        return None
    try:
        x, y = source.transform @ (source.width / 2, source.height / 2)
        place = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(x, y, errcheck=True)
    except ProjError:
        return None
    return [round(float(degrees), 6) for degrees in place]
