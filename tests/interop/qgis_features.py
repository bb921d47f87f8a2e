"""Read a collection of features in QGIS as a layer, page after page, and say as JSON what comes.

Run by the system's Python, which has QGIS: ``python3 qgis_features.py URL COLLECTION FILTER EPSG``. It prints
the features that the layer has, those that the filter leaves, and where each lies in the system EPSG:n.
"""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsProject,
    QgsVectorLayer,
)


def main(url, collection, condition, epsg):
    application = QgsApplication([], False)
    application.initQgis()
    layer = opened(url, collection)
    features = sorted(feature["id"] for feature in layer.getFeatures())
    report = {"valid": layer.isValid(), "crs": layer.crs().authid(), "features": features}
    filtered = opened(url, collection)
    report["accepted"] = filtered.setSubsetString(condition)
    report["filtered"] = sorted(feature["id"] for feature in filtered.getFeatures())
    system = QgsCoordinateReferenceSystem(f"EPSG:{epsg}")
    request = QgsFeatureRequest().setDestinationCrs(system, QgsProject.instance().transformContext())
    report["places"] = {
        feature["id"]: corners(feature) for feature in opened(url, collection).getFeatures(request)
    }
    print(json.dumps(report))
    sys.stdout.flush()
    os._exit(0)


def corners(feature):
    box = feature.geometry().boundingBox()
    return [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]


def opened(url, collection):
    return QgsVectorLayer(f"url='{url}' typename='{collection}' pageSize='20'", collection, "OAPIF")


main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
