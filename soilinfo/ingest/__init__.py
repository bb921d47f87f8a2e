"""Sources in: bytes become arrays and frames on the national grid, with findings. Nothing here writes."""

import os

# GDAL would keep a twentieth of the machine's memory for blocks that are read once; it looks at this once, when
# the first raster is read.
os.environ.setdefault("GDAL_CACHEMAX", "256")
