"""What a soil map says of the properties that its own table lacks."""

from collections.abc import Iterator

from soilinfo.catalog.mapunits import SoilMap
from soilinfo.catalog.references import Parts
from soilinfo.errors import Fault


def raster_faults(parts: Parts) -> Iterator[Fault]:
    """Every property to be taken from rasters that there is not, or that always is."""
    for entry, soil_map in parts.all("soil_maps", SoilMap):
        names = soil_map.from_rasters or ()
        for error in parts.unknown("property", "properties", names):
            yield entry.fault("from_rasters", error)
        for name in names:
            theme = parts.data("properties", name).get("theme")
            if theme not in (None, "soil"):
                message = f"'{name}' is of the theme '{theme}' and always comes from rasters: leave it out"
                yield entry.fault("from_rasters", message)
