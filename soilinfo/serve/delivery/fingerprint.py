"""What answers depend on beside the request, as short texts that are alike on every machine."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from importlib.metadata import requires, version
from importlib.resources import files
from pathlib import Path

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import languages, texts
from soilinfo.store.ledger import Snapshot

COMPILED = "__pycache__"
"""Python's own files, which differ from machine to machine."""
NAME = re.compile(r"[\w.-]+")
"""How a requirement begins."""


@cache
def software() -> str:
    """Changes with the program: all its own files, and the releases of all packages that it needs.

    Which of them shows in an answer would have to be known anew with every release.
    """
    return digest([*contents(Path(str(files("soilinfo")))), *releases()])


def contents(package: Path) -> list[str]:
    """Path and content of every file of a package, as short texts."""
    own = (path for path in package.rglob("*") if path.is_file() and COMPILED not in path.parts)
    return [f"{path.relative_to(package)} {blake2b(path.read_bytes()).hexdigest()}" for path in sorted(own)]


def releases() -> list[str]:
    """Name and release of every package that the program needs."""
    needed = [each for each in requires("soilinfo") or () if "extra ==" not in each]
    names = sorted(found[0] for each in needed if (found := NAME.match(each)))
    return [f"{name} {version(name)}" for name in names]


def described(catalog: Catalog, base_url: str) -> str:
    """Changes with whatever may change while no data do: program, configuration, wording, public address."""
    words = (
        f"{language} {dict(texts(language, catalog.directory))}" for language in languages(catalog.directory)
    )
    # Where the configuration lies differs from machine to machine.
    return digest([software(), catalog.model_dump_json(exclude={"directory"}), *words, base_url])


def published(about: str, snapshot: Snapshot, mark: str) -> str:
    """Changes with every publication and from store to store, and with what histories tell of it.

    ``about``: what :func:`described` gave; ``mark``: the ledger's.
    """
    return digest([about, mark, f"{snapshot.id} {snapshot.created}", *_pairs(snapshot.layers)])


def versions(about: str, cubes: Mapping[str, str]) -> str:
    """Changes with the versions of one collection: layer -> version."""
    return digest([about, *_pairs(cubes)])


def digest(parts: Iterable[str]) -> str:
    """Twenty hexadecimal digits of texts in their order."""
    found = blake2b(digest_size=10)
    for part in parts:
        # The length before each part: "ab", "c" is another text than "a", "bc".
        found.update(f"{len(part)}:{part}".encode())
    return found.hexdigest()


def _pairs(layers: Mapping[str, str]) -> list[str]:
    return [f"{name} {layers[name]}" for name in sorted(layers)]
