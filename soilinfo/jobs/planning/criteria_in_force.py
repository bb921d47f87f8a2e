"""Whose criteria hold in an area, as answers about it say: a crop's own, those of units, with hectares."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from soilinfo.catalog.models import Crop
from soilinfo.evaluate.zonal import ZoneIndex, histogram
from soilinfo.jobs.evaluation.criteria import Criteria


def held_ha(criteria: Criteria, crop: str, index: ZoneIndex) -> dict[int, float]:
    """Hectares of all zones by whose criteria hold there, as :meth:`Criteria.used` numbers them."""
    last = len(criteria.units(crop))
    if last == 0:
        return {0: float(index.area_ha.sum() - index.outside_ha.sum())}
    areas = histogram(index, partial(criteria.used, crop), low=0, high=last, nodata=last + 1).area_ha
    return {number: float(area) for number, area in enumerate(areas.sum(axis=0)) if area > 0}


def criteria_areas(criteria: Criteria, crop: Crop, areas: Mapping[int, float]) -> list[dict[str, Any]]:
    """The criteria sets used in the area, the crop's own first, with the hectares that each holds for."""
    sets = [(None, crop), *((each.criteria.region, each.crop) for each in criteria.units(crop.id))]
    return [
        {
            "region": region,
            "criteria_set": one.criteria_set,
            "edition": one.edition,
            "source": one.source.title,
            "ha": round(areas[number], 4),
        }
        for number, (region, one) in enumerate(sets)
        if number in areas
    ]
