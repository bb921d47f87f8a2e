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
from qgis.PyQt.QtXml import QDomDocument


def main(script, polygons, output):
    application = QgsApplication([], False)
    application.initQgis()
    found = importlib.util.spec_from_file_location("soilinfo_overlay", script)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    layer = QgsVectorLayer(polygons, "blocks", "ogr")
    asked = {"INPUT": layer, "OUTPUT": output, "CROPS": "maize, cocoa", "ABOUT": [0, 4]}
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
    report = {
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
    show(loaded, "Cocoa")
    other = loaded.fields().indexOf("cocoa_class")
    kept = (loaded.attributeAlias(other), loaded.editorWidgetSetup(other).type())
    return {**report, "other_style": [loaded.renderer().classAttribute(), *kept]}


def show(layer, begin):
    """Draw a layer by the style in its file whose name begins so."""
    _, ids, names, *_ = layer.listStylesInDatabase()
    (chosen,) = [id for id, name in zip(ids, names, strict=True) if name.startswith(begin)]
    style = QDomDocument()
    style.setContent(layer.getStyleFromDatabase(chosen)[0])
    assert layer.importNamedStyle(style)[0]


main(*sys.argv[1:4])
