"""Reference systems that PostGIS does not know: Indonesia's datum."""

import warnings

import psycopg
from pyproj import CRS

SRGI2013 = (9470, *range(9476, 9483), *range(9487, 9495))
"""EPSG codes of Indonesia's datum (geographic, UTM north, UTM south) that PostGIS 3.3 lacks."""


def add(connection: psycopg.Connection) -> None:
    """Name the SRIDs that PostGIS lacks, where the role may; our own tables need only 4326."""
    cursor = connection.execute("SELECT has_table_privilege('spatial_ref_sys', 'INSERT')")
    if cursor.fetchone() != (True,):
        return
    present = connection.execute("SELECT srid FROM spatial_ref_sys WHERE srid = ANY(%s)", (list(SRGI2013),))
    missing = set(SRGI2013) - {row[0] for row in present}
    for srid in sorted(missing):
        connection.execute(
            "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) "
            "VALUES (%s, 'EPSG', %s, %s, %s) ON CONFLICT DO NOTHING",
            (srid, srid, *_definition(srid)),
        )


def _definition(srid: int) -> tuple[str, str]:
    """WKT and PROJ string of a reference system, as spatial_ref_sys has them."""
    crs = CRS.from_epsg(srid)
    with warnings.catch_warnings():
        # A PROJ string loses the names of the datum; the WKT beside it keeps them.
        warnings.simplefilter("ignore", UserWarning)
        return crs.to_wkt("WKT1_GDAL"), crs.to_proj4()
