"""The maps of a product, made from published layers: values, uncertainties, and what is left out and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.gsp import Exclusion, GspMap, GspProduct, Input, SaltClasses
from soilinfo.grid import Grid, Window
from soilinfo.harmonize.carbon import soc_stock_sd_t_ha, soc_stock_t_ha
from soilinfo.harmonize.salinity import classify
from soilinfo.jobs.gsp.aggregate import Cells, averaged, most_frequent, product_grid, shared
from soilinfo.jobs.gsp.layers import Depth, Field, Published, added, field_of
from soilinfo.report.gsp.manifest import LeftOut

STOCK = "soc_stock"
"""The property of a stock of carbon, which is in t/ha as its formula gives it."""
NON_SALINE, SALINE, SODIC, SALINE_SODIC = 1, 10, 20, 30
"""Codes of salt classes; of a saline or sodic soil the severity, 1 the slightest, is added."""


@dataclass(frozen=True)
class Made:
    """A map at a depth: arrays of the product's grid, NaN where there is no value."""

    map: str
    depth: Depth
    values: NDArray[np.float32]
    uncertainty: NDArray[np.float32] | None
    layers: tuple[str, ...]
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Making:
    """A product that is made from published layers, of the given depths."""

    published: Published
    product: GspProduct
    depths: tuple[Depth, ...]

    @property
    def grid(self) -> Grid:
        """The grid of its files."""
        grid = self.product.grid
        return product_grid(self._national, grid.degrees, grid.origin)

    @property
    def mask(self) -> str | None:
        """The layer of the mask; None where the product has none, or the country no such layer."""
        mask = self.product.mask
        return self.published.find(mask.property, None) if mask else None

    def every(self) -> Iterator[Made | LeftOut]:
        """Every map at every depth, with what is left out of it."""
        kept = self.kept()
        for depth in self.depths:
            for name, each in self.product.maps.items():
                found = self._field(each, depth)
                if isinstance(found, str):
                    yield LeftOut(name, depth, "mean", found)
                    continue
                yield (made := self._made(name, each, depth, found, kept))
                if made.uncertainty is None and each.uncertainty != "none":
                    yield LeftOut(name, depth, "sd", found.no_sd)

    def excluded(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every exclusion of the product, as text, and the layers it is made by, if there are any."""
        return [
            (f"{one.property} > {one.above:g} {one.unit}", self._means(self._excluding(one)))
            for one in self.product.exclusions
        ]

    def _means(self, found: Field | None) -> tuple[str, ...]:
        layers = self.published.catalog.layers
        return tuple(name for name in (found.layers if found else ()) if layers[name].statistic == "mean")

    def kept(self) -> NDArray[np.bool_]:
        """The cells of the product's land: those of its mask, without what it excludes."""
        kept = np.ones(self.grid.shape, bool)
        mask, layer = self.product.mask, self.mask
        if mask and layer:
            codes = self._codes(mask.property, mask.any_of)
            inside = partial(_is_one_of, self.published.cells(layer, None), codes)
            share = shared(inside, self._national, self.grid)
            kept &= share >= mask.least_pct / 100
        for one in self.product.exclusions:
            found = self._excluding(one)
            if found:
                kept &= ~(averaged(found.cells, self._national, self.grid, 0.0) > one.above)
        return kept

    def _excluding(self, one: Exclusion) -> Field | None:
        """The cells by which land is left out: of layers, a stock of carbon also of its formula."""
        depth = self.depths[0]
        found = field_of(self.published, Input(property=one.property), depth, one.unit)
        if isinstance(found, str) and one.property == STOCK:
            found = stock_field(self.published, depth)
        return found if isinstance(found, Field) else None

    @property
    def _national(self) -> Grid:
        return self.published.catalog.grid

    def _field(self, wanted: GspMap, depth: Depth) -> Field | str:
        """The cells of a map from the first of its inputs that is published, else by its formula."""
        reasons = []
        for source in wanted.inputs:
            found = field_of(self.published, source, depth, wanted.unit)
            if isinstance(found, Field):
                return found
            reasons.append(found)
        if wanted.formula == "soc_stock":
            found = stock_field(self.published, depth)
        elif wanted.formula == "salt_class":
            assert self.product.salt_classes is not None, "the catalog checks it"
            found = _salt(self.published, depth, self.product.salt_classes)
        else:
            return "; ".join(reasons) or wanted.absent
        return found if isinstance(found, Field) else "; ".join([*reasons, found])

    def _made(self, name: str, each: GspMap, depth: Depth, found: Field, kept: NDArray[np.bool_]) -> Made:
        least, to = self.product.least_known_pct, (self._national, self.grid)
        if each.classes:
            values = most_frequent(found.cells, *to, tuple(each.classes), least)
        else:
            values = averaged(found.cells, *to, least)
        values[~kept] = np.nan
        spread = None
        if found.sd is not None and each.uncertainty != "none":
            # Errors of neighbouring cells are taken as one and the same: the mean of their SDs is the most
            # that the SD of their mean can be.
            spread = averaged(found.sd, *to, least)
            spread[np.isnan(values)] = np.nan
            if each.uncertainty == "percent":
                with np.errstate(divide="ignore", invalid="ignore"):
                    spread = np.where(values > 0, 100 * spread / values, np.nan).astype(np.float32)
        return Made(name, depth, values, spread, found.layers, found.told)

    def _codes(self, property: str, names: tuple[str, ...]) -> NDArray[np.int64]:
        catalog = self.published.catalog
        table = catalog.class_table(catalog.property(property).class_table or "")
        return np.array([each.code for each in table.classes if {each.id, each.group} & set(names)])


def _is_one_of(cells: Cells, codes: NDArray[np.int64], window: Window) -> NDArray[np.float64]:
    values = cells(window)
    return np.where(np.isnan(values), np.nan, np.isin(values, codes))


def _parts(published: Published, depth: Depth, wanted: Mapping[str, str]) -> dict[str, Field] | str:
    """The fields of several properties in the given units, or which of them there are not."""
    found = {name: field_of(published, Input(property=name), depth, unit) for name, unit in wanted.items()}
    missing = [each for each in found.values() if isinstance(each, str)]
    if missing:
        return "; ".join(missing)
    return {name: each for name, each in found.items() if isinstance(each, Field)}


def stock_field(published: Published, depth: Depth) -> Field | str:
    """Carbon stock of three layers, cell by cell before any averaging: a product of means is no mean.

    Where layers of several depths make up the depth, their stocks are added.
    """
    slices = published.slices("soc", depth) or (depth,)
    fields = [_stock_of_layer(published, one) for one in slices]
    whole = [each for each in fields if isinstance(each, Field)]
    if len(whole) < len(fields):
        return "; ".join(each for each in fields if isinstance(each, str))
    return whole[0] if len(whole) == 1 else added(whole, [1.0] * len(whole))


def _stock_of_layer(published: Published, depth: Depth) -> Field | str:
    units = {"soc": "g/kg", "bulk_density": "g/cm3", "coarse_fragments": "% vol"}
    parts = _parts(published, depth, units)
    if isinstance(parts, str):
        return parts
    thickness, fields = depth[1] - depth[0], list(parts.values())
    soc, density, stones = fields

    def stock(window: Window) -> NDArray[np.float64]:
        return soc_stock_t_ha(soc.cells(window), density.cells(window), stones.cells(window), thickness)

    def spread(window: Window) -> NDArray[np.float64]:
        of_soc, of_density, of_stones = (each.sd(window) for each in fields if each.sd)
        means = soc.cells(window), density.cells(window), stones.cells(window)
        return soc_stock_sd_t_ha(*means, thickness, of_soc, of_density, of_stones)

    told = {
        "formula": "soc x bulk density x (1 - coarse fragments) x thickness; SD by first-order propagation "
        "without covariances (OCSKGM)",
        **{f"method of {name}": each.told["method"] for name, each in parts.items()},
    }
    layers = tuple(layer for each in fields for layer in each.layers)
    missing = [each.no_sd for each in fields if each.sd is None]
    return Field(stock, None if missing else spread, layers, told, "; ".join(missing))


def _salt(published: Published, depth: Depth, rule: SaltClasses) -> Field | str:
    """Classes of salt-affected soil by the product's rule."""
    parts = _parts(published, depth, {"salinity_ec": "dS/m", "esp": "%"})
    if isinstance(parts, str):
        return parts
    ec, esp = parts["salinity_ec"], parts["esp"]

    def classes(window: Window) -> NDArray[np.float64]:
        return salt_classes(ec.cells(window), esp.cells(window), rule)

    told = {"rule": rule.id, "rule source": rule.source}
    layers = (*ec.layers, *esp.layers)
    return Field(classes, None, layers, told, "the uncertainty of a class is not computed")


def salt_classes(
    ec_ds_m: NDArray[np.float64], esp_pct: NDArray[np.float64], rule: SaltClasses
) -> NDArray[np.float64]:
    """Code of each cell's class by a rule; NaN where either is missing.

    Above both limits a soil is saline-sodic; else saline or, if it is not, sodic, with its severity.
    """
    saline = classify(ec_ds_m, rule.saline, "above").astype(np.int64) - 1
    sodic = classify(esp_pct, rule.sodic, "above").astype(np.int64) - 1
    ec_limit, esp_limit = rule.saline_sodic
    codes = np.select(
        [(ec_ds_m > ec_limit) & (esp_pct > esp_limit), saline > 0, sodic > 0],
        [SALINE_SODIC, SALINE + saline, SODIC + sodic],
        NON_SALINE,
    )
    return np.where(np.isnan(ec_ds_m) | np.isnan(esp_pct), np.nan, codes)
