"""Raw entries into catalog types, and pydantic's complaints into faults that a person can act on."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from soilinfo.catalog.files import Entry
from soilinfo.catalog.models import Model
from soilinfo.errors import Fault, UnknownNameError

Location = tuple[int | str, ...]

_NOT_IN_THE_FILE = {"[key]", "intervals", "names"}
"""Steps of pydantic's locations that name a branch of a type, not a key."""


def validate[M: Model](entry: Entry, model: type[M]) -> tuple[M | None, list[Fault]]:
    """The entry as ``model``, with its file's name as id; None and every fault when it does not fit."""
    faults = []
    if entry.id and "id" in entry.data:
        faults.append(entry.fault("id", "the id is the name of the file or entry: leave this key out"))
    try:
        return model.model_validate({**entry.data, "id": entry.id} if entry.id else entry.data), faults
    except ValidationError as error:
        faults += [entry.fault(_dotted(each["loc"]), _message(each, model)) for each in error.errors()]
        return None, faults


def _dotted(location: Location) -> str:
    return ".".join(str(step) for step in location if step not in _NOT_IN_THE_FILE)


def _message(error: Any, model: type[Model]) -> str:
    """pydantic's message, with the names that exist where a key is unknown and the value where short."""
    if error["type"] == "extra_forbidden":
        return str(UnknownNameError("key", error["loc"][-1], _keys(model, error["loc"][:-1])))
    if error["type"] == "missing":
        return "missing"
    message = str(error["msg"]).removeprefix("Value error, ")
    given = error["input"]
    shown = error["type"] != "value_error" and isinstance(given, str | int | float | bool | None)
    return f"{message}, not {given!r}" if shown else message


def _keys(model: type[BaseModel], location: Location) -> list[str]:
    """The keys that the model at ``location`` inside ``model`` has, but for the id."""
    for step in location:
        if step in model.model_fields:
            model = next(_models_in(model.model_fields[str(step)].annotation), model)
    return [key for key in model.model_fields if key != "id"]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models named anywhere in a type such as ``Mapping[str, Criterion]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
