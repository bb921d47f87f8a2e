"""The synthetic sample nation: a deterministic generator of its rasters and administrative units."""
