"""What is uncertain about the classes of one crop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, Crop, Scenario
from soilinfo.catalog.product import Text
from soilinfo.catalog.text import in_language, label, languages
from soilinfo.evaluate.confidence import Confidence, confidence, limits
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.criteria import Criteria, Regional, compile_criteria
from soilinfo.jobs.evaluation.inputs import Input, meanings
from soilinfo.jobs.evaluation.spreads import Spread


@dataclass(frozen=True)
class Doubt:
    """A crop's criteria, the inputs they need, and which of these are uncertain."""

    crop: Crop
    criteria: Criteria
    inputs: Mapping[str, Input]
    spreads: Mapping[str, Spread]

    @property
    def conditional_on(self) -> list[str]:
        """The characteristics of all tables that count as certain, as nobody says how uncertain they are."""
        tables = [self.crop, *(each.crop for each, _ in self.criteria.regional)]
        return sorted(self.certain & {name for table in tables for name in table.characteristics})

    @property
    def certain(self) -> set[str]:
        """The inputs without an uncertainty."""
        return self.inputs.keys() - self.spreads.keys()

    def probabilities(
        self,
        window: Window,
        inputs: Mapping[str, NDArray[Any]],
        spreads: Mapping[str, NDArray[np.float32]],
        scenario: Scenario = "actual",
    ) -> Confidence:
        """Probabilities on one window of the grid, every cell by the criteria that hold at its centre."""
        known = {name: spreads[name] for name in self.spreads}
        result = confidence(self.criteria.tables, inputs, known, scenario)
        for regional, tables in self.criteria.regional:
            mask = regional.mask(self.criteria.grid, window)
            if mask.any():
                own = confidence(tables, inputs, known, scenario)
                result.probabilities[..., mask] = own.probabilities[..., mask]
        return result


def doubt_of(
    catalog: Catalog,
    crop: Crop,
    regional: Sequence[Regional],
    inputs: Mapping[str, Input],
    spreads: Mapping[str, Spread],
) -> Doubt | None:
    """What is uncertain about a crop's classes; None when nothing is known to be."""
    criteria = compile_criteria(catalog, [crop], regional, meanings(catalog, sorted(inputs)))
    every = [criteria.tables, *(tables for _, tables in criteria.regional)]
    used = {name: each for name, each in spreads.items() if any(limits(t, crop.id, name) for t in every)}
    return Doubt(crop, criteria, {name: inputs[name] for name in criteria.inputs}, used) if used else None


def told(catalog: Catalog, doubt: Doubt) -> tuple[Text, ...]:
    """What the probabilities assume and what they are conditional on, in every language."""
    where = catalog.directory
    names = {
        each: ", ".join(in_language(catalog.property(name).title, each) for name in sorted(doubt.spreads))
        for each in languages(where)
    }
    known = {
        each: text.format(names=names[each]) for each, text in label("confidence.uncertain", where).items()
    }
    return label("confidence.method", where), known, label("confidence.conditional_on", where)
