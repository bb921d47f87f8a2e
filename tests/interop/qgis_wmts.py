"""Open a layer of a WMTS in QGIS and say as JSON what it shows.

Run by the system's Python, which has QGIS: ``python3 qgis_wmts.py SOURCE PICTURE LEGEND``. It draws the
middle of the layer into the file PICTURE and writes the legend that the service sends into LEGEND.
"""

import json
import os
import sys

from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsRasterLayer
from qgis.PyQt.QtCore import QEventLoop, QSize, QTimer
from qgis.PyQt.QtGui import QColor

SIDE = 200
SECONDS = 60


def main(source, picture, legend):
    application = QgsApplication([], False)
    application.initQgis()
    layer = QgsRasterLayer(source, "layer", "wms")
    report = {"valid": layer.isValid(), "crs": layer.crs().authid(), "error": layer.error().message()}
    if layer.isValid():
        settings = view(layer)
        job = QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        job.renderedImage().save(picture)
        report["legend"] = fetched(layer, settings, legend)
        report["abstract"] = layer.abstract() or layer.metadata().abstract()
    print(json.dumps(report))
    sys.stdout.flush()
    os._exit(0)


def view(layer):
    """The middle of the layer, as wide as a third of it, on black."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(SIDE, SIDE))
    settings.setBackgroundColor(QColor(0, 0, 0))
    extent = layer.extent()
    extent.scale(1 / 3)
    settings.setExtent(extent)
    return settings


def fetched(layer, settings, path):
    """Width and height of the legend that the provider fetches; None when there is none."""
    fetcher = layer.dataProvider().getLegendGraphicFetcher(settings)
    if fetcher is None:
        return None
    waiting, found = QEventLoop(), []
    fetcher.finish.connect(lambda image: (found.append(image), waiting.quit()))
    fetcher.error.connect(lambda _: waiting.quit())
    QTimer.singleShot(1000 * SECONDS, waiting.quit)
    fetcher.start()
    waiting.exec()
    if not found:
        return None
    found[0].save(path)
    return [found[0].width(), found[0].height()]


main(sys.argv[1], sys.argv[2], sys.argv[3])
