"""What people state for a country report: their workbook, and the threats as it ranks them."""

from collections.abc import Iterable
from pathlib import Path

from soilinfo.catalog.load import path_of
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.reporting import Report
from soilinfo.catalog.statements import Statements
from soilinfo.errors import SourceError
from soilinfo.findings import Finding
from soilinfo.ingest.statements import read_statements
from soilinfo.report.country.document import ReportedIndicator, ReportedThreat
from soilinfo.report.country.rounding import rounded_ha, rounded_pct, rounded_value
from soilinfo.report.country.threats import reported_threats

_ROUNDED = {
    "mean_rank": rounded_value,
    "rank": rounded_value,
    "area_rank": rounded_value,
    "agreement": rounded_value,
    "area_ha": rounded_ha,
    "mapped_ha": rounded_ha,
    "share_pct": rounded_pct,
}


def statements_of(catalog: Catalog, report: Report, nation_ha: float) -> Statements | None:
    """What the workbook of report.yaml states, None where it names none.

    SourceError where it is not there, InputError with every fault of its cells.
    """
    if report.statements is None:
        return None
    path = Path(path_of(catalog, report.statements))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"the statements of report.yaml, {report.statements}: {error.strerror}") from error
    return read_statements(content, catalog, nation_ha)


def lost_statements(catalog: Catalog) -> list[Finding]:
    """A finding where the workbook that report.yaml names is not there: a draft would be refused.

    No fault of the configuration, as whoever fills in the workbook may not have done so yet.
    """
    named = catalog.report.statements if catalog.report else None
    if named is None or Path(path_of(catalog, named)).is_file():
        return []
    message = (
        f"report.yaml names statements that are not there: {named}; "
        "no report can be drafted (an empty one: soilinfo report template)"
    )
    return [Finding("statements_lost", "warn", "threats", message)]


def threats_of(
    catalog: Catalog,
    statements: Statements | None,
    nation_ha: float,
    indicators: Iterable[ReportedIndicator],
) -> tuple[ReportedThreat, ...]:
    """The threats as experts rank them, beside the land that the indicators of the nation say is affected."""
    mapped = {each.id: each.values[0].affected_ha for each in indicators}
    return tuple(map(_rounded, reported_threats(catalog, statements, nation_ha, mapped)))


def _rounded(threat: ReportedThreat) -> ReportedThreat:
    return threat.model_copy(
        update={name: rounded(getattr(threat, name)) for name, rounded in _ROUNDED.items()}
    )
