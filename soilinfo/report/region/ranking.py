"""Threats of a region and its subregions: by the land that countries enter, and by their experts' ranks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path

from soilinfo.catalog.reporting import Member
from soilinfo.catalog.text import in_language, label
from soilinfo.evaluate.indicators.threats import mean, places
from soilinfo.report.country.document import CountryReport, ReportedThreat
from soilinfo.report.country.rounding import rounded_ha, rounded_value
from soilinfo.report.region.document import RegionalThreat

Words = Mapping[str, str]


def ranked_region(
    reports: Mapping[str, CountryReport], members: Sequence[Member], directory: Path | None = None
) -> tuple[RegionalThreat, ...]:
    """Every threat that a report has, ranked in the region (first) and in each subregion.

    ``reports``: those that can be used, by member. Areas are summed over the countries that enter one, ranks
    are means of the countries' mean ranks, each country counting alike; who tells neither is named in a note
    and counts for nothing. Threats alike share the mean of their places. ``directory``: of a configuration
    that has more languages.
    """
    subregions = dict.fromkeys(each.subregion for each in members)
    groups = {None: members} | {
        name: [each for each in members if each.subregion == name] for name in subregions
    }
    return tuple(
        row for name, group in groups.items() for row in _Group(name, group, reports, directory).rows()
    )


@dataclass(frozen=True)
class _Told:
    """What countries tell of one threat."""

    title: Words
    areas: Mapping[str, float]
    ranks: Mapping[str, float]

    @property
    def area_ha(self) -> float | None:
        """Sum of the areas that countries tell (ha); None where none does."""
        return rounded_ha(fsum(self.areas.values())) if self.areas else None

    @property
    def mean_rank(self) -> float | None:
        """Mean of the countries' own mean ranks, each counting alike; None where none has one."""
        return rounded_value(mean(list(self.ranks.values())))


@dataclass(frozen=True)
class _Group:
    """The countries of a region or of one of its subregions."""

    subregion: str | None
    members: Sequence[Member]
    reports: Mapping[str, CountryReport]
    directory: Path | None

    def rows(self) -> Iterator[RegionalThreat]:
        """Each threat that a report of the group tells of, with its places and what they lack."""
        told = self._told()
        ranks = dict(zip(told, places([each.mean_rank for each in told.values()]), strict=True))
        by_area = places([each.area_ha for each in told.values()], largest_first=True)
        area_ranks = dict(zip(told, by_area, strict=True))
        titles = {id: each.title for id, each in told.items()}
        for id, each in told.items():
            yield RegionalThreat(
                subregion=self.subregion,
                id=id,
                title=each.title,
                area_ha=each.area_ha,
                area_rank=area_ranks[id],
                area_countries=tuple(each.areas),
                mean_rank=each.mean_rank,
                rank=ranks[id],
                rank_countries=tuple(each.ranks),
                notes=(
                    *self._ties("rank_tied", id, ranks, titles),
                    *self._ties("area_tied", id, area_ranks, titles),
                    *self._gaps("no_rank_of", each.ranks),
                    *self._gaps("no_area_of", each.areas),
                ),
            )

    def _told(self) -> dict[str, _Told]:
        """Of each threat in the order of the reports, the countries in the order of members."""
        found: dict[str, dict[str, ReportedThreat]] = {}
        for member in self.members:
            if report := self.reports.get(member.iso3):
                for threat in report.content.threats:
                    found.setdefault(threat.id, {})[member.iso3] = threat
        return {
            id: _Told(
                next(iter(by.values())).title,
                {iso3: each.area_ha for iso3, each in by.items() if each.area_ha is not None},
                {iso3: each.mean_rank for iso3, each in by.items() if each.mean_rank is not None},
            )
            for id, by in found.items()
        }

    # ---- notes ----

    def _ties(
        self, key: str, id: str, placed: Mapping[str, float | None], titles: Mapping[str, Words]
    ) -> Iterator[Words]:
        mine = placed[id]
        alike = [titles[each] for each in placed if each != id and mine is not None and placed[each] == mine]
        if alike:
            yield self._note(key, "threats", alike)

    def _gaps(self, key: str, told: Mapping[str, float]) -> Iterator[Words]:
        if missing := [each.title for each in self.members if each.iso3 not in told]:
            yield self._note(key, "countries", missing)

    def _note(self, key: str, name: str, names: Sequence[Words]) -> Words:
        """A note in every language that lists what ``names`` are called there."""
        return {
            language: text.format(**{name: ", ".join(in_language(each, language) for each in names)})
            for language, text in label(f"threat.note.{key}", self.directory).items()
        }
