"""The atlas of a nation or of one of its units: a sheet for each published map, as one PDF."""
