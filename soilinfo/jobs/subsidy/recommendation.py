"""Recommended rates of fertilizer by unit: computed from nutrient status, beside those a decree prints."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Literal

import pandas as pd

from soilinfo.catalog.doses import Doses, OrganicMatter
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product import Text
from soilinfo.catalog.product_fertility import nutrient_status_of
from soilinfo.catalog.product_recommendation import RECOMMENDATION
from soilinfo.catalog.text import in_language, label
from soilinfo.errors import InputError
from soilinfo.evaluate.fertilizer import Dose, doses
from soilinfo.findings import Finding, some
from soilinfo.jobs.evaluation.products import Method
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.jobs.subsidy.conversion import subsidy_of
from soilinfo.jobs.subsidy.unit_tables import write_unit_table
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

PIPELINE = "fertilizer_recommendation/1"
WITHIN_UNIT = ("commodity", "credit", "fertilizer")
NO_CREDIT = "none"
"""Nothing is given beside mineral fertilizer: neither straw nor manure."""

LegalState = Literal["printed", "dash", "not_listed"]
"""What a decree's table says of a unit: rates, '-' for too little land, or nothing at all."""


@dataclass(frozen=True)
class Rate:
    """What is recommended of one fertilizer, kg/ha: computed from the soil, and as the law prints it."""

    fertilizer: str
    computed: Dose
    legal: float | None
    """None where no decree prints one."""

    @property
    def kg_ha(self) -> float | None:
        """The rate in force: the legal one where there is one; None where neither is known."""
        return self.computed.kg_ha if self.legal is None else self.legal

    @property
    def differs(self) -> bool:
        """Whether there are both, and they are not the same."""
        return None not in (self.computed.kg_ha, self.legal) and self.computed.kg_ha != self.legal


@dataclass(frozen=True)
class LegalTable:
    """The rates that a decree prints by unit of one level."""

    table: str
    version: str
    level: str
    columns: Mapping[str, Mapping[str, str]]
    """Credit (or NO_CREDIT) -> fertilizer -> column of ``rows``."""
    rows: pd.DataFrame
    """A row a unit, by code."""

    @cached_property
    def _by_code(self) -> dict[Hashable, dict[Hashable, Any]]:
        """The same, as every unit of a nation is looked up in it several times."""
        return self.rows.to_dict("index")

    def state(self, code: str) -> LegalState:
        """What the table says of a unit."""
        if code not in self._by_code:
            return "not_listed"
        return "printed" if self.of(code, ()) else "dash"

    def of(self, code: str, credits: Sequence[str]) -> dict[str, float]:
        """The printed kg/ha by fertilizer; none for credits that the table does not print together."""
        if code not in self._by_code or len(credits) > 1:
            return {}
        columns, row = self.columns.get(credits[0] if credits else NO_CREDIT, {}), self._by_code[code]
        return {name: float(row[column]) for name, column in columns.items() if pd.notna(row[column])}


@dataclass(frozen=True)
class Basis:
    """What the rates of one commodity by the units of a level rest on."""

    commodity: str
    edition: Doses
    statuses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Code -> nutrient -> status, of the units where it is known."""
    landless: frozenset[str] = frozenset()
    """Units that are known to have no land of the commodity."""
    legal: LegalTable | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


def rates(
    edition: Doses,
    statuses: Mapping[str, str | None],
    credits: Sequence[OrganicMatter],
    printed: Mapping[str, float],
) -> list[Rate]:
    """The rate of each fertilizer of an edition, by nutrient status and with credits for organic matter.

    ``printed``: the kg/ha of the law by fertilizer, as far as it prints any.
    """
    computed = doses(
        edition.base, edition.by_status, statuses, {name: edition.credits[name].kg_ha for name in credits}
    )
    return [Rate(name, dose, printed.get(name)) for name, dose in computed.items()]


def variants(edition: Doses) -> list[tuple[OrganicMatter, ...]]:
    """What a rate is told for: without organic matter, and with each kind of it."""
    return [(), *((name,) for name in edition.credits)]


def legal_table(
    store: Store, catalog: Catalog, published: Mapping[str, str], edition: Doses
) -> LegalTable | None:
    """The printed rates of an edition; None where it has none or their table is not published.

    Raises InputError for a table that is not about units, or has two rows of one unit.
    """
    if edition.legal is None or edition.legal.table not in published:
        return None
    table = catalog.table(edition.legal.table)
    if table.unit_level is None or table.unit_code is None:
        raise InputError(
            f"table '{table.id}' says of no unit which rates are printed for it: state unit_code"
        )
    rows = store.vector.read(table.id, published[table.id], Query(geometry=False)).set_index(table.unit_code)
    if twice := sorted(set(rows.index[rows.index.duplicated()])):
        raise InputError(f"table '{table.id}' has more than one row of {some(twice)}")
    columns = {str(credit): named for credit, named in edition.legal.columns.items()}
    return LegalTable(table.id, published[table.id], table.unit_level, columns, rows)


# ---- tables -----------------------------------------------------------------------------


def recommend_nation(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the table of recommended rates for every published level, where subsidy.yaml names editions.

    Nothing is written where the rates that a decree prints cannot be used, and a finding says why.
    """
    if catalog.subsidy is None or not catalog.subsidy.doses:
        return {}
    made: dict[str, str] = {}
    for level in (each for each in catalog.every_level() if each in published):
        try:
            known = bases(store, catalog, published, level)
        except InputError as error:
            report.findings.append(Finding("recommendation_not_made", "warn", RECOMMENDATION, str(error)))
            return {}
        inputs = {name: version for basis in known for name, version in basis.versions.items()}
        notes = tuple(_note(catalog, basis) for basis in known)
        method = Method(PIPELINE, inputs, _parameters(known), notes)
        rows = partial(_rows_of_level, store, level, published[level], known)
        made |= write_unit_table(
            store, catalog, RECOMMENDATION, level, method, published, rows, WITHIN_UNIT, report, progress
        )
    return made


def bases(store: Store, catalog: Catalog, published: Mapping[str, str], level: str) -> list[Basis]:
    """What the rates by the units of a level rest on, of each commodity that has an edition in force."""
    assert catalog.subsidy is not None, "there are no editions in force without it"
    return [
        _basis(store, catalog, published, level, commodity, catalog.doses[edition])
        for commodity, edition in catalog.subsidy.doses.items()
    ]


def _basis(
    store: Store,
    catalog: Catalog,
    published: Mapping[str, str],
    level: str,
    commodity: str,
    edition: Doses,
) -> Basis:
    name = table_of(nutrient_status_of(edition.nutrient_status or ""), level)
    legal = legal_table(store, catalog, published, edition)
    legal = legal if legal and legal.level == level else None
    versions = {legal.table: legal.version} if legal else {}
    if name not in published:
        return Basis(commodity, edition, legal=legal, versions=versions)
    columns = ("code", "nutrient", "status", "land_ha")
    rows = store.vector.read(name, published[name], Query(fields=columns, geometry=False))
    return Basis(
        commodity,
        edition,
        _statuses(rows),
        frozenset(rows.loc[rows["land_ha"] == 0, "code"]),
        legal,
        versions | {name: published[name]},
    )


def _statuses(rows: pd.DataFrame) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    known = rows[rows["status"].notna() & (rows["status"] != "")]
    for code, nutrient, status in zip(known["code"], known["nutrient"], known["status"], strict=True):
        found.setdefault(code, {})[nutrient] = status
    return found


def _rows_of_level(store: Store, level: str, version: str, known: Sequence[Basis]) -> pd.DataFrame:
    """A row for each unit, commodity, kind of organic matter and fertilizer.

    Units without land of a commodity have no rows of it, unless the law prints rates there.
    """
    units = store.vector.read(level, version, Query(fields=("code",), geometry=False))
    rows = [row for basis in known for code in units["code"] for row in _rows_of_unit(basis, code)]
    return pd.DataFrame(rows, columns=["code", *WITHIN_UNIT, *_COLUMNS]).astype(_COLUMNS)


_COLUMNS = {
    **dict.fromkeys(("kg_ha", "computed_kg_ha", "legal_kg_ha"), "float64"),
    "differs": "bool",
    **dict.fromkeys(("legal_rate", "nutrient", "status", "edition"), "str"),
}
"""Columns and their types, which they have even where no unit has a value."""


def _rows_of_unit(basis: Basis, code: str) -> Iterator[dict[str, Any]]:
    state = basis.legal.state(code) if basis.legal else None
    if code in basis.landless and state != "printed":
        return
    statuses = basis.statuses.get(code, {})
    for credits in variants(basis.edition):
        printed = basis.legal.of(code, credits) if basis.legal else {}
        for rate in rates(basis.edition, statuses, credits, printed):
            nutrient = nutrient_of(basis.edition, rate.fertilizer)
            yield {
                "code": code,
                "commodity": basis.commodity,
                "credit": credits[0] if credits else NO_CREDIT,
                "fertilizer": rate.fertilizer,
                "kg_ha": rate.kg_ha,
                "computed_kg_ha": rate.computed.kg_ha,
                "legal_kg_ha": rate.legal,
                "differs": rate.differs,
                "legal_rate": state,
                "nutrient": nutrient,
                "status": statuses.get(nutrient) if nutrient else None,
                "edition": basis.edition.id,
            }


def nutrient_of(edition: Doses, fertilizer: str) -> str | None:
    """The nutrient whose status decides the dose of a fertilizer; None of one that has a base alone."""
    rule = edition.by_status.get(fertilizer)
    return rule.nutrient if rule else None


def _note(catalog: Catalog, basis: Basis) -> Text:
    """Which edition is followed for a commodity and where it was read, in every language."""
    commodity = subsidy_of(catalog).commodities[basis.commodity].title
    return {
        language: text.format(
            commodity=in_language(commodity, language),
            edition=in_language(basis.edition.title, language),
            source=basis.edition.source,
        )
        for language, text in label("recommend.note", catalog.directory).items()
    }


def _parameters(known: Sequence[Basis]) -> dict[str, Any]:
    """Every rule that decides a rate."""
    aside = {"title", "source", "not_found"}
    return {basis.commodity: basis.edition.model_dump(mode="json", exclude=aside) for basis in known}
