"""What fertilizer is recommended at one place: status, rates with their steps, products that give them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, get_args

import shapely

from soilinfo.catalog.doses import Doses, OrganicMatter
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import label
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.fertilizer import Blend, Criterion, blend
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.evaluation.places import NATION, Area, indexed, region_of, resolve_area
from soilinfo.jobs.subsidy.area_status import AreaStatus, Landless, area_status
from soilinfo.jobs.subsidy.conversion import (
    CRITERION,
    at_hand,
    eligibility_on,
    nutrients_of,
    subsidy_of,
)
from soilinfo.jobs.subsidy.recommendation import (
    LegalTable,
    Rate,
    legal_table,
    nutrient_of,
    rates,
    variants,
)
from soilinfo.report.phrases import Phrases
from soilinfo.report.recommendation import sentence
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query

Answer = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What is asked of a commodity: with which organic matter, by which products, of which day.

    ``products`` None: those that are subsidised for the commodity on that day.
    """

    commodity: str
    credits: tuple[str, ...] = ()
    products: tuple[str, ...] | None = None
    criterion: Criterion = CRITERION
    on: date | None = None


def asked_question(
    commodity: str,
    *,
    credits: Sequence[str] = (),
    products: Sequence[str] | None = None,
    criterion: str | None = None,
    on: date | None = None,
) -> Question:
    """A question as a client asks it.

    UnknownNameError for a criterion that there is not, InputError for an empty list of products.
    """
    known: tuple[Criterion, ...] = get_args(Criterion)
    chosen = next((each for each in known if each == (criterion or CRITERION)), None)
    if chosen is None:
        raise UnknownNameError("criterion", criterion, known)
    if products is not None and not products:
        raise InputError("no products are named; leave them out for those subsidised on the day")
    return Question(commodity, tuple(credits), None if products is None else tuple(products), chosen, on)


def recommend(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    question: Question,
    *,
    area: Mapping[str, Any],
    effort: Effort | None = None,
) -> Answer:
    """The fertilizer that is recommended for a commodity in an area, kg/ha a season, and why.

    ``area`` as in :func:`soilinfo.jobs.evaluation.places.resolve_area`. The rate in force is the one that a
    decree prints for the unit (or for the one that a point lies in), else the computed one. Where there is no
    land of the commodity ``rates`` are empty and ``landless`` says why. Raises InputError for a commodity
    without rates, UnknownNameError, GeometryError or LimitError.
    """
    edition = edition_of(catalog, question.commodity)
    credits = _credits(edition, question.credits)
    on = question.on or date.today()
    place = resolve_area(store, catalog, snapshot, area)
    index = indexed(catalog, place, effort)
    status = _status(store, catalog, snapshot, edition, index, place)
    table = legal_table(store, catalog, snapshot.layers, edition)
    unit = _unit(store, catalog, snapshot, place, table)
    printed = table if table and unit and unit["level"] == table.level else None
    landless = _landless(place, unit, status, printed)
    used = {**status.used, **({printed.table: printed.version} if printed else {})}
    told: Answer = _asked(catalog, question, edition) | {
        "date": on.isoformat(),
        "snapshot": snapshot.id,
        "area": dict(place.asked),
        "is_point": place.cell is not None,
        "region": unit,
        "total_ha": round(float(index.area_ha[0]), 4),
        "landless": landless,
        "status": status.rows,
        "legal": _legal(edition, printed, unit),
        "credits": list(credits),
        "rates": [] if landless else list(_rates(catalog, edition, status.rows, printed, unit, credits)),
        "used": [{"layer": layer, "version": version} for layer, version in used.items()],
    }
    asked = [row for row in told["rates"] if row["credits"] == list(credits)]
    told |= _products(catalog, question, asked, on)
    told |= {"findings": [asdict(finding) for finding in [*place.findings, *status.findings]]}
    languages = catalog.services.languages
    return {"sentence": {each: sentence(Phrases(catalog, each), told) for each in languages}} | told


def _asked(catalog: Catalog, question: Question, edition: Doses) -> Answer:
    """The commodity and the edition that is followed for it."""
    return {
        "commodity": question.commodity,
        "title": dict(subsidy_of(catalog).commodities[question.commodity].title),
        "edition": edition.id,
        "edition_title": dict(edition.title),
    }


def edition_of(catalog: Catalog, commodity: str) -> Doses:
    """The doses in force of a commodity; InputError naming those that have some where there are none."""
    subsidy = subsidy_of(catalog)
    if commodity not in subsidy.commodities:
        raise UnknownNameError("commodity", commodity, subsidy.commodities)
    if commodity not in subsidy.doses:
        raise InputError(
            f"for {commodity} no fertilizer is recommended here: no table of rates for it is in force, and "
            f"none is guessed; there are rates for: {', '.join(subsidy.doses) or 'none'}"
        )
    return catalog.doses[subsidy.doses[commodity]]


def _credits(edition: Doses, asked: Sequence[str]) -> tuple[OrganicMatter, ...]:
    """The organic matter that is asked for, in the order of the edition."""
    if unknown := [name for name in asked if name not in edition.credits]:
        raise UnknownNameError(f"credit in '{edition.id}'", unknown[0], edition.credits)
    return tuple(name for name in edition.credits if name in asked)


def _status(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    edition: Doses,
    index: ZoneIndex,
    place: Area,
) -> AreaStatus:
    if edition.nutrient_status is None:
        return AreaStatus()
    status = catalog.nutrient_statuses[edition.nutrient_status]
    is_unit = place.asked.get("region") is not None
    return area_status(store, catalog, snapshot.layers, status, index, is_unit=is_unit)


def _unit(
    store: Store, catalog: Catalog, snapshot: Snapshot, place: Area, legal: LegalTable | None
) -> dict[str, str] | None:
    """The unit asked about, or the one that a point lies in: of the level that rates are printed for."""
    published = [name for name in catalog.levels if name in snapshot.layers]
    region = place.asked.get("region")
    if region is not None and region != NATION:
        level, found = region_of(store, catalog, snapshot, region)
    elif place.cell is not None and published:
        level = legal.level if legal and legal.level in published else published[-1]
        at = shapely.Point(place.asked["geometry"]["coordinates"][:2])
        near = Query(bbox=at.bounds, fields=("code", "name"))
        found = store.vector.read(level, snapshot.layers[level], near)
        found = found[found.intersects(at)]
    else:
        return None
    names = zip(found["code"], found["name"], strict=True)
    return next(({"level": level, "code": code, "name": name} for code, name in names), None)


def _landless(
    place: Area, unit: Mapping[str, str] | None, status: AreaStatus, printed: LegalTable | None
) -> Landless | None:
    """Why nothing is recommended: there is no land of the commodity. A unit keeps a rate that is printed."""
    if place.cell is not None and unit is None:
        return "outside"
    by_law = place.cell is None and printed and unit and printed.state(unit["code"]) == "printed"
    return None if by_law else status.landless


def _legal(edition: Doses, table: LegalTable | None, unit: Mapping[str, str] | None) -> Answer | None:
    """What the decree's table says of the unit; None where it is about none, or about other units."""
    if table is None or unit is None:
        return None
    return {
        "state": table.state(unit["code"]),
        "least_area_ha": edition.least_area_ha,
        "layer": table.table,
        "version": table.version,
    }


# ---- rates ------------------------------------------------------------------------------


def _rates(
    catalog: Catalog,
    edition: Doses,
    status: Sequence[Answer],
    legal: LegalTable | None,
    unit: Mapping[str, str] | None,
    credits: tuple[OrganicMatter, ...],
) -> Iterator[Answer]:
    """A row for each fertilizer: without organic matter, with each kind of it, and with what is asked."""
    statuses = {row["nutrient"]: row["class"] for row in status}
    for variant in dict.fromkeys([*variants(edition), credits]):
        printed = legal.of(unit["code"], variant) if legal and unit else {}
        titles = [edition.credits[name].title for name in variant]
        title = _joined(titles) if titles else label("value.credit.none", catalog.directory)
        for rate in rates(edition, statuses, variant, printed):
            yield {"credits": list(variant), "title": title, **_rate(edition, rate, statuses)}


def _rate(edition: Doses, rate: Rate, statuses: Mapping[str, str | None]) -> Answer:
    nutrient = nutrient_of(edition, rate.fertilizer)
    return {
        "fertilizer": rate.fertilizer,
        "kg_ha": rate.kg_ha,
        "computed_kg_ha": rate.computed.kg_ha,
        "legal_kg_ha": rate.legal,
        "differs": rate.differs,
        "nutrient": nutrient,
        "status": statuses.get(nutrient) if nutrient else None,
        "steps": [asdict(step) for step in rate.computed.steps],
    }


def _joined(titles: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Labels one after the other, in every language."""
    return {language: ", ".join(title[language] for title in titles) for language in titles[0]}


# ---- products ---------------------------------------------------------------------------


def _products(catalog: Catalog, question: Question, asked: Sequence[Answer], on: date) -> Answer:
    """The rates in force as nutrients, and these as the products at hand; nothing while a rate is unknown."""
    rule = None if question.products else eligibility_on(catalog, on)
    hand = at_hand(catalog, question.products or (rule.fertilizers if rule else ()), on)
    known = {row["fertilizer"]: row["kg_ha"] for row in asked if row["kg_ha"] is not None}
    nutrients = nutrients_of(catalog, known) if len(known) == len(asked) else {}
    served = hand.held(nutrients)
    found = (
        blend(served, hand.contents, criterion=question.criterion, prices=hand.prices)
        if served
        else Blend({}, {}, None)
    )
    return {
        "rule": rule.rule if rule else None,
        "subsidised": question.commodity in rule.commodities if rule else None,
        "criterion": question.criterion,
        "nutrients": _amounts("nutrient", nutrients),
        "products": [
            {"fertilizer": name, "kg_ha": kg, "price": hand.prices.get(name)}
            for name, kg in found.kg_ha.items()
            if kg > 0
        ],
        "left_over": [each for each in _amounts("nutrient", found.left_over) if each["kg_ha"] > 0],
        "unserved": _amounts("nutrient", {name: kg for name, kg in nutrients.items() if name not in served}),
        "unstated": list(hand.unstated),
        "cost": found.cost,
        "currency": subsidy_of(catalog).currency,
    }


def _amounts(key: str, kg_ha: Mapping[str, float]) -> list[Answer]:
    return [{key: name, "kg_ha": round(kg, 2)} for name, kg in kg_ha.items()]
