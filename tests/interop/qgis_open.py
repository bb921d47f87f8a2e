"""Open QGIS files without a screen and say, as JSON, what each layer of them is worth.

Run by the system's Python, which has QGIS: ``python3 qgis_open.py X Y FILE...``. For each file, a project or
a layer definition, it prints what the project is called and of each layer whether it is valid, its provider,
its legend's texts, and what lies at (X, Y).
"""

import json
import os
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsFeatureRequest,
    QgsImageLegendNode,
    QgsLayerDefinition,
    QgsLayerTreeModel,
    QgsPointXY,
    QgsProject,
    QgsRaster,
    QgsRectangle,
    QgsWmsLegendNode,
)
from qgis.PyQt.QtCore import QSize


def main(x, y, paths):
    application = QgsApplication([], False)
    application.initQgis()
    print(json.dumps({Path(path).name: opened(path, QgsPointXY(x, y)) for path in paths}))
    sys.stdout.flush()
    os._exit(0)


def opened(path, point):
    project = QgsProject.instance()
    project.clear()
    tree = project.layerTreeRoot()
    if path.endswith(".qlr"):
        read, fault = QgsLayerDefinition.loadLayerDefinition(path, project, tree)
    else:
        read, fault = project.read(path), project.error()
    model = QgsLayerTreeModel(tree)
    return {
        "read": read,
        "fault": fault,
        "title": project.title(),
        "crs": project.crs().authid(),
        "extent": extent(project.viewSettings().defaultViewExtent()),
        "groups": [group.name() for group in tree.findGroups()],
        "layers": [describe(node, model, point) for node in tree.findLayers()],
    }


def extent(box):
    return [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]


def describe(node, model, point):
    layer = node.layer()
    if layer is None or not layer.isValid():
        return {"id": node.layerId(), "name": node.name(), "valid": False}
    return {
        "id": node.layerId(),
        "name": node.name(),
        "valid": True,
        "shown": node.isVisible(),
        "provider": layer.providerType(),
        "source": layer.source(),
        "legend": legend(node, model),
        "is_drawn": layer.isSpatial(),
        "value": value_at(layer, point),
        "licence": layer.metadata().licenses(),
        "lineage": layer.metadata().history(),
        "notes": layer.customProperty("userNotes"),
        "crs": layer.crs().authid(),
    }


def legend(node, model):
    """Texts of the legend's lines; a line that draws itself (a colour bar) is named by its kind, a picture
    tells its colours. The legend that a service might send comes later, if ever: it is none."""
    lines = [line for line in model.layerLegendNodes(node) if not isinstance(line, QgsWmsLegendNode)]
    if lines and all(isinstance(line, QgsImageLegendNode) for line in lines):
        return colours(node.layer().legendPlaceholderImage())
    return [plain(line.data(0)) or type(line).__name__ for line in lines]


def colours(path):
    """Of the first column of a picture, from its top: those that are not transparent."""
    picture, _ = QgsApplication.imageCache().pathAsImage(path, QSize(), False, 1.0)
    column = [picture.pixelColor(1, row) for row in range(picture.height())]
    return list(dict.fromkeys(colour.name() for colour in column if colour.alpha() == 255))


def value_at(layer, point):
    if layer.providerType() == "gdal":
        return layer.dataProvider().identify(point, QgsRaster.IdentifyFormatValue).results().get(1)
    if layer.providerType() == "wms":  # pictures have no values
        return None
    around = QgsRectangle.fromCenterAndSize(point, 1e-6, 1e-6)
    request = QgsFeatureRequest(around).setFlags(QgsFeatureRequest.ExactIntersect)
    return [
        dict(zip(feature.fields().names(), map(plain, feature.attributes()), strict=True))
        for feature in layer.getFeatures(request)
    ]


def plain(value):
    return value if isinstance(value, (str, int, float)) else None


main(float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
