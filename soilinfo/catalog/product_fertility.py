"""Products of soil fertility: ratings of properties, and the nutrient status of a commodity's own land."""

from collections.abc import Iterator
from dataclasses import replace

from soilinfo.catalog.models import Catalog, ClassTable
from soilinfo.catalog.nutrient_status import NutrientStatus
from soilinfo.catalog.product import NODATA, PERCENT, Product, ProductVariable, TableView, Text, classes
from soilinfo.catalog.ratings import RatingEdition
from soilinfo.catalog.styles import StyleEntry, style_of_numbers
from soilinfo.catalog.text import in_language, label

SOIL_RATINGS = "soil_ratings"
NUTRIENT_STATUS = "nutrient_status"
PROBABILITY_STEP = 0.5
"""Probabilities are stored in half percents."""


def nutrient_status_of(id_: str) -> str:
    """Name of the product of one file of nutrient_status/."""
    return f"{NUTRIENT_STATUS}_{id_}"


def rating_of(property_: str) -> str:
    """Name of the variable that rates a property."""
    return f"{property_}_rating"


def status_of(nutrient: str) -> str:
    """Name of the variable with the status of a nutrient."""
    return f"{nutrient}_status"


def confidence_of(nutrient: str) -> str:
    """Name of the variable with the probability of the status that the map shows."""
    return f"{nutrient}_confidence"


def probability_of(nutrient: str, class_: str) -> str:
    """Name of the variable with the probability of one class of status."""
    return f"{nutrient}_p_{class_}"


def unit_probability_of(class_: str) -> str:
    """Column of a table by unit with the probability that a class is the unit's status, in %."""
    return f"status_{class_}_pct"


def rating_edition(catalog: Catalog) -> RatingEdition | None:
    """The edition of soil ratings in force; None where subsidy.yaml is absent."""
    return catalog.ratings[catalog.subsidy.rating_edition] if catalog.subsidy else None


def rated_properties(catalog: Catalog) -> list[str]:
    """The properties that the edition in force rates and config has a layer of."""
    edition, mapped = rating_edition(catalog), _mapped(catalog, "mean")
    return [name for name in edition.ratings if name in mapped] if edition else []


def fertility_products(catalog: Catalog) -> Iterator[Product]:
    """Those for which the configuration has ratings or limits."""
    if rated := rated_properties(catalog):
        yield _ratings(catalog, rated)
    for status in catalog.nutrient_statuses.values():
        yield _status(catalog, status)


def _ratings(catalog: Catalog, rated: list[str]) -> Product:
    variables = [_rating(catalog, name) for name in rated]
    poorest = variables[0].style.entries[0].id
    return Product(
        SOIL_RATINGS,
        label("product.soil_ratings", catalog.directory),
        label("product.soil_ratings.description", catalog.directory),
        "fertility",
        False,
        tuple(variables),
        TableView("share_pct", {"property": rated[0], "class_id": poorest}),
    )


def _rating(catalog: Catalog, property_: str) -> ProductVariable:
    edition = rating_edition(catalog)
    assert edition is not None, "nothing is rated without an edition"
    table = catalog.class_table(edition.classes_of(property_))
    return _classes(rating_of(property_), catalog.property(property_).title, table)


def _status(catalog: Catalog, status: NutrientStatus) -> Product:
    table = catalog.class_table(status.classes)
    statuses = [
        _classes(status_of(nutrient), _named(catalog, "status", nutrient), table)
        for nutrient in status.nutrients
    ]
    uncertain = _mapped(catalog, "sd") | _mapped(catalog, "q05")
    probabilities = [
        each
        for nutrient, limits in status.nutrients.items()
        if limits.property in uncertain
        for each in _probabilities(catalog, nutrient, table)
    ]
    first, *others = (
        TableView("status", {"nutrient": nutrient}, variable=status_of(nutrient))
        for nutrient in status.nutrients
    )
    about = label("product.nutrient_status.description", catalog.directory)
    return Product(
        nutrient_status_of(status.id),
        status.title,
        about,
        "fertility",
        False,
        (*statuses, *probabilities),
        replace(first, others=tuple(others)),
    )


def _probabilities(catalog: Catalog, nutrient: str, table: ClassTable) -> Iterator[ProductVariable]:
    """Those of the status that the map shows, and of each class."""
    yield _probability(catalog, confidence_of(nutrient), _named(catalog, "confidence", nutrient))
    for each in table.classes:
        title = _named(catalog, "probability", nutrient, each.title)
        yield _probability(catalog, probability_of(nutrient, each.id), title)


def _mapped(catalog: Catalog, statistic: str) -> set[str]:
    """The properties of which config has a layer of that statistic."""
    return {layer.property for layer in catalog.layers.values() if layer.statistic == statistic}


def _classes(name: str, title: Text, table: ClassTable) -> ProductVariable:
    entries = [StyleEntry(each.code, each.colour, each.title, each.id) for each in table.classes]
    return classes(name, title, entries, nodata=0)


def _probability(catalog: Catalog, name: str, title: Text) -> ProductVariable:
    style = style_of_numbers(catalog, title, PERCENT, "%", (0.0, 100.0))
    return ProductVariable(name, title, "uint8", NODATA, PROBABILITY_STEP, "%", style)


def _named(catalog: Catalog, what: str, nutrient: str, class_: Text | None = None) -> Text:
    """The title of a variable of a nutrient, in every language."""
    nutrients, texts = (
        label(key, catalog.directory) for key in (f"nutrient.{nutrient}", f"variable.nutrient_{what}")
    )
    return {
        language: text.format(
            nutrient=in_language(nutrients, language), status=in_language(class_ or {"en": ""}, language)
        )
        for language, text in texts.items()
    }
