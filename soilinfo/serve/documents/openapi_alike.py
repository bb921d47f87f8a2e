"""What is alike in an OpenAPI document is in it once: addresses of collections, parameters, responses."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count

import orjson

from soilinfo.serve.collections import Collection
from soilinfo.serve.documents.openapi_parts import COLLECTION, HERE, Part, parameter

BY_NAME = (f"{HERE}/items",)
"""Described for every collection: QGIS and GDAL look up by its name what its features can be asked for."""


def alike(described: Iterable[tuple[Collection, str, Part]]) -> Iterator[tuple[str, Part]]:
    """The paths of collections: of each address what most of them have alike once, with ``collectionId``.

    ``described``: every collection, its title, and its paths below HERE. What differs from the most has an
    address of its own, which OpenAPI prefers to one with a variable, and the title in its summary.
    """
    groups: dict[str, dict[bytes, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for collection, title, paths in described:
        for path, methods in paths.items():
            groups[path][orjson.dumps(methods)].append((collection.id, title))
    for path, alike in groups.items():
        most = max(alike, key=lambda methods: len(alike[methods]))
        for methods, members in alike.items():
            if methods is most and len(members) > 1 and path not in BY_NAME:
                yield path, _of_any(orjson.loads(methods), [id_ for id_, _ in members])
                continue
            for id_, title in members:
                yield path.replace(HERE, f"/collections/{id_}"), _of_one(orjson.loads(methods), id_, title)


def _of_any(methods: Part, ids: list[str]) -> Part:
    named = parameter(COLLECTION, {"type": "string", "enum": ids}, where="path")
    return {
        method: operation | {"parameters": [named, *operation["parameters"]]}
        for method, operation in methods.items()
    }


def _of_one(methods: Part, id_: str, title: str) -> Part:
    return {
        method: operation
        | {"summary": f"{title}: {operation['summary']}"}
        | ({"operationId": f"{id_}{operation['operationId']}"} if "operationId" in operation else {})
        for method, operation in methods.items()
    }


def shared(paths: Mapping[str, Part], components: Part) -> Part:
    """The paths with references for the parameters and responses that several operations have alike.

    These are added to the ``components`` by name (responses: Answer), with a number where it is taken.
    """
    operations = [operation for methods in paths.values() for operation in methods.values()]
    parts = (part for each in operations for part in (*each["parameters"], *each["responses"].values()))
    uses = Counter(map(orjson.dumps, parts))
    references: dict[bytes, Part] = {}

    def referred(kind: str, part: Part) -> Part:
        text = orjson.dumps(part)
        if "$ref" in part or uses[text] == 1:
            return part
        if text not in references:
            name = _free(part.get("name", "Answer"), components[kind])
            components[kind][name] = part
            references[text] = {"$ref": f"#/components/{kind}/{name}"}
        return references[text]

    def brief(operation: Part) -> Part:
        return operation | {
            "parameters": [referred("parameters", each) for each in operation["parameters"]],
            "responses": {
                status: referred("responses", each) for status, each in operation["responses"].items()
            },
        }

    return {path: {name: brief(each) for name, each in methods.items()} for path, methods in paths.items()}


def _free(name: str, taken: Mapping[str, Part]) -> str:
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(each for each in names if each not in taken)
