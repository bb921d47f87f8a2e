"""A country with two datasets of soil profiles, kept as ingestion keeps them: written by hand, no source."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import yaml
from shapely import Point

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import held_profiles
from soilinfo.jobs.harmonize import harmonize
from soilinfo.jobs.runs.run import RunReport, recorded, silent
from soilinfo.jobs.runs.versions import Origin, new_version, remember
from soilinfo.store.home import Store
from tests.country import NORTH, WEST, write_country

UNITS = {"ph_h2o": "pH", "ph_cacl2": "pH", "soc": "%", "soc_walkley_black": "%", "bulk_density": "g/cm3"}
PLACE = (WEST + 0.2, NORTH - 0.2)


@dataclass
class Surveyed:
    """A country whose profiles are in a store."""

    config: Path
    store: Store

    @property
    def catalog(self) -> Catalog:
        return load(self.config)

    def say(self, dataset: str, **changes: object) -> None:
        """Write the file of a dataset, with something else than the usual."""
        file = self.config / "soil_profiles" / f"{dataset}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump(_dataset(dataset) | changes))

    def hold(self, dataset: str, *profiles: dict[str, object]) -> None:
        """Keep profiles as an ingestion would, and publish them to no one."""
        with recorded(self.store, "ingest", "tests", {}) as report:
            made = {}
            for name, frame in zip(held_profiles(dataset), frames(dataset, profiles), strict=True):
                origin = Origin("by hand", f"{dataset} {name} {profiles}", {})
                told = {"dataset": self._privacy(dataset)}
                version = new_version(name, "vector", origin, pipeline="x/1", parameters=told, run=report.run)
                self.store.vector.write(name, version.version, frame, id_field="id")
                remember(self.store, version)
                made[name] = version.version
            self.store.ledger.publish(made, run=report.run, actor="tests", reason="ingest")

    def _privacy(self, dataset: str) -> dict[str, object]:
        said = self.catalog.soil_profiles.get(dataset)
        told = said.model_dump(mode="json", include={"privacy", "projects"}) if said else {}
        return {"id": dataset, "privacy": {}, "projects": {}, **told}

    def harmonize(self, *names: str) -> RunReport:
        return harmonize(self.store, self.catalog, names, actor="tests", progress=silent)

    def table(self, name: str) -> gpd.GeoDataFrame:
        return self.store.vector.read(name, self.store.ledger.current().layers[name])


def surveyed(directory: Path, store: Store) -> Surveyed:
    """A country without profiles yet."""
    return Surveyed(write_country(directory, cells=24), store)


def profile(code: str, *horizons: tuple[object, ...], **told: object) -> dict[str, object]:
    """What is held of a profile; a horizon is (upper, lower, {property: value, or further keys}, ...)."""
    return {"profile_code": code, "horizons": horizons, **told}


def _dataset(name: str) -> dict[str, object]:
    columns = {"profile_code": "id", "longitude": "x", "latitude": "y"}
    return {
        "title": {"en": name, "id": name},
        "profiles": {"source": "../sources/none.csv", "columns": columns},
        "horizons": {
            "source": "../sources/none.csv",
            "profile_code": "id",
            "upper": "top",
            "lower": "bottom",
        },
        "licence": "CC0-1.0",
        "attribution": f"Office of {name}",
    }


def frames(dataset: str, profiles: tuple[dict[str, object], ...]) -> tuple[gpd.GeoDataFrame, ...]:
    """The three frames of the contract between ingestion and harmonization."""
    rows: tuple[list[dict[str, object]], ...] = ([], [], [])
    for each in profiles:
        known = {key: value for key, value in each.items() if key not in ("horizons", "place")}
        id, place = f"{dataset}.{each['profile_code']}", each.get("place", PLACE)
        rows[0].append({**_PROFILE, "id": id, "dataset": dataset, "project": dataset, **known, "at": place})
        for order, (upper, lower, values, *more) in enumerate(each["horizons"], start=1):
            element = {"id": f"{id}.{order}", "profile_id": id, "order": order, "horizon_code": f"H{order}"}
            depth = {"upper_cm": upper, "lower_cm": lower, **(more[0] if more else {})}
            rows[1].append({**_ELEMENT, **element, **depth})
            rows[2].extend(_observation(element, name, value) for name, value in values.items())
    return tuple(
        _frame(some, empty) for some, empty in zip(rows, (_PROFILE, _ELEMENT, _OBSERVATION), strict=True)
    )


_PROFILE = dict.fromkeys(
    (
        *("id", "dataset", "project", "site_code", "plot_code", "profile_code", "plot_type", "date"),
        *("altitude_m", "positional_accuracy_m", "soil_wrb", "soil_usda", "soil_name", "land_use"),
        *("bedrock_cm", "laboratory"),
    )
) | {"share": "all", "blur_m": 0.0}
_ELEMENT = {
    **dict.fromkeys(("id", "profile_id", "element_code", "order")),
    "kind": "Horizon",
    "horizon_code": None,
    "upper_cm": None,
    "lower_cm": None,
    "is_organic": None,
}
_OBSERVATION = {
    **dict.fromkeys(("id", "profile_id", "element_id", "specimen_code", "property", "procedure", "value")),
    "unit": None,
    "class": None,
    "source_value": None,
    "source_unit": None,
    "source_property": None,
    "qualifier": "",
    "sd": None,
    "laboratory": None,
    "date": None,
    "flag": "ok",
    "flag_reason": None,
}


def _observation(element: dict[str, object], name: str, value: object) -> dict[str, object]:
    more = value if isinstance(value, dict) else {"value": value}
    number = name.partition("#")
    told = {"id": f"{element['id']}.{number[0]}" + (f".{number[2]}" if number[2] else "")}
    told |= {"profile_id": element["profile_id"], "element_id": element["id"], "property": number[0]}
    written = {"source_value": str(more["value"]), "unit": UNITS.get(number[0], "%"), "specimen_code": "S"}
    return {**_OBSERVATION, **told, **written, **more}


def _frame(rows: list[dict[str, object]], empty: dict[str, object]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows, columns=[*empty, *(["at"] if "dataset" in empty else [])])
    places = table.pop("at") if "at" in table else [None] * len(table)
    points = [Point(at) if at else None for at in places]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(points, crs=4326))
