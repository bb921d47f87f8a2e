# mypy: ignore-errors
# ruff: noqa: N802 (the names are those of QGIS)
"""QGIS Processing: what a soilinfo server knows of each polygon of a layer, as one styled table.

Processing > Toolbox > Scripts > Add Script to Toolbox; runs in QGIS 3.22 and later.
Pemrosesan > Toolbox > Skrip > Tambahkan Skrip ke Toolbox; berjalan pada QGIS 3.22 atau lebih baru.
"""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsBlockingNetworkRequest,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeatureRequest,
    QgsNetworkReplyContent,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
    QgsProcessingUtils,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QByteArray, QLocale, QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

SERVER = "http://127.0.0.1:5000"
ABOUT = ["suitability", "nutrients", "properties", "zoning", "regions", "soil_map"]
PAUSE_SECONDS = 1.5
INDONESIAN = {
    "Overlay with soilinfo": "Tumpang susun dengan soilinfo",
    "Polygons": "Poligon",
    "Address of the server": "Alamat server",
    "Crops, with commas between (all when empty)": "Komoditas, dipisahkan koma (semua bila kosong)",
    "The table is about": "Isi tabel",
    "Table": "Tabel",
}


class SoilinfoOverlay(QgsProcessingAlgorithm):
    """Sends the polygons of a layer to the process 'overlay' and loads the GeoPackage that comes back."""

    def name(self) -> str:
        """Name for programs."""
        return "overlay"

    def displayName(self) -> str:
        """Name for people."""
        return tr("Overlay with soilinfo")

    def group(self) -> str:
        """Group in the toolbox."""
        return "soilinfo"

    def groupId(self) -> str:
        """Group for programs."""
        return "soilinfo"

    def shortHelpString(self) -> str:
        """What the dialog says beside the parameters."""
        return __doc__

    def createInstance(self) -> SoilinfoOverlay:
        """A new one."""
        return SoilinfoOverlay()

    def initAlgorithm(self, config: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """The parameters of the dialog."""
        polygons = [QgsProcessing.TypeVectorPolygon]
        self.addParameter(QgsProcessingParameterFeatureSource("INPUT", tr("Polygons"), polygons))
        self.addParameter(QgsProcessingParameterString("SERVER", tr("Address of the server"), SERVER))
        crops = tr("Crops, with commas between (all when empty)")
        self.addParameter(QgsProcessingParameterString("CROPS", crops, "", optional=True))
        chosen = list(range(len(ABOUT)))
        self.addParameter(QgsProcessingParameterEnum("ABOUT", tr("The table is about"), ABOUT, True, chosen))
        filter_ = "GeoPackage (*.gpkg)"
        self.addParameter(QgsProcessingParameterFileDestination("OUTPUT", tr("Table"), filter_))

    def processAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Send, wait, keep and load."""
        source = self.parameterAsSource(parameters, "INPUT", context)
        server = self.parameterAsString(parameters, "SERVER", context).rstrip("/")
        crops = self.parameterAsString(parameters, "CROPS", context)
        inputs = {
            "polygons": {"value": base64.b64encode(packed(source, context)).decode(), "encoding": "base64"},
            "about": [ABOUT[at] for at in self.parameterAsEnums(parameters, "ABOUT", context)],
        }
        if crops.strip():
            inputs["crops"] = [crop.strip() for crop in crops.split(",")]
        content = answered(server, {"inputs": inputs}, feedback)
        target = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        Path(target).write_bytes(content)
        load(target, context)
        return {"OUTPUT": target}


def tr(text: str) -> str:
    """A text in the language of the desktop, where there is one."""
    return INDONESIAN.get(text, text) if QLocale().language() == QLocale.Indonesian else text


def packed(source: QgsProcessingFeatureSource, context: QgsProcessingContext) -> bytes:
    """The features of a source as the bytes of a GeoPackage, in longitude and latitude."""
    path = QgsProcessingUtils.generateTempFilename("polygons.gpkg")
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", "polygons"
    # The server judges shapes and keeps the row of each; QGIS would stop at the first invalid one.
    source.setInvalidGeometryCheck(QgsFeatureRequest.GeometryNoCheck)
    layer = source.materialize(every_feature(), None)
    # A number of its own would clash with the one that the file gives.
    options.attributes = [at for at, field in enumerate(layer.fields()) if field.name().lower() != "fid"]
    failed = QgsVectorFileWriter.writeAsVectorFormatV3(layer, path, context.transformContext(), options)
    if failed[0] != QgsVectorFileWriter.NoError:
        raise QgsProcessingException(failed[1])
    content = Path(path).read_bytes()
    Path(path).unlink()
    return content


def every_feature() -> QgsFeatureRequest:
    """A request for every feature in EPSG:4326."""
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    return QgsFeatureRequest().setDestinationCrs(degrees, QgsCoordinateTransformContext())


def answered(server: str, body: dict[str, Any], feedback: QgsProcessingFeedback) -> bytes:
    """The GeoPackage that a server answers with, at once or as the result of a job."""
    language = "id" if QLocale().language() == QLocale.Indonesian else "en"
    ask = "?f=gpkg&lang=" + language
    reply = sent(server + "/processes/overlay/execution" + ask, feedback, json.dumps(body).encode())
    if reply.attribute(QNetworkRequest.HttpStatusCodeAttribute) != 201:
        return bytes(reply.content())
    job = server + "/jobs/" + json.loads(bytes(reply.content()))["jobID"]
    while not feedback.isCanceled():
        status = json.loads(bytes(sent(job + "?f=json", feedback).content()))
        feedback.setProgress(status.get("progress", 0))
        if status["status"] == "successful":
            return bytes(sent(job + "/results" + ask, feedback).content())
        if status["status"] not in ("accepted", "running"):
            raise QgsProcessingException(status.get("message", status["status"]))
        time.sleep(PAUSE_SECONDS)
    raise QgsProcessingException("cancelled")


def sent(address: str, feedback: QgsProcessingFeedback, body: bytes | None = None) -> QgsNetworkReplyContent:
    """What a server replies to a request; its own words where it refuses."""
    request, blocking = QNetworkRequest(QUrl(address)), QgsBlockingNetworkRequest()
    if body is None:
        blocking.get(request, True, feedback)
    else:
        request.setHeader(QNetworkRequest.ContentTypeHeader, "application/json")
        blocking.post(request, QByteArray(body), False, feedback)
    reply = blocking.reply()
    status = reply.attribute(QNetworkRequest.HttpStatusCodeAttribute)
    if status is None or status >= 400:
        raise QgsProcessingException(refusal(reply))
    return reply


def refusal(reply: QgsNetworkReplyContent) -> str:
    """Why a server refused, as it says itself."""
    try:
        return json.loads(bytes(reply.content()))["detail"]
    except (ValueError, KeyError):
        return reply.errorString()


def load(path: str, context: QgsProcessingContext) -> None:
    """Have the table added to the project, by the style that its file brings along."""
    layer = QgsVectorLayer(path + "|layername=overlay", tr("Overlay with soilinfo"), "ogr")
    if not layer.isValid():
        raise QgsProcessingException("the answer is no GeoPackage")
    layer.loadDefaultStyle()
    context.temporaryLayerStore().addMapLayer(layer)
    details = QgsProcessingContext.LayerDetails(layer.name(), context.project(), "OUTPUT")
    context.addLayerToLoadOnCompletion(layer.id(), details)
