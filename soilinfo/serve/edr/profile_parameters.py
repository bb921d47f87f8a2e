"""What soil profiles were observed for: a parameter for each property, and for how uncertain it is.

Observed in horizons (the collection ``profiles``), or harmonized to common depths (``harmonized_profiles``).
"""

from collections.abc import Iterator, Mapping

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import HARMONIZED, HORIZONS, PROFILES
from soilinfo.catalog.properties import Property
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import Category, Field
from soilinfo.serve.edr.observed import Parameter, Parameters
from soilinfo.serve.kept import kept_with_it
from soilinfo.serve.texts import Text, joined, label

PROFILED = (PROFILES, HARMONIZED)
"""Collections of which profiles are asked for at their places."""
DEVIATION = "sd"
"""The statistic of a parameter that says how uncertain another one is, and the end of its name."""
DEPTHS = ("upper_cm", "lower_cm")
"""Columns with the ends of a horizon or an interval."""


def beside(collection: Collection, name: str) -> str | None:
    """The version of another collection that was published with this one; None where it was not."""
    return collection.source.snapshot.layers.get(name)


@kept_with_it(1)
def parameters_of_profiles(collection: Collection) -> Parameters:
    """Every parameter of one of :data:`PROFILED`, by name."""
    found = _observed(collection) if collection.id == PROFILES else _harmonized(collection)
    return {each.name: each for each in found}


def _observed(collection: Collection) -> Iterator[Parameter]:
    """Every property that horizons have a column of."""
    version = beside(collection, HORIZONS)
    if version is not None:
        for name in collection.store.vector.fields(HORIZONS, version):
            if name in collection.catalog.properties:
                yield _parameter(collection.catalog, name)


def _harmonized(collection: Collection) -> Iterator[Parameter]:
    """Every property that the configuration harmonizes, and the standard deviation of each number."""
    rules, catalog = collection.catalog.harmonization, collection.catalog
    for name in rules.properties if rules else ():
        value = _parameter(catalog, name)
        yield value
        if not value.is_coded:
            yield _deviation(catalog, value)


def _parameter(catalog: Catalog, name: str) -> Parameter:
    return Parameter(_field(catalog, catalog.property(name)), ())


def _field(catalog: Catalog, described: Property) -> Field:
    about = joined(described.description or {}, _method(catalog, described))
    if described.class_table is None:
        return Field(described.id, described.title, described.unit, description=about)
    classes = catalog.class_table(described.class_table).classes
    categories = tuple(Category(each.code, each.id, each.title, each.colour) for each in classes)
    return Field(described.id, described.title, None, categories, description=about)


def _method(catalog: Catalog, described: Property) -> Text:
    """How it is measured, which is part of what a property is."""
    if not described.method:
        return {}
    named = label(catalog.directory, "collection.method")
    return label(catalog.directory, "serve.fact", name=named, fact=described.method)


def _deviation(catalog: Catalog, of: Parameter) -> Parameter:
    statistic = label(catalog.directory, f"statistic.{DEVIATION}")
    title = label(catalog.directory, "serve.edr.statistic", title=of.field.title, statistic=statistic)
    return Parameter(Field(f"{of.name}_{DEVIATION}", title, of.field.unit), (), DEVIATION, of.name)


def class_codes(catalog: Catalog, name: str) -> Mapping[str, int]:
    """Stored code by class id of a class property; empty for a number."""
    table = catalog.property(name).class_table
    return catalog.class_table(table).code_of if table else {}
