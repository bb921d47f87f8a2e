"""Open tables and a project of a PostGIS database in QGIS and say, as JSON, how they look by themselves.

Run by the system's Python, which has QGIS: ``python3 qgis_postgis.py PROJECT SOURCE ...``: the address of a
stored project, then sources of tables, each asked for the style that the database keeps for it.
"""

import json
import os
import sys

from qgis.core import QgsApplication, QgsProject, QgsRenderContext, QgsVectorLayer


def main(project, *sources):
    application = QgsApplication([], False)
    application.initQgis()
    opened = QgsProject.instance()
    report = {"read": opened.read(project), "error": opened.error(), "title": opened.title()}
    report["layers"] = [described(layer) for layer in opened.mapLayers().values()]
    report["tables"] = [styled(source) for source in sources]
    print(json.dumps(report))
    sys.stdout.flush()
    os._exit(0)


def styled(source):
    layer = QgsVectorLayer(source, "layer", "postgres")
    message, loaded = layer.loadDefaultStyle()
    names = layer.listStylesInDatabase()[2] if layer.isValid() else []
    return {**described(layer), "loaded": loaded, "message": message, "styles": names}


def described(layer):
    if not layer.isValid():
        return {"id": layer.id(), "name": layer.name(), "valid": False, "source": layer.source()}
    if layer.providerType() != "postgres":
        return {"id": layer.id(), "name": layer.name(), "valid": True, "provider": layer.providerType()}
    items = layer.renderer().legendSymbolItems()
    return {
        "id": layer.id(),
        "name": layer.name(),
        "valid": True,
        "provider": layer.providerType(),
        "features": sum(1 for _ in layer.getFeatures()),
        "drawn": drawn(layer),
        "kind": layer.renderer().type(),
        "lines": {item.label(): item.symbol().color().name() for item in items if item.symbol()},
        "labelled": layer.labelsEnabled(),
        "aliases": layer.attributeAliases(),
    }


def drawn(layer):
    """How many features are drawn in each colour."""
    context, renderer = QgsRenderContext(), layer.renderer().clone()
    context.expressionContext().appendScope(layer.createExpressionContextScope())
    context.expressionContext().setFields(layer.fields())
    renderer.startRender(context, layer.fields())
    found = {}
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        for symbol in renderer.originalSymbolsForFeature(feature, context):
            colour = symbol.color().name()
            found[colour] = found.get(colour, 0) + 1
    renderer.stopRender(context)
    return found


main(*sys.argv[1:])
