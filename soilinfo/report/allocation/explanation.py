"""Why a unit gets the tonnes that it gets: the chain from the status of its soil to sacks, as a sentence.

'Sukamaju gets 400 t of urea: 1,650 ha of rice need 250 kg a hectare (...) = 412.5 t; it asked for 400 t,
which caps it; rounded to 8,000 sacks of 50 kg. That is 97 % of its need.'
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from soilinfo.evaluate.allocation.problem import EXACT_T
from soilinfo.report.explanation import lowered
from soilinfo.report.phrases import Phrases

Bound = Literal["share", "cap", "floor", "frozen", "kept", "lag"]
"""What settled a unit's tonnes: its share of what there is, or what kept it from having just that. Where
tonnes move within the year also: that it has what it had, or gave up what was due and not redeemed."""
MOST_NAMED = 3
"""Commodities that a sentence names; the others are summed up."""


@dataclass(frozen=True)
class Rate:
    """What is recommended of one fertilizer, kg/ha; None where it is not known."""

    fertilizer: str
    kg_ha: float | None
    """In force: what the law prints, else what is computed."""
    computed_kg_ha: float | None
    legal_kg_ha: float | None
    nutrient: str | None
    """Whose status decides the computed one; None where it has a base alone."""

    @property
    def differs(self) -> bool:
        """Whether the law prints something else than is computed."""
        return None not in (self.computed_kg_ha, self.legal_kg_ha) and self.computed_kg_ha != self.legal_kg_ha


@dataclass(frozen=True)
class Need:
    """What the land of one commodity needs of one fertilizer, and why."""

    commodity: str
    area_ha: float | None
    """None where nobody states it."""
    kg_ha: float | None
    """None where no rate is known: it is reported, never guessed."""
    need_t: float | None
    """Tonnes; None where area or rate is not known."""
    edition: str = ""
    """The doses in force (an id of config/doses); empty where there is no rate."""
    title: Mapping[str, str] = field(default_factory=dict)
    """What these doses are called, by language."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """Class by nutrient, of those that the rate rests on."""
    rates: Sequence[Rate] = ()
    """Of each fertilizer that the doses recommend, of which ``kg_ha`` is made."""
    legal_rate: str | None = None
    """What the decree behind the doses has of the unit: 'printed', 'dash', 'not_listed'; None without one."""
    over_cap_ha: float = 0.0
    """Beside ``area_ha``: what is more than a farmer has a subsidy for."""
    beside: Mapping[str, float] = field(default_factory=dict)
    """kg/ha by fertilizer that farmers are taken to buy without subsidy, beside what is divided."""
    planted_ha: float | None = None
    """What these are part of, and what is asked for is about; None of records that do not keep it."""
    area_from: str | None = None
    """Where they are from (a ``value.area_from``); None where nobody states them."""


@dataclass(frozen=True)
class Chain:
    """How the tonnes of one fertilizer that one unit gets came about; amounts in tonnes."""

    code: str
    name: str
    fertilizer: str
    method: str
    needs: Sequence[Need]
    need_t: float
    """What was shared by: the sum of ``needs``, or the request where there is no rate."""
    request_t: float | None
    """None where the plan has no requests."""
    weight: float
    floor_t: float
    cap_t: float | None
    share_t: float
    bound: Bound
    sacks: int
    sack_kg: float
    allocated_t: float
    need_met_pct: float | None
    """None where nothing is needed."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Version of each layer and table that it rests on."""


def sentence(phrases: Phrases, chain: Chain) -> str:
    """The chain in plain words."""
    parts = [*_needed(phrases, chain), *_settled(phrases, chain)]
    if chain.sacks:
        sack = phrases.value(chain.sack_kg, 1)
        parts.append(phrases.say("allocation.rounded", sacks=phrases.number(chain.sacks, 0), sack=sack))
    gets = phrases.say(
        "allocation.gets" if chain.sacks else "allocation.gets.none",
        unit=chain.name,
        amount=phrases.value(chain.allocated_t, 3),
        fertilizer=fertilizer(phrases, chain.fertilizer),
        why="; ".join(parts),
    )
    met = chain.need_met_pct
    return gets if met is None else f"{gets} {phrases.say('allocation.met', share=phrases.value(met, 1))}"


def fertilizer(phrases: Phrases, name: str) -> str:
    """What a fertilizer is called within a sentence."""
    return lowered(phrases.called("fertilizer", name))


# ---- what is needed ---------------------------------------------------------------------


def _needed(phrases: Phrases, chain: Chain) -> Iterator[str]:
    """'1,650 ha of rice need 250 kg a hectare (...) = 412.5 t' of each commodity, the largest need first."""
    rated = sorted((need for need in chain.needs if need.need_t), key=lambda need: -(need.need_t or 0))
    named, others = rated[:MOST_NAMED], rated[MOST_NAMED:]
    yield from (_need(phrases, need) for need in named)
    if others:
        rest = phrases.value(sum(need.need_t or 0 for need in others), 3)
        yield phrases.say("allocation.need.others", count=len(others), need=rest)
    if unrated := [need for need in chain.needs if need.kg_ha is None and need.area_ha]:
        yield _unrated(phrases, chain, unrated)
    if unstated := [need for need in chain.needs if need.area_ha is None]:
        commodities = phrases.listed([commodity(phrases, need.commodity) for need in unstated])
        yield phrases.say("allocation.need.no_area", commodities=commodities)
    asked_t = chain.need_t - sum(need.need_t or 0 for need in rated)
    if asked_t > EXACT_T:
        left_out = any((need.planted_ha or 0.0) > (need.area_ha or 0.0) for need in unrated)
        key = "allocation.need.requested.eligible" if left_out else "allocation.need.requested"
        yield phrases.say(key, need=phrases.value(asked_t, 3))
    if len(rated) + (asked_t > EXACT_T) > 1:
        yield phrases.say("allocation.need.together", need=phrases.value(chain.need_t, 3))
    if not chain.need_t:
        yield phrases.say("allocation.need.none")


def _need(phrases: Phrases, need: Need) -> str:
    statuses = ", ".join(_status(phrases, *each) for each in need.statuses.items())
    doses = lowered(phrases.named(need.title))
    decreed = _decreed(phrases, need, doses)
    why = (_over_cap(phrases, [need]), statuses, doses, *decreed, _beside(phrases, need))
    return phrases.say(
        "allocation.need",
        area=phrases.value(need.area_ha or 0.0, 1),
        commodity=commodity(phrases, need.commodity),
        rate=phrases.value(need.kg_ha or 0.0, 3),
        because="; ".join(filter(None, why)),
        need=phrases.value(need.need_t or 0.0, 3),
    )


def _over_cap(phrases: Phrases, needs: Sequence[Need]) -> str:
    over_ha = sum(need.over_cap_ha for need in needs)
    return phrases.say("allocation.need.over_cap", area=phrases.value(over_ha, 1)) if over_ha else ""


def _beside(phrases: Phrases, need: Need) -> str:
    """'with 28 kg of KCl a hectare that farmers buy beside'."""
    amounts = [
        phrases.say("recommend.amount", amount=phrases.value(kg, 3), product=fertilizer(phrases, name))
        for name, kg in need.beside.items()
    ]
    return phrases.say("allocation.need.beside", amounts=phrases.listed(amounts)) if amounts else ""


def _decreed(phrases: Phrases, need: Need, doses: str) -> Iterator[str]:
    """Whether the decree's rate counts or the computed one, and what the other would be where it differs."""
    if need.legal_rate is None:
        return
    yield _in_force(phrases, need.legal_rate, need.rates)
    for rate in need.rates:
        if rate.differs:
            status = need.statuses.get(rate.nutrient or "")
            yield phrases.say(
                "allocation.decree.differs",
                fertilizer=fertilizer(phrases, rate.fertilizer),
                legal=phrases.value(rate.legal_kg_ha or 0.0, 3),
                computed=phrases.value(rate.computed_kg_ha or 0.0, 3),
                by=_status(phrases, rate.nutrient, status) if rate.nutrient and status else doses,
            )


def _in_force(phrases: Phrases, legal_rate: str, rates: Sequence[Rate]) -> str:
    """'the rate that the decree prints for it counts', or of which fertilizers it does."""
    computed = [rate for rate in rates if rate.legal_kg_ha is None]
    if legal_rate != "printed" or not computed:
        return phrases.say(f"allocation.decree.{legal_rate}")
    printed = [rate for rate in rates if rate.legal_kg_ha is not None]
    told = {
        name: phrases.listed([fertilizer(phrases, rate.fertilizer) for rate in each])
        for name, each in (("printed", printed), ("computed", computed))
    }
    return phrases.say("allocation.decree.printed.part", **told)


def _unrated(phrases: Phrases, chain: Chain, needs: Sequence[Need]) -> str:
    """'no rate of urea is known for 1,234 ha of maize, coffee, cassava and 2 others', the largest first."""
    largest = sorted(needs, key=lambda need: -(need.area_ha or 0.0))
    names = [commodity(phrases, need.commodity) for need in largest[:MOST_NAMED]]
    if others := len(largest) - len(names):
        names.append(phrases.say("allocation.words.more", count=others))
    over_cap = _over_cap(phrases, needs)
    told = phrases.say(
        "allocation.need.unrated",
        area=phrases.value(sum(need.area_ha or 0.0 for need in needs), 1),
        commodities=phrases.listed(names),
        fertilizer=fertilizer(phrases, chain.fertilizer),
    )
    return f"{told} ({over_cap})" if over_cap else told


def _status(phrases: Phrases, nutrient: str, status: str) -> str:
    symbol = phrases.called("nutrient", nutrient)
    return phrases.say("allocation.status", nutrient=symbol, status=lowered(phrases.called("status", status)))


def commodity(phrases: Phrases, name: str) -> str:
    """What a commodity is called within a sentence."""
    return lowered(phrases.called("commodity", name))


# ---- what settled it --------------------------------------------------------------------


def _settled(phrases: Phrases, chain: Chain) -> Iterator[str]:
    """What it asked for, and its share of what there is or what stood in place of that."""
    asked = None if chain.request_t is None else phrases.value(chain.request_t, 3)
    is_capped = chain.bound == "cap" and chain.cap_t is not None
    if is_capped and chain.cap_t == chain.request_t:
        yield phrases.say("allocation.bound.request", request=asked)
        return
    if asked is not None:
        yield phrases.say("allocation.request", request=asked)
    key = f"allocation.share.{chain.method}" if chain.bound == "share" else f"allocation.bound.{chain.bound}"
    yield phrases.say(
        key,
        share=phrases.value(chain.share_t, 3),
        weight=phrases.value(chain.weight, 3),
        cap=phrases.value(chain.cap_t or 0.0, 3),
        floor=phrases.value(chain.floor_t, 3),
    )
