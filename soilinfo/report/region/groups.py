"""Which countries' values of an indicator are drawn beside each other: of those, all pairs compare."""

from collections.abc import Mapping, Sequence

from soilinfo.report.region.document import RegionalIndicator, Verdict

Pairs = Mapping[frozenset[str], Verdict]


def groups(indicator: RegionalIndicator) -> list[tuple[str, ...]]:
    """Countries with a value, in groups whose every pair is comparable as it is; the largest group first.

    Comparability need not carry over from pair to pair: a country that would fit into several groups stands
    in the largest one.
    """
    left = [each.iso3 for each in indicator.values if each.value is not None]
    pairs = verdicts(indicator)
    found = []
    while left:
        group = max((_around(each, left, pairs) for each in left), key=len)
        found.append(tuple(group))
        left = [each for each in left if each not in group]
    return sorted(found, key=len, reverse=True)


def verdicts(indicator: RegionalIndicator) -> Pairs:
    """By the two countries that they are of."""
    return {frozenset((each.a, each.b)): each for each in indicator.verdicts}


def between(indicator: RegionalIndicator, country: str, group: Sequence[str]) -> Verdict | None:
    """The verdict that keeps a country out of a group: of the first member beside which it does not stand."""
    pairs = verdicts(indicator)
    found = (pairs.get(frozenset((country, other))) for other in group if other != country)
    return next((each for each in found if each and each.kind != "comparable"), None)


def _around(country: str, left: Sequence[str], pairs: Pairs) -> list[str]:
    """The country and, in their order, all that compare with it and with those taken before them."""
    group = [country]
    for other in left:
        if other != country and all(_compares(pairs, other, each) for each in group):
            group.append(other)
    return sorted(group, key=left.index)


def _compares(pairs: Pairs, a: str, b: str) -> bool:
    verdict = pairs.get(frozenset((a, b)))
    return verdict is not None and verdict.kind == "comparable"
