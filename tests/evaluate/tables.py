"""Crop tables of config/ as raw YAML and as types, and the steps at which their classes change."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from soilinfo.catalog.models import Crop
from soilinfo.evaluate.tables import Packing
from tests.evaluate.oracle import Rules
from tests.evaluate.rules import (
    CLASS_TABLES,
    HAZARD_ABSENT,
    IRRIGATION_ONLY,
    MAY_LACK,
    MEANINGS,
    TEXTURE_GROUPS,
)

CROPS = Path(__file__).resolve().parents[2] / "config" / "crops"
NAMES = sorted(path.stem for path in CROPS.glob("*.yaml"))
TO_CRITERION = {"soc": ("0.1", "0"), "n_total": ("0.1", "0"), "erosion_soil_loss": ("0.1", "0")}
"""g/kg to %, mm/yr to cm/yr: where the stored unit of tests.evaluate.rules is not the criterion's."""


@cache
def raw_crop(name: str) -> dict[str, Any]:
    return yaml.safe_load((CROPS / f"{name}.yaml").read_text(encoding="utf-8"))


def crop_of(raw: dict[str, Any], name: str = "trial") -> Crop:
    return Crop(id=name, **raw)


def all_crops() -> list[Crop]:
    return [crop_of(raw_crop(name), name) for name in NAMES]


def one_row_crop(**rows: dict[str, Any]) -> Crop:
    """A crop with the given rows and nothing else."""
    return crop_of({**raw_crop("maize"), "characteristics": rows})


def rules_of(boundary: str = "as_printed", gains: dict[str, int] | None = None) -> Rules:
    return Rules(
        boundary=boundary,
        gains=gains or {},
        irrigation_only=IRRIGATION_ONLY,
        drainage=tuple(CLASS_TABLES["drainage"].code_of),
        may_lack=MAY_LACK,
        hazard_absent=HAZARD_ABSENT,
        to_criterion=TO_CRITERION,
        groups={"texture": TEXTURE_GROUPS},
    )


def value_of(name: str, step: int) -> float | str | None:
    """What a stored integer means, by decimal arithmetic of its own; None for no data."""
    meaning = MEANINGS[name]
    if isinstance(meaning, Packing):
        return float(step * Decimal(str(meaning.scale))) if meaning.low <= step <= meaning.high else None
    return {entry.code: entry.id for entry in meaning.classes}.get(step)


def telling_steps(name: str, row: dict[str, Any]) -> list[int]:
    """Stored integers at, just below and just above each edge of a row; every code of a category."""
    meaning = MEANINGS[name]
    if not isinstance(meaning, Packing):
        return [entry.code for entry in meaning.classes]
    factor = Decimal(TO_CRITERION.get(name, ("1", "0"))[0]) * Decimal(str(meaning.scale))
    edges = {e for own in row["bands"].values() for interval in own for e in interval if e is not None}
    steps = {int(Decimal(str(edge)) / factor) + by for edge in edges for by in (-1, 0, 1)}
    return sorted(step for step in steps | {meaning.low, meaning.high} if meaning.low <= step <= meaning.high)
