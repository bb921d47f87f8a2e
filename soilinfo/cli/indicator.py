"""Indicators of the soil: what they are and lack, and what one is in an area."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from soilinfo.catalog.names import NATION
from soilinfo.catalog.text import in_language
from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, country_of, numbers
from soilinfo.console import print_table, say
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.indicators.area import indicator_of_area
from soilinfo.jobs.indicators.measure import Measurement
from soilinfo.report.figures.numbers import areas, depth, figure, interval, share
from soilinfo.report.phrases import Phrases

verbs = typer.Typer()

LanguageOption = Annotated[str, typer.Option("--language", help="Language of titles: en, id ...")]


@verbs.command()
def indicators(
    language: LanguageOption = "en",
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """List the indicators of the configuration: what each is told by, or what it lacks."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        measurement = Measurement(home, catalog, home.ledger.current().layers)
        print_table(
            [
                {
                    "indicator": each.id,
                    "title": in_language(each.title, language),
                    "unit": each.unit,
                    "told by": _told_by(measurement, each.id, language),
                }
                for each in catalog.indicators.values()
            ]
        )


def _told_by(measurement: Measurement, indicator: str, language: str) -> str:
    """The layers of an indicator by year; why it is not told; of an index its parts."""
    if indicator in measurement.missing:
        return in_language(measurement.missing[indicator], language)
    sources = measurement.sources.get(indicator, ())
    told = [f"{source.basis.year}: {', '.join(source.basis.layers)}" for source in sources]
    parts = [part.indicator for part in measurement.catalog.indicator(indicator).parts]
    return "; ".join(told) or ", ".join(parts)


@verbs.command()
def indicator(
    name: Annotated[str, typer.Argument(help="Indicator, such as soc or ph_h2o (`soilinfo indicators`)")],
    region: Annotated[
        str | None, typer.Option("--region", help="Code of an administrative unit; the nation by default")
    ] = None,
    bbox: Annotated[str | None, typer.Option("--bbox", help="WEST,SOUTH,EAST,NORTH in degrees")] = None,
    language: LanguageOption = "en",
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Tell an indicator of an area: its value with interval, the land affected, and what it rests on."""
    given = {"region": region, "bbox": numbers("--bbox", bbox, 4) if bbox else None}
    area = {way: one for way, one in given.items() if one is not None} or {"region": NATION}
    with country_of(config=config, store=store, db=db) as (catalog, home):
        answer = indicator_of_area(
            home,
            catalog,
            home.ledger.current(),
            area=area,
            indicator=name,
            effort=Effort(catalog.grid.window.cells),
        )
    write = _Writer(Phrases(catalog, language), answer["unit"])
    print_table([write.value(each) for each in answer["values"]])
    limits = [write.limit(each, limit) for each in answer["values"] for limit in each["thresholds"]]
    print_table([each for each in limits if each["affected land"]])
    print_table([write.part(each) for each in answer["parts"]])
    for finding in answer["findings"]:
        say(finding["message"], check=finding["check"], severity=finding["severity"])
    say(in_language(answer["definition"], language), indicator=name, edition=answer["edition"])


@dataclass(frozen=True)
class _Writer:
    """How an answer is written in a language."""

    phrases: Phrases
    unit: str

    def value(self, told: Mapping[str, Any]) -> dict[str, str]:
        """A row about one year."""
        say = self.phrases
        return {
            "year": told["year"],
            "value": figure(say, told["value"], self.unit),
            "90 % interval": interval(say, told["lower"], told["upper"]),
            "land with data": share(say, told["covered_pct"]),
            "without data": f"{say.hectares(told['nodata_ha'])} ha",
            "depth": depth(told["depth_cm"]),
            "method": " ".join(each for each in (told["method_group"], told["form"]) if each),
            "layers": ", ".join(f"{each['layer']}@{each['version']}" for each in told["layers"]),
        }

    def limit(self, told: Mapping[str, Any], limit: Mapping[str, Any]) -> dict[str, str]:
        """A row about one threshold of one year."""
        say, known = self.phrases, limit["affected_ha"] is not None
        return {
            "year": told["year"],
            "threshold": say.named(limit["title"]) if "title" in limit else "",
            "affected land": f"{say.hectares(limit['affected_ha'])} ha" if known else "",
            "share": share(say, limit["affected_pct"]) if known else "",
            "least and most": areas(say, limit["affected_lower_ha"], limit["affected_upper_ha"]),
            "source": limit.get("source", ""),
        }

    def part(self, told: Mapping[str, Any]) -> dict[str, str]:
        """A row about a part: of an index its value and score, of land degradation its hectares."""
        say, title = self.phrases, self.phrases.named(told["title"])
        if "area_ha" in told:
            return {"part": title, "area": f"{say.hectares(told['area_ha'])} ha"}
        return {
            "part": title,
            "year": told["year"],
            "value": figure(say, told["value"], told["unit"]),
            "score": figure(say, told["score"]),
            "weight": say.value(told["weight"], 2),
        }
