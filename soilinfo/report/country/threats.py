"""The ten threats of a country report: what its experts state, ranked, beside what its maps say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from statistics import median
from typing import Literal, cast

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.statements import Expert, Statements
from soilinfo.catalog.text import in_language, label, number, text
from soilinfo.catalog.threats import Condition, Sureness, Trend
from soilinfo.evaluate.indicators.threats import Vote, concordance, mean, places, spread, vote
from soilinfo.findings import Finding
from soilinfo.report.country.document import ReportedThreat
from soilinfo.report.country.rounding import rounded_pct, rounded_value

DISAGREE_PLACES = 2.0
"""Spread of ranks (standard deviation) from which experts are said to disagree. Ours."""
DIFFER_TIMES = 2.0
"""How many times the smallest area entered the largest must be to be said to differ. Ours."""

Words = Mapping[str, str]
Scale = Literal["condition", "trend", "confidence_condition", "confidence_trend"]
SCALES: Mapping[Scale, str] = {
    "condition": "condition",
    "trend": "trend",
    "confidence_condition": "sureness",
    "confidence_trend": "sureness",
}
"""Where the words of each scale are told in the locale files, below ``value``."""


def reported_threats(
    catalog: Catalog, statements: Statements | None, nation_ha: float, mapped: Mapping[str, float | None]
) -> tuple[ReportedThreat, ...]:
    """Every threat of threats.yaml, in its order, with what experts state of it and what is mapped.

    ``mapped``: hectares affected by indicator. Means are of the experts who ranked or said something, the
    area is the median of those entered; a threat nobody ranked has no place. Nothing is rounded. Notes, in
    every language, name ties, gaps and disagreement.
    """
    return tuple(_Ranking(catalog, statements, nation_ha, mapped).threats())


def threat_findings(
    statements: Statements | None, threats: Sequence[ReportedThreat], nation_ha: float
) -> Iterator[Finding]:
    """How far experts agree (Kendall's W of complete rankings), and that areas overlap."""
    if statements is None:
        yield Finding(
            "no_statements", "note", "threats", "no workbook of statements: no expert ranks threats"
        )
        return
    yield _agreement([each.experts for each in threats])
    entered = fsum(each.area_ha for each in threats if each.area_ha is not None)
    share = 100 * entered / nation_ha
    message = (
        f"areas entered of all threats make {share:.1f} % of the nation's land; "
        "threats overlap, so that areas do not add up"
    )
    yield Finding("areas_overlap", "note", "threats", message, evidence={"share_pct": rounded_pct(share)})


def _agreement(experts: Sequence[Sequence[Expert]]) -> Finding:
    """Of the experts who ranked all; that others did not is a finding of the statements."""
    ranks: dict[str, list[int]] = {}
    for of_threat in experts:
        for each in of_threat:
            ranks.setdefault(each.expert, []).extend([each.rank] if each.rank is not None else [])
    complete = [own for own in ranks.values() if len(own) == len(experts)]
    w = concordance(complete)
    evidence = {"rankings": len(complete)}
    if w is None:
        message = f"{len(complete)} complete ranking(s): agreement of experts is not told"
        return Finding("agreement_unknown", "note", "threats", message, evidence=evidence)
    message = f"Kendall's W, corrected for ties, of {len(complete)} complete rankings: {w:.3f}"
    evidence_of_w = {"kendalls_w": rounded_value(w), **evidence}
    return Finding("experts_agree", "note", "threats", message, evidence=evidence_of_w)


@dataclass(frozen=True)
class _Ranking:
    """The threats of one nation side by side, as their places need."""

    catalog: Catalog
    statements: Statements | None
    nation_ha: float
    mapped: Mapping[str, float | None]

    def threats(self) -> Iterator[ReportedThreat]:
        """Every threat of config/ in its order; what nobody said of one is None, which is not zero."""
        for id, threat in self.catalog.threats.items():
            experts, area = self.experts(id), self.areas[id]
            by, mapped_ha = self.mapped_of(id)
            votes = {scale: vote([getattr(each, scale) for each in experts]) for scale in SCALES}
            said = {scale: won.word if won else None for scale, won in votes.items()}
            yield ReportedThreat(
                id=id,
                title=threat.title,
                experts=experts,
                mean_rank=self.mean_ranks[id],
                rank=self.ranks[id],
                area_ha=area,
                area_rank=self.area_ranks[id],
                mapped_ha=mapped_ha,
                mapped_by=by,
                share_pct=None if area is None else 100 * area / self.nation_ha,
                condition=cast("Condition | None", said["condition"]),
                trend=cast("Trend | None", said["trend"]),
                confidence_condition=cast("Sureness | None", said["confidence_condition"]),
                confidence_trend=cast("Sureness | None", said["confidence_trend"]),
                agreement=spread(_ranks(experts)),
                notes=tuple(self.notes(id, votes)),
            )

    def experts(self, id: str) -> tuple[Expert, ...]:
        """What each expert says of a threat; nothing without a workbook of statements."""
        return self.statements.threats.get(id, ()) if self.statements else ()

    def mapped_of(self, id: str) -> tuple[str | None, float | None]:
        """The first indicator of the threat whose affected land is known, and that land."""
        return next(iter(self._maps(id).items()), (None, None))

    def _maps(self, id: str) -> dict[str, float]:
        """Hectares by each indicator of the threat that knows its affected land, in their order."""
        known = ((name, self.mapped.get(name)) for name in self.catalog.threats[id].indicators)
        return {name: ha for name, ha in known if ha is not None}

    @cached_property
    def mean_ranks(self) -> dict[str, float | None]:
        """Mean of the ranks that experts gave each threat, 1 the gravest; None where nobody ranked it."""
        return {id: mean(_ranks(self.experts(id))) for id in self.catalog.threats}

    @cached_property
    def areas(self) -> dict[str, float | None]:
        """Median of the areas that experts entered for each threat (ha); None where nobody did."""
        entered = {id: _areas(self.experts(id)) for id in self.catalog.threats}
        return {id: median(areas) if areas else None for id, areas in entered.items()}

    @cached_property
    def ranks(self) -> dict[str, float | None]:
        """Place of each threat by its mean rank, equal ones sharing the mean of theirs; None without."""
        return _placed(self.mean_ranks)

    @cached_property
    def area_ranks(self) -> dict[str, float | None]:
        """Place of each threat by the median of its areas, the largest first; None of one without."""
        return _placed(self.areas, largest_first=True)

    # ---- notes ----

    def notes(self, id: str, votes: Mapping[Scale, Vote | None]) -> Iterator[Words]:
        """Ties, gaps, disagreement, and what is mapped beside what is entered."""
        yield from self._of_ranks(id)
        yield from self._of_areas(id)
        for scale, won in votes.items():
            if won and (won.tied or won.count < won.of):
                yield self._said(scale, won)

    def _of_ranks(self, id: str) -> Iterator[Words]:
        ranks = _ranks(self.experts(id))
        if not ranks:
            yield self._note("not_ranked")
        if tied := _alike(self.ranks, id):
            yield self._note("rank_tied", threats=lambda language: self._titles(tied, language))
        if (spread(ranks) or 0) >= DISAGREE_PLACES:
            yield self._note("ranks_differ", least=str(min(ranks)), most=str(max(ranks)))

    def _of_areas(self, id: str) -> Iterator[Words]:
        areas, (_, mapped_ha) = _areas(self.experts(id)), self.mapped_of(id)
        if not areas:
            yield self._note("no_area")
        if tied := _alike(self.area_ranks, id):
            yield self._note("area_tied", threats=lambda language: self._titles(tied, language))
        if areas and max(areas) > DIFFER_TIMES * min(areas):
            yield self._note("areas_differ", least=self._ha(min(areas)), most=self._ha(max(areas)))
        if mapped_ha is None:
            yield self._note("not_mapped")
        elif (area := self.areas[id]) is not None and mapped_ha == 0 < area:
            yield self._note("mapped_none")
        elif area is not None and mapped_ha > 0:
            ratio = area / mapped_ha
            yield self._note("mapped", mapped=self._ha(mapped_ha), ratio=self._number(ratio, 2))
        yield from self._of_other_maps(id)

    def _of_other_maps(self, id: str) -> Iterator[Words]:
        """What the further indicators of the threat map, which the one that counts does not say."""
        by, *others = self._maps(id).items() or [("", 0.0)]
        if not others:
            return

        def told(language: str) -> str:
            """Each other indicator with its hectares."""
            return ", ".join(
                f"{self._title(name, language)} {self._ha(ha)(language)} ha" for name, ha in others
            )

        yield self._note("other_maps", indicator=lambda language: self._title(by[0], language), others=told)

    def _said(self, scale: Scale, won: Vote) -> Words:
        def word(id: str, language: str) -> str:
            """What a word of the scale is called, such as 'poor' of a condition."""
            return text(f"value.{SCALES[scale]}.{id}", language, self.catalog.directory)

        def what(language: str) -> str:
            """What the scale is called: the heading of its column in the workbook of statements."""
            return text(f"statements.column.{scale}", language, self.catalog.directory)

        if won.word is None:
            quoted = lambda language: ", ".join(f"'{word(id, language)}'" for id in won.tied)  # noqa: E731
            return self._note("undecided", what=what, words=quoted)
        count, of, winner = str(won.count), str(won.of), won.word
        return self._note("said", what=what, count=count, experts=of, word=lambda each: word(winner, each))

    def _note(self, key: str, **values: str | Callable[[str], str]) -> Words:
        """A note in every language, what stands in it as each writes it."""
        return {
            language: words.format(
                **{
                    name: value if isinstance(value, str) else value(language)
                    for name, value in values.items()
                }
            )
            for language, words in label(f"threat.note.{key}", self.catalog.directory).items()
        }

    def _ha(self, area: float) -> Callable[[str], str]:
        return self._number(area, 0)

    def _number(self, value: float, decimals: int) -> Callable[[str], str]:
        return lambda language: number(value, decimals, language, self.catalog.directory)

    def _title(self, indicator: str, language: str) -> str:
        return in_language(self.catalog.indicator(indicator).title, language)

    def _titles(self, ids: Sequence[str], language: str) -> str:
        return ", ".join(in_language(self.catalog.threats[id].title, language) for id in ids)


def _ranks(experts: Sequence[Expert]) -> list[int]:
    return [each.rank for each in experts if each.rank is not None]


def _areas(experts: Sequence[Expert]) -> list[float]:
    return [each.area_ha for each in experts if each.area_ha is not None]


def _placed(values: Mapping[str, float | None], *, largest_first: bool = False) -> dict[str, float | None]:
    return dict(zip(values, places(list(values.values()), largest_first=largest_first), strict=True))


def _alike(placed: Mapping[str, float | None], id: str) -> list[str]:
    """The others that share a threat's place."""
    mine = placed[id]
    return [other for other, place in placed.items() if other != id and place is not None and place == mine]
