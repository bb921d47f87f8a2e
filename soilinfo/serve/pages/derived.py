"""What was derived for a place: suitability of every crop, zoning, nutrient status, and how sure they are."""

from collections.abc import Iterator

import numpy as np

from soilinfo.catalog.names import SUITABILITY
from soilinfo.catalog.product_confidence import CONFIDENCE
from soilinfo.catalog.product_fertility import confidence_of, nutrient_status_of, status_of
from soilinfo.evaluate.suitability import subclass
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import LIMITING, fields
from soilinfo.serve.pages.panel import in_short
from soilinfo.serve.pages.position import Position, Row


def crops(position: Position, scenarios: tuple[str, ...]) -> Iterator[Row]:
    """Every evaluated crop: its class in each scenario, and how probable that of the land as it is is."""
    suitability = position.collections.get(SUITABILITY)
    if suitability is None:
        return
    for crop in suitability.versions:
        classes = {each: _class(position, suitability, crop, each) for each in scenarios}
        row = {"name": crop, "title": position.words.crops[crop], "classes": classes}
        yield row | _confidence(position, crop)


def _class(position: Position, suitability: Collection, crop: str, scenario: str) -> Row:
    """The class with its FAO subclass ('S3nr') and the titles of what limits it; both empty for no data."""
    code = position.value_of(suitability, crop, scenario)
    row = position.row(fields(suitability)[scenario], code)
    mask = position.value_of(suitability, crop, f"{LIMITING}{scenario}") if row["value"] else np.nan
    if np.isnan(mask):
        return row | {"subclass": row["value"] or "", "limiting": []}
    qualities = position.words.qualities
    limiting = [in_short(title) for bit, title in enumerate(qualities.values()) if int(mask) >> bit & 1]
    return row | {"subclass": subclass(int(code), int(mask), list(qualities)), "limiting": limiting}


def _confidence(position: Position, crop: str) -> Row:
    confidence = position.collections.get(CONFIDENCE)
    if confidence is None or crop not in confidence.versions:
        return {}
    return position.probability(position.value_of(confidence, crop, CONFIDENCE))


def products_of(position: Position, theme: str) -> list[Collection]:
    """The collections of a theme of products that have one cube."""
    return [
        each
        for each in position.collections.values()
        if each.product and each.product.theme == theme and each.kind == "raster"
    ]


def derived(position: Position, collection: Collection) -> Iterator[Row]:
    """A row for each variable of a product; a nutrient's status has its probability beside it."""
    sure = _confidences(position, collection)
    for name, field in fields(collection).items():
        if not sure or name in sure:
            value = position.value_of(collection, collection.id, name)
            yield position.row(field, value) | _sure(position, collection, sure.get(name))


def _confidences(position: Position, collection: Collection) -> dict[str, str | None]:
    """The variable with the probability of each status, of nutrient status; none for any other product."""
    known = fields(collection)
    return {
        status_of(nutrient): confidence_of(nutrient) if confidence_of(nutrient) in known else None
        for status in position.site.catalog.nutrient_statuses.values()
        if nutrient_status_of(status.id) == collection.id
        for nutrient in status.nutrients
    }


def _sure(position: Position, collection: Collection, variable: str | None) -> Row:
    return position.probability(position.value_of(collection, collection.id, variable)) if variable else {}
