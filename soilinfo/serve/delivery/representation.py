"""Which of the answers that an address has a request selects, and what caches may do with it.

A GET answers from one publication alone, so its answer is known by a strong entity tag before it is made.
"""

import re
from typing import NamedTuple

from starlette.requests import HTTPConnection

from soilinfo.catalog.names import FINDINGS, PROFILE_COLLECTIONS
from soilinfo.serve.asking import VERSION
from soilinfo.serve.delivery.fingerprint import digest, versions
from soilinfo.serve.language import language_of
from soilinfo.serve.maps.live import asks_what_if
from soilinfo.serve.pages.views import wants_html
from soilinfo.serve.state import Publication
from soilinfo.store import clock

ASK_AGAIN = "no-cache"
"""Kept, but used only after asking whether it is still true: a publication shows within a second."""
NEVER = "no-store"

CHANGING = re.compile(r"/jobs(/.*)?|/(manifest|profile|observation)")
"""What changes without a publication, or is for some alone: then no cache may keep it."""
OWN_NAMES = re.compile(r"/(cog|static)/.*")
"""Files, named and dated by those who serve them."""
CODED = re.compile(r"/static/.*")
"""Those of them that are sent in several codings under one name: a weak one (RFC 9110, 8.8.3.3)."""
OF_TODAY = re.compile(r"/region(/.*)?")
"""What changes with the day, too: who is late."""
OF_ONE_COLLECTION = re.compile(r"/collections/([^/]+)/(items|coverage|map|tiles)(/.*)?")
"""What the versions of one collection decide alone; descriptions name its neighbours too."""
REVOCABLE = (*PROFILE_COLLECTIONS, FINDINGS)
"""What owners of profiles may have shown no more, whichever version it is: no cache may keep it for ever."""
WORKBOOK = ("xlsx", "spreadsheet")
"""What ``f`` or Accept names a workbook by, which tells of the publication too."""


class Representation(NamedTuple):
    """One answer of an address."""

    tag: str
    """Strong entity tag without its quotes; the content coding is added to it."""
    vary: str
    """Request headers that decided, as the Vary header lists them."""
    lasts: bool
    """True when the address names a version, so that it will never answer otherwise."""


def representation(request: HTTPConnection, publication: Publication) -> Representation:
    """The answer that a GET or HEAD of this publication selects.

    The query counts whatever the order of its parameters; Accept and Accept-Language count where ``f`` and
    ``lang`` do not decide, and the latter only by the language that it leads to.
    """
    path, params, headers = request.scope["path"], request.query_params, request.headers
    asked = [*map(str, sorted(params.multi_items())), *_day(path)]
    wanted = headers.get("accept", "").replace(" ", "").lower() if "f" not in params else ""
    language = language_of(request, publication.catalog)
    collection = _collection(request, publication)
    lasts = collection is not None and VERSION in params and collection not in REVOCABLE
    data = publication.fingerprint
    if collection is not None:
        data = versions(publication.described, {} if lasts else _versions(publication, collection))
    decided = (("Accept", "f"), ("Accept-Language", "lang"))
    vary = [*(header for header, name in decided if name not in params), "Accept-Encoding"]
    return Representation(digest([data, path, *asked, wanted, language]), ", ".join(vary), lasts)


def _day(path: str) -> list[str]:
    """The day, where an answer depends on it."""
    return [str(clock.now().date())] if OF_TODAY.fullmatch(path) else []


def _collection(request: HTTPConnection, publication: Publication) -> str | None:
    """The one collection that decides about an answer; None when others may."""
    found = OF_ONE_COLLECTION.fullmatch(request.scope["path"])
    if not found or found[1] not in publication.collections or wants_html(request):
        return None
    wanted = request.query_params.get("f") or request.headers.get("accept", "")
    workbook = any(name in wanted for name in WORKBOOK)
    return None if workbook or asks_what_if(request.query_params) else found[1]


def _versions(publication: Publication, collection: str) -> dict[str, str]:
    published = publication.collections[collection].versions
    return {name: version.version for name, version in published.items()}
