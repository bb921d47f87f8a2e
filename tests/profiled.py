"""Soil profiles as they are published, written by hand into a store that lacks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import Point

from soilinfo.catalog.names import HARMONIZED, HORIZONS, OBSERVATIONS, PROFILES, SITES
from soilinfo.settings import Settings
from soilinfo.store import clock
from soilinfo.store.home import open_store
from soilinfo.store.ledger import Version

Horizon = tuple[str, int, int, Mapping[str, Any]]
"""Code, top, bottom in cm, and values by property."""


@dataclass(frozen=True)
class Profile:
    """One profile as the public sees it."""

    id: str
    place: tuple[float, float] | None
    date: str | None = None
    share: str = "all"
    blur_m: float = 0.0
    bedrock_cm: float | None = None
    horizons: tuple[Horizon, ...] = ()

    @property
    def dataset(self) -> str:
        return self.id.partition(".")[0]

    @property
    def geometry(self) -> Point | None:
        return Point(self.place) if self.place else None


SURVEY = Profile(
    "survey.P1",
    (120.30, -7.20),
    "2019-06-03",
    horizons=(
        ("Ap", 0, 12, {"ph_h2o": 5.4, "soc": 2.1, "clay": 31.0, "texture": "clay_loam"}),
        ("Bt1", 12, 34, {"ph_h2o": 5.6, "soc": 1.2, "clay": 38.5}),
        ("Bt2", 34, 70, {"ph_h2o": 5.9, "clay": 44.0}),
        ("C", 70, 110, {"ph_h2o": 6.2}),
    ),
)
GAP = Profile(
    "survey.P2",
    (120.33, -7.20),
    "2021-02-17",
    horizons=(("A", 0, 20, {"ph_h2o": 4.8, "soc": 3.4}), ("B", 30, 60, {"ph_h2o": 5.1})),
)
OVERLAP = Profile("survey.P3", None, horizons=(("A", 0, 20, {"soc": 1.5}), ("B", 15, 40, {"soc": 0.9})))
BLURRED = Profile(
    "legacy.L1",
    (120.41, -7.31),
    "1984-09-12",
    blur_m=1000.0,
    bedrock_cm=80.0,
    horizons=(("H1", 0, 25, {"ph_h2o": 6.6, "clay": 22.0}), ("H2", 25, 80, {"ph_h2o": 7.0, "clay": 27.0})),
)
LOCATION = Profile("legacy.L2", (120.42, -7.31), "1984-09-13", share="locations", blur_m=1000.0)
EVERY = (SURVEY, GAP, OVERLAP, BLURRED, LOCATION)

UNITS = {"ph_h2o": "pH", "soc": "%", "clay": "%"}
HARMONIZED_PH = {
    "survey.P1": ((0, 5, 5.37), (5, 15, 5.43), (15, 30, 5.6), (30, 60, 5.8), (0, 30, 5.51), (30, 100, 5.98)),
    "legacy.L1": ((0, 5, 6.5), (5, 15, 6.6), (15, 30, 6.7), (30, 60, 7.0), (0, 30, 6.63), (30, 100, None)),
}
"""pH in water at common depths: that of legacy.L1 was converted."""


def publish_profiles(settings: Settings) -> None:
    """Publish EVERY profile in the store that the settings name, as the harmonization does."""
    store = open_store(settings)
    run = store.ledger.start_run("harmonize", "tests", {})
    made = {name: rows() for name, rows in ROWS.items()}
    for name, (frame, shape_field) in made.items():
        store.vector.write(name, "v1", frame, id_field="id", shape_field=shape_field)
        store.ledger.record(_version(name, run))
    store.ledger.publish(dict.fromkeys(made, "v1"), run=run, actor="tests", reason="profiles")
    store.ledger.finish_run(run, "done", {})
    store.close()


def _version(name: str, run: str) -> Version:
    return Version(
        layer=name,
        version="v1",
        kind="vector",
        source="",
        source_sha256="",
        pipeline="harmonize",
        software="tests",
        parameters={"privacy": {}},
        inputs={},
        metadata={"withheld": {"legacy": 2}},
        run=run,
        created=clock.now(),
    )


def _frame(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs="EPSG:4326")


def _sites() -> tuple[gpd.GeoDataFrame, str | None]:
    rows = [
        {
            "id": f"{each.id}.site",
            "dataset": each.dataset,
            "project": each.dataset,
            "site_code": f"{each.id}.site",
            "profile_count": 1,
            "geometry": each.geometry,
        }
        for each in EVERY
    ]
    return _frame(rows), None


def _profiles() -> tuple[gpd.GeoDataFrame, str | None]:
    return _frame([_profile(each) for each in EVERY]), None


def _profile(each: Profile) -> dict[str, Any]:
    observed = dict.fromkeys(name for *_, values in each.horizons for name in values)
    return {
        "id": each.id,
        "dataset": each.dataset,
        "project": each.dataset,
        "site_id": f"{each.id}.site",
        "site_code": f"{each.id}.site",
        "plot_code": None,
        "profile_code": each.id.partition(".")[2],
        "plot_type": None,
        "date": each.date,
        "altitude_m": 312.0 if each is SURVEY else None,
        "soil_wrb": "Acrisols" if each is SURVEY else None,
        "soil_usda": None,
        "soil_name": None,
        "land_use": None,
        "bedrock_cm": each.bedrock_cm,
        "depth_cm": float(max((lower for _, _, lower, _ in each.horizons), default=0)) or None,
        "element_count": len(each.horizons),
        "observation_count": sum(len(values) for *_, values in each.horizons),
        "properties": ", ".join(observed),
        "positional_accuracy_m": each.blur_m or 10.0,
        "blur_m": each.blur_m,
        "share": each.share,
        "licence": "CC-BY-4.0",
        "attribution": "Test survey",
        "version": "v1",
        "geometry": each.geometry,
    }


def _horizons() -> tuple[gpd.GeoDataFrame, str | None]:
    rows = [
        {
            "id": f"{each.id}.{order}",
            "profile_id": each.id,
            "dataset": each.dataset,
            "element_code": code,
            "order": order,
            "kind": "Horizon",
            "horizon_code": code,
            "upper_cm": float(upper),
            "lower_cm": float(lower),
            "is_organic": False,
            **{name: values.get(name) for name in (*UNITS, "texture")},
            "geometry": each.geometry,
        }
        for each in EVERY
        for order, (code, upper, lower, values) in enumerate(each.horizons, start=1)
    ]
    return _frame(rows), "profile_id"


def _observations() -> tuple[gpd.GeoDataFrame, str | None]:
    rows = [
        _observation(each, order, (upper, lower), name, value)
        for each in EVERY
        for order, (_, upper, lower, values) in enumerate(each.horizons, start=1)
        for name, value in values.items()
        if name in UNITS
    ]
    return _frame(rows), "profile_id"


def _observation(
    each: Profile, order: int, depth: tuple[int, int], name: str, value: float
) -> dict[str, Any]:
    element = f"{each.id}.{order}"
    return {
        "id": f"{element}.{name}",
        "profile_id": each.id,
        "element_id": element,
        "dataset": each.dataset,
        "project": each.dataset,
        "specimen_code": f"S{order}",
        "upper_cm": float(depth[0]),
        "lower_cm": float(depth[1]),
        "property": name,
        "procedure": "pHH2O_ratio1-5" if name == "ph_h2o" else None,
        "value": value,
        "class": None,
        "unit": UNITS[name],
        "source_value": f"{value:g}",
        "source_unit": UNITS[name],
        "source_property": name,
        "qualifier": "",
        "sd": 0.1 if name == "ph_h2o" else None,
        "laboratory": "Central laboratory",
        "date": each.date,
        "flag": "ok",
        "flag_reason": "",
        "version": "v1",
        "geometry": each.geometry,
    }


def _harmonized() -> tuple[gpd.GeoDataFrame, str | None]:
    known = {each.id: each for each in EVERY}
    rows = [
        _interval(known[id], (upper, lower), value)
        for id, intervals in HARMONIZED_PH.items()
        for upper, lower, value in intervals
    ]
    return _frame(rows), "profile_id"


def _interval(each: Profile, depth: tuple[int, int], value: float | None) -> dict[str, Any]:
    upper, lower = depth
    is_converted = each is BLURRED
    covered = max(0.0, min(lower, each.horizons[-1][2]) - upper)
    return {
        "id": f"{each.id}.ph_h2o.{upper}-{lower}",
        "profile_id": each.id,
        "dataset": each.dataset,
        "project": each.dataset,
        "date": each.date,
        "property": "ph_h2o",
        "upper_cm": float(upper),
        "lower_cm": float(lower),
        "value": value,
        "unit": "pH",
        "sd": None if value is None else 0.4 if is_converted else 0.1,
        "sd_conversion": 0.39 if is_converted and value is not None else None,
        "class": None,
        "covered_cm": covered,
        "covered_pct": 100 * covered / (lower - upper),
        "state": "bedrock" if value is None else "known",
        "method": "spline",
        "smoothing": 0.1,
        "observed_property": "ph_cacl2" if is_converted else "ph_h2o",
        "observed_value": None if value is None else value - 0.8 if is_converted else value,
        "observed_unit": "pH",
        "procedures": "pHCaCl2_ratio1-5" if is_converted else "pHH2O_ratio1-5",
        "equations": "ph_cacl2_davies_1971" if is_converted else "",
        "equation_range": "inside" if is_converted else "",
        "censored_pct": 0.0,
        "elements": ", ".join(
            f"{each.id}.{at}"
            for at, (_, top, low, _) in enumerate(each.horizons, 1)
            if top < lower and upper < low
        ),
        "observations": ", ".join(
            f"{each.id}.{at}.ph_h2o"
            for at, (_, top, low, _) in enumerate(each.horizons, 1)
            if top < lower and upper < low
        ),
        "version": "v1",
        "geometry": each.geometry,
    }


ROWS = {
    SITES: _sites,
    PROFILES: _profiles,
    HORIZONS: _horizons,
    OBSERVATIONS: _observations,
    HARMONIZED: _harmonized,
}
