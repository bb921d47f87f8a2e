"""The QGIS project: what it holds, how it looks, how its tables are read."""
