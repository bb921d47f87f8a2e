"""A recommendation of fertilizer as plain sentences: how much of what, why, by whose rate, as which products.

Written from the document of :func:`soilinfo.jobs.subsidy.answer.recommend`, whose figures it repeats.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from soilinfo.report.explanation import lowered
from soilinfo.report.phrases import Phrases

Row = Mapping[str, Any]


def sentence(phrases: Phrases, answer: Row) -> str:
    """What is recommended where, because of what; what the decree prints; products; organic matter."""
    if answer["landless"]:
        return phrases.say(
            f"recommend.landless.{answer['landless']}",
            commodity=lowered(phrases.named(answer["title"])),
            place=_place(phrases, answer),
        )
    told = [_recommended(phrases, answer), _by_status(phrases, answer), _by_law(phrases, answer)]
    told += [*_as_products(phrases, answer), *_with_organic_matter(phrases, answer)]
    return " ".join(each for each in told if each)


def rates_of(answer: Row, credits: Sequence[str]) -> list[Row]:
    """The rates with some organic matter, none of it for no ``credits``."""
    return [row for row in answer["rates"] if row["credits"] == list(credits)]


def _recommended(phrases: Phrases, answer: Row) -> str:
    rows = rates_of(answer, answer["credits"])
    key = "recommend.rate" if any(row["kg_ha"] is not None for row in rows) else "recommend.rate.none"
    return phrases.say(
        key,
        commodity=lowered(phrases.named(answer["title"])),
        place=_place(phrases, answer),
        amounts=_amounts(phrases, rows, "kg_ha"),
        edition=phrases.named(answer["edition_title"]),
        organic=_organic(phrases, rows) if answer["credits"] else "",
    )


def _place(phrases: Phrases, answer: Row) -> str:
    """'at this place in Sukamaju (73.08.01)', 'in Sukamaju (73.08.01)', 'in the area'."""
    unit = answer["region"]
    if unit is None:
        return phrases.say("recommend.in.point" if answer["is_point"] else "recommend.in.area")
    key = "recommend.in.point_of" if answer["is_point"] else "recommend.in.unit"
    return phrases.say(key, name=unit["name"], code=unit["code"])


def _amounts(phrases: Phrases, rows: Sequence[Row], column: str) -> str:
    """'200 kg of urea and 75 kg of SP-36', of those that are known."""
    known = [row for row in rows if row[column] is not None]
    return phrases.listed([_amount(phrases, row["fertilizer"], row[column]) for row in known])


def _amount(phrases: Phrases, fertilizer: str, kg: float) -> str:
    name = lowered(phrases.named(phrases.catalog.fertilizers[fertilizer].title))
    return phrases.say("recommend.amount", amount=phrases.value(kg, 1), product=name)


def _organic(phrases: Phrases, rows: Sequence[Row]) -> str:
    return phrases.say("recommend.with", organic=phrases.named(rows[0]["title"]))


# ---- why --------------------------------------------------------------------------------


def _by_status(phrases: Phrases, answer: Row) -> str:
    """'P status is low (on 82 % of 1,650 ha), K status is not known.'"""
    wanted = {row["nutrient"] for row in answer["rates"] if row["nutrient"]}
    known = {row["nutrient"]: row for row in answer["status"]}
    told = [_status(phrases, answer, name, known.get(name)) for name in sorted(wanted, reverse=True)]
    text = phrases.listed(told)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _status(phrases: Phrases, answer: Row, nutrient: str, row: Row | None) -> str:
    symbol = phrases.say(f"nutrient.{nutrient}")
    if row is None or row["class"] is None:
        of = [each for each in answer["rates"] if each["nutrient"] == nutrient and each["kg_ha"] is None]
        names = {lowered(phrases.named(phrases.catalog.fertilizers[each["fertilizer"]].title)) for each in of}
        little = row is not None and row["note"] == "little_land"
        return phrases.say(
            f"recommend.status.{'little' if little else 'unknown'}{'.rate' if names else ''}",
            nutrient=symbol,
            fertilizers=phrases.listed(sorted(names)),
            area=phrases.hectares(row["land_ha"] if row else None),
        )
    share = next(each["pct"] for each in row["shares"] if each["class"] == row["class"])
    return phrases.say(
        "recommend.status.point" if answer["is_point"] else "recommend.status",
        nutrient=symbol,
        status=lowered(phrases.named(row["class_title"])),
        share=phrases.percent(share),
        area=phrases.hectares(row["land_ha"]),
    )


def _by_law(phrases: Phrases, answer: Row) -> str:
    """What the table of the decree prints of the unit, beside what the soil gives."""
    legal, rows = answer["legal"], rates_of(answer, answer["credits"])
    if legal is None:
        return ""
    if legal["state"] != "printed":
        least = legal["least_area_ha"]
        key = f"recommend.legal.{legal['state']}{'.least' if least and legal['state'] == 'dash' else ''}"
        return phrases.say(key, least=phrases.hectares(least))
    if not any(row["legal_kg_ha"] is not None for row in rows):
        return phrases.say("recommend.legal.not_with")
    if any(row["legal_kg_ha"] is None for row in rows):
        printed, computed = (_amounts(phrases, rows, name) for name in ("legal_kg_ha", "computed_kg_ha"))
        return phrases.say("recommend.legal.part", printed=printed, computed=computed)
    if not any(row["differs"] or row["computed_kg_ha"] is None for row in rows):
        return phrases.say("recommend.legal.same")
    return phrases.say("recommend.legal.differs", amounts=_amounts(phrases, rows, "computed_kg_ha"))


def _with_organic_matter(phrases: Phrases, answer: Row) -> Iterator[str]:
    """The rates with each kind of organic matter, where none was asked for."""
    variants = {tuple(row["credits"]): None for row in answer["rates"] if row["credits"]}
    for credits in variants if not answer["credits"] else ():
        rows = rates_of(answer, credits)
        if all(row["kg_ha"] is not None for row in rows):
            amounts = _amounts(phrases, rows, "kg_ha")
            yield phrases.say("recommend.otherwise", organic=phrases.named(rows[0]["title"]), amounts=amounts)


# ---- products ---------------------------------------------------------------------------


def _as_products(phrases: Phrases, answer: Row) -> Iterator[str]:
    """The nutrients of the rates as the products at hand, with what is left over, and their cost."""
    if not answer["nutrients"]:
        return
    if not answer["products"]:
        yield phrases.say("recommend.products.none", nutrients=_nutrients(phrases, answer["nutrients"]))
        return
    cost, unserved = answer["cost"], {row["nutrient"] for row in answer["unserved"]}
    price = phrases.say("recommend.cost", cost=phrases.number(cost, 0), currency=answer["currency"])
    over = _nutrients(phrases, answer["left_over"])
    yield phrases.say(
        "recommend.products",
        nutrients=_nutrients(
            phrases, [row for row in answer["nutrients"] if row["nutrient"] not in unserved]
        ),
        amounts=_amounts(phrases, answer["products"], "kg_ha"),
        over=phrases.say("recommend.over", nutrients=over) if over else phrases.say("recommend.over.none"),
        cost="" if cost is None else price,
    )
    if answer["unserved"]:
        yield phrases.say("recommend.unserved", nutrients=_nutrients(phrases, answer["unserved"]))


def _nutrients(phrases: Phrases, rows: Sequence[Row]) -> str:
    """'92 kg of N and 36 kg of P2O5'."""
    parts = [
        phrases.say(
            "recommend.amount",
            amount=phrases.value(row["kg_ha"], 1),
            product=phrases.say(f"recommend.nutrient.{row['nutrient']}"),
        )
        for row in rows
    ]
    return phrases.listed(parts)
