"""Recommended rates as products: what a plan divides, with what farmers buy beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_recommendation import NEED
from soilinfo.catalog.subsidy import Eligibility
from soilinfo.evaluate.fertilizer import Amounts, Blend, blends
from soilinfo.evaluate.need import ROW, UNIT
from soilinfo.findings import Finding, some
from soilinfo.jobs.subsidy.conversion import CRITERION, AtHand, at_hand_of, nutrients_of, subsidy_of

BESIDE = "beside"
"""The note of what farmers buy without subsidy: it is needed, and not divided."""
OVER_PCT = 10.0
"""Percent of its dose by which a mixture may give more of a nutrient before that is a warning. Ours."""

Pair = tuple[str, str]
"""Code of a unit, and commodity."""


@dataclass(frozen=True)
class Mixture:
    """What a dose is given as: the nutrients that it is made for (kg/ha), and the products that give them."""

    nutrients: Amounts
    blend: Blend

    @property
    def over(self) -> dict[str, float]:
        """kg/ha of the nutrients that it gives more of than their dose and OVER_PCT of it."""
        return {
            nutrient: self.blend.left_over[nutrient]
            for nutrient, kg in self.nutrients.items()
            if self.blend.left_over[nutrient] > kg * OVER_PCT / 100
        }


def product_rates(
    catalog: Catalog,
    plan: AllocationPlan,
    rule: Eligibility,
    pairs: Sequence[Pair],
    known: Mapping[Pair, Amounts],
    names: Mapping[str, str],
) -> tuple[pd.DataFrame, list[Finding]]:
    """kg/ha of each product by unit and commodity: of all that the plan divides, NaN where it is not known,
    and where it is known of what farmers buy beside.

    ``known``: the doses in force by pair; ``names``: of units by code. Columns ROW, ``kg_ha``, ``edition``
    (the id of the doses, missing without) and ``rated``, whether all doses are known. Findings: nutrients
    that no product holds, and units that get more of one than is recommended.
    """
    rated = {pair: known[pair] for pair in pairs if pair in known and pair[1] in rule.commodities}
    hand = at_hand_of(catalog, plan)
    wanted = [nutrients_of(catalog, doses) for doses in rated.values()]
    mixed = dict(zip(rated, mixtures(plan, hand, wanted), strict=True))
    products = {pair: as_products(hand, mixed[pair], doses) for pair, doses in rated.items()}
    editions = subsidy_of(catalog).doses
    frame = pd.DataFrame(
        [
            (*pair, name, products.get(pair, {}).get(name), editions.get(pair[1]), pair in known)
            for pair in pairs
            for name in (*plan.fertilizers, *(plan.beside if pair in products else ()))
        ],
        columns=[*ROW, "kg_ha", "edition", "rated"],
    )
    findings = [*_unserved(plan, hand, wanted), *_over_fertilised(plan, mixed, names)]
    return frame.astype({"kg_ha": "float64", "edition": "str"}), findings


def mixtures(plan: AllocationPlan, hand: AtHand, wanted: Sequence[Amounts]) -> list[Mixture]:
    """What gives each of these nutrients (kg/ha) by CRITERION, with as little as can be bought beside."""
    held = [hand.held(each) for each in wanted]
    mixed = blends(held, hand.contents, criterion=CRITERION, sparing=plan.beside)
    return [Mixture(nutrients, blend) for nutrients, blend in zip(held, mixed, strict=True)]


def as_products(hand: AtHand, mixture: Mixture, doses: Amounts) -> dict[str, float]:
    """kg/ha of each product that doses are given as: its part of their mixture, and what is recommended of
    those whose contents nobody states (organic ones)."""
    return {**mixture.blend.kg_ha, **{name: kg for name, kg in doses.items() if name in hand.unstated}}


# ---- what is told -----------------------------------------------------------------------


def _unserved(plan: AllocationPlan, hand: AtHand, wanted: Sequence[Amounts]) -> Iterator[Finding]:
    """A warning of nutrients that are recommended and that no product at hand holds."""
    names = {name for each in wanted for name, kg in each.items() if kg > 0}
    if lacking := sorted(names - hand.held(dict.fromkeys(names, 0.0)).keys()):
        message = (
            f"no product of plan '{plan.id}' holds {', '.join(lacking)}, which is recommended, so the need "
            f"is without it; there are: {', '.join(hand.contents) or 'none with stated contents'}"
        )
        yield Finding("nutrient_not_served", "warn", NEED, message, len(lacking), {"nutrients": lacking})


def _over_fertilised(
    plan: AllocationPlan, mixed: Mapping[Pair, Mixture], names: Mapping[str, str]
) -> Iterator[Finding]:
    """A warning for each nutrient that units get more of than is recommended, by OVER_PCT and more."""
    over = [
        (code, commodity, nutrient, kg)
        for (code, commodity), each in mixed.items()
        for nutrient, kg in each.over.items()
    ]
    rows = pd.DataFrame(over, columns=[*UNIT, "nutrient", "kg_ha"])
    for nutrient, found in rows.groupby("nutrient"):
        codes, most = sorted(set(found["code"])), found.nlargest(1, "kg_ha").iloc[0]
        message = (
            f"the products of plan '{plan.id}' give over {OVER_PCT:g} % more {nutrient} than is recommended "
            f"in {len(codes)} unit(s), at most {most['kg_ha']:g} kg/ha more ({names[most['code']]}): "
            f"{some(codes)}"
        )
        evidence = {
            "nutrient": str(nutrient),
            "over_pct": OVER_PCT,
            "most_kg_ha": float(most["kg_ha"]),
            "name": names[most["code"]],
            "codes": codes,
            "commodities": sorted(set(found["commodity"])),
        }
        yield Finding("over_fertilised", "warn", NEED, message, len(codes), evidence)


def bought_beside(plan: AllocationPlan, rows: pd.DataFrame) -> Iterator[Finding]:
    """A note of the tonnes of each fertilizer that farmers are taken to buy without subsidy.

    ``rows``: of the need, with ``fertilizer``, ``code``, ``need_t`` and ``note``.
    """
    bought = rows[(rows["note"] == BESIDE) & (rows["need_t"] > 0)]
    for name, found in bought.groupby("fertilizer"):
        need_t, codes = round(float(found["need_t"].sum()), 3), sorted(set(found["code"]))
        message = (
            f"farmers are taken to buy {need_t:,.3f} t of {name} without subsidy, in {len(codes)} unit(s), "
            f"beside what plan '{plan.id}' divides"
        )
        evidence = {"plan": plan.id, "fertilizer": str(name), "need_t": need_t, "codes": codes}
        yield Finding("bought_beside", "note", NEED, message, len(codes), evidence)
