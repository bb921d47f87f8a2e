"""OGC API Maps and map tiles: pictures of published rasters."""
