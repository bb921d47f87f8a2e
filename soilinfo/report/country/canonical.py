"""Reports as bytes: written in the one canonical form (RFC 8785), read with every fault named.

A file may come from anywhere, so nothing in it is believed before it is checked.
"""

import json
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

import rfc8785
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from soilinfo.catalog.bounds import MOST_KEYS
from soilinfo.errors import LimitError, abridged
from soilinfo.report.country.document import SCHEMA, Content, CountryReport
from soilinfo.report.country.unreadable import UnreadableError

JSON: Final = "application/json"
MOST_BYTES: Final = 16 << 20
"""Eight times the report of a country of 500 regencies."""
MOST_LISTS: Final = 250_000
"""And objects, of a file: reading one takes some 1,700 bytes, and it may be written in three."""
MOST_VALUES: Final = 1_000_000
MOST_DEEP: Final = 100
"""Lists and objects within each other; a report has some ten."""
MOST_FAULTS: Final = 20
"""That are told of a file. Each list is checked as far as its first one."""
_LONGEST = 200


def canonical(document: Content | CountryReport) -> bytes:
    """The document as canonical JSON: equal documents give equal bytes."""
    return rfc8785.dumps(document.model_dump(mode="json"))


def content_sha256(content: Content) -> str:
    """The digest by which a content is known."""
    return sha256(canonical(content)).hexdigest()


def parse(file: bytes) -> CountryReport:
    """The report that a file holds; UnreadableError with the reason when it is not one.

    LimitError for a file that is too large. Of several faults the first 20 are listed, each with its place.
    """
    file = file.removeprefix(BOM_UTF8)  # that some editors write, and RFC 8259 lets readers pass over
    _check_size(file)
    raw = _decoded(file)
    _check_form(raw)
    try:
        report = CountryReport.model_validate_json(file, strict=True)
    except ValidationError as error:
        raise _faulty(error) from error
    _check_digest(raw["content"], report)
    return report


def content_of(file: bytes) -> Content:
    """A content as the ledger keeps it."""
    return Content.model_validate_json(file, strict=True)


def _check_size(file: bytes) -> None:
    """LimitError, UnreadableError of what would take too much memory; brackets in texts count, too."""
    if len(file) > MOST_BYTES:
        raise LimitError(f"the file has {len(file):,} bytes; a country report has {MOST_BYTES:,} at the most")
    if file.count(b"[") + file.count(b"{") > MOST_LISTS:
        message = f"the file has more than {MOST_LISTS:,} lists and objects; a country report has not"
        raise UnreadableError("too_many_lists", message, most=MOST_LISTS)
    if file.count(b",") > MOST_VALUES:
        message = f"the file has more than {MOST_VALUES:,} values; a country report has not"
        raise UnreadableError("too_many_values", message, most=MOST_VALUES)


def _decoded(file: bytes) -> Any:
    """What a file of JSON holds; UnreadableError for what RFC 8259 leaves open or forbids, too."""
    try:
        text = file.decode()
        raw = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise _no_json(f"byte {error.start} is no UTF-8") from error
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            message = f"the file is truncated: its JSON breaks off at byte {len(file)}"
            raise UnreadableError("truncated", message, size=len(file)) from error
        raise _no_json(str(error)) from error
    except RecursionError as error:
        raise _too_deep() from error
    except UnreadableError:
        raise
    except ValueError as error:
        raise _no_json("a whole number has thousands of digits") from error
    _check_depth(raw)
    return raw


def _no_json(error: str) -> UnreadableError:
    return UnreadableError("no_json", f"the file is not JSON: {error}", error=error)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        counted = Counter(name for name, _ in pairs)
        key = abridged(next(name for name, times in counted.items() if times > 1), _LONGEST)
        raise UnreadableError("key_twice", f"the file has the key '{key}' twice in one object", key=key)
    if len(document) > MOST_KEYS:  # of which each that is unknown is a fault of its own
        message = f"the file has an object of more than {MOST_KEYS} keys; a country report has not"
        raise UnreadableError("too_many_keys", message, most=MOST_KEYS)
    return document


def _no_number(constant: str) -> Any:
    message = f"the file has {constant}, which is no JSON: what is not known is null"
    raise UnreadableError("no_number", message, constant=constant)


def _too_deep() -> UnreadableError:
    message = f"the file is nested deeper than {MOST_DEEP} levels; a country report is not"
    return UnreadableError("too_deep", message, most=MOST_DEEP)


def _check_depth(raw: Any) -> None:
    level: list[Any] = [raw]
    for _ in range(MOST_DEEP):
        level = [inner for outer in level for inner in _within(outer)]
        if not level:
            return
    raise _too_deep()


def _within(value: Any) -> Iterable[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (each for each in inner if isinstance(each, dict | list))


def _check_form(raw: Any) -> None:
    form = raw.get("form") if isinstance(raw, dict) else None
    if not isinstance(form, str):
        message = f"the file is no country report: it has no form '{SCHEMA}'"
        raise UnreadableError("no_form", message, form=SCHEMA)
    if form != SCHEMA:
        named = abridged(form, _LONGEST)
        message = f"the file has the form '{named}'; this program reads '{SCHEMA}'"
        raise UnreadableError("other_form", message, form=named, known_form=SCHEMA)


def _check_digest(content: Mapping[str, Any], report: CountryReport) -> None:
    # Numbers that have no canonical form are too large for the type.
    found = sha256(rfc8785.dumps(dict(content))).hexdigest()
    if found != report.content_sha256:
        raise _other_digest(report.content_sha256, found)
    if found != content_sha256(report.content):
        message = "the content leaves out keys, or has times or numbers in another form than canonical"
        raise UnreadableError("not_canonical", message)


def _other_digest(stated: str, computed: str) -> UnreadableError:
    said, has = f"{stated[:12]}...", f"{computed[:12]}..."
    message = (
        f"the content does not fit its digest: the file says {said}, its content has {has}; "
        "somebody or something changed it"
    )
    return UnreadableError("digest_differs", message, stated=said, computed=has)


def _faulty(error: ValidationError) -> UnreadableError:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    told = tuple(_fault(each) for each in faults[:MOST_FAULTS])
    more = [f"and {len(faults) - MOST_FAULTS:,} more"] if len(faults) > MOST_FAULTS else []
    lines = "\n".join(f"  {each}" for each in (*told, *more))
    message = f"the file is no country report of the form '{SCHEMA}'; {len(faults):,} fault(s):\n{lines}"
    return UnreadableError("faulty", message, form=SCHEMA, count=len(faults), faults=told)


def _fault(one: ErrorDetails) -> str:
    # Keys may be of the file's own making.
    place = ".".join(abridged(str(part), _LONGEST) for part in one["loc"])
    return f"{place or 'the report'}: {abridged(one['msg'], _LONGEST)}"
