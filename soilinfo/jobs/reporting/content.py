"""What a country reports: computed from published layers and stated by people, the same everywhere."""

from collections.abc import Iterable, Mapping
from itertools import chain

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION
from soilinfo.catalog.reporting import Report
from soilinfo.errors import InputError
from soilinfo.findings import SEVERITIES, Finding
from soilinfo.intervals import INTERVAL_PCT
from soilinfo.jobs.indicators.measure import Measurement
from soilinfo.jobs.reporting.inputs import inputs_of
from soilinfo.jobs.reporting.statements import statements_of, threats_of
from soilinfo.jobs.reporting.told import Told
from soilinfo.jobs.reporting.units import levels_of, units_of
from soilinfo.report.country.document import Boundary, Content, Header, ReportFinding
from soilinfo.report.country.rounding import ROUNDING
from soilinfo.report.country.threats import threat_findings
from soilinfo.store.home import Store


def draft_content(store: Store, catalog: Catalog, published: Mapping[str, str]) -> Content:
    """The content of this country's report over published layers (name -> version).

    InputError where config has no report.yaml or no ISO 3166 codes, where nothing is published of the nation,
    where what is published rests on two versions of one layer, or where statements have faults.
    """
    report = report_config(catalog)
    levels = levels_of(catalog, published)
    measurement = Measurement(store, catalog, published)
    told = Told(catalog, [measurement.level(level) for level in levels], report.period)
    measured_on = {catalog.level(level).summed_from or level for level in levels}
    used = told.used() | {name: published[name] for name in sorted({*levels, *measured_on})}
    units, indicators = units_of(store, published, levels), told.reported()
    # Who enters the official area of the whole nation is right, too.
    land_ha = max(units[0].area_ha, units[0].official_area_ha or 0.0)
    statements = statements_of(catalog, report, land_ha)
    threats = threats_of(catalog, statements, units[0].area_ha, indicators)
    of_threats = threat_findings(statements, threats, units[0].area_ha)
    return Content(
        header=_header(catalog, report),
        inputs=inputs_of(store, catalog, used),
        units=units,
        indicators=indicators,
        missing=told.missing(),
        threats=threats,
        inventory=statements.inventory if statements else (),
        practices=statements.practices if statements else (),
        laboratories=statements.laboratories if statements else (),
        statements_sha256=statements.sha256 if statements else None,
        findings=_findings(told.findings(), of_threats, statements.findings if statements else ()),
    )


def report_config(catalog: Catalog) -> Report:
    """report.yaml; InputError where there is none."""
    if catalog.report is None:
        raise InputError(
            "this country does not report: config/ has no report.yaml (see docs/country-report.md)"
        )
    return catalog.report


def _header(catalog: Catalog, report: Report) -> Header:
    country = catalog.country
    if country.iso3166 is None:
        raise InputError("a report names its country by ISO 3166: country.yaml has no iso3166")
    iso2, iso3 = country.iso3166
    coarsest = next((level for name, level in catalog.levels.items() if name != NATION), None)
    boundary = Boundary(
        source=report.boundaries.source,
        licence=coarsest.licence if coarsest else catalog.services.licence,
        disclaimer=report.boundaries.disclaimer,
    )
    return Header(
        iso3=iso3,
        iso2=iso2,
        country=country.title,
        synthetic=country.synthetic,
        period=report.period,
        body=report.body,
        boundary=boundary,
        interval_pct=INTERVAL_PCT,
        rounding=ROUNDING,
    )


def _findings(*found: Iterable[Finding]) -> tuple[ReportFinding, ...]:
    """The gravest first, then by what they are about."""
    made = map(ReportFinding.of, chain(*found))
    return tuple(sorted({each.model_dump_json(): each for each in made}.values(), key=_place))


def _place(finding: ReportFinding) -> tuple[int, str, str, str]:
    grave = SEVERITIES.index(finding.severity)
    return grave, finding.about, finding.check, finding.model_dump_json()
