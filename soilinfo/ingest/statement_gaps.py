"""What statements leave open or leave undecided: nothing of it stops a report, all of it is told in it."""

from collections.abc import Iterator, Mapping, Sequence

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.statements import Answer, Expert
from soilinfo.findings import Finding, some

FEW_EXPERTS = 3
"""Below it ranks are of too few to speak of agreement. Ours."""

Ranks = Mapping[str, Mapping[str, int]]
"""Rank by threat, by expert."""


def gaps(
    name: str, catalog: Catalog, threats: Mapping[str, Sequence[Expert]], inventory: Sequence[Answer]
) -> Iterator[Finding]:
    """Threats nobody ranked, experts who ranked some or two alike, areas and questions without an answer."""

    def note(check: str, message: str, count: int, **evidence: object) -> Finding:
        """One finding about this workbook; ``count``: of threats, experts or questions."""
        return Finding(check, "note", name, message, count, evidence)

    ranks = ranks_by_expert(threats)
    if (few := len(ranks)) < FEW_EXPERTS:
        message = f"{few} expert(s) ranked threats; that is few to speak of agreement"
        yield note("few_experts", message, few, experts=few)
    ranked = {threat for own in ranks.values() for threat in own}
    if without := [id for id in catalog.threats if id not in ranked]:
        yield note("threats_not_ranked", f"nobody ranked: {some(without)}", len(without), threats=without)
    without = [id for id, experts in threats.items() if all(each.area_ha is None for each in experts)]
    if without:
        message = f"nobody entered an area of: {some(without)}"
        yield note("threats_without_area", message, len(without), threats=without)
    yield from _of_experts(name, catalog, ranks)
    if unanswered := [each.id for each in inventory if each.answer is None]:
        few, asked = len(unanswered), len(inventory)
        message = f"{few} of {asked} questions are not answered: {some(unanswered)}"
        yield note("questions_unanswered", message, few, unanswered=few, questions=asked)


def _of_experts(name: str, catalog: Catalog, ranks: Ranks) -> Iterator[Finding]:
    for expert, own in ranks.items():
        if missing := [id for id in catalog.threats if id not in own]:
            message = f"expert '{expert}' did not rank: {some(missing)}"
            evidence = {"expert": expert, "threats": missing}
            yield Finding("ranks_incomplete", "note", name, message, len(missing), evidence)
        if tied := [id for id, rank in own.items() if list(own.values()).count(rank) > 1]:
            message = f"expert '{expert}' gave one rank to several threats: {some(tied)}"
            evidence = {"expert": expert, "threats": tied}
            yield Finding("ranks_tied", "note", name, message, len(tied), evidence)


def ranks_by_expert(threats: Mapping[str, Sequence[Expert]]) -> dict[str, dict[str, int]]:
    """The ranks that each expert gave, by threat."""
    ranks: dict[str, dict[str, int]] = {}
    for threat, experts in threats.items():
        for each in experts:
            if each.rank is not None:
                ranks.setdefault(each.expert, {})[threat] = each.rank
    return ranks
