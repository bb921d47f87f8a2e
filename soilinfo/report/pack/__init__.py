"""The pack of one administrative unit: its QGIS projects, its read-me, its list of files. Pure functions."""
