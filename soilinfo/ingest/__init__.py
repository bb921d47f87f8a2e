"""Sources in: bytes become arrays and frames on the national grid, with findings. Nothing here writes."""

import os

# GDAL would keep a twentieth of the memory for blocks that are read once; it looks when it reads its first.
os.environ.setdefault("GDAL_CACHEMAX", "256")
