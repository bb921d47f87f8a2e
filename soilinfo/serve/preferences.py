"""What a client likes, as Accept and Accept-Language list it (RFC 9110, 12.4.2)."""

import re

_QUALITY = re.compile(r"q=([01](?:\.[0-9]*)?)")


def preferences(header: str) -> dict[str, float]:
    """The quality of each media range or language, in lower case, the most wanted first.

    Parameters of a media range are left out; a quality that cannot be read counts as 1.
    """
    found = dict(map(_preference, filter(None, (part.strip().lower() for part in header.split(",")))))
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def _preference(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip() for part in text.split(";"))
    qualities = filter(None, map(_QUALITY.fullmatch, parameters))
    return name, next((float(quality[1]) for quality in qualities), 1.0)
