"""The digest by which two countries see whether they define an indicator alike."""

from hashlib import sha256

import rfc8785

from soilinfo.catalog.indicators import Indicator


def definition_sha256(indicator: Indicator) -> str:
    """SHA-256 of all that its file says, as canonical JSON (RFC 8785): its layout plays no part."""
    return sha256(rfc8785.dumps(indicator.model_dump(mode="json"))).hexdigest()
