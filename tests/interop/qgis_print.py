"""Print layouts of a QGIS project without a screen: ``python3 qgis_print.py PROJECT DIRECTORY DPI NAME``.

Each layout whose name begins so becomes a PNG in the directory; what is printed is, as JSON, for each
its file, the size of its page in mm, whether it could be made, the kinds of its items, its text about the
scale and the scale by the ellipsoid, across the middle of the map.
"""

import json
import os
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsDistanceArea,
    QgsLayoutExporter,
    QgsLayoutItem,
    QgsPointXY,
    QgsProject,
)


def main(path, directory, dpi, name):
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    project.read(path)
    layouts = [each for each in project.layoutManager().printLayouts() if each.name().startswith(name)]
    printed = [printed_page(layout, Path(directory) / f"{at}.png", dpi) for at, layout in enumerate(layouts)]
    print(json.dumps(printed))
    sys.stdout.flush()
    os._exit(0)


def printed_page(layout, path, dpi):
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = dpi
    result = QgsLayoutExporter(layout).exportToImage(str(path), settings)
    page = layout.pageCollection().page(0).pageSize()
    items = [item for item in layout.items() if isinstance(item, QgsLayoutItem)]
    kinds = sorted({type(item).__name__ for item in items})
    made = result == QgsLayoutExporter.Success
    told = {"name": layout.name(), "file": str(path), "made": made, "page": size(page), "items": kinds}
    return told | {"told": layout.itemById("scale").currentText(), "scale": scale(layout.itemById("map"))}


def scale(item):
    """The denominator, as measured."""
    measure = QgsDistanceArea()
    measure.setEllipsoid("EPSG:7030")
    box, y = item.extent(), item.extent().center().y()
    metres = measure.measureLine(QgsPointXY(box.xMinimum(), y), QgsPointXY(box.xMaximum(), y))
    return metres / item.sizeWithUnits().width() * 1000


def size(page):
    return [round(page.width()), round(page.height())]


main(sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4])
