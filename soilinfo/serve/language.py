"""Which language a request asks for."""

from starlette.requests import HTTPConnection

from soilinfo.catalog.models import Catalog


def language_of(request: HTTPConnection, catalog: Catalog) -> str:
    """The language of ``?lang=``, else the first acceptable one that the service has, else its first."""
    spoken = catalog.services.languages
    wanted = [request.query_params.get("lang", ""), *accepted(request.headers.get("accept-language", ""))]
    return next((code for code in (tag[:2].lower() for tag in wanted) if code in spoken), spoken[0])


def accepted(header: str) -> list[str]:
    """Tags of an Accept or Accept-Language header, the most wanted first."""
    parts = [part.strip().partition(";q=") for part in header.split(",") if part.strip()]
    return [tag for tag, _, _ in sorted(parts, key=lambda part: -_weight(part[2]))]


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
