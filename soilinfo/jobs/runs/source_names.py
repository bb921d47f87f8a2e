"""How a source is named to people: as config writes it, without secrets and this machine's directories."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from soilinfo.catalog.load import path_of
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.soil_profiles import by_held_name
from soilinfo.findings import Finding
from soilinfo.jobs.runs.remote import address_of, folder_of
from soilinfo.store.home import Store

MASK = "***"

_URL = re.compile(r"(\w+://)(?:[^/\s]*(@))?([^\s?#]*)(?:([?#])\S*?(?=[:;,.)'\"]*(?:\s|$)))?")
_DIRECTORIES = re.compile(r"(?<![\w/:.*@])/(?:[^\s/'\":;,]*/)+")
"""The directories of an absolute path, but not what looks like it within an address."""


def without_secrets[T](said: T) -> T:
    """The same text, or JSON-like value of texts, with user information and query of every URL masked."""
    return _each_text(said, lambda text: _URL.sub(_masked, text))  # type: ignore[no-any-return]


def _masked(url: re.Match[str]) -> str:
    scheme, at, rest, mark = url.groups()
    return scheme + (MASK + at if at else "") + rest + (mark + MASK if mark else "")


def told_source(source: str) -> str:
    """A source fit to be published: as config writes it, of an absolute path only the file's name."""
    return without_secrets(_DIRECTORIES.sub("", source))


def _each_text(said: Any, change: Any) -> Any:
    if isinstance(said, str):
        return change(said)
    if isinstance(said, Mapping):
        return {_each_text(name, change): _each_text(value, change) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return [_each_text(value, change) for value in said]
    return said


@dataclass(frozen=True)
class SourceNames:
    """Turns the places where sources lie on this machine into their names in a configuration."""

    store: Store
    catalog: Catalog

    def told(self, finding: Finding) -> Finding:
        """A finding fit to be published: a source in its message and evidence stands as config writes it.

        Of a source with an absolute path only the file's name is told.
        """
        places = self._places(finding.layer)

        def change(text: str) -> str:
            for place in sorted(places, key=len, reverse=True):
                text = text.replace(place, places[place])
            return told_source(text)

        return replace(
            finding, message=change(finding.message), evidence=_each_text(finding.evidence, change)
        )

    def _places(self, name: str) -> dict[str, str]:
        """What stands before a file's name here -> what stands there in config."""
        catalog = self.catalog
        held = by_held_name(catalog.soil_profiles)
        every = (catalog.layers, catalog.levels, catalog.soil_maps, catalog.tables, held)
        described = next(part[name] for part in every if name in part)
        places = {}
        for source in _sources(described.model_dump()):
            path = path_of(catalog, source)
            address = address_of(path)
            if address is None:
                places[_folder(path)] = "" if path == source else _folder(source)
            else:
                kept = folder_of(address, self.store.directory / "sources")
                for folder in (kept, *kept.glob("*/")):
                    places[f"{folder}/"] = _folder(source)
        return {place: said for place, said in places.items() if place != "/"}


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def _sources(described: Any) -> Iterator[str]:
    """Every source that a part of the configuration names."""
    for name, value in described.items():
        if name == "source":
            yield from (value,) if isinstance(value, str) else value
        elif isinstance(value, Mapping):
            yield from _sources(value)
