"""Land degradation measured: hectares by verdict in every unit, and the rows of its indicator."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.land_degradation import MissingRule
from soilinfo.catalog.product_land_degradation import LAND_DEGRADATION
from soilinfo.evaluate.indicators.land_degradation import IMPROVED, MISSING, NOT_JUDGED, STABLE, WATER
from soilinfo.evaluate.indicators.sums import Sums, sums_of_codes
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.jobs.effort import Advance, unheard
from soilinfo.jobs.indicators.judged_land import RULES, Key, Land
from soilinfo.jobs.indicators.sources import Basis

_EDGES = (STABLE, IMPROVED, NOT_JUDGED, WATER)
"""Between verdicts, of which the first ends where the second begins."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Hectares:
    """Hectares of one verdict by zone. Land: what is not water, with a verdict or without."""

    degraded: Floats
    stable: Floats
    improved: Floats
    not_judged: Floats
    water: Floats
    nodata: Floats

    @classmethod
    def of(cls, sums: Sums) -> "Hectares":
        """From the sums of its codes below each of the edges between them."""
        reached = np.column_stack([np.zeros(len(sums.valid_ha)), sums.below_ha, sums.valid_ha])
        degraded, stable, improved, not_judged, water = np.maximum(np.diff(reached, axis=1), 0.0).T
        return cls(degraded, stable, improved, not_judged, water, sums.nodata_ha)

    @property
    def known(self) -> Floats:
        """Land with a verdict."""
        return self.degraded + self.stable + self.improved

    @property
    def land(self) -> Floats:
        """Land with a verdict or without."""
        return self.known + self.not_judged + self.nodata

    def by_verdict(self) -> dict[str, Floats]:
        """Hectares by verdict; of those not judged only where there are any."""
        verdicts = {"degraded": self.degraded, "stable": self.stable, "improved": self.improved}
        return verdicts | ({"not_judged": self.not_judged} if self.not_judged.any() else {})


@dataclass(frozen=True)
class DegradedLand:
    """Land degradation as an indicator is measured by it: codes of cells, and their verdicts by key."""

    indicator: str
    land: Land

    @property
    def rule(self) -> MissingRule:
        """What becomes of land of which something is missing."""
        return self.land.rules.missing

    @property
    def basis(self) -> Basis:
        """What its values rest on."""
        land, rules, catalog = self.land, self.land.rules, self.land.published.catalog
        lands = {catalog.layer(name).land for name in land.layers if name != land.peat}
        return Basis(
            indicator=self.indicator,
            input=LAND_DEGRADATION,
            period=f"{rules.periods[0].years[0]}/{rules.reporting.years[1]}",
            depth=None,
            method=land.method.told(rules, catalog.directory),
            method_group=land.method.group,
            form="",
            land=lands.pop() if len(lands) == 1 else None,
            uncertainty="missing_land",
            layers=land.layers,
        )

    def sums(self, index: ZoneIndex, advance: Advance = unheard) -> list[Sums]:
        """The sums of every verdict in the zones of an index."""
        return sums_of_codes(index, self.land.codes, [*self.land.verdicts.values()], MISSING, _EDGES, advance)

    def hectares(self, sums: Sequence[Sums]) -> dict[Key, Hectares]:
        """Hectares by key, of their sums."""
        found = {key: Hectares.of(each) for key, each in zip(self.land.verdicts, sums, strict=True)}
        peat = found["status", "peat"]
        # All other land is missing from the verdicts of peat; that without one is marked there.
        found["status", "peat"] = replace(peat, nodata=peat.not_judged, not_judged=np.zeros_like(peat.nodata))
        return found


# ---- rows --------------------------------------------------------------------------------


def degradation_rows(source: DegradedLand, sums: Sequence[Sums]) -> list[pd.DataFrame]:
    """A frame for each rule for what is missing, that of the configuration first, one row per zone.

    ``value``: degraded land in percent of all land but water, as SDG 15.3.1 has it, land without a verdict
    counting as not degraded; so ``lower`` is the same, and ``upper`` counts it as degraded. ``affected_pct``
    is of the land with a verdict.
    """
    hectares = source.hectares(sums)
    rules = sorted(RULES, key=lambda rule: rule != source.rule)
    return [_row(hectares["status", rule], rule, first=at == 0) for at, rule in enumerate(rules)]


def _row(found: Hectares, rule: str, *, first: bool) -> pd.DataFrame:
    most = found.degraded + found.nodata
    value = percent(found.degraded, found.land)
    columns = {
        "value": value,
        "lower": value,
        "upper": percent(most, found.land),
        "total_ha": found.land,
        "valid_ha": found.known,
        "nodata_ha": found.nodata,
        "covered_pct": percent(found.known, found.land),
        "affected_ha": np.where(found.known > 0, found.degraded, np.nan),
        "affected_lower_ha": found.degraded,
        "affected_upper_ha": most,
        "affected_pct": percent(found.degraded, found.known),
    }
    return pd.DataFrame(columns).assign(
        threshold=rule, threshold_value=np.nan, threshold_unit="", is_first=first
    )


def degradation_parts(source: DegradedLand, sums: Sequence[Sums]) -> pd.DataFrame:
    """What land degradation is made of, one row per zone, hectares by kind: the status by verdict, water,
    peat, and what is degraded by each sub-indicator and in each period."""
    hectares = source.hectares(sums)
    status, peat = hectares["status", source.rule], hectares["status", "peat"]
    parts = {f"{name}_ha": each for name, each in status.by_verdict().items()}
    parts |= {
        "water_ha": status.water,
        "peat_ha": peat.land,
        "peat_degraded_ha": peat.degraded,
    }
    for (period, part), each in hectares.items():
        if period != "status":
            name = period if part == "assessment" else f"{period}_{part}"
            parts[f"{name}_degraded_ha"] = each.degraded
    return pd.DataFrame(parts)


def percent(part: Floats, whole: Floats) -> Floats:
    """NaN where there is nothing that it could be a part of."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(100 * part / whole)
