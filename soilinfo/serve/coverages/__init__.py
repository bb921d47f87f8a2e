"""OGC API Coverages: values of published rasters, and the files they can be downloaded as."""
