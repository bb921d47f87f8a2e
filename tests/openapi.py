"""The OpenAPI document as a client reads it: references followed, one path for each collection."""

from collections.abc import Iterator
from typing import Any

import httpx

Document = dict[str, Any]

COLLECTION = "{collectionId}"


def openapi_of(client: httpx.Client) -> Document:
    """The document with parameters and responses in their places, and every collection under its own name."""
    document: Document = client.get("/openapi").json()
    return document | {"paths": dict(_paths(document))}


def _paths(document: Document) -> Iterator[tuple[str, Document]]:
    for path, methods in document["paths"].items():
        whole = {name: _whole(document, operation) for name, operation in methods.items()}
        if COLLECTION not in path:
            yield path, whole
            continue
        operation = next(iter(whole.values()))
        (named,) = (each for each in operation["parameters"] if f"{{{each['name']}}}" == COLLECTION)
        rest = [each for each in operation["parameters"] if each is not named]
        for id_ in named["schema"]["enum"]:
            own = {"parameters": rest, **_own_id(operation, id_)}
            yield path.replace(COLLECTION, id_), {name: each | own for name, each in whole.items()}


def _own_id(operation: Document, collection: str) -> Document:
    """The operation's id, told apart from that of other collections."""
    return {"operationId": f"{collection}{operation['operationId']}"} if "operationId" in operation else {}


def _whole(document: Document, operation: Document) -> Document:
    responses = {status: _followed(document, each) for status, each in operation["responses"].items()}
    parameters = [_followed(document, each) for each in operation["parameters"]]
    return operation | {"parameters": parameters, "responses": responses}


def _followed(document: Document, part: Document) -> Document:
    for name in part.get("$ref", "").split("/")[1:]:
        document = document[name]
    return document if "$ref" in part else part
