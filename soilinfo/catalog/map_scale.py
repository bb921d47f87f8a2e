"""For which map scales a grid is fine enough, in words."""

from pathlib import Path

from soilinfo.catalog.text import label, number
from soilinfo.grid import PAPER_DETAIL_M, Grid, smallest_scale

PLAN_SCALE = 50_000
"""Denominator of the scale of a regency's spatial plan in Indonesia."""


def scale_note(grid: Grid, directory: Path | None = None) -> dict[str, str]:
    """The smallest usable map scale of a grid and why, in every language; what a finer plan would need."""
    scale, needed = smallest_scale(grid), PLAN_SCALE * PAPER_DETAIL_M
    told = label("scale.usable", directory)
    if scale > PLAN_SCALE:
        finer = label("scale.finer", directory)
        told = {language: f"{text} {finer[language]}" for language, text in told.items()}
    return {
        language: text.format(
            scale=number(scale, 0, language, directory),
            cell=number(grid.cell_side_m, 0, language, directory),
            plan=number(PLAN_SCALE, 0, language, directory),
            needed=number(needed, 0, language, directory),
        )
        for language, text in told.items()
    }
