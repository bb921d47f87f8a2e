"""The sample nation's neighbours: country reports of two countries that do not exist, to set beside its own.

The western one (XNB) reports by the definitions, the depth and the year of the sample nation, its carbon by
another method, for which the region has an equation. The southern one (XNC) has maps of the upper 20 cm of
its farmland in 2008, by other methods where a definition allows several; its report is submitted, late, and
not approved. Both claim one islet. All values are drawn: there are no maps behind them, so that nobody can
recompute them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

from pyproj import Geod
from shapely import MultiPolygon

from soilinfo.catalog.fields import Label
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION
from soilinfo.jobs.reporting.statements import threats_of
from soilinfo.report.country.canonical import canonical, content_sha256
from soilinfo.report.country.document import (
    Boundary,
    Content,
    CountryReport,
    Event,
    Header,
    Input,
    Missing,
    ReportFinding,
    State,
    Unit,
)
from soilinfo.report.country.outline import outline
from soilinfo.report.country.rounding import ROUNDING, rounded_ha
from soilinfo.sample.neighbour_land import BORDER_ISLET, Island, provinces, united
from soilinfo.sample.neighbour_statements import stated
from soilinfo.sample.neighbour_values import RANGES, Measured, reported

FOLDER = "reports"
"""Where their reports lie, among the files of the sample."""
LEVEL = "provinces"
PERIOD = (2016, 2020)
LICENCE = "CC0-1.0"
ATTRIBUTION = "soilinfo synthetic sample"
_HA_PER_M2 = 1e-4


@dataclass(frozen=True)
class Neighbour:
    """A country that does not exist, and what it says of itself."""

    iso2: str
    title: Label
    body: Label
    measured: Measured
    provinces: tuple[str, ...]
    island: Island
    submitted: date
    approved: date | None

    @property
    def iso3(self) -> str:
        """Its code, of those that ISO 3166 leaves free."""
        return self.measured.iso3

    def steps(self) -> tuple[Event, ...]:
        """Who decided what about its report, and when."""
        days: dict[State, date | None] = {
            "draft": self.submitted - timedelta(14),
            "submitted": self.submitted,
            "approved": self.approved,
        }
        by = self.body["en"]
        return tuple(
            Event(state=state, by=by, on=datetime.combine(day, time(9), UTC))
            for state, day in days.items()
            if day
        )


NEIGHBOURS = (
    Neighbour(
        iso2="XW",
        title={"en": "Western Neighbour (synthetic)", "id": "Negara Tetangga Barat (sintetis)"},
        body={
            "en": "Soil Service of the Western Neighbour",
            "id": "Dinas Tanah Negara Tetangga Barat",
        },
        measured=Measured("XNB", 2020, "all", 93.0, measures={"soc": "soc_walkley_black"}),
        provinces=(
            "Northern Hills",
            "Western Plain",
            "Eastern Coast",
            "Southern Uplands",
            "Harbour Province",
        ),
        island=Island("the western neighbour", 93.9, -6.7, 1.25, 0.85),
        submitted=date(2026, 2, 20),
        approved=date(2026, 3, 3),
    ),
    Neighbour(
        iso2="XZ",
        title={"en": "Southern Neighbour (synthetic)", "id": "Negara Tetangga Selatan (sintetis)"},
        body={
            "en": "Institute of Soils of the Southern Neighbour",
            "id": "Institut Tanah Negara Tetangga Selatan",
        },
        measured=Measured("XNC", 2008, "agricultural", 61.0, own_depth=(0.0, 20.0)),
        provinces=("Windward", "Leeward", "Old Terraces", "Southern Cape"),
        island=Island("the southern neighbour", 97.8, -9.6, 1.5, 0.7),
        submitted=date(2026, 4, 9),
        approved=None,
    ),
)


def write_neighbours(directory: Path, catalog: Catalog) -> list[Path]:
    """Write the report of each neighbour as ``<ISO3>.json`` into ``directory``, by the definitions of config.

    The same config makes the same bytes.
    """
    directory.mkdir(parents=True, exist_ok=True)
    return [_write(directory / f"{each.iso3}.json", report_of(each, catalog)) for each in NEIGHBOURS]


def _write(path: Path, report: CountryReport) -> Path:
    path.write_bytes(canonical(report))
    return path


def report_of(country: Neighbour, catalog: Catalog) -> CountryReport:
    """The report of a neighbour that reports the indicators of ``catalog``."""
    content, steps = _content(country, catalog), country.steps()
    return CountryReport(
        id=f"{content.series}-1",
        state=steps[-1].state,
        sign_off=steps,
        software="soilinfo sample",
        content_sha256=content_sha256(content),
        content=content,
    )


def _content(country: Neighbour, catalog: Catalog) -> Content:
    units = _units(country)
    said = stated(country.iso3, catalog, units[0].area_ha)
    mapped = [each for name, each in sorted(catalog.indicators.items()) if name in RANGES]
    rules = catalog.land_degradation
    indicators = tuple(reported(country.measured, each, rules, units) for each in mapped)
    return Content(
        header=_header(country),
        inputs=tuple(_input(country, each.id) for each in mapped),
        units=units,
        indicators=indicators,
        missing=tuple(_missing(name) for name in sorted(catalog.indicators.keys() - RANGES.keys())),
        threats=threats_of(catalog, said, units[0].area_ha, indicators),
        inventory=said.inventory,
        practices=said.practices,
        laboratories=said.laboratories,
        statements_sha256=said.sha256,
        findings=(_made_up(country),),
    )


def _header(country: Neighbour) -> Header:
    disclaimer = {"en": "Boundaries are invented.", "id": "Batas wilayah adalah rekaan."}
    return Header(
        iso3=country.iso3,
        iso2=country.iso2,
        country=country.title,
        synthetic=True,
        period=PERIOD,
        body=country.body,
        boundary=Boundary(source=ATTRIBUTION, licence=LICENCE, disclaimer=disclaimer),
        interval_pct=90.0,
        rounding=ROUNDING,
    )


def _units(country: Neighbour) -> tuple[Unit, ...]:
    """The nation and its provinces; the islet that both neighbours claim belongs to the last one."""
    *parts, last = provinces(country.island, len(country.provinces))
    shapes = [*parts, united([last, BORDER_ISLET.coast()])]
    nation = _unit(NATION, NATION, country.title["en"], None, united(shapes))
    named = enumerate(zip(country.provinces, shapes, strict=True), start=1)
    return nation, *(_unit(LEVEL, f"{at:02}", name, NATION, shape) for at, (name, shape) in named)


def _unit(level: str, code: str, name: str, parent: str | None, shape: MultiPolygon) -> Unit:
    area = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) * _HA_PER_M2
    return Unit(
        level=level,
        code=code,
        name=name,
        parent=parent,
        area_ha=rounded_ha(area),
        geometry=outline(shape),
    )


def _input(country: Neighbour, name: str) -> Input:
    source = f"{country.iso3}/{name} (made up)"
    return Input(
        name=name,
        version="1",
        kind="raster",
        source=source,
        source_sha256=sha256(source.encode()).hexdigest(),
        licence=LICENCE,
        attribution=ATTRIBUTION,
        time=f"{country.measured.year}",
        statistic="mean",
    )


def _missing(name: str) -> Missing:
    return Missing(id=name, reason={"en": "no map of it", "id": "tidak ada petanya"})


def _made_up(country: Neighbour) -> ReportFinding:
    return ReportFinding(check="synthetic", severity="note", about=country.iso3, evidence={})
