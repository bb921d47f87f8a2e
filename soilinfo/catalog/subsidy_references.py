"""What doses and subsidy.yaml say of commodities, fertilizers, classes and tables."""

from collections.abc import Iterable, Iterator

from soilinfo.catalog.doses import Doses, LegalDoses
from soilinfo.catalog.files import Entry
from soilinfo.catalog.rating_references import land_faults, unknown_commodities
from soilinfo.catalog.references import Parts
from soilinfo.catalog.subsidy import Subsidy
from soilinfo.catalog.table_references import column_faults, level_faults
from soilinfo.errors import Fault, UnknownNameError


def subsidy_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between doses, subsidy.yaml and the rest of the configuration."""
    for entry, doses in parts.all("doses", Doses):
        yield from _dose_faults(parts, entry, doses)
    for entry, subsidy in parts.all("subsidy", Subsidy):
        yield from _rule_faults(parts, entry, subsidy)


def unknown_fertilizers(parts: Parts, entry: Entry, key: str, names: Iterable[str]) -> Iterator[Fault]:
    """A fault for each fertilizer that has no file."""
    for error in parts.unknown("fertilizer", "fertilizers", names):
        yield entry.fault(key, error)


def _dose_faults(parts: Parts, entry: Entry, doses: Doses) -> Iterator[Fault]:
    for error in unknown_commodities(parts, [doses.commodity]):
        yield entry.fault("commodity", error)
    for error in parts.unknown("nutrient status", "nutrient_status", [doses.nutrient_status]):
        yield entry.fault("nutrient_status", error)
    yield from unknown_fertilizers(parts, entry, "base", doses.base or ())
    yield from unknown_fertilizers(parts, entry, "by_status", doses.by_status or ())
    for name, credit in (doses.credits or {}).items():
        yield from unknown_fertilizers(parts, entry, f"credits.{name}.kg_ha", credit.kg_ha)
    yield from _status_faults(parts, entry, doses)
    if doses.legal and not (entry.lent and doses.legal.table not in parts.entries["tables"]):
        yield from _legal_faults(parts, entry, doses.legal)


def _legal_faults(parts: Parts, entry: Entry, legal: LegalDoses) -> Iterator[Fault]:
    yield from level_faults(parts, entry, "legal", legal.table)
    for name, columns in legal.columns.items():
        yield from unknown_fertilizers(parts, entry, f"legal.columns.{name}", columns)
        named = {f"columns.{name}.{each}": column for each, column in columns.items()}
        yield from column_faults(parts, entry, "legal", legal.table, numbers=named, unit="kg/ha")


def _status_faults(parts: Parts, entry: Entry, doses: Doses) -> Iterator[Fault]:
    """Doses by status need a status of that nutrient, and a dose for each of its classes."""
    status = parts.data("nutrient_status", doses.nutrient_status)
    nutrients = status.get("nutrients")
    classes = parts.classes({"class_table": status.get("classes")}, "id")
    if doses.by_status and doses.nutrient_status is None:
        yield entry.fault("nutrient_status", "missing: doses by status need one")
    for name, dose in (doses.by_status or {}).items():
        if isinstance(nutrients, dict) and dose.nutrient not in nutrients:
            error = UnknownNameError("status of a nutrient", dose.nutrient, nutrients)
            yield entry.fault(f"by_status.{name}.nutrient", error)
        if classes and classes != set(dose.doses):
            message = f"every class needs a dose, and no other has one: {', '.join(sorted(classes))}"
            yield entry.fault(f"by_status.{name}.doses", message)


def _rule_faults(parts: Parts, entry: Entry, subsidy: Subsidy) -> Iterator[Fault]:
    for error in parts.unknown("rating edition", "ratings", [subsidy.rating_edition]):
        yield entry.fault("rating_edition", error)
    for commodity, edition in (subsidy.doses or {}).items():
        for error in unknown_commodities(parts, [commodity]):
            yield entry.fault("doses", error)
        for error in parts.unknown("edition of doses", "doses", [edition]):
            yield entry.fault(f"doses.{commodity}", error)
        of = parts.data("doses", edition).get("commodity", commodity)
        if of != commodity:
            yield entry.fault(f"doses.{commodity}", f"'{edition}' has doses of {of}")
    for name, each in (subsidy.commodities or {}).items():
        if each.land:
            yield from land_faults(parts, entry, f"commodities.{name}.land", each.land)
    for at, rule in enumerate(subsidy.eligibility or ()):
        yield from unknown_fertilizers(parts, entry, f"eligibility.{at}.fertilizers", rule.fertilizers)
        for error in unknown_commodities(parts, [*rule.commodities]):
            yield entry.fault(f"eligibility.{at}.commodities", error)
