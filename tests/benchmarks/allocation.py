"""Allocation: 7,285 districts, four fertilizers, four levels, each method beside the bare way.

Made-up districts in 514 regencies and 38 provinces: lognormal needs, floors of 20 % of need, caps of 60 to
120 %, 70 % of all need to divide, sacks of 50 kg. *Shares*: what each district gets before rounding.
*To sacks*: rounded and summed at every level. The peer of proportional, priority and max-min is vectorised
pandas as a careful script does it: a proportional share, clipped, what is over or short shared out among the
units that no bound holds, until nothing is; it checks nothing. That of optimal is one `linprog` (HiGHS, its
defaults; *without presolve* besides) of all districts and fertilizers. *Budget and quotas*: 90 % of the
money, provinces 10 % around their proportional tonnes. The peer of rounding is pandas' largest remainders by
level, from the top down, which is not what ours is (it keeps no bounds and is not monotone). Ours check their
input, name what decided each district, and treat equals alike, all of which is in their time. Tonnes of
proportional allocations agree within 1e-5, the worth of optimal ones within 1e-9: this is checked in the run.
Milliseconds of the processor (all threads), best of three.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from time import process_time

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import block_array, coo_array, csr_array

from soilinfo.evaluate.allocation.hierarchy import by_level, in_sacks
from soilinfo.evaluate.allocation.limits import Limits
from soilinfo.evaluate.allocation.max_min import max_min
from soilinfo.evaluate.allocation.optimal import optimal
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.proportional import proportional
from soilinfo.evaluate.allocation.response import per_tonne

TITLE = "Allocation: 7,285 districts x 4 fertilizers x 4 levels"
DISTRICTS, REGENCIES, PROVINCES = 7285, 514, 38
PRICES = {"urea": 1800.0, "npk": 1840.0, "organic": 640.0, "npk_cocoa": 2640.0}
"""Per kg; only their proportions matter here."""
SACK_KG = 50
Tonnes = Mapping[str, "pd.Series[float]"]


def measure() -> list[Mapping[str, str]]:
    """One row per way: milliseconds, and how many times its peer's."""
    nation = Nation()
    _require_equal(nation)
    rows = []
    for kind, ways in _ways(nation).items():
        took = {name: _milliseconds(work) for name, work in ways.items()}
        bare = next(iter(took.values()))
        rows += [
            {"what": kind, "way": name, "ms": f"{each:.0f}", "x bare": f"{each / bare:.2f}"}
            for name, each in took.items()
        ]
    return rows


class Nation:
    """Districts, and what is to be divided among them."""

    @cached_property
    def tree(self) -> pd.DataFrame:
        random = np.random.default_rng(1)
        regency = np.sort(random.integers(0, REGENCIES, DISTRICTS))
        province = np.sort(random.integers(0, PROVINCES, REGENCIES))[regency]
        codes = [f"{p:02}.{r:03}.{at:04}" for at, (p, r) in enumerate(zip(province, regency, strict=True))]
        index = pd.Index(codes, name="districts")
        return pd.DataFrame({"nation": "0", "provinces": index.str[:2], "regencies": index.str[:6]}, index)

    @cached_property
    def units(self) -> Mapping[str, pd.DataFrame]:
        random = np.random.default_rng(2)
        found = {}
        for name in PRICES:
            need = random.lognormal(6, 1, DISTRICTS)
            columns = {
                "need_t": need,
                "floor_t": need * 0.2,
                "cap_t": need * random.uniform(0.6, 1.2, DISTRICTS),
            }
            found[name] = pd.DataFrame(
                {**columns, "weight": random.uniform(0.5, 2, DISTRICTS)}, self.tree.index
            )
        return found

    def problems(self) -> dict[str, Problem]:
        """Made anew each time: checking is part of the work."""
        return {
            name: Problem(units, float(units["need_t"].sum()) * 0.7) for name, units in self.units.items()
        }

    @cached_property
    def worth(self) -> pd.DataFrame:
        random = np.random.default_rng(3)
        return pd.DataFrame({name: random.uniform(1, 3, DISTRICTS) for name in PRICES}, self.tree.index)

    @cached_property
    def limits(self) -> Limits:
        plain = {name: proportional(each).units["allocated_t"] for name, each in self.problems().items()}
        sums = pd.concat(
            {name: tonnes.groupby(self.tree["provinces"]).sum() for name, tonnes in plain.items()}
        )
        quotas = sums.rename_axis(["fertilizer", "parent"]).rename("tonnes").reset_index()
        cost = sum(PRICES[name] * float(tonnes.sum()) for name, tonnes in plain.items())
        return Limits(
            cost * 0.9,
            PRICES,
            quotas.assign(least_t=quotas["tonnes"] * 0.9, most_t=quotas["tonnes"] * 1.1),
            self.tree["provinces"],
        )


def _ways(nation: Nation) -> Mapping[str, Mapping[str, Callable[[], object]]]:
    shares = {name: proportional(each) for name, each in nation.problems().items()}
    return {
        "proportional and priority, shares": {
            "pandas, clipped until nothing is over": lambda: _clipped(nation, weighted=True),
            "soilinfo": lambda: _each(nation, proportional),
        },
        "max-min, shares": {
            "pandas, clipped until nothing is over": lambda: _clipped(nation, weighted=False),
            "soilinfo": lambda: _each(nation, max_min),
        },
        "optimal, shares": {
            "linprog": lambda: _linprog(nation, limited=False),
            "linprog, without presolve": lambda: _linprog(nation, limited=False, presolve=False),
            "soilinfo": lambda: optimal(nation.problems(), per_tonne(nation.worth)),
        },
        "optimal with budget and quotas, shares": {
            "linprog": lambda: _linprog(nation, limited=True),
            "linprog, without presolve": lambda: _linprog(nation, limited=True, presolve=False),
            "soilinfo": lambda: optimal(nation.problems(), per_tonne(nation.worth), nation.limits),
        },
        "to sacks": {
            "pandas, largest remainders": lambda: _remainders(nation, _tonnes(shares)),
            "soilinfo": lambda: _sacks(nation, shares),
        },
        "proportional, all of it": {
            "pandas": lambda: _remainders(nation, _clipped(nation, weighted=True)),
            "soilinfo": lambda: _sacks(nation, _each(nation, proportional)),
        },
    }


def _milliseconds(work: Callable[[], object]) -> float:
    def once() -> float:
        start = process_time()
        work()
        return 1000 * (process_time() - start)

    return min(once() for _ in range(3))


# ---- ours -------------------------------------------------------------------------------


def _each(nation: Nation, method: Callable[[Problem], Shares]) -> Mapping[str, Shares]:
    return {name: method(problem) for name, problem in nation.problems().items()}


def _tonnes(shares: Mapping[str, Shares]) -> Tonnes:
    return {name: each.units["allocated_t"] for name, each in shares.items()}


def _sacks(nation: Nation, shares: Mapping[str, Shares]) -> object:
    problems = nation.problems()
    found = {name: in_sacks(problems[name], each, SACK_KG).units for name, each in shares.items()}
    rows = pd.concat(found, names=["fertilizer", "code"]).reset_index()
    return by_level(rows, nation.tree, ["sacks"])


# ---- the bare ways ----------------------------------------------------------------------


def _clipped(nation: Nation, *, weighted: bool) -> Tonnes:
    """The share of those whom no bound holds, until bounds hold nobody else; floors that hold are checked
    when no cap does any more."""
    found = {}
    for name, units in nation.units.items():
        rate = units["need_t"] * units["weight"] if weighted else units["need_t"]
        total = float(units["need_t"].sum()) * 0.7
        given = (rate * total / rate.sum()).clip(units["floor_t"], units["cap_t"])
        while abs(over := total - float(given.sum())) > 1e-7 * total:
            open_ = given < units["cap_t"] if over > 0 else given > units["floor_t"]
            given = (given + rate * open_ * over / rate[open_].sum()).clip(units["floor_t"], units["cap_t"])
        found[name] = given
    return found


def _linprog(nation: Nation, *, limited: bool, presolve: bool = True) -> float:
    """The worth of the best allocation of all districts and fertilizers."""
    lower, upper = (
        np.concatenate([units[name] for units in nation.units.values()]) for name in ("floor_t", "cap_t")
    )
    worth = nation.worth.to_numpy().T.ravel()
    rows, limit = _supplies(nation)
    if limited:
        more, most = _limits(nation)
        rows, limit = csr_array(block_array([[rows], [more]])), np.concatenate([limit, most])
    found = linprog(
        -worth, rows, limit, bounds=np.column_stack([lower, upper]), options={"presolve": presolve}
    )
    assert found.status == 0, found.message
    return -float(found.fun)


def _supplies(nation: Nation) -> tuple[csr_array, np.ndarray]:
    count = len(PRICES)
    ones = np.ones(count * DISTRICTS)
    place = np.arange(count * DISTRICTS)
    limit = [float(units["need_t"].sum()) * 0.7 for units in nation.units.values()]
    return csr_array(coo_array((ones, (np.repeat(np.arange(count), DISTRICTS), place)))), np.array(limit)


def _limits(nation: Nation) -> tuple[csr_array, np.ndarray]:
    """Rows of quotas, most and least, and of the budget."""
    limits = nation.limits
    quotas = limits.quotas.set_index(["fertilizer", "parent"])
    groups = pd.MultiIndex.from_product([list(PRICES), nation.tree["provinces"]])
    at = quotas.index.get_indexer(groups)
    of = csr_array((np.ones(len(at)), (at, np.arange(len(at)))), shape=(len(quotas), len(at)))
    price = csr_array([np.repeat(list(PRICES.values()), DISTRICTS)])
    most = np.concatenate([quotas["most_t"], -quotas["least_t"], [limits.budget]])
    return csr_array(block_array([[of], [-of], [price]])), most


def _remainders(nation: Nation, tonnes: Tonnes) -> Mapping[str, Mapping[str, "pd.Series[int]"]]:
    """Largest remainders from the top down."""
    return {name: _rounded_down(nation, each * 1000 / SACK_KG) for name, each in tonnes.items()}


def _rounded_down(nation: Nation, sacks: "pd.Series[float]") -> Mapping[str, "pd.Series[int]"]:
    levels = nation.tree.assign(districts=nation.tree.index)
    given = pd.Series({"0": int(sacks.sum())})
    found = {"nation": given}
    for wider, finer in zip(levels.columns, levels.columns[1:], strict=False):
        quotas = sacks.groupby(levels[finer].to_numpy()).sum()
        parent = levels.drop_duplicates(finer).set_index(finer)[wider].reindex(quotas.index)
        quotas *= parent.map(given) / quotas.groupby(parent).transform("sum")
        whole = np.floor(quotas).astype(int)
        place = (quotas - whole).groupby(parent).rank(method="first", ascending=False)
        given = whole + (place <= parent.map(given) - whole.groupby(parent).transform("sum"))
        found[finer] = given
    return found


def _require_equal(nation: Nation) -> None:
    for weighted, method in ((True, proportional), (False, max_min)):
        bare, ours = _clipped(nation, weighted=weighted), _tonnes(_each(nation, method))
        for name, tonnes in ours.items():
            np.testing.assert_allclose(tonnes, bare[name], rtol=1e-5)
    pieces = per_tonne(nation.worth)
    for limits, limited in ((Limits(), False), (nation.limits, True)):
        ours = _tonnes(optimal(nation.problems(), pieces, limits))
        ours_worth = sum(float((nation.worth[name] * tonnes).sum()) for name, tonnes in ours.items())
        np.testing.assert_allclose(ours_worth, _linprog(nation, limited=limited, presolve=False), rtol=1e-9)
