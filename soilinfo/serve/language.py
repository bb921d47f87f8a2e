"""Which language a request asks for."""

from starlette.requests import HTTPConnection

from soilinfo.catalog.models import Catalog
from soilinfo.serve import parameters
from soilinfo.serve.preferences import preferences


def language_of(request: HTTPConnection, catalog: Catalog) -> str:
    """The language of ``?lang=``, else the first acceptable one that the service has, else its first."""
    spoken = catalog.services.languages
    liked = preferences(request.headers.get("accept-language", ""))
    wanted = [request.query_params.get("lang", "").lower(), *(tag for tag in liked if liked[tag] > 0)]
    return next((code for code in (tag[:2] for tag in wanted) if code in spoken), spoken[0])


def language_of_file(request: HTTPConnection, catalog: Catalog) -> str:
    """The same of a file that people take away; InputError for a ``?lang=`` that the service lacks."""
    asked = request.query_params.get("lang", "").lower()
    if asked:
        parameters.one_of("lang", asked[:2], catalog.services.languages)
    return language_of(request, catalog)
