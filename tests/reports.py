"""Country reports for tests: made up, small and valid; what a test is about is said by keyword."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from pyproj import Geod
from shapely import MultiPolygon, Polygon, box
from shapely.geometry import mapping

from soilinfo.report.country.canonical import canonical, content_sha256
from soilinfo.report.country.document import STATES, Content, CountryReport

LAYER_VERSION = "1-aaaaaaaa"
HA_OF_M2 = 1e-4
THREATS = {
    "erosion": ("Soil erosion", "Erosi tanah"),
    "soc_change": ("Loss of organic carbon", "Kehilangan karbon organik"),
    "nutrient_imbalance": ("Nutrient imbalance", "Ketidakseimbangan hara"),
    "acidification": ("Acidification", "Pemasaman"),
    "contamination": ("Contamination", "Pencemaran"),
    "waterlogging": ("Waterlogging", "Genangan"),
    "compaction": ("Compaction", "Pemadatan"),
    "sealing": ("Sealing", "Penutupan tanah"),
    "salinization": ("Salinization and sodification", "Salinisasi dan sodifikasi"),
    "biodiversity_loss": ("Loss of biodiversity", "Kehilangan keanekaragaman hayati"),
}


def label(english: str, indonesian: str) -> dict[str, str]:
    return {"en": english, "id": indonesian}


@dataclass(frozen=True)
class Told:
    """An indicator that a made-up country tells: the mean of its middle province and half its interval."""

    title: dict[str, str]
    kind: str
    unit: str
    mean: float
    half: float
    theme: str
    threshold: tuple[float, str, str] | None = None
    """Value, unit, side."""
    wanted_depth: tuple[float, float] | None = (0.0, 30.0)


INDICATORS = {
    "soc_stock": Told(
        label("Soil organic carbon stock", "Cadangan karbon organik tanah"),
        *("mean", "t/ha", 62.5, 9.25, "soc_change"),
    ),
    "ph_h2o": Told(
        label("Soil pH", "pH tanah"),
        *("mean", "pH", 5.6, 0.4, "acidification", (5.5, "pH", "below")),
    ),
    "salinity_ec": Told(
        label("Salinity of the soil", "Salinitas tanah"),
        *("mean", "dS/m", 1.2, 0.5, "salinization", (2.0, "dS/m", "above")),
    ),
    "land_degradation": Told(
        label("Degraded land", "Lahan terdegradasi"),
        *("land_degradation", "%", 21.0, 3.0, "erosion", None, None),
    ),
}


def country_report(
    iso3: str = "XAA",
    *,
    indicators: Sequence[str] = tuple(INDICATORS),
    state: str = "approved",
    west: float = 120.0,
    south: float = -8.0,
    provinces: int = 3,
    period: tuple[int, int] = (2016, 2020),
    years: tuple[int, int] | None = (2020, 2020),
    depth: tuple[float, float] | None = (0.0, 30.0),
    method_group: str = "national",
    form: str | None = None,
    land: str | None = "all",
    edition: str = "1",
    coverage: float | None = 95.0,
    uncertainty: str = "correlated_sd",
    shift: float = 0.0,
    threats: Sequence[str] = tuple(THREATS),
    experts: int = 3,
    number: int = 1,
    change: Mapping[str, Mapping[str, Any]] | None = None,
    **content: Any,
) -> CountryReport:
    """A report of a country of ``provinces`` squares of one degree side by side from (west, south).

    What is said of the indicators (depth, method_group, ...) is said of all of them; ``change`` changes
    keys of single ones (indicator -> key -> value), ``content`` keys of the content (``header`` its keys).
    ``coverage`` None: nothing is known of any unit. ``shift`` is added to every value.
    """
    units = [*_units(iso3, west, south, provinces)]
    how = {
        "depth": depth,
        "years": years,
        "method_group": method_group,
        "form": form,
        "land": land,
        "edition": edition,
        "uncertainty": uncertainty,
        "coverage": coverage,
        "shift": shift,
    }
    told = [_indicator(id, units, how) | dict((change or {}).get(id, {})) for id in indicators]
    whole = {
        "header": _header(iso3, period) | content.pop("header", {}),
        "inputs": [_input(name) for name in sorted({name for each in told for name in each["inputs"]})],
        "units": units,
        "indicators": told,
        "missing": [{"id": "erosion", "reason": label("no layer of it", "tidak ada lapisannya")}],
        "threats": [_threat(id, place, experts, units) for place, id in enumerate(threats, start=1)],
        "inventory": _inventory(),
        "practices": _practices(),
        "laboratories": _laboratories(),
        "statements_sha256": "5" * 64,
        "findings": [_finding()],
    }
    return signed(Content.model_validate(whole | content), state=state, number=number)


def signed(content: Content, *, state: str = "approved", number: int = 1) -> CountryReport:
    """The file of some content, with the digest that belongs to it and a step for each state up to it."""
    header = content.header
    steps = [
        {"state": name, "by": f"{name} by tests", "on": datetime(2026, 1, 1 + day, 8, tzinfo=UTC), "note": ""}
        for day, name in enumerate(STATES[: STATES.index(state) + 1])
    ]
    return CountryReport.model_validate(
        {
            "id": f"{header.iso3}-{header.period[0]}-{header.period[1]}-{number}",
            "state": state,
            "sign_off": steps,
            "software": "soilinfo tests",
            "content_sha256": content_sha256(content),
            "content": content,
        }
    )


def written(report: CountryReport) -> bytes:
    """The bytes of its file."""
    return canonical(report)


def _units(iso3: str, west: float, south: float, provinces: int) -> Iterator[dict[str, Any]]:
    squares = [box(west + i, south, west + i + 1, south + 1) for i in range(provinces)]
    whole = box(west, south, west + provinces, south + 1)
    yield _unit("nation", "nation", f"Country {iso3}", None, whole)
    for i, square in enumerate(squares, start=1):
        yield _unit("provinces", f"{i:02}", f"Province {i} of {iso3}", "nation", square)


def _unit(level: str, code: str, name: str, parent: str | None, shape: Polygon) -> dict[str, Any]:
    outline = mapping(MultiPolygon([shape]))
    return {
        "level": level,
        "code": code,
        "name": name,
        "parent": parent,
        "area_ha": round(_hectares(shape), 2),
        "geometry": outline,
    }


def _hectares(shape: Polygon) -> float:
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) * HA_OF_M2


def _header(iso3: str, period: tuple[int, int]) -> dict[str, Any]:
    disclaimer = label("Boundaries are invented.", "Batas wilayah adalah rekaan.")
    return {
        "iso3": iso3,
        "iso2": iso3[:2],
        "synthetic": True,
        "period": period,
        "interval_pct": 90.0,
        "country": label(f"Country {iso3}", f"Negara {iso3}"),
        "body": label("Soil survey of tests", "Balai tanah uji"),
        "boundary": {"source": "tests", "licence": "CC0-1.0", "disclaimer": disclaimer},
        "rounding": {"value_digits": 6, "hectare_decimals": 2, "percent_decimals": 3, "degree_decimals": 4},
    }


def _input(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "version": LAYER_VERSION,
        "kind": "raster",
        "source": f"{name}.tif",
        "source_sha256": sha256(name.encode()).hexdigest(),
        "licence": "CC0-1.0",
        "attribution": "tests",
        "time": "2020",
        "statistic": "mean",
    }


def _indicator(id: str, units: Sequence[Mapping[str, Any]], how: Mapping[str, Any]) -> dict[str, Any]:
    told = INDICATORS[id]
    of_degradation = told.kind == "land_degradation"
    return {
        "id": id,
        "title": told.title,
        "definition": told.title,
        "uri": None,
        "kind": told.kind,
        "edition": how["edition"],
        "definition_sha256": sha256(f"{id} {how['edition']}".encode()).hexdigest(),
        "unit": told.unit,
        "depth": None if of_degradation else how["depth"],
        "years": how["years"],
        "wanted_depth": told.wanted_depth,
        "method": label("As in tests", "Seperti pada uji"),
        "method_group": how["method_group"],
        "form": how["form"],
        "land": how["land"],
        "uncertainty": "missing_land" if of_degradation else how["uncertainty"],
        "missing_rule": "known_degrades" if of_degradation else None,
        "thresholds": [*_thresholds(told)],
        "inputs": [id],
        "themes": [told.theme],
        "sdg": ["15.3.1"] if of_degradation else [],
        "gsp_areas": [5],
        "components": ["assessment"],
        "values": [_value(told, place, unit, how) for place, unit in enumerate(units)],
    }


def _thresholds(told: Told) -> Iterator[dict[str, Any]]:
    """The one that counts, and one half as large again to show how much hangs on it."""
    if told.threshold is None:
        return
    value, unit, side = told.threshold
    for id, limit in (("usual", value), ("other", value * 1.5)):
        yield {
            "id": id,
            "title": label(f"{limit:g} {unit}", f"{limit:g} {unit}"),
            "value": limit,
            "unit": unit,
            "side": side,
            "inclusive": False,
            "source": "tests",
            "confidence": "ours",
        }


def _value(told: Told, place: int, unit: Mapping[str, Any], how: Mapping[str, Any]) -> dict[str, Any]:
    covered, total = how["coverage"], unit["area_ha"]
    where = {"level": unit["level"], "code": unit["code"], "total_ha": total, "covered_pct": covered or 0.0}
    known_ha = round(total * (covered or 0.0) / 100, 2)
    if not covered:
        return where | {"value": None, "nodata_ha": total}
    value = round(told.mean * (1 + 0.1 * (place - 2) * (place > 0)) + how["shift"], 6)
    where |= {"value": value, "nodata_ha": round(total - known_ha, 2)}
    if how["uncertainty"] != "unknown" or told.kind == "land_degradation":
        where |= {"lower": round(value - told.half, 6), "upper": round(value + told.half, 6)}
    return where | _affected(told, value, known_ha)


def _affected(told: Told, value: float, known_ha: float) -> dict[str, Any]:
    if told.kind == "land_degradation":
        beyond = round(known_ha * value / 100, 2)
        parts = {"degraded_ha": beyond, "stable_ha": round(known_ha - beyond, 2), "improved_ha": 0.0}
        return {"affected_ha": beyond, "affected_pct": min(value, 100.0), "parts": parts}
    if told.threshold is None:
        return {}
    beyond = round(known_ha * 0.4, 2)
    return {
        "affected_ha": beyond,
        "affected_lower_ha": round(beyond / 2, 2),
        "affected_pct": 40.0,
        "affected_upper_ha": round(beyond * 1.5, 2),
        "alternatives": {"other": round(beyond / 4, 2)},
    }


def _threat(id: str, place: int, experts: int, units: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Every expert puts it in the same place, the first threat on a tenth of the land."""
    area = round(units[0]["area_ha"] / 10 / place, 2)
    said = {
        "condition": "fair",
        "trend": "stable",
        "confidence_condition": "medium",
        "confidence_trend": "low",
    }
    asked = [{"expert": f"Expert {i + 1}", "rank": place, "area_ha": area} | said for i in range(experts)]
    ranked = experts > 0
    return {
        "id": id,
        "title": label(*THREATS[id]),
        "experts": asked,
        "rank": float(place) if ranked else None,
        "mean_rank": float(place) if ranked else None,
        "area_ha": area if ranked else None,
        "area_rank": float(place) if ranked else None,
        "mapped_ha": None,
        "mapped_by": None,
        "share_pct": round(10 / place, 3) if ranked else None,
        **(said if ranked else dict.fromkeys(said)),
        "agreement": 0.0 if experts > 1 else None,
    }


def _inventory() -> list[dict[str, Any]]:
    return [
        {
            "id": "soil_law",
            "question": label("Is there a law on soil?", "Apakah ada undang-undang tentang tanah?"),
            "answer": True,
            "year": 2019,
            "evidence": "Law 1/2019",
            "gsp_area": 2,
            "component": "policy",
        },
        {
            "id": "laboratories",
            "question": label("How many soil laboratories are there?", "Berapa laboratorium tanah yang ada?"),
            "answer": 12.0,
            "unit": "1",
            "gsp_area": 5,
            "component": "assessment",
        },
        {
            "id": "investment_plan",
            "question": label("Is there a plan of investment?", "Apakah ada rencana investasi?"),
            "answer": None,
            "component": "investment",
        },
    ]


def _practices() -> list[dict[str, Any]]:
    return [{"title": "Contour hedges", "threats": ["erosion"], "area_ha": 1200.0, "year": 2019}]


def _laboratories() -> list[dict[str, Any]]:
    return [
        {
            "laboratory": "Laboratory 7",
            "round": "2020-1",
            "provider": "tests",
            "year": 2020,
            "property": "ph_h2o",
            "procedure": "pH 1:5",
            "z_score": 0.8,
            "satisfactory": True,
        }
    ]


def _finding() -> dict[str, Any]:
    return {"check": "synthetic", "severity": "note", "about": "indicators", "evidence": {}}
