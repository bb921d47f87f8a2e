"""What people of the sample nation's neighbours state: experts on threats, an office on the inventory.

All of it is drawn.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import numpy as np

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.statements import Answer, Expert, Laboratory, Practice, Statements
from soilinfo.catalog.threats import CONDITIONS, SURENESS, TRENDS, InventoryItem
from soilinfo.sample.noise import generator

EXPERTS = 4
_DISAGREEMENT = 1.5
"""How far experts lie apart, in places."""
_LARGEST_SHARE = 0.4
"""Of the land, by the threat that ranks first."""
_UNANSWERED = 0.15
_YEAR = 2020


def stated(iso3: str, catalog: Catalog, nation_ha: float) -> Statements:
    """The statements of a neighbour: experts who mostly agree, and an inventory with gaps."""
    random = generator(f"statements of {iso3}")
    places = random.permutation(len(catalog.threats)) + 1.0
    experts = [[*_expert(random, name, places, nation_ha)] for name in _names(iso3)]
    return Statements(
        threats=dict(zip(catalog.threats, zip(*experts, strict=True), strict=True)),
        inventory=tuple(_answer(random, item, nation_ha) for item in catalog.inventory.values()),
        practices=(_practice(next(iter(catalog.threats)), nation_ha),),
        laboratories=tuple(_laboratory(random, iso3, number) for number in range(1, 4)),
        sha256=sha256(f"statements of {iso3} (made up)".encode()).hexdigest(),
        findings=(),
    )


def _names(iso3: str) -> list[str]:
    return [f"{iso3} expert {number}" for number in range(1, EXPERTS + 1)]


def _expert(
    random: np.random.Generator, name: str, places: np.ndarray[Any, Any], nation_ha: float
) -> Iterator[Expert]:
    """One expert's view of each threat: the country's order, with his own doubts."""
    seen = places + random.normal(0.0, _DISAGREEMENT, len(places))
    for rank in seen.argsort().argsort() + 1:
        yield Expert(
            expert=name,
            rank=int(rank),
            area_ha=float(round(nation_ha * _LARGEST_SHARE / rank, -2)),
            condition=CONDITIONS[min(int(rank) // 3, len(CONDITIONS) - 1)],
            trend=TRENDS[random.integers(2) if rank < 6 else 1 + random.integers(2)],
            confidence_condition=SURENESS[random.integers(len(SURENESS))],
            confidence_trend=SURENESS[random.integers(2)],
        )


def _answer(random: np.random.Generator, item: InventoryItem, nation_ha: float) -> Answer:
    answer = _drawn(random, item, nation_ha) if random.random() > _UNANSWERED else None
    return Answer(
        id=item.id,
        question=item.question,
        answer=answer,
        choice=item.choices.get(answer) if isinstance(answer, str) else None,
        unit=item.unit,
        year=None if answer is None else _YEAR,
        gsp_area=item.gsp_area,
        component=item.component,
    )


def _drawn(random: np.random.Generator, item: InventoryItem, nation_ha: float) -> str | float | bool | None:
    """An answer of the right kind; questions that want a text of one's own stay open."""
    if item.answer == "yes_no":
        return bool(random.random() < 0.6)
    if item.answer == "number":
        return float(
            round(nation_ha * random.uniform(0.005, 0.06), -2)
            if item.unit == "ha"
            else random.integers(2, 60)
        )
    return [*item.choices][random.integers(len(item.choices))] if item.choices else None


def _practice(threat: str, nation_ha: float) -> Practice:
    return Practice(
        title="Hedgerows along contours (made up)",
        threats=(threat,),
        area_ha=float(round(nation_ha * 0.002, -1)),
        year=_YEAR,
    )


def _laboratory(random: np.random.Generator, iso3: str, number: int) -> Laboratory:
    score = round(float(random.normal(0.0, 1.3)), 2)
    return Laboratory(
        laboratory=f"{iso3} laboratory {number}",
        round=f"{_YEAR}-1",
        provider="made up",
        year=_YEAR,
        property="ph_h2o",
        z_score=score,
        satisfactory=abs(score) <= 2,
    )
