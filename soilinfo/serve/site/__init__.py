"""What people's pages and the QGIS project are written from: one publication in one language."""
