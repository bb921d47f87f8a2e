"""What fertilizers hold and cost on a day, and which are subsidised: the products at hand for nutrients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.fertilizers import in_force
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.subsidy import Eligibility, Subsidy
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.fertilizer import Amounts, Criterion, nutrients_in

CRITERION: Criterion = "least_excess"
"""How nutrients become products unless asked otherwise: with least to spare, which needs no price. Ours."""


@dataclass(frozen=True)
class AtHand:
    """Products that nutrients are converted to, as they are on a day."""

    contents: Mapping[str, Amounts]
    """Product -> nutrient -> mass percent."""
    prices: Amounts
    """Product -> ceiling price per kg, of those that have one."""
    unstated: tuple[str, ...]
    """Products whose contents nobody states: they serve no nutrient."""

    def held(self, nutrients: Amounts) -> dict[str, float]:
        """Those of the nutrients (kg/ha) that one of the products holds; the others cannot be served."""
        held = {nutrient for contents in self.contents.values() for nutrient in contents}
        return {name: kg for name, kg in nutrients.items() if name in held}


def at_hand(catalog: Catalog, products: Sequence[str], on: date) -> AtHand:
    """These products on a day; UnknownNameError for one that config does not have."""
    for name in products:
        if name not in catalog.fertilizers:
            raise UnknownNameError("fertilizer", name, catalog.fertilizers)
    known = {name: catalog.fertilizers[name] for name in products}
    prices = {name: in_force(each.prices, on) for name, each in known.items()}
    return AtHand(
        {name: contents for name in known if (contents := contents_of(catalog, name))},
        {name: found.price for name, found in prices.items() if found and found.price is not None},
        tuple(name for name in known if not contents_of(catalog, name)),
    )


def at_hand_of(catalog: Catalog, plan: AllocationPlan) -> AtHand:
    """What the needs of a plan are mixed of: what it divides and a rule subsidises on its date, and what
    farmers buy beside."""
    rule = eligibility_on(catalog, plan.date)
    subsidised = [name for name in plan.fertilizers if name in rule.fertilizers]
    return at_hand(catalog, [*subsidised, *plan.beside], plan.date)


def contents_of(catalog: Catalog, name: str) -> dict[str, float]:
    """Mass percent of each nutrient in a product; empty where nobody states it."""
    return {str(nutrient): pct for nutrient, pct in (catalog.fertilizers[name].contents or {}).items()}


def subsidy_of(catalog: Catalog) -> Subsidy:
    """The rules of subsidy.yaml; InputError where the configuration has none."""
    if catalog.subsidy is None:
        raise InputError("nothing is recommended or subsidised here: config/ has no subsidy.yaml")
    return catalog.subsidy


def eligibility_on(catalog: Catalog, on: date) -> Eligibility:
    """The rule in force on a day; InputError naming the first one for an earlier day."""
    rules = subsidy_of(catalog).eligibility
    found = in_force(rules, on)
    if found is None:
        raise InputError(f"no rule of eligibility is in force on {on}; the first begins on {rules[0].start}")
    return found


def nutrients_of(catalog: Catalog, kg_ha: Amounts) -> dict[str, float]:
    """Nutrients (kg/ha) in amounts of fertilizers, as far as their contents are stated."""
    stated = {name: held for name in kg_ha if (held := contents_of(catalog, name))}
    return nutrients_in({name: kg_ha[name] for name in stated}, stated)
