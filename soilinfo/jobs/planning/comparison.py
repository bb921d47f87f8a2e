"""On what crops are compared: the characteristics known everywhere for all of them, compiled once.

Used for the whole nation and for one area alike; see :func:`soilinfo.evaluate.choice.common_basis`. Beside
it stand the whole tables, which say where a crop is no candidate; see
:func:`soilinfo.evaluate.choice.candidates`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.choice import Choice
from soilinfo.catalog.models import Catalog, Crop, SuitabilityClass
from soilinfo.catalog.product import Text
from soilinfo.catalog.text import in_language, label, languages
from soilinfo.evaluate.choice import Basis, Classes, LeftOut, common_basis, cut_to
from soilinfo.evaluate.tables import PEAT
from soilinfo.evaluate.zonal import Read, ZoneIndex, histogram
from soilinfo.grid import Window
from soilinfo.jobs.effort import Advance, along, stretch, unheard
from soilinfo.jobs.evaluation.criteria import Criteria, Regional, compile_criteria
from soilinfo.jobs.evaluation.inputs import Input, meanings
from soilinfo.store.home import Store


@dataclass(frozen=True)
class Compared:
    """Classes (crop, y, x) of compared crops: on what they share, as the land is and under management, and
    by their whole tables, as the land is. ``limiting``: what limits each of the latter, else empty."""

    actual: Classes
    potential: Classes
    whole: Classes
    limiting: NDArray[np.uint16]


@dataclass(frozen=True)
class Comparison:
    """Crops that are compared, on what, and the compiled criteria: with only that in them, and whole."""

    choice: Choice
    crops: tuple[Crop, ...]
    regional: tuple[Regional, ...]
    basis: Basis
    inputs: Mapping[str, Input]
    criteria: Criteria
    whole: Criteria

    @property
    def suitable(self) -> tuple[SuitabilityClass, ...]:
        """The classes that make land suitable."""
        return tuple(SuitabilityClass[name] for name in self.choice.suitable)

    @property
    def weights(self) -> NDArray[np.float64]:
        """The weight of each crop."""
        return np.array([self.choice.weight(crop.id) for crop in self.crops])

    def evaluated(
        self, window: Window, cells: Mapping[str, NDArray[Any]], *, limiting: bool = False
    ) -> Compared:
        """Classes of all crops, as the land is and at the configured level of management."""
        scenarios = tuple(dict.fromkeys(("actual", self.choice.potential)))
        common = self.criteria.evaluate(window, cells, scenarios, limiting=False).classes
        whole = self.whole.evaluate(window, cells, ("actual",), limiting=limiting)
        return Compared(
            common["actual"],
            common[self.choice.potential],
            whole.classes["actual"],
            whole.limiting.get("actual", np.zeros(0, np.uint16)),
        )


def compare(
    catalog: Catalog,
    choice: Choice,
    crops: Sequence[Crop],
    regional: Sequence[Regional],
    inputs: Mapping[str, Input],
    covered_pct: Mapping[str, float],
) -> Comparison:
    """How these crops are compared, given the share of the land that each input covers.

    A table of a region must have a row too, or its crop would win there by ignorance.
    """
    rules = catalog.evaluation
    basis = common_basis(
        crops,
        covered_pct,
        regional={each.criteria.id: each.crop for each in regional},
        irrigation_only=rules.irrigation_only,
        least_pct=choice.least_coverage_pct,
    )
    # Peat decides about the improvement of drainage whether or not crops are compared on it.
    known = meanings(catalog, sorted({*basis.used, *({PEAT} & inputs.keys())}))
    cut = [replace(each, crop=cut_to(each.crop, basis.used)) for each in regional]
    criteria = compile_criteria(catalog, [cut_to(crop, basis.used) for crop in crops], cut, known)
    whole = compile_criteria(catalog, crops, regional, meanings(catalog, sorted(inputs)))
    needed = {name: inputs[name] for name in sorted({*criteria.inputs, *whole.inputs})}
    return Comparison(choice, tuple(crops), tuple(regional), basis, needed, criteria, whole)


def covered(
    store: Store, index: ZoneIndex, inputs: Mapping[str, Input], advance: Advance = unheard
) -> dict[str, float]:
    """Percentage of the land on which each input has data.

    The land is what the most complete input covers: boundaries reach over lakes and the sea, of which no
    layer has any data.
    """
    valid_ha = {}
    for done, (name, one) in enumerate(inputs.items()):
        own = stretch(advance, done / len(inputs), (done + 1) / len(inputs))
        has_data = _has_data(store, one, along(own, index.window))
        valid_ha[name] = float(histogram(index, has_data, low=1, high=1, nodata=0).valid_ha.sum())
    land = max(valid_ha.values(), default=0.0)
    return {name: 100 * area / land if land else 0.0 for name, area in valid_ha.items()}


def _has_data(store: Store, one: Input, hear: Callable[[Window], None]) -> Read:
    cube = store.cube.open(one.layer, one.version)
    nodata = cube.variable(one.layer).nodata

    def has_data(window: Window) -> NDArray[np.uint8]:
        hear(window)
        return np.not_equal(cube.read(one.layer, window), nodata).astype(np.uint8)

    return has_data


def told(catalog: Catalog, basis: Basis) -> tuple[Text, ...]:
    """What the crops were compared on and what was left out, in every language."""
    where = catalog.directory
    used = {each: ", ".join(_names(catalog, basis.used, each)) for each in languages(where)}
    left = {
        each: "; ".join(_reason(catalog, one, each) for one in basis.left_out) for each in languages(where)
    }
    notes = [("direction.used", used)] + ([("direction.left_out", left)] if basis.left_out else [])
    return tuple(
        {each: text.format(names=names[each]) for each, text in label(key, where).items()}
        for key, names in notes
    )


def _names(catalog: Catalog, properties: Sequence[str], language: str) -> list[str]:
    return [in_language(catalog.property(name).title, language) for name in properties]


def _reason(catalog: Catalog, left: LeftOut, language: str) -> str:
    (name,) = _names(catalog, [left.characteristic], language)
    tables = [in_language(catalog.crop(crop).title, language) for crop in left.crops]
    tables += [_regional_name(catalog, id, language) for id in left.regional]
    crops = ", ".join(tables)
    text = label(f"direction.left_out.{left.reason}", catalog.directory)[language]
    return text.format(name=name, crops=crops, covered=f"{left.covered_pct or 0:.0f}")


def _regional_name(catalog: Catalog, id: str, language: str) -> str:
    """A crop and the regional criteria set that is meant, with the code of its unit."""
    own = catalog.regional_criteria[id]
    return f"{in_language(catalog.crop(own.crop).title, language)} ({id}, {own.region})"
