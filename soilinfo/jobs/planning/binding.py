"""The characteristics that give land its class: their values, and what the next better class asks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, ClassTable, Criterion, Crop, SuitabilityClass
from soilinfo.evaluate.reasons import Rating, better_band, edge_of, median
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.inputs import meanings, reader
from soilinfo.jobs.planning.area import Answer, share
from soilinfo.jobs.planning.explained_land import Land, Sums
from soilinfo.jobs.planning.trial import Trial
from soilinfo.store.home import Store
from soilinfo.units import convert


@dataclass(frozen=True)
class Binding:
    """Writes rows of characteristics, from the sums of an area and the criteria in force there."""

    catalog: Catalog
    actual: Trial
    land: Land

    def rows(self, quality: int, rank: int, class_ha: float) -> list[Answer]:
        """The characteristics of a quality that are at a class, the largest area first.

        Where several criteria sets hold in the area, a row is of the land where one of them does.
        """
        found = []
        for (held, name, code), areas in self.land.values.items():
            if code == rank and self.land.ratings[held][name].quality == quality:
                ha = sum(areas.values())
                row = self._row(held, name, rank, areas)
                found.append(row | {"ha": round(ha, 4), "pct": share(ha, class_ha)})
        return sorted(found, key=lambda row: -row["ha"])

    def missing(self) -> list[Answer]:
        """The characteristics that are not known somewhere, the largest area first."""
        found: dict[str, float] = {}
        for (_, name, code), areas in self.land.values.items():
            unknown = sum(ha for packed, ha in areas.items() if code == 0 and not self._mapped(name, packed))
            found[name] = found.get(name, 0.0) + unknown
        rows = [{**self._titled(name), "ha": round(ha, 4)} for name, ha in found.items() if ha > 0]
        return sorted(rows, key=lambda row: -row["ha"])

    def unrated(self) -> list[Answer]:
        """The mapped classes that the criteria in force do not rate, the largest area first."""
        rows = [
            self._row(held, name, 0, {packed: ha}) | {"ha": round(ha, 4)}
            for (held, name, code), areas in self.land.values.items()
            for packed, ha in areas.items()
            if code == 0 and self._mapped(name, packed)
        ]
        return sorted(rows, key=lambda row: -row["ha"])

    def _mapped(self, name: str, packed: int) -> bool:
        """Whether a stored integer without a class stands for a class of a table: numbers are all rated."""
        meaning = meanings(self.catalog, [name])[name]
        return isinstance(meaning, ClassTable) and packed in meaning.code_of.values()

    def cell(self, store: Store, cell: Window) -> list[Answer]:
        """Every characteristic of one cell with its value and the class it alone would give."""
        packed = reader(store, self.actual.inputs)(cell)
        held = int(self.actual.criteria.used(self.actual.crop.id, cell)[0, 0])
        rows = []
        for name, rating in self.land.ratings[held].items():
            value: NDArray[np.integer] = packed[name]
            rank, stored = int(rating.of(value)[0, 0]), int(value[0, 0])
            known = rank > 0 or self._mapped(name, stored)
            row = self._row(held, name, rank, {stored: 1.0}) if known else self._unknown(held, name)
            rows.append(
                row | {"class": SuitabilityClass(rank).name if rank else None, **self._quality(rating)}
            )
        return sorted(rows, key=lambda row: -SuitabilityClass[row["class"] or "S1"])

    def _quality(self, rating: Rating) -> Answer:
        return {"quality": self.catalog.evaluation.qualities[rating.quality].code}

    def _row(self, held: int, name: str, rank: int, areas: Sums) -> Answer:
        criterion = self._crop(held).characteristics[name]
        meaning, typical = meanings(self.catalog, [name])[name], median(areas)
        if isinstance(meaning, ClassTable):
            value: Any = self._category(meaning, max(areas, key=lambda code: areas[code]))
        else:
            value = self._number(criterion, name, typical * meaning.scale)
        better = better_band(criterion, rank, value if isinstance(value, float) else value["id"])
        if better is None and rank > SuitabilityClass.S1 and name in self.catalog.evaluation.hazard_absent:
            none = self._number(criterion, name, self.catalog.evaluation.hazard_absent[name])
            better = "S1", (none, none)
        return self._named(held, name) | {
            "value": value,
            "unit": criterion.unit,
            "better": better[0] if better else None,
            "band": self._band(meaning, better[1]) if better else None,
            "limit": edge_of(better[1], value) if better and isinstance(value, float) else None,
        }

    def _unknown(self, held: int, name: str) -> Answer:
        return self._named(held, name) | {
            "value": None,
            "unit": None,
            "better": None,
            "band": None,
            "limit": None,
        }

    def _named(self, held: int, name: str) -> Answer:
        used = self.actual.inputs[name]
        units = self.actual.criteria.units(self.actual.crop.id)
        return {
            **self._titled(name),
            "layer": used.layer,
            "version": used.version,
            "region": units[held - 1].criteria.region if held else None,
        }

    def _titled(self, name: str) -> Answer:
        return {"characteristic": name, "title": dict(self.catalog.property(name).title)}

    def _crop(self, held: int) -> Crop:
        return self.actual.criteria.units(self.actual.crop.id)[held - 1].crop if held else self.actual.crop

    def _number(self, criterion: Criterion, name: str, value: float) -> float:
        unit = self.catalog.property(name).unit
        values: NDArray[np.floating] = np.array([value])
        return round(float(convert(values, unit, criterion.unit or unit)[0]), 9)

    def _category(self, table: ClassTable, code: int) -> Answer:
        entry = next(each for each in table.classes if each.code == code)
        return {"id": entry.id, "title": dict(entry.title)}

    def _band(self, meaning: Any, band: Any) -> Any:
        """A band as printed: the two ends of an interval, or the classes it names, by their titles."""
        if not isinstance(meaning, ClassTable):
            return list(band)
        named = [each for each in meaning.classes if {each.id, each.group} & {*band}]
        return [{"id": each.id, "title": dict(each.title)} for each in named]
