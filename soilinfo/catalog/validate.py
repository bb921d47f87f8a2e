"""Raw entries into catalog types, and pydantic's complaints into faults that a person can act on."""

import re
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from typing import Annotated, Any, cast, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from soilinfo.catalog.files import Entry
from soilinfo.catalog.models import Model
from soilinfo.errors import Fault, UnknownNameError

Location = tuple[int | str, ...]

_NOT_IN_THE_FILE = {"[key]", "intervals", "names"}
"""Steps of pydantic's locations that name a branch of a type, not a key."""


def validate[M: Model](entry: Entry, model: type[M]) -> tuple[M, list[Fault]]:
    """The entry as ``model``, with its file's name as id, and its faults.

    With faults the value is what is left without the faulty parts (a required one is None): good
    enough to check what it says of other entries, so that those faults are told as well.
    """
    faults = []
    if entry.id and "id" in entry.data:
        faults.append(entry.fault("id", "the id is the name of the file or entry: leave this key out"))
    data = {**entry.data, "id": entry.id} if entry.id else entry.data
    try:
        return model.model_validate(data), faults
    except ValidationError as error:
        errors = error.errors()
    faults += [entry.fault(_dotted(each["loc"]), _message(each, model)) for each in errors]
    return _what_fits(data, model, [each["loc"] for each in errors]), faults


def _what_fits[M: Model](data: dict[str, Any], model: type[M], faulty: Iterable[Location]) -> M:
    data = deepcopy(data)
    members = {location[:2] for location in faulty if location}
    for location in sorted(members, key=_from_the_last, reverse=True):
        _leave_out(data, location)
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        form: Any = Annotated[field.annotation, field]
        try:
            fields[name] = TypeAdapter(form).validate_python(data[name])
        except (KeyError, ValidationError):
            if field.is_required():
                fields[name] = None
    return cast("M", model.model_construct(**fields))


def _from_the_last(location: Location) -> list[str]:
    """Sort key by which items of a list are in the order of their numbers."""
    return [f"{step:>9}" for step in location]


def _leave_out(data: dict[str, Any], location: Location) -> None:
    """Remove what the first step of ``location`` leads to, or only its member at the second step."""
    first, *rest = location
    members: Any = data.get(str(first))
    if rest and rest[0] in _places(members):
        del members[rest[0]]
    else:
        data.pop(str(first), None)


def _places(members: Any) -> Collection[object]:
    """The keys of a mapping or the indices of a list; nothing for anything else."""
    if isinstance(members, dict):
        return members.keys()
    return range(len(members)) if isinstance(members, list) else ()


def _dotted(location: Location) -> str:
    return ".".join(str(step) for step in location if step not in _NOT_IN_THE_FILE)


def _message(error: Any, model: type[Model]) -> str:
    """pydantic's message, with the names that exist where a key is unknown and the value where short."""
    if error["type"] == "extra_forbidden":
        return str(UnknownNameError("key", error["loc"][-1], _keys(model, error["loc"][:-1])))
    if error["type"] == "missing":
        return "missing"
    given = error["input"]
    if error["type"] == "literal_error" and isinstance(given, str):
        return str(UnknownNameError("value", given, re.findall("'([^']*)'", error["ctx"]["expected"])))
    message = str(error["msg"]).removeprefix("Value error, ")
    shown = error["type"] != "value_error" and isinstance(given, str | int | float | bool | None)
    return f"{message}, not {given!r}" if shown else message


def _keys(model: type[BaseModel], location: Location) -> list[str]:
    """The keys that the model at ``location`` inside ``model`` has, but for the id."""
    for step in location:
        if step in model.model_fields:
            model = next(_models_in(model.model_fields[str(step)].annotation), model)
    return [field.alias or key for key, field in model.model_fields.items() if key != "id"]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models named anywhere in a type such as ``Mapping[str, Criterion]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
