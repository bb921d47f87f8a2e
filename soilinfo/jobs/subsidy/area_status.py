"""Nutrient status of any area: the classes of a commodity's own land there, and how sure they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.nutrient_status import NutrientStatus
from soilinfo.catalog.product_fertility import unit_probability_of
from soilinfo.catalog.text import label
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.findings import Finding
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.subsidy.status import rows_of
from soilinfo.jobs.subsidy.survey import Survey, survey_of
from soilinfo.store.home import Store

Row = dict[str, Any]
Landless = Literal["outside", "no_land", "not_known"]
"""The place lies in no unit of the nation, the map shows no land of the commodity there, or it is not known
there what the land is used for."""


@dataclass(frozen=True)
class AreaStatus:
    """A row for each nutrient that has a status, layer -> version of what was read, and what was found."""

    rows: list[Row] = field(default_factory=list)
    used: Mapping[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    landless: Landless | None = None
    """Why there is no land of the commodity; None where there is some, or no layer tells."""


def area_status(
    store: Store,
    catalog: Catalog,
    published: Mapping[str, str],
    status: NutrientStatus,
    index: ZoneIndex,
    *,
    is_unit: bool,
) -> AreaStatus:
    """The status of each nutrient in the one zone of an index, as the tables by unit have it.

    Of a row ``class`` is that of most of the commodity's land; None where most of it has no data, and, as
    ``is_unit`` says that the zone is one, where a unit has less land than ``least_area_ha``: ``note`` says
    which. Beside it the share of each class, the mean probability of the classes shown (``confidence_pct``)
    and the probability of this status (``status_pct``) where they are known, and the layer that was rated
    with its version. Findings name the layers that lack, and other methods that there are.
    """
    survey, found = survey_of(store, catalog, published, status)
    if survey is None:
        return AreaStatus(findings=found)
    if survey.product.id not in published:
        message = "it is not worked out yet; run `soilinfo evaluate`"
        return AreaStatus(findings=[*found, Finding("not_evaluated", "warn", survey.product.id, message)])
    version = published[survey.product.id]
    known = store.ledger.version(survey.product.id, version)
    assert known is not None, "a published version is recorded"
    zones = Zones(gpd.GeoDataFrame(), index, None)
    least = status.least_area_ha if is_unit else None
    rows = rows_of(survey, store.cube.open(survey.product.id, version), zones, least_area_ha=least)
    told = [_told(catalog, survey, known.inputs, row) for row in rows.to_dict("records")]
    landless: Landless | None = None
    if (rows["land_ha"] == 0).all():
        landless = "not_known" if (rows["unknown_land_ha"] >= index.area_ha[0] / 2).all() else "no_land"
    return AreaStatus(told, known.inputs, found, landless)


def _told(catalog: Catalog, survey: Survey, inputs: Mapping[str, str], row: Mapping[Any, Any]) -> Row:
    known: Row = {name: None if pd.isna(value) else value for name, value in row.items()}
    table = catalog.class_table(survey.status.classes)
    titles = {each.id: dict(each.title) for each in table.classes}
    class_, layer = known["status"], survey.nutrients[known["nutrient"]].rated.input.layer
    return {
        "nutrient": known["nutrient"],
        "title": label(f"nutrient.{known['nutrient']}", catalog.directory),
        "class": class_,
        "class_title": titles.get(class_),
        "note": known["note"],
        "shares": [{"class": id, "title": titles[id], "pct": known[f"{id}_pct"]} for id in titles],
        "nodata_pct": known["nodata_pct"],
        "land_ha": known["land_ha"],
        "confidence_pct": known.get("confidence_pct"),
        "status_pct": known.get(unit_probability_of(class_)) if class_ else None,
        "survey_year": known["survey_year"],
        "property": known["property"],
        "layer": layer,
        "version": inputs[layer],
    }
