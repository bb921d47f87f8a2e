"""QGIS projects, layer definitions and styles as XML, wherever the layers are read: pure functions."""
