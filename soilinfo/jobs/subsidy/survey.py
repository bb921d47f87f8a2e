"""What the nutrient status of a commodity's land is made from, and what is missing for it.

Only the layer of the very property that limits are about is read: what another extraction measured is another
quantity, and is never converted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, Property
from soilinfo.catalog.nutrient_status import Land, NutrientLimits, NutrientStatus
from soilinfo.catalog.product import Product, Text
from soilinfo.catalog.product_fertility import nutrient_status_of
from soilinfo.catalog.products import products
from soilinfo.catalog.text import in_language, label
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.inputs import Input, choose_inputs
from soilinfo.jobs.evaluation.spreads import Spread, choose_spreads
from soilinfo.jobs.evaluation.summary import is_read_rightly
from soilinfo.jobs.subsidy.ratings import Rated, rated
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store

OTHER_LAND, OWN_LAND = 1, 2
"""Kinds of land; 0 is where the layer of land has no data."""


@dataclass(frozen=True)
class OwnLand:
    """The land of a commodity: a published layer of classes, and the kind of land of each code (256,)."""

    layer: str
    version: str
    cube: CubeLayer
    kinds: NDArray[np.uint8]

    def read(self, window: Window) -> NDArray[np.uint8]:
        """The kind of land of every cell of a window."""
        found: NDArray[np.uint8] = self.kinds[self.cube.read(self.layer, window)]
        return found


@dataclass(frozen=True)
class Measured:
    """A nutrient whose property has a published layer, rated by its limits.

    ``classes``: codes of the classes of status by id, poorest first; ``spread``: how uncertain the layer is,
    where that is published; ``survey_year``: the time that the layer is of, as config states it.
    """

    limits: NutrientLimits
    prop: Property
    rated: Rated
    classes: Mapping[str, int]
    spread: Spread | None
    survey_year: str | None


@dataclass(frozen=True)
class Survey:
    """The land and the nutrients, by id, of one file of nutrient_status/."""

    store: Store
    status: NutrientStatus
    product: Product
    land: OwnLand
    nutrients: Mapping[str, Measured]

    @property
    def inputs(self) -> dict[str, str]:
        """Layer -> version of everything that is read."""
        found = {self.land.layer: self.land.version}
        for each in self.nutrients.values():
            found[each.rated.input.layer] = each.rated.input.version
            found |= each.spread.layers if each.spread else {}
        return found


def survey_of(
    store: Store, catalog: Catalog, published: Mapping[str, str], status: NutrientStatus
) -> tuple[Survey | None, list[Finding]]:
    """What a status is made from, None without land or any nutrient; a finding for all that is missing."""
    product = products(catalog)[nutrient_status_of(status.id)]
    snapshot = replace(store.ledger.current(), layers=published)
    chosen, _ = choose_inputs(store, catalog, snapshot)
    spreads = choose_spreads(store, catalog, snapshot, chosen)
    nutrients: dict[str, Measured] = {}
    findings = []
    for nutrient, limits in status.nutrients.items():
        if limits.property in chosen:
            used, spread = chosen[limits.property], spreads.get(limits.property)
            nutrients[nutrient] = _measured(store, catalog, status, limits, used, spread)
        else:
            findings.append(_not_measured(catalog, product.id, nutrient, limits, chosen))
    land = _land(store, catalog, published, status.land)
    if land is None:
        findings.append(_no_land(product.id, status.land))
    found = Survey(store, status, product, land, nutrients) if land and nutrients else None
    return found, findings


def _measured(
    store: Store,
    catalog: Catalog,
    status: NutrientStatus,
    limits: NutrientLimits,
    used: Input,
    spread: Spread | None,
) -> Measured:
    prop, table = catalog.property(limits.property), catalog.class_table(status.classes)
    return Measured(
        limits,
        prop,
        rated(store, prop, used, limits.edges, table),
        table.code_of,
        spread,
        catalog.layer(used.layer).time,
    )


def _land(store: Store, catalog: Catalog, published: Mapping[str, str], land: Land) -> OwnLand | None:
    version = published.get(land.layer)
    if version is None or land.layer not in catalog.layers:
        return None
    if not is_read_rightly(store, catalog, land.layer, version):
        return None
    table = catalog.class_table(catalog.property(catalog.layer(land.layer).property).class_table or "")
    kinds = np.zeros(256, np.uint8)
    for each in table.classes:
        kinds[each.code] = OWN_LAND if {each.id, each.group} & {*land.classes} else OTHER_LAND
    return OwnLand(land.layer, version, store.cube.open(land.layer, version), kinds)


# ---- what a reader must know --------------------------------------------------------------


def notes_of(catalog: Catalog, survey: Survey) -> Iterator[Text]:
    """The limits of each nutrient, by which method and when it was measured, in every language."""
    for id_, each in survey.nutrients.items():
        nutrient, texts = (label(key, catalog.directory) for key in (f"nutrient.{id_}", "survey.note"))
        edges = " / ".join(f"{edge:g}" for edge in each.limits.edges)
        yield {
            language: text.format(
                nutrient=in_language(nutrient, language),
                property=in_language(each.prop.title, language),
                edges=f"{edges} {each.limits.unit}",
                year=each.survey_year or "–",
            )
            for language, text in texts.items()
        }


def _no_land(layer: str, land: Land) -> Finding:
    named = ", ".join(land.classes)
    message = f"not made: its land ({named}) is told by the layer '{land.layer}', which is not published"
    return Finding("inputs_lacking", "warn", layer, message, 1, {"lacking": [land.layer]})


def _not_measured(
    catalog: Catalog, layer: str, nutrient: str, limits: NutrientLimits, chosen: Mapping[str, Input]
) -> Finding:
    """A warning that a nutrient has no status, which names the property that lacks, and other methods."""
    others = [name for name in chosen if _measures(name, nutrient)]
    wanted, listed = _by_method(catalog, [limits.property]), _by_method(catalog, others)
    message = f"no status of {nutrient}: there is no published layer of {wanted}"
    if others:
        message += (
            f"; there is {listed}, which is another method: its values are never converted, and need "
            "limits of their own in nutrient_status/"
        )
    evidence = {"nutrient": nutrient, "lacking": [limits.property], "other_methods": others}
    return Finding("inputs_lacking", "warn", layer, message, 1, evidence)


def _by_method(catalog: Catalog, names: list[str]) -> str:
    return ", ".join(f"{name} ({catalog.property(name).method})" for name in names)


def _measures(property_: str, nutrient: str) -> bool:
    """Whether a property is about a nutrient, in the oxide's form or the element's (p2o5_..., p_...)."""
    return property_.partition("_")[0] in (nutrient, nutrient[0])
