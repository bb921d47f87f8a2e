"""The Processing script of the overlay, which a person puts into QGIS, with this server's address in it."""

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.serve import parameters
from soilinfo.serve.state import pinned

NAME = "soilinfo_overlay.py"
SERVER = "http://127.0.0.1:5000"
"""The address in the script as it is kept."""


def script(request: Request) -> Response:
    """The script, for the server at which it was asked for."""
    parameters.check(request.query_params, ("lang",))
    kept = (files("soilinfo.serve") / "static" / NAME).read_text("utf-8")
    headers = {"content-disposition": f'attachment; filename="{NAME}"'}
    return Response(kept.replace(SERVER, pinned().base_url), media_type="text/x-python", headers=headers)


ROUTES = [Route(f"/qgis/{NAME}", script)]
