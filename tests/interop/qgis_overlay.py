"""Run the Processing script of the overlay in QGIS on a layer, and say as JSON what it loads.

Run by the system's Python, which has QGIS: ``python3 qgis_overlay.py SCRIPT POLYGONS OUTPUT``.
"""

import importlib.util
import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsFeatureRequest,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)


def main(script, polygons, output):
    application = QgsApplication([], False)
    application.initQgis()
    found = importlib.util.spec_from_file_location("soilinfo_overlay", script)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    layer = QgsVectorLayer(polygons, "blocks", "ogr")
    asked = {"INPUT": layer, "OUTPUT": output, "CROPS": "maize", "ABOUT": [0, 4]}
    report = {"features": layer.featureCount(), **run(module, asked)}
    report["refused"] = run(module, {**asked, "CROPS": "durian"})
    print(json.dumps(report))
    sys.stdout.flush()
    os._exit(0)


def run(module, asked):
    context, algorithm = QgsProcessingContext(), module.SoilinfoOverlay()
    # As QGIS does unless a person says otherwise: invalid shapes are for the server to judge.
    context.setInvalidGeometryCheck(QgsFeatureRequest.GeometryAbortOnInvalid)
    context.setProject(QgsProject.instance())
    algorithm = algorithm.create()
    QgsProject.instance().addMapLayer(asked["INPUT"], False)
    try:
        results, done = algorithm.run(asked, context, QgsProcessingFeedback(), {}, False)
    except QgsProcessingException as error:
        return {"error": str(error)}
    (loaded,) = context.temporaryLayerStore().mapLayers().values()
    renderer = loaded.renderer()
    return {
        "done": done,
        "output": results["OUTPUT"],
        "rows": loaded.featureCount(),
        "crs": loaded.crs().authid(),
        "renderer": renderer.type(),
        "coloured_by": renderer.classAttribute(),
        "legend": [item.label() for item in renderer.legendSymbolItems()],
        "left_out": [str(feature["left_out"]) for feature in loaded.getFeatures()],
        "classes": sorted({str(feature["maize_class"]) for feature in loaded.getFeatures()}),
        "alias": loaded.attributeAlias(loaded.fields().indexOf("maize_s1_pct")),
    }


main(*sys.argv[1:4])
