"""Long lists in parts: collections by theme, conformance classes by standard, operations by address."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from soilinfo.serve.config import RECORDS

ALIKE = re.compile(rf"(?!/collections/)|/collections/({{collectionId}}|{RECORDS})(/|$)")
"""Addresses that are described once for all collections, or are of none."""


def by_theme(collections: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Collections by the theme that they name first among their keywords; by their title without any."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for each in collections:
        found.setdefault(next(iter(each.get("keywords", [])), each["title"]), []).append(each)
    return found


def by_standard(classes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Addresses of conformance classes by their names, by the standard (and its edition) that has them."""
    found: dict[str, dict[str, str]] = {}
    for address in classes:
        standard, _, name = address.partition("/spec/")[2].partition("/conf/")
        found.setdefault(standard.replace("/", " "), {})[name] = address
    return found


def operations(paths: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What can be asked ``everywhere``, and of ``single`` collections, which know more than all do."""
    everywhere = {path: each for path, each in paths.items() if ALIKE.match(path)}
    return {
        "everywhere": everywhere,
        "single": {path: paths[path] for path in paths if path not in everywhere},
    }
