"""Indicators of the soil: what they are and lack, and what one is in an area."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION
from soilinfo.catalog.text import in_language, number, unit_text
from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, country_of, numbers
from soilinfo.console import print_table, say
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.indicators.area import indicator_of_area
from soilinfo.jobs.indicators.measure import Measurement

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
    write = _Writer(catalog, answer["unit"], language)
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

    catalog: Catalog
    unit: str
    language: str

    def value(self, told: Mapping[str, Any]) -> dict[str, str]:
        """A row about one year."""
        unit = unit_text(self.unit, self.language, self.catalog.directory)
        depth = told["depth_cm"]
        return {
            "year": told["year"],
            "value": f"{self._number(told['value'], 3)} {unit}".strip(),
            "90 % interval": self._interval(told["lower"], told["upper"], 3),
            "land with data": f"{self._number(told['covered_pct'], 1)} %",
            "without data": f"{self._number(told['nodata_ha'], 0)} ha",
            "depth": f"{depth[0]:g}-{depth[1]:g} cm" if depth else "",
            "method": " ".join(each for each in (told["method_group"], told["form"]) if each),
            "layers": ", ".join(f"{each['layer']}@{each['version']}" for each in told["layers"]),
        }

    def limit(self, told: Mapping[str, Any], limit: Mapping[str, Any]) -> dict[str, str]:
        """A row about one threshold of one year."""
        known = limit["affected_ha"] is not None
        return {
            "year": told["year"],
            "threshold": in_language(limit["title"], self.language) if "title" in limit else "",
            "affected land": f"{self._number(limit['affected_ha'], 0)} ha" if known else "",
            "share": f"{self._number(limit['affected_pct'], 1)} %" if known else "",
            "least and most (ha)": self._interval(limit["affected_lower_ha"], limit["affected_upper_ha"], 0),
            "source": limit.get("source", ""),
        }

    def part(self, told: Mapping[str, Any]) -> dict[str, str]:
        """A row about a part: of an index its value and score, of land degradation its hectares."""
        title = in_language(told["title"], self.language)
        if "area_ha" in told:
            return {"part": title, "area": f"{self._number(told['area_ha'], 0)} ha"}
        unit = unit_text(told["unit"], self.language, self.catalog.directory)
        return {
            "part": title,
            "year": told["year"],
            "value": f"{self._number(told['value'], 3)} {unit}".strip(),
            "score": self._number(told["score"], 1),
            "weight": self._number(told["weight"], 2),
        }

    def _interval(self, lower: float | None, upper: float | None, decimals: int) -> str:
        known = lower is not None and upper is not None
        return f"{self._number(lower, decimals)} .. {self._number(upper, decimals)}" if known else "not known"

    def _number(self, value: float | None, decimals: int) -> str:
        if value is None:
            return "no data"
        return number(value, decimals, self.language, self.catalog.directory)
