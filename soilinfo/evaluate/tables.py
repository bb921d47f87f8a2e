"""Requirement tables of many crops as integer lookup tables for the kernel.

A *factor* is one characteristic serving one land quality. Its packed range is cut into *bands*:
values that every crop rates alike. A factor is then a small table (packed value -> band) and one
row of bits per band, so that even many crops with many edges stay in the cache.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import (
    SCENARIOS,
    BoundaryRule,
    ClassTable,
    Criterion,
    Crop,
    LandEvaluation,
    Property,
)
from soilinfo.catalog.properties import DRAINAGE as DRAINAGE
from soilinfo.evaluate.criteria import Classes, rate
from soilinfo.evaluate.improvement import gains, within_reach
from soilinfo.evaluate.kernel import BITS, CROPS_PER_WORD
from soilinfo.units import convert

PEAT = "peat_thickness"
"""The property that says where peat is protected."""

_UNUSED = 5
"""In place of a class: the crop has no row for this characteristic in this quality."""
_UNARY = np.array([0b111, 0b111, 0b011, 0b001, 0b000, 0b111], np.uint64)
"""Bits by class. A missing class (0) leaves the AND as it is: the row 'known' speaks for it."""


@dataclass(frozen=True)
class Packing:
    """What stored integers mean: ``value = packed * scale`` in ``unit``, from ``low`` to ``high``."""

    low: int
    high: int
    scale: float
    unit: str

    @classmethod
    def of(cls, prop: Property) -> "Packing":
        """How a numeric property is stored: its valid range in steps of its last decimal."""
        assert prop.valid_range is not None, "a numeric property has a valid range"
        low, high = (round(value / prop.scale) for value in prop.valid_range)
        return cls(low, high, prop.scale, prop.unit)

    def values(self) -> NDArray[np.float64]:
        """Value of each packed integer, rounded so that 550 steps of 0.01 are exactly 5.5."""
        decimals = max(0, round(-np.log10(self.scale)))
        return np.round(np.arange(self.low, self.high + 1) * self.scale, decimals)


type Meaning = Packing | ClassTable
"""What the packed integers of a property mean."""


@dataclass(frozen=True)
class Lookup:
    """``bands[packed - low]``; the last entry is for no data and whatever else is out of range."""

    name: str
    low: int
    bands: NDArray[np.uint16]


@dataclass(frozen=True)
class Tables:
    """Everything that :func:`soilinfo.evaluate.suitability.evaluate` needs, compiled once.

    ``inputs``: names of the packed arrays to give it. ``unused``: per crop the characteristics of
    its table that no available property covers. ``factors`` are ordered by quality, those of
    quality ``q`` end before ``ends[q]``; ``rows``, ``known``, ``lacks`` and ``partial`` are as
    :mod:`soilinfo.evaluate.kernel` reads them. ``protected`` is 1 where peat is thick enough to be
    protected: there the factors ``drainage`` take the next band, the same without drier classes to gain.
    ``dispensable``: for crops whose every used characteristic may lack, how many those are.
    """

    crops: tuple[str, ...]
    qualities: tuple[str, ...]
    rule: BoundaryRule
    inputs: tuple[str, ...]
    unused: Mapping[str, tuple[str, ...]]
    factors: tuple[Lookup, ...]
    ends: NDArray[np.int64]
    rows: NDArray[np.uint64]
    known: NDArray[np.uint64]
    lacks: NDArray[np.uint64]
    partial: NDArray[np.int64]
    dispensable: Mapping[str, int]
    protected: Lookup | None
    drainage: tuple[int, ...]


@dataclass(frozen=True)
class _Factor:
    """One characteristic in one quality: class of each crop in each band (crop, band) and the
    classes gained (scenario, crop, band). The bands in which some crop's class is missing come
    first; each band of drainage comes twice, the second time gaining nothing by drier classes.
    """

    lookup: Lookup
    classes: NDArray[np.int64]
    gains: NDArray[np.int64]
    may_lack: bool

    @property
    def partial(self) -> int:
        """Number of bands in which some crop's class is missing."""
        return int((self.classes == 0).any(axis=0).sum())

    def rows(self) -> NDArray[np.uint64]:
        """Unary class bits (word, scenario, band)."""
        rated = (self.classes > 0) & (self.classes < _UNUSED)
        scenarios = [np.where(rated, np.maximum(self.classes - gain, 1), self.classes) for gain in self.gains]
        return np.stack([_words(_UNARY[classes]) for classes in scenarios], axis=1)

    def known(self) -> NDArray[np.uint64]:
        """All bits of a crop (word, band) unless it needs the characteristic and it is missing."""
        return _words(np.where((self.classes > 0) | self.may_lack, np.uint64(0b111), np.uint64(0)))

    def lacks(self) -> NDArray[np.uint64]:
        """One bit per crop (word, band) where it uses the characteristic, may lack it and does."""
        return _words(((self.classes == 0) & self.may_lack).astype(np.uint64))


def compile_tables(
    crops: Sequence[Crop],
    evaluation: LandEvaluation,
    available: Mapping[str, Meaning],
    rule: BoundaryRule | None = None,
) -> Tables:
    """Lookup tables for all crops at once.

    ``available``: what the packed integers of each property that has a layer mean; characteristics
    outside it are listed in ``unused``. ``rule`` defaults to the one of ``evaluation``.
    Raises UnitError when a criterion's unit does not convert to its property's.
    """
    rule = rule or evaluation.boundary_rule
    qualities = tuple(quality.code for quality in evaluation.qualities)
    served = _served(crops, qualities, available)
    factors = [_factor(crops, name, qualities[q], available[name], evaluation, rule) for q, name in served]
    names, words = {name for _, name in served}, -(-len(crops) // CROPS_PER_WORD)
    protected = _protected(available.get(PEAT), evaluation.protective_peat_cm) if DRAINAGE in names else None
    return Tables(
        crops=tuple(crop.id for crop in crops),
        qualities=qualities,
        rule=rule,
        inputs=tuple(sorted(names | ({PEAT} if protected else set()))),
        unused={crop.id: tuple(n for n in crop.characteristics if n not in available) for crop in crops},
        factors=tuple(factor.lookup for factor in factors),
        ends=np.searchsorted([q for q, _ in served], np.arange(len(qualities)), side="right"),
        rows=_side_by_side([factor.rows() for factor in factors], (words, len(SCENARIOS))),
        known=_side_by_side([factor.known() for factor in factors], (words,)),
        lacks=_side_by_side([factor.lacks() for factor in factors], (words,)),
        partial=np.array([factor.partial for factor in factors], np.int64),
        dispensable=_dispensable(crops, available, evaluation),
        protected=protected,
        drainage=tuple(i for i, (_, name) in enumerate(served) if name == DRAINAGE),
    )


def _served(
    crops: Sequence[Crop], qualities: tuple[str, ...], available: Mapping[str, Meaning]
) -> list[tuple[int, str]]:
    """Each (quality, characteristic) that a crop uses and a layer covers, ordered by quality."""
    pairs = {
        (qualities.index(criterion.quality), name)
        for crop in crops
        for name, criterion in crop.characteristics.items()
        if name in available
    }
    return sorted(pairs)


def _dispensable(
    crops: Sequence[Crop], available: Mapping[str, Meaning], evaluation: LandEvaluation
) -> dict[str, int]:
    used = {crop.id: available.keys() & crop.characteristics.keys() for crop in crops}
    return {crop: len(names) for crop, names in used.items() if names.issubset(evaluation.may_lack)}


def _factor(
    crops: Sequence[Crop],
    name: str,
    quality: str,
    meaning: Meaning,
    evaluation: LandEvaluation,
    rule: BoundaryRule,
) -> _Factor:
    absent = evaluation.hazard_absent.get(name)
    rated = np.stack([_rated(crop, name, quality, meaning, rule, absent) for crop in crops])
    begins = np.insert((np.diff(rated) != 0).any(axis=0), 0, True)
    classes, bands = rated[:, begins], np.cumsum(begins) - 1
    order = np.argsort((classes > 0).all(axis=0), kind="stable")
    ways = 2 if name == DRAINAGE else 1
    own = zip(crops, classes, strict=True)
    gained = np.stack([gains(crop, name, evaluation, each) for crop, each in own], axis=1)
    gained = np.repeat(gained[:, :, order], ways, axis=2)
    if name == DRAINAGE:
        wetter = np.stack([within_reach(each, "raises") for each in classes])
        gained[:, :, 1::2] = np.minimum(gained[:, :, 1::2], wetter[:, order])
    return _Factor(
        Lookup(name, _first(meaning), (ways * np.argsort(order)[bands]).astype(np.uint16)),
        np.repeat(classes[:, order], ways, axis=1).astype(np.int64),
        gained,
        name in evaluation.may_lack,
    )


def _first(meaning: Meaning) -> int:
    return meaning.low if isinstance(meaning, Packing) else 0


def _rated(
    crop: Crop, name: str, quality: str, meaning: Meaning, rule: BoundaryRule, absent: float | None
) -> Classes:
    """Class of each packed integer of a property, and 0 for 'missing' at the end."""
    criterion = crop.characteristics.get(name)
    if criterion is not None and criterion.quality == quality:
        classes = rated_classes(criterion, meaning, rule)
        if absent is not None and isinstance(meaning, Packing):
            classes[meaning.values() == absent] = 1
        return np.append(classes, np.uint8(0))
    steps = meaning.high - meaning.low if isinstance(meaning, Packing) else max(meaning.code_of.values())
    return np.full(steps + 2, _UNUSED, np.uint8)


def rated_classes(criterion: Criterion, meaning: Meaning, rule: BoundaryRule) -> Classes:
    """Class of each packed integer from the lowest on, 0 where the row gives none; a category is looked up
    by its id, then by its group."""
    if isinstance(meaning, Packing):
        values = convert(meaning.values(), meaning.unit, criterion.unit or meaning.unit)
        return rate(criterion, np.round(values, 9), rule)
    entries = {entry.code: entry for entry in meaning.classes}
    codes = range(max(entries) + 1)
    by_id = rate(criterion, [entries[code].id if code in entries else "" for code in codes], rule)
    groups = [entries[code].group or "" if code in entries else "" for code in codes]
    return np.where(by_id, by_id, rate(criterion, groups, rule))


def _protected(peat: Meaning | None, thickness_cm: float) -> Lookup | None:
    """1 where peat is at least so thick, 0 where it is thinner or unknown; None without a layer."""
    if not isinstance(peat, Packing):
        return None
    thick = convert(peat.values(), peat.unit, "cm") >= thickness_cm
    return Lookup(PEAT, peat.low, np.append(thick, False).astype(np.uint16))


def _words(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Bits of all crops (crop, band) gathered in words (word, band)."""
    crops = len(bits)
    shifts = (BITS * (np.arange(crops) % CROPS_PER_WORD)).astype(np.uint64)
    shifted = bits << shifts[:, np.newaxis]
    return np.bitwise_or.reduceat(shifted, np.arange(0, crops, CROPS_PER_WORD), axis=0)


def _side_by_side(parts: list[NDArray[np.uint64]], lead: tuple[int, ...]) -> NDArray[np.uint64]:
    """Arrays (*lead, band) of several factors as one (*lead, factor, band), the short ones padded."""
    widest = max((part.shape[-1] for part in parts), default=1)
    whole = np.zeros((*lead, len(parts), widest), np.uint64)
    for position, part in enumerate(parts):
        whole[..., position, : part.shape[-1]] = part
    return whole
