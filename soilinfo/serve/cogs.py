"""/cog/{layer}/{version}.tif: whole layers as cloud-optimised GeoTIFFs, readable in ranges.

The address carries the version and so never changes its content: caches may keep it for ever, and
a reader in the middle of a file is not disturbed by a publication.
"""

import re

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from soilinfo.errors import UnknownNameError
from soilinfo.serve.config import COG_TYPE
from soilinfo.serve.state import pinned

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""Names of layers and versions; nothing else ever becomes part of a path."""

FOR_EVER = "public, max-age=31536000, immutable"


async def cog(request: Request) -> Response:
    """The file, or the part that the Range header asks for."""
    publication = pinned()
    layer, version = request.path_params["layer"], request.path_params["version"]
    path = publication.store.cog_path(layer, version)
    if not (NAME.fullmatch(layer) and NAME.fullmatch(version)) or not path.is_file():
        current = [f"{name}/{published}" for name, published in publication.snapshot.layers.items()]
        raise UnknownNameError("GeoTIFF", f"{layer}/{version}", current)
    headers = {"ETag": f'"{version}"', "Cache-Control": FOR_EVER}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type=COG_TYPE, headers=headers)
