"""What the layers of land degradation say of a cell, in sixteen bits, and what each such code means.

Verdicts are worked out once for all the codes that there can be, and looked up for cells: a cell costs a
short step for each layer, and nothing for each verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.land_degradation import MissingRule
from soilinfo.compiled import compiled
from soilinfo.evaluate.indicators.land_degradation import (
    MISSING,
    NOT_JUDGED,
    Cells,
    Meanings,
    Steps,
    carbon_verdict,
    one_out_all_out,
    with_baseline,
)

_LAND_COVER, _PRODUCTIVITY, _SOC, _STOCKED, _PERIOD = 0, 2, 4, 6, 7
"""Where the bits of a period begin: its verdicts on land cover, productivity and carbon, whether the soil has
carbon that can change, and the next period. That which is reported comes first."""
_PEAT, _WATER = np.uint16(1 << 2 * _PERIOD), np.uint16(1 << 2 * _PERIOD + 1)

Codes = NDArray[np.uint16]


@dataclass(frozen=True)
class Reached:
    """A packed layer as it is asked whether it has data and that is ``least`` or more."""

    packed: Steps
    nodata: int
    least: int


@dataclass(frozen=True)
class PeriodCells:
    """The layers of one period in a window: codes of classes, and relative change of carbon in PCT_STEP.

    None where there is no layer. ``carbon``: from two layers of it; without these ``stock`` says where the
    soil has carbon that the factors of land uses can change. ``years``: how many the period has.
    """

    years: int
    covers: tuple[Cells, Cells] | None
    productivity: Cells | None
    carbon: Steps | None
    stock: Reached | None


def codes_of(
    meanings: Meanings,
    shape: tuple[int, int],
    reporting: PeriodCells,
    baseline: PeriodCells | None,
    peat: Reached | None,
) -> Codes:
    """All that the layers say of each cell, as :func:`judged` has it; water by the last land cover."""
    codes = np.zeros(shape, np.uint16)
    if baseline:
        _add_period(meanings, baseline, _PERIOD, codes, water=reporting.covers is None)
    _add_period(meanings, reporting, 0, codes, water=True)
    if peat:
        _add_reached(peat.packed, peat.nodata, peat.least, _PEAT, codes)
    return codes


def _add_period(meanings: Meanings, cells: PeriodCells, place: int, codes: Codes, *, water: bool) -> None:
    """Add the bits of a period, which begin at ``place``; of water where ``water`` says so."""
    if cells.covers:
        table = _bits(meanings.cover, place + _LAND_COVER)
        if cells.carbon is None:
            table |= _bits(meanings.carbon[cells.years], place + _SOC)
        if water:
            table |= np.where(meanings.water, _WATER, np.uint16(0))
        _add_pair(*cells.covers, table, codes)
    if cells.productivity is not None:
        _add_class(cells.productivity, _bits(meanings.productivity, place + _PRODUCTIVITY), codes)
    if cells.carbon is not None:
        codes |= _bits(carbon_verdict(cells.carbon, meanings.rules.soc_change_pct), place + _SOC)
    stocked = np.uint16(1 << place + _STOCKED)
    if cells.carbon is None and cells.stock:
        _add_reached(cells.stock.packed, cells.stock.nodata, cells.stock.least, stocked, codes)
    else:
        codes |= stocked


def _bits(verdicts: Cells, place: int) -> Codes:
    return np.left_shift(verdicts, place, dtype=np.uint16)


@compiled
def _add_pair(before: Cells, after: Cells, table: Codes, codes: Codes) -> None:
    """Add what a table (code before, code after) has for each cell."""
    for row in range(codes.shape[0]):
        for col in range(codes.shape[1]):
            codes[row, col] |= table[before[row, col], after[row, col]]


@compiled
def _add_class(classes: Cells, table: Codes, codes: Codes) -> None:
    """Add what a table (code) has for each cell."""
    for row in range(codes.shape[0]):
        for col in range(codes.shape[1]):
            codes[row, col] |= table[classes[row, col]]


@compiled
def _add_reached(packed: Steps, nodata: int, least: int, bit: np.uint16, codes: Codes) -> None:
    """Add a bit where there is data, and that is ``least`` or more."""
    for row in range(codes.shape[0]):
        for col in range(codes.shape[1]):
            value = packed[row, col]
            codes[row, col] |= bit if (value != nodata) & (value >= least) else np.uint16(0)


# ---- what codes mean ---------------------------------------------------------------------


@dataclass(frozen=True)
class Period:
    """The three sub-indicators of one period, each a verdict."""

    land_cover: Cells
    productivity: Cells
    soc: Cells

    @property
    def parts(self) -> tuple[Cells, Cells, Cells]:
        """All three."""
        return self.land_cover, self.productivity, self.soc


@dataclass(frozen=True)
class Judged:
    """What every code that there can be means; arrays by code, periods by name."""

    periods: Mapping[str, Period]
    peat: NDArray[np.bool_]
    water: NDArray[np.bool_]


def judged() -> Judged:
    """The meaning of each code that :func:`codes_of` can give; the carbon of peat is not judged."""
    codes = np.arange(1 << 16, dtype=np.uint16)
    peat = (codes & _PEAT) > 0
    periods = {"baseline": _period(codes, _PERIOD, peat), "reporting": _period(codes, 0, peat)}
    return Judged(periods, peat, (codes & _WATER) > 0)


def _period(codes: Codes, place: int, peat: NDArray[np.bool_]) -> Period:
    land_cover, productivity, soc = (
        (codes >> place + begin & 3).astype(np.uint8) for begin in (_LAND_COVER, _PRODUCTIVITY, _SOC)
    )
    soc[codes >> place + _STOCKED & 1 == 0] = MISSING
    soc[peat] = NOT_JUDGED
    return Period(land_cover, productivity, soc)


def status_of(baseline: Period | None, reporting: Period, missing: MissingRule) -> Cells:
    """The status by one rule for what is missing; without a baseline that of the reporting period alone."""
    now = one_out_all_out(reporting.parts, missing)
    return with_baseline(one_out_all_out(baseline.parts, missing), now, missing) if baseline else now
