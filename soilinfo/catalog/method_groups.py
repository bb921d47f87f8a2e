"""What groups of methods are called, by which indicators are measured."""

from collections.abc import Mapping

from soilinfo.catalog.degradation_method import degradation_methods
from soilinfo.catalog.fields import Label
from soilinfo.catalog.models import Catalog


def method_groups(catalog: Catalog) -> Mapping[str, Label]:
    """Every group that land degradation or an indicator of config can be measured by; title by id."""
    degradation = {each.group: each.title(catalog.directory) for each in degradation_methods()}
    every = catalog.indicators.values()
    return degradation | {one.method_group: one.method for each in every for one in each.inputs}
