"""An invented allocation for tests of documents: two regencies, four districts, two fertilizers."""

from datetime import UTC, date, datetime

import pandas as pd
from shapely import box

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.doses import Doses
from soilinfo.catalog.fertilizers import Fertilizer
from soilinfo.catalog.subsidy import Subsidy
from soilinfo.findings import Finding
from soilinfo.report.allocation.document import Document
from soilinfo.report.allocation.explanation import Chain, Need
from soilinfo.report.allocation.sheet import UnitAllocation
from soilinfo.report.phrases import Phrases
from tests.report.facts import CATALOG as SHIPPED

UREA = Fertilizer(
    id="urea",
    title={"en": "Urea", "id": "Urea"},
    source="tests",
    contents={"n": 46},
    confidence="R",
    sack_kg=50,
    prices=[{"from": "2025-10-22", "price": 1800, "rule": "Kepmentan 1117/2025"}],
)
NPK = Fertilizer(
    id="npk_15_10_12",
    title={"en": "NPK 15-10-12", "id": "NPK 15-10-12"},
    source="tests",
    contents={"n": 15, "p2o5": 10, "k2o": 12},
    confidence="S",
    sack_kg=50,
)
DOSES = Doses(
    id="rice_test",
    title={"en": "Rice doses of the test", "id": "Dosis padi uji"},
    source="tests",
    commodity="rice",
    confidence="C",
)
SUBSIDY = Subsidy(
    title={"en": "Subsidy", "id": "Subsidi"},
    source="tests",
    currency="IDR",
    rating_edition="ppt1983",
    doses={"rice": "rice_test"},
    commodities={
        "rice": {"title": {"en": "Rice", "id": "Padi"}},
        "maize": {"title": {"en": "Maize", "id": "Jagung"}},
        "cassava": {"title": {"en": "Cassava", "id": "Singkong"}},
        "cocoa": {"title": {"en": "Cocoa", "id": "Kakao"}},
    },
    eligibility=[
        {
            "from": "2025-05-15",
            "rule": "Permentan 15/2025",
            "fertilizers": ["urea", "npk_15_10_12"],
            "commodities": ["rice", "maize"],
            "confidence": "R",
        }
    ],
)
CATALOG = SHIPPED.model_copy(
    update={
        "fertilizers": {"urea": UREA, "npk_15_10_12": NPK},
        "subsidy": SUBSIDY,
        "doses": {"rice_test": DOSES},
    }
)
PLAN = AllocationPlan(
    id="plan_2027",
    title={"en": "Subsidised fertilizer 2027", "id": "Pupuk bersubsidi 2027"},
    source="tests",
    year=2027,
    date=date(2026, 12, 1),
    level="districts",
    fertilizers={"urea": {"total_t": 1000.05}, "npk_15_10_12": {"total_t": 300}},
    area={"table": "planted", "code": "code", "commodity": "commodity", "area_ha": "area_ha"},
    without_rate="request",
    method="proportional",
)
CREATED = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)

UNITS = {
    "provinces": {"01": "Provinsi Satu"},
    "regencies": {"01.01": "Sukamaju", "01.02": "Sidodadi"},
    "districts": {
        "01.01.01": "Atas",
        "01.01.02": "Bawah",
        "01.01.03": "Tengah",
        "01.02.01": "Timur",
        "01.02.02": "=Barat",
    },
}
"""By level; nothing is known of 01.01.03, which therefore has no row."""
NAMES = {code: name for names in UNITS.values() for code, name in names.items()}


def row(code, fertilizer, need, request, allocated, bound="share"):
    """A row of the finest level."""
    return {
        "code": code,
        "name": NAMES[code],
        "fertilizer": fertilizer,
        "area_ha": need * 4,
        "need_t": need,
        "request_t": request,
        "weight": 1.0,
        "floor_t": 0.0,
        "cap_t": min(need, request),
        "share_t": allocated,
        "bound": bound,
        "sacks": round(allocated * 20),
        "allocated_t": allocated,
        "need_met_pct": 100 * allocated / need if need else float("nan"),
        "cost_idr": allocated * 1000 * 3000,
    }


DISTRICTS = pd.DataFrame(
    [
        row("01.01.01", "urea", 412.5, 400.0, 400.0, "cap"),
        row("01.01.01", "npk_15_10_12", 200.0, 200.0, 150.1),
        row("01.01.02", "urea", 500.0, 600.0, 350.05),
        row("01.01.02", "npk_15_10_12", 100.0, 100.0, 74.95),
        row("01.02.01", "urea", 300.0, 300.0, 250.0, "floor"),
        row("01.02.01", "npk_15_10_12", 100.0, 100.0, 74.95),
        row("01.02.02", "urea", 0.0, 0.0, 0.0),
    ]
)


def sums(level):
    """Rows of a coarser level: the first ``level`` parts of each code."""
    summed = ["area_ha", "need_t", "request_t", "sacks", "allocated_t", "cost_idr"]
    codes = DISTRICTS["code"].str.split(".").str[:level].str.join(".")
    found = (
        DISTRICTS.assign(code=codes).groupby(["code", "fertilizer"], sort=True)[summed].sum().reset_index()
    )
    found["need_met_pct"] = 100 * found["allocated_t"] / found["need_t"]
    return found.assign(name=found["code"].map(NAMES))


MONTHS = pd.DataFrame(
    [
        {
            "code": code,
            "name": NAMES[code],
            "fertilizer": fertilizer,
            "month": month,
            "allocated_t": tonnes / 12,
        }
        for code, fertilizer, tonnes in (("01.01.01", "urea", 400.0), ("01.01.02", "urea", 350.05))
        for month in range(1, 13)
    ]
)
RULES = {
    "currency": "IDR",
    "eligibility": {"rule": "Permentan 15/2025"},
    "doses": {"rice": {"edition": "rice_test", "title": dict(DOSES.title)}},
    "fertilizers": {
        "urea": {"price": {"price": 1800.0, "rule": "Kepmentan 1117/2025"}},
        "npk_15_10_12": {"price": None},
    },
}
"""As the record has them: config may have others by now."""
FINDING = Finding(
    "legal_totals", "warn", "plan_2027", "the decree's total of urea is 1,000 t; its rows add up to 1,010 t"
)


def document(**changes):
    """The allocation, approved unless something else is said of it."""
    given = {
        "id": "plan_2027-1",
        "plan": PLAN,
        "fertilizers": ("urea", "npk_15_10_12"),
        "method": "proportional",
        "state": "approved",
        "created": CREATED,
        "levels": {"provinces": sums(1), "regencies": sums(2), "districts": DISTRICTS},
        "months": MONTHS,
        "findings": [FINDING],
        "choices": {"total_change_pct": -10},
        "rules": RULES,
        "inputs": {"fertilizer_need_by_districts": "abc123"},
        "rests_on": [("p2o5_hcl25", "def456")],
        "units": UNITS,
    }
    return Document(**given | changes)


def unit(**changes):
    """The sheet of the first regency."""
    rows = DISTRICTS[DISTRICTS["code"].str.startswith("01.01.")]
    parts = {code: name for code, name in UNITS["districts"].items() if code.startswith("01.01.")}
    shapes = [box(120 + west, -5.2, 120.15 + west, -5.0) for west in (0, 0.15, 0.3)]
    given = {
        "document": document(),
        "level": CATALOG.level("regencies"),
        "code": "01.01",
        "parent": "Provinsi Satu",
        "parts": parts,
        "within": {"01.01", *parts},
        "rows": rows,
        "outlines": dict(zip(parts, shapes, strict=True)),
    }
    return UnitAllocation(**given | changes)


RICE = Need("rice", 1650.0, 250.0, 412.5, "rice_test", DOSES.title, statuses={"p2o5": "low", "k2o": "medium"})


def chain(**changes):
    """Why a district gets its urea: a cap by what it asked for."""
    given = {
        "code": "01.01.01",
        "name": "Sukamaju",
        "fertilizer": "urea",
        "method": "proportional",
        "needs": [RICE],
        "need_t": 412.5,
        "request_t": 400.0,
        "weight": 1.0,
        "floor_t": 0.0,
        "cap_t": 400.0,
        "share_t": 412.5,
        "bound": "cap",
        "sacks": 8000,
        "sack_kg": 50.0,
        "allocated_t": 400.0,
        "need_met_pct": 96.97,
    }
    return Chain(**given | changes)


def words(language="en"):
    """The words of a language over the invented catalog."""
    return Phrases(CATALOG, language)
