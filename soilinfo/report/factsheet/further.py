"""Sections of a fact sheet that stand there when their tables are published: confidence, land, zones."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from soilinfo.catalog.choice import REMAINING
from soilinfo.report.explanation import lowered
from soilinfo.report.factsheet.facts import Row
from soilinfo.report.phrases import Phrases

MOST_LINES = 6
"""Crops that a section is about."""
SHOWN = ("s1", "s2")
"""Classes whose expected hectares are told: those that planners count on."""
LEAST_HA = 0.5
"""Hectares that a page without decimals would show as none."""

Line = tuple[str, str]
"""A label and what is said of it."""
Section = dict[str, Any]


def sections(phrases: Phrases, further: Mapping[str, Sequence[Row]], crops: Sequence[str]) -> list[Section]:
    """A section for each table of which a unit has rows; ``crops`` in the order of the sheet."""
    found = []
    for kind, lines in KINDS.items():
        told = [list(line) for line in lines(phrases, further.get(kind, ()), crops[:MOST_LINES])]
        if told:
            found.append({"title": phrases.say(f"factsheet.section.{kind}"), "lines": told})
    return found


def _confidence(phrases: Phrases, rows: Sequence[Row], crops: Sequence[str]) -> Iterator[Line]:
    """How sure the class of a crop's land is, and the expected hectares of the better classes."""
    of_crop = {row["crop"]: row for row in rows}
    for crop in crops:
        row = of_crop.get(crop)
        if row is not None and row["confidence_pct"] is not None:
            expected = [
                _expected(phrases, row, name)
                for name in SHOWN
                if (row.get(f"{name}_high_ha") or 0) >= LEAST_HA
            ]
            sure = phrases.say("factsheet.confidence", share=phrases.percent(row["confidence_pct"]))
            yield _crop(phrases, crop), "; ".join([sure, *expected])
    told = [of_crop[crop] for crop in crops if crop in of_crop and of_crop[crop].get("uncertain")]
    if told:
        yield phrases.say("factsheet.rests_on"), _rests_on(phrases, told)


def _rests_on(phrases: Phrases, rows: Sequence[Row]) -> str:
    """The characteristics whose uncertainty is known, and how many count as certain."""
    split = [(row["uncertain"].split(", "), row["conditional_on"].split(", ")) for row in rows]
    names = sorted({name for uncertain, _ in split for name in uncertain})
    titles = [lowered(phrases.short(phrases.catalog.property(name).title)) for name in names]
    count = max(len(certain) for _, certain in split)
    return phrases.say("factsheet.certain", names=phrases.listed(titles), count=count)


def _expected(phrases: Phrases, row: Row, name: str) -> str:
    """Expected hectares of a class, and the range that they may lie in."""
    hectares = phrases.hectares
    return phrases.say(
        "factsheet.expected",
        area=hectares(row[f"expected_{name}_ha"]),
        low=hectares(row[f"{name}_low_ha"]),
        high=hectares(row[f"{name}_high_ha"]),
        **{"class": name.upper()},
    )


def _available_land(phrases: Phrases, rows: Sequence[Row], crops: Sequence[str]) -> Iterator[Line]:
    """What remains of the land that suits a crop when forest, permits and the like are taken off."""
    remaining = {row["crop"]: row for row in rows if row["step"] == REMAINING}
    rules = phrases.catalog.available_land
    classes = phrases.listed([*rules.suitable]) if rules else ""
    for crop in crops:
        row = remaining.get(crop)
        if row is not None and row["suitable_ha"] > 0:
            facts = {
                name: phrases.hectares(row[f"{name}_ha"]) for name in ("suitable", "remaining", "unknown")
            }
            share = phrases.percent(row["remaining_pct"])
            yield (
                _crop(phrases, crop),
                phrases.say("factsheet.remaining", share=share, classes=classes, **facts),
            )


def _zoning(phrases: Phrases, rows: Sequence[Row], _crops: Sequence[str]) -> Iterator[Line]:
    """Hectares of each zone that the unit has, the largest first."""
    rules = phrases.catalog.zoning
    titles = {each.id: each.title for each in rules.classes} if rules else {}
    for row in sorted(rows, key=lambda row: -row["area_ha"]):
        if row["area_ha"] > 0 and row["zone"] in titles:
            share = phrases.percent(row["share_pct"])
            yield phrases.named(titles[row["zone"]]), f"{phrases.hectares(row['area_ha'])} ha ({share} %)"


def _crop(phrases: Phrases, crop: str) -> str:
    return phrases.named(phrases.catalog.crop(crop).title)


KINDS: Mapping[str, Callable[[Phrases, Sequence[Row], Sequence[str]], Iterator[Line]]] = {
    "confidence": _confidence,
    "available_land": _available_land,
    "zoning": _zoning,
}
"""Kind of table, as `<kind>_by_<level>`, and what a sheet tells of it."""
