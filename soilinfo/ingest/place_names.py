"""When two names mean one place: the same words, whatever the case, the marks and the abbreviations."""

import re
import unicodedata

_KINDS = {
    "prov": "provinsi",
    "provinsi": "provinsi",
    "province": "provinsi",
    "kab": "kabupaten",
    "kabupaten": "kabupaten",
    "kota": "kota",
    "kotamadya": "kota",
    "kec": "kecamatan",
    "kecamatan": "kecamatan",
    "kel": "kelurahan",
    "kelurahan": "kelurahan",
    "desa": "desa",
}
"""First words that tell the kind of a unit, as lists write them."""
_LONG = {"kep": "kepulauan", "adm": "administrasi", "admin": "administrasi", "p": "pulau", "st": "saint"}
"""Abbreviations within names."""


def agree(one: str, other: str) -> bool:
    """True when two names mean one place.

    Case, accents, marks, blanks and common abbreviations play no part, nor does the word for the kind
    of unit where only one of them has it; but a Kota is never the Kabupaten of the same name.
    """
    if "".join(_words(one)) == "".join(_words(other)):
        return True
    (kind, name), (other_kind, other_name) = _parted(one), _parted(other)
    return name == other_name and (kind == other_kind or "" in (kind, other_kind))


def _parted(name: str) -> tuple[str, str]:
    """The kind of unit that a name begins with ('' for none) and the rest without blanks."""
    words = _words(name)
    kind = _KINDS.get(words[0], "") if len(words) > 1 else ""
    rest = words[1:] if kind else words
    return kind, "".join(word for word in rest if word != "administrasi")


def _words(name: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return [_LONG.get(word, word) for word in re.findall(r"[^\W_]+", plain.casefold())]


def is_garbled(text: str) -> bool:
    """True for a text that was read in a wrong encoding, such as 'PapuÃ¡' for 'Papuá'.

    Tells by replacement characters, by control characters of the range that Windows code pages use
    for letters, and by texts of which the bytes are UTF-8.
    """
    if re.search("[\ufffd\x80-\x9f]", text):
        return True
    try:
        return not text.isascii() and bool(text.encode("cp1252").decode("utf-8"))
    except UnicodeError:
        return False
