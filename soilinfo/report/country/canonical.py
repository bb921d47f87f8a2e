"""Reports as bytes: written in the one canonical form (RFC 8785), read with every fault named.

A file may come from anywhere, so nothing in it is believed before it is checked.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

import rfc8785
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from soilinfo.errors import InputError, LimitError, abridged
from soilinfo.report.country.document import SCHEMA, Content, CountryReport

JSON: Final = "application/json"
MOST_BYTES: Final = 64 << 20
MOST_DEEP: Final = 100
"""Lists and objects within each other; a report has some ten."""
MOST_FAULTS: Final = 20
_LONGEST = 200


def canonical(document: Content | CountryReport) -> bytes:
    """The document as canonical JSON: equal documents give equal bytes."""
    return rfc8785.dumps(document.model_dump(mode="json"))


def content_sha256(content: Content) -> str:
    """The digest by which a content is known."""
    return sha256(canonical(content)).hexdigest()


def parse(file: bytes) -> CountryReport:
    """The report that a file holds; InputError with the reason when it is not one.

    LimitError for a file that is too large. Of several faults the first 20 are listed, each with its place.
    """
    if len(file) > MOST_BYTES:
        raise LimitError(f"the file has {len(file):,} bytes; a country report has {MOST_BYTES:,} at the most")
    raw = _decoded(file)
    _check_form(raw)
    try:
        report = CountryReport.model_validate_json(file, strict=True)
    except ValidationError as error:
        raise InputError(_faults(error)) from error
    _check_digest(raw["content"], report)
    return report


def content_of(file: bytes) -> Content:
    """A content as the ledger keeps it."""
    return Content.model_validate_json(file, strict=True)


def _decoded(file: bytes) -> Any:
    """What a file of JSON holds; InputError for what RFC 8259 leaves open or forbids, too."""
    try:
        text = file.decode()
        raw = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise InputError(f"the file is not JSON: byte {error.start} is no UTF-8") from error
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise InputError(f"the file is truncated: its JSON breaks off at byte {len(file)}") from error
        raise InputError(f"the file is not JSON: {error}") from error
    except RecursionError as error:
        raise InputError(_too_deep()) from error
    except InputError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise InputError(f"the file is not JSON that can be read: {error}") from error
    _check_depth(raw)
    return raw


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"the file has the key '{abridged(twice, _LONGEST)}' twice in one object")
    return document


def _no_number(constant: str) -> Any:
    raise InputError(f"the file has {constant}, which is no JSON: what is not known is null")


def _too_deep() -> str:
    return f"the file is nested deeper than {MOST_DEEP} levels; a country report is not"


def _check_depth(raw: Any) -> None:
    level: list[Any] = [raw]
    for _ in range(MOST_DEEP):
        level = [inner for outer in level for inner in _within(outer)]
        if not level:
            return
    raise InputError(_too_deep())


def _within(value: Any) -> Iterable[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (each for each in inner if isinstance(each, dict | list))


def _check_form(raw: Any) -> None:
    form = raw.get("form") if isinstance(raw, dict) else None
    if not isinstance(form, str):
        raise InputError(f"the file is no country report: it has no form '{SCHEMA}'")
    if form != SCHEMA:
        raise InputError(f"the file has the form '{abridged(form, _LONGEST)}'; this program reads '{SCHEMA}'")


def _check_digest(content: Mapping[str, Any], report: CountryReport) -> None:
    try:
        found = sha256(rfc8785.dumps(dict(content))).hexdigest()
    except rfc8785.CanonicalizationError as error:  # whole numbers that a double cannot tell apart
        raise InputError(f"the content has no canonical form: {error}") from error
    if found != report.content_sha256:
        raise InputError(
            f"the content does not fit its digest: the file says {report.content_sha256[:12]}..., its "
            f"content has {found[:12]}...; somebody or something changed it"
        )
    if found != content_sha256(report.content):
        raise InputError(
            "the content leaves out keys, or has times or numbers in another form than canonical"
        )


def _faults(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_context=False)
    more = [f"  and {len(faults) - MOST_FAULTS:,} more"] if len(faults) > MOST_FAULTS else []
    told = "\n".join([*(f"  {_fault(each)}" for each in faults[:MOST_FAULTS]), *more])
    return f"the file is no country report of the form '{SCHEMA}'; {len(faults):,} fault(s):\n{told}"


def _fault(one: ErrorDetails) -> str:
    # Keys may be of the file's own making.
    place = ".".join(abridged(str(part), _LONGEST) for part in one["loc"])
    return f"{place or 'the report'}: {abridged(one['msg'], _LONGEST)}"
