"""Features made ready to be cut into tiles: simplified for each zoom level, kept beside the store."""
