"""An invented province of three regencies with a neighbour, for tests of atlases."""

from shapely import box

from soilinfo.report.atlas.place import Place, Unit

WEST, MIDDLE, SMALL = (
    box(120.0, -5.2, 120.2, -5.0),
    box(120.2, -5.2, 120.4, -5.0),
    box(120.09, -5.11, 120.11, -5.09),
)
NEIGHBOUR = box(120.4, -5.4, 121.4, -5.0)
LAND = box(120.0, -5.2, 120.4, -5.0)
PROVINCE = Place(
    name="Purwa <b> & #Giri",
    about=("Province", "code 01"),
    outlines=[LAND],
    parts=[Unit("Barat & Laut", WEST), Unit("Timur", MIDDLE), Unit("A small one that has no room", SMALL)],
    around=[Unit("Jauh", NEIGHBOUR)],
    nation=[LAND, NEIGHBOUR],
)
