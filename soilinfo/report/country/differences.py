"""What differs between two contents of a report, by path: ``indicators.soc.values.provinces/01.lower``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from soilinfo.report.country.document import Content

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "inputs": ("name",),
    "units": ("level", "code"),
    "indicators": ("id",),
    "values": ("level", "code"),
    "thresholds": ("id",),
    "missing": ("id",),
    "threats": ("id",),
    "experts": ("expert",),
    "inventory": ("id",),
}
"""By what the entries of a list are told apart; those of others by their place."""
_WHOLE: Final = ("geometry",)
"""What is compared as one thing: nobody reads a hundred coordinates."""


@dataclass(frozen=True)
class Difference:
    """One value that is not the same; None where one side has nothing there."""

    path: str
    reported: Any
    computed: Any


def differences(reported: Content, computed: Content) -> tuple[Difference, ...]:
    """Every value that is not the same, in the order of the reported content."""
    return tuple(_compared("", reported.model_dump(mode="json"), computed.model_dump(mode="json")))


def _compared(path: str, one: Any, other: Any) -> Iterator[Difference]:
    if one == other:
        return
    name = path.rpartition(".")[2]
    if name not in _WHOLE and isinstance(one, dict | list) and type(one) is type(other):
        ones, others = _parts(name, one), _parts(name, other)
        for key in [*ones, *(key for key in others if key not in ones)]:
            yield from _compared(f"{path}.{key}".lstrip("."), ones.get(key), others.get(key))
    else:
        yield Difference(path, _short(one), _short(other))


def _parts(name: str, value: dict[str, Any] | list[Any]) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    keys = _KEYS.get(name)
    if keys is None or len(set(named := [_key(each, keys) for each in value])) < len(value):
        named = [str(at) for at in range(len(value))]
    return dict(zip(named, value, strict=True))


def _key(entry: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return "/".join(str(entry[key]) for key in keys)


def _short(value: Any) -> Any:
    """A value as it is told: of what has parts only how many."""
    return f"{len(value)} entries" if isinstance(value, dict | list) else value
