"""What the parts of a report have to do with each other: ValueError names the part that does not fit."""

from collections import Counter
from collections.abc import Hashable, Iterable


def each_once(what: str, keys: Iterable[Hashable]) -> list[Hashable]:
    """The keys in their order; ValueError for one that is there twice."""
    counted = Counter(keys)
    if doubled := [key for key, times in counted.items() if times > 1]:
        raise ValueError(f"{what}: {doubled[0]} is there more than once")
    return [*counted]


def known(what: str, asked: Iterable[Hashable], listed: set[Hashable]) -> None:
    """ValueError for one that the report does not list."""
    if unknown := [each for each in asked if each not in listed]:
        raise ValueError(f"{what} that the report does not list: {unknown[0]}")


def check_places(what: str, ranks: Iterable[float | None], count: int) -> None:
    """ValueError for a rank that is none among so many; None is not ranked."""
    for rank in ranks:
        if rank is not None and not 1 <= rank <= count:
            raise ValueError(f"{what}: no place {rank:g} among {count} threats")
