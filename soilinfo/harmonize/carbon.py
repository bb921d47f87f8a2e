"""Soil organic carbon per area: stocks of layers, of depths and of equal masses of soil, and their errors.

1 g/kg of carbon in 1 kg of fine earth per dm3 of soil is 1 kg of carbon per m3, so that 1 cm of it holds 0.1
t/ha. Stones are taken off once: a bulk density is either that of the fine earth or that of the whole soil,
and whoever asks says which (Poeplau, Vos and Don 2017, SOIL 3, 61-66, on what mixing them up does).
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from soilinfo.errors import InputError
from soilinfo.harmonize.depth import LAMBDA, Horizons, Intervals, depth_means, depth_sd

DensityOf = Literal["fine_earth", "whole_soil"]
"""What a bulk density is of: fine earth (< 2 mm) over its own volume, or the whole soil over its own."""
ROCK_G_CM3 = 2.65
"""Density of stones, where it was not measured: that of quartz. Only the density of a whole soil needs it."""
T_HA_PER_KG_M3_CM = 0.1
"""What 1 kg/m3 in 1 cm of soil is in t/ha."""
_MASS_ROUNDING = 1e-6
"""Share of a reference mass that sums of masses may fall short of it by rounding."""

Floats = NDArray[np.float64]


def fine_earth_g_cm3(
    bulk_density_g_cm3: ArrayLike,
    coarse_fragments_pct: ArrayLike,
    density_of: DensityOf = "fine_earth",
    rock_g_cm3: float = ROCK_G_CM3,
) -> Floats:
    """Mass of fine earth per volume of the soil with its stones (g/cm3).

    ``coarse_fragments_pct``: % of the volume. NaN where either is missing, where the stones are no share of a
    volume, and where they would weigh more than the whole soil.
    """
    density, coarse = np.asarray(bulk_density_g_cm3, float), np.asarray(coarse_fragments_pct, float)
    share = np.where((coarse >= 0) & (coarse <= 100), coarse / 100, np.nan)
    fine = density * (1 - share) if density_of == "fine_earth" else density - rock_g_cm3 * share
    return np.where((fine >= 0) & (density > 0), fine, np.nan)


def carbon_kg_m3(soc_g_kg: ArrayLike, fine_earth: ArrayLike) -> Floats:
    """Organic carbon per volume of soil (kg/m3) of ``soc_g_kg`` in ``fine_earth`` (g/cm3 of soil).

    This is what can be averaged over a depth; a mean concentration times a mean density is not its mean.
    """
    density: Floats = np.asarray(soc_g_kg, float) * np.asarray(fine_earth, float)
    return density


def soc_stock_t_ha(
    soc_g_kg: ArrayLike,
    bulk_density_g_cm3: ArrayLike,
    coarse_fragments_pct: ArrayLike,
    thickness_cm: ArrayLike,
    density_of: DensityOf = "fine_earth",
    rock_g_cm3: float = ROCK_G_CM3,
) -> Floats:
    """Organic carbon of a layer (t/ha; ten times kg/m2), NaN where an input is missing.

    As in the GSOC Cookbook (FAO 2018; GSIF::OCSKGM): concentration x density of fine earth x share of the
    volume that is no stones x thickness.
    """
    fine = fine_earth_g_cm3(bulk_density_g_cm3, coarse_fragments_pct, density_of, rock_g_cm3)
    thickness = np.asarray(thickness_cm, float)
    stock: Floats = carbon_kg_m3(soc_g_kg, fine) * thickness * T_HA_PER_KG_M3_CM
    return stock


def soc_stock_sd_t_ha(
    soc_g_kg: ArrayLike,
    bulk_density_g_cm3: ArrayLike,
    coarse_fragments_pct: ArrayLike,
    thickness_cm: ArrayLike,
    sd_soc: ArrayLike,
    sd_bulk_density: ArrayLike,
    sd_coarse_fragments: ArrayLike,
    correlation: ArrayLike = 0.0,
    density_of: DensityOf = "fine_earth",
    rock_g_cm3: float = ROCK_G_CM3,
) -> Floats:
    """Standard deviation (t/ha) of :func:`soc_stock_t_ha`, to the first order; NaN where one is not known.

    ``correlation`` of the errors of concentration and density, -1 to 1: they come from one sample, or density
    was estimated from carbon, so that their covariance counts (Tadiello et al. 2022, MethodsX 9, 101662;
    JRC128681). It is mostly negative, and leaving it out (0, as in GSIF::OCSKGM) then tells too large a
    deviation.
    """
    soc, density, thickness = (np.asarray(a, float) for a in (soc_g_kg, bulk_density_g_cm3, thickness_cm))
    fine = fine_earth_g_cm3(density, coarse_fragments_pct, density_of, rock_g_cm3)
    of_fine = density_of == "fine_earth"
    by_soc = fine * np.asarray(sd_soc, float)
    solid = 1 - np.asarray(coarse_fragments_pct, float) / 100 if of_fine else 1.0
    by_density = soc * solid * np.asarray(sd_bulk_density, float)
    by_coarse = soc * (density if of_fine else rock_g_cm3) * np.asarray(sd_coarse_fragments, float) / 100
    variance = by_soc**2 + by_density**2 + by_coarse**2 + 2 * _correlation(correlation) * by_soc * by_density
    sd: Floats = np.sqrt(np.maximum(variance, 0)) * thickness * T_HA_PER_KG_M3_CM
    return sd


@dataclass(frozen=True)
class Stocks:
    """Mass per area of depth intervals: arrays (profile, interval).

    ``t_ha``: of the part that is covered, NaN where nothing is; never filled up to the whole interval.
    ``covered_cm``, ``gap_cm``: as in :class:`soilinfo.harmonize.depth.DepthMeans`. ``sd``: its standard
    deviation, NaN where an error is not known.
    """

    t_ha: Floats
    covered_cm: Floats
    gap_cm: Floats
    sd: Floats


def depth_stocks(
    density_kg_m3: Horizons,
    intervals: Intervals,
    lam: float = LAMBDA,
    strata: ArrayLike | None = None,
    sd_independent: ArrayLike = np.nan,
    sd_common: ArrayLike = np.nan,
) -> Stocks:
    """Mass per area (t/ha) of each interval, by the spline of a mass per volume of soil (kg/m3).

    Of carbon (:func:`carbon_kg_m3`), or of fine earth for the masses that stocks are compared at. ``strata``:
    organic and mineral layers, say by ``is_organic``, have splines of their own, as the density of a peat
    says nothing about the sand below it. Errors (kg/m3, of each horizon or one for all) as in
    :func:`soilinfo.harmonize.depth.depth_sd`: what a spline does with independent errors of layers, and with
    one that all share, is what layers of one profile correlate.
    """
    means = depth_means(density_kg_m3, intervals, lam, strata)
    deviations = depth_sd(density_kg_m3, sd_independent, sd_common, intervals, lam, strata)
    per_mean = means.covered_cm * T_HA_PER_KG_M3_CM
    return Stocks(means.mean * per_mean, means.covered_cm, means.gap_cm, deviations * per_mean)


def mineral_mass_t_ha(
    fine_earth: ArrayLike, soc_g_kg: ArrayLike, thickness_cm: ArrayLike, organic_matter_per_carbon: float
) -> Floats:
    """Mass of fine earth without its organic matter (t/ha) of a layer; NaN where an input is missing.

    What is neither added nor lost with carbon, and therefore what soils are compared at (von Haden et al.
    2020). ``fine_earth``: g/cm3 of soil. NaN, too, where there would be more organic matter than soil.
    """
    fine, soc = np.asarray(fine_earth, float), np.asarray(soc_g_kg, float)
    mineral = 1 - organic_matter_per_carbon * soc / 1000
    thickness = np.asarray(thickness_cm, float)
    return np.where(mineral >= 0, fine * mineral * thickness * 1000 * T_HA_PER_KG_M3_CM, np.nan)


def equal_mass_stock_t_ha(
    offsets: ArrayLike, mass_t_ha: ArrayLike, carbon_t_ha: ArrayLike, reference_t_ha: ArrayLike
) -> Floats:
    """Organic carbon (t/ha; profile) in the uppermost ``reference_t_ha`` of soil of each profile.

    Comparing visits at the same depth calls it a gain of carbon when a soil was compacted; at the same mass
    it is none (Ellert and Bettany 1995; Wendt and Hauser 2013, doi 10.1111/ejss.12002; von Haden, Yang and
    DeLucia 2020, doi 10.1111/gcb.15124). ``mass_t_ha`` and ``carbon_t_ha`` are of each layer from the surface
    down without a gap, the profiles' ``offsets`` as in :class:`Horizons`; the reference is one for all or of
    each profile, say the mass that 30 cm had at the first visit. Mass is fine earth or, better, its mineral
    part (:func:`mineral_mass_t_ha`), the same for all. Carbon over mass is a cubic spline of the sums from
    the top down (natural ends; it meets every sum): the equal-area spline, lambda 0, over mass in place of
    depth.

    NaN where a layer's mass or carbon is missing, and where less soil than the reference was sampled.
    """
    ends = np.asarray(offsets, np.int64)
    mass, carbon = np.asarray(mass_t_ha, float), np.asarray(carbon_t_ha, float)
    reference = np.broadcast_to(np.asarray(reference_t_ha, float), (len(ends) - 1,))
    owner = np.repeat(np.arange(len(reference)), np.diff(ends))
    lacking = ~((mass > 0) & np.isfinite(mass + carbon))
    lost = (np.bincount(owner[lacking], minlength=len(reference)) > 0) | ~(reference > 0)
    usable = ~lost[owner]
    share = np.divide(mass, reference[owner], out=np.ones_like(mass), where=usable)
    content = np.divide(carbon, mass, out=np.zeros_like(mass), where=usable)
    sums = np.append(0.0, np.cumsum(share))
    start = sums[ends[owner]]
    means = depth_means(Horizons(ends, sums[:-1] - start, sums[1:] - start, content), [(0.0, 1.0)], lam=0.0)
    whole = (means.covered_cm[:, 0] >= 1 - _MASS_ROUNDING) & ~lost
    return np.where(whole, means.mean[:, 0] * reference, np.nan)


class Change(NamedTuple):
    """A difference and its standard deviation, arrays of one shape; NaN where unknown."""

    difference: Floats
    sd: Floats


def change(
    before: ArrayLike, after: ArrayLike, sd_before: ArrayLike, sd_after: ArrayLike, correlation: ArrayLike
) -> Change:
    """What two visits differ by, and its standard deviation; NaN where a side is missing or not known.

    ``correlation`` of the errors of both visits, -1 to 1: of the same laboratory, method and equation much of
    the error is the same and drops out.
    """
    first, second = np.asarray(sd_before, float), np.asarray(sd_after, float)
    variance = first**2 + second**2 - 2 * _correlation(correlation) * first * second
    difference: Floats = np.asarray(after, float) - np.asarray(before, float)
    return Change(difference, np.sqrt(np.maximum(variance, 0)))


def _correlation(given: ArrayLike) -> Floats:
    correlation = np.asarray(given, float)
    if (np.abs(correlation) > 1).any():
        raise InputError(f"a correlation lies between -1 and 1, unlike {np.nanmax(np.abs(correlation)):g}")
    return correlation
