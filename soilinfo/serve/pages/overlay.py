"""What the page of the overlay needs: its limits, and the texts that its script writes answers with."""

from typing import Any

from soilinfo.catalog.text import number
from soilinfo.ingest.polygons import UPLOAD
from soilinfo.serve.processes.executions import LARGEST_BODY
from soilinfo.serve.site.site import Site

LARGEST_FILE = LARGEST_BODY * 7 // 10
"""Bytes of a file that a request holds: base64 makes four of three, and the other inputs need some."""
FORMATS = {"xlsx": "XLSX", "csv": "CSV", "gpkg": "GeoPackage", "geojson": "GeoJSON"}


def overlay_page(site: Site) -> dict[str, Any]:
    """The context of the page beside the process's description."""
    megabytes = str(LARGEST_FILE // 1_000_000)
    features = number(UPLOAD.features, 0, site.language, site.catalog.directory)
    return {
        "limits": {"megabytes": megabytes, "features": features},
        "data": {
            "language": site.language,
            "bytes": LARGEST_FILE,
            "formats": FORMATS,
            "words": {
                "first": site.say("process.overlay.first", count="{count}", total="{total}"),
                "save": site.say("process.overlay.save"),
                "too_large": site.say("process.overlay.too_large", megabytes=megabytes),
                "polygons": site.say("overlay.table"),
                "running": site.say("process.running"),
                "failed": site.say("map.failed"),
            },
        },
    }
