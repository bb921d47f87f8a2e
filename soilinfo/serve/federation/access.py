"""Who may fetch: nobody unless the node opts in, then who sends a key. Every request is written down.

The key is compared in constant time, and never logged.
"""

from collections.abc import Mapping
from hmac import compare_digest

from starlette.requests import Request

from soilinfo.catalog.models import Catalog
from soilinfo.jobs.runs.log import run_log
from soilinfo.serve.answers import RefusedError
from soilinfo.settings import Settings

HEADER = "X-API-Key"
NOBODY = ""
"""The name of one who sent no key, or a wrong one."""
LONGEST = 500
"""Characters of what was asked that are written down."""


def admitted(request: Request, catalog: Catalog, settings: Settings) -> str:
    """The name under which a client's key is known.

    RefusedError: 403 where this node does not take part or has given no keys, 401 without a known key.
    """
    terms = catalog.services.federation
    if not terms.enabled:
        raise RefusedError(403, "Forbidden", "this node takes no part in the federation")
    if terms.keys == "none":
        return "anyone"
    known = settings.federated
    if not known:
        raise RefusedError(403, "Forbidden", "this node has given out no keys for the federation yet")
    client = _known_by(request.headers.get(HEADER, ""), known)
    if client == NOBODY:
        raise RefusedError(401, "Unauthorized", f"the header {HEADER} must have a key of this node")
    return client


def _known_by(given: str, known: Mapping[str, str]) -> str:
    """The name of a key; every one of them is compared, so that the time tells nothing."""
    found = [name for name, key in known.items() if compare_digest(given.encode(), key.encode())]
    return found[0] if found else NOBODY


def write_down(request: Request, settings: Settings, client: str, status: int, rows: int = 0) -> None:
    """Add a line to the log: who asked what from where, and how it was answered."""
    asked = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    told = {
        "client": client,
        "asked": asked[:LONGEST],
        "address": request.client.host if request.client else "",
        "status": status,
        "rows": rows,
    }
    log = run_log(settings)
    (log.info if status < 400 else log.warning)("federation", **told)
