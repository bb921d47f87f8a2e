"""The indicators of an administrative unit for the panels of the map: value, interval, coverage, version."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from soilinfo.catalog.names import table_of
from soilinfo.catalog.product_indicators import INDICATORS
from soilinfo.serve.asking import VERSION
from soilinfo.serve.pages.shares import Region
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words

Row = dict[str, Any]


def indicators(region: Region) -> Row | None:
    """Each indicator at its newest, by its first threshold, as maps draw it; None where none is published.

    ``version`` is that of the table, and ``href`` leads to all of its rows about the unit in that version.
    """
    rows, site = region.rows(INDICATORS), region.site
    if not rows:
        return None
    table = region.collections[table_of(INDICATORS, region.level.id)]
    first = sorted((row for row in rows if row["is_first"]), key=lambda row: str(row["indicator"]))
    by_indicator = (list(each) for _, each in groupby(first, lambda row: row["indicator"]))
    query = {"code": region.code, VERSION: table.version}
    return {
        "title": site.say("panel.indicators_of", unit=str(rows[0]["name"])),
        "version": site.say("panel.indicators_version", version=table.version),
        "href": site.link(f"/collections/{table.id}/items", **query),
        "rows": [_told(site, table.id, _newest(each)) for each in by_indicator],
    }


def _newest(rows: Sequence[Row]) -> Row:
    """What has no date counts as oldest."""
    return max(rows, key=lambda row: (str(row["year"]).isdecimal(), str(row["year"])))


def _told(site: Site, table: str, row: Row) -> Row:
    words = Words(site)
    depth = [] if row["upper_cm"] is None else [f"{row['upper_cm']:g}–{row['lower_cm']:g} cm"]
    return {
        "name": row["indicator"],
        "title": words.value("indicator", row["indicator"], table),
        "of": ", ".join([words.value("year", row["year"], table), *depth]),
        "value": _number(words, row["value"], site.unit(row["unit"])),
        "interval": _interval(words, row),
        "covered": site.say("panel.covered", percent=_number(words, row["covered_pct"], most=1)),
        "affected": _number(words, row["affected_pct"], "%", most=1),
        "threshold": words.value("threshold", row["threshold"], table) if row["threshold"] else "",
    }


def _interval(words: Words, row: Row) -> str:
    ends = {name: _number(words, row[name]) for name in ("lower", "upper")}
    known = row["lower"] is not None and row["upper"] is not None
    return words.site.say("panel.interval" if known else "panel.no_interval", **ends)


def _number(words: Words, value: float | None, unit: str = "", most: int = 2) -> str:
    """A number with its unit; a dash for none."""
    return "–" if value is None else f"{words.number(value, most)} {unit}".strip()
