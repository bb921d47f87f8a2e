"""Draw vector tiles with the style that is served for them, without a screen, and say what was drawn.

Run by the system's Python, which has QGIS: ``python3 qgis_vector_tiles.py TILES STYLE W S E N``. Prints as
JSON the styles that QGIS understood (label, condition, colour) and how many pixels of the picture have which
colour.
"""

import json
import os
import sys
from collections import Counter
from urllib.parse import quote

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize

WIDTH, HEIGHT = 300, 300


def main(tiles, style, *corners):
    application = QgsApplication([], False)
    application.initQgis()
    source = f"type=xyz&url={quote(tiles, safe='')}&zmin=0&zmax=14&styleUrl={quote(style, safe='')}"
    layer = QgsVectorTileLayer(source, "tiles")
    error, understood = layer.loadDefaultStyle()
    styles = layer.renderer().styles()
    report = {
        "valid": layer.isValid(),
        "understood": understood and not error,
        "styles": [
            [each.styleName(), each.filterExpression(), each.symbol().color().name()] for each in styles
        ],
        "pixels": pixels(layer, QgsRectangle(*map(float, corners))),
    }
    print(json.dumps(report))
    sys.stdout.flush()
    os._exit(0)


def pixels(layer, degrees):
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    way = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), mercator, QgsProject.instance())
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(mercator)
    settings.setExtent(way.transformBoundingBox(degrees))
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setFlag(QgsMapSettings.Antialiasing, False)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    return Counter(picture.pixelColor(x, y).name() for x in range(WIDTH) for y in range(HEIGHT))


main(*sys.argv[1:])
