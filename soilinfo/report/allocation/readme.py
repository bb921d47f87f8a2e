"""What the first sheet of a decree workbook, and the foot of a sheet, tell of an allocation."""

from collections.abc import Iterator, Mapping
from typing import Any

from soilinfo.catalog.columns import Columns
from soilinfo.catalog.titles import titles
from soilinfo.report.allocation.document import Document, total_of
from soilinfo.report.allocation.findings import worded
from soilinfo.report.phrases import Phrases
from soilinfo.report.readme import service_facts

Fact = tuple[str, str]
"""A label and its text."""
CHOICE_PLACES = 6
"""Decimals that a choice may have: shares of months have four, weights any."""


def facts(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """Plan, state, method, totals, choices, rules, versions and findings, then what the service says."""
    say = phrases.say
    yield say("allocation.plan"), document.heading(phrases)
    yield say("column.state"), say(f"value.state.{document.state}")
    yield say("allocation.made"), phrases.date(document.created)
    yield say("column.method"), say(f"value.method.{document.method}")
    yield say("allocation.weights"), say("allocation.weights_note")
    yield from totals(phrases, document)
    yield from _choices(phrases, "allocation.choice", dict(sorted(document.choices.items())))
    aside = {"id", "title", "method"} | ({"weights"} if document.method != "priority" else set())
    told = document.plan.model_dump(mode="json", exclude=aside, exclude_defaults=True)
    yield from _choices(phrases, "allocation.rule", told)
    yield from rules(phrases, document)
    yield from versions(phrases, document)
    yield from findings(phrases, document)
    yield from service_facts(phrases)


def totals(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """Tonnes of each fertilizer, and the percent of the need that they meet."""
    finest = document.levels[document.finest]
    for name in document.fertilizers:
        total = total_of(finest, name)
        met = phrases.number(total.need_met_pct, 1)
        told = {"allocated": phrases.number(total.allocated_t, 3), "need": phrases.number(total.need_t, 3)}
        yield (
            phrases.named(phrases.catalog.fertilizers[name].title),
            phrases.say("allocation.of_need", met=met, **told),
        )


def rules(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """The rules that it was made by: who may have it, at which price, by which doses."""
    catalog, rules = phrases.catalog, document.rules
    assert catalog.subsidy is not None, "an allocation is of a configuration with a subsidy"
    yield phrases.say("allocation.eligibility"), rules["eligibility"]["rule"]
    for name in document.fertilizers:
        price = rules["fertilizers"][name]["price"]
        if price and price["price"] is not None:
            amount = f"{rules['currency']} {phrases.value(price['price'], 2)}/kg ({price['rule']})"
            title = phrases.named(catalog.fertilizers[name].title)
            yield phrases.say("allocation.price", fertilizer=title), amount
    for commodity, doses in rules["doses"].items():
        crop = phrases.named(catalog.subsidy.commodities[commodity].title)
        yield phrases.say("allocation.doses", commodity=crop), phrases.named(doses["title"])


def versions(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """The version of each layer and table that the allocation was made of."""
    known = titles(phrases.catalog, phrases.language)
    for name, version in sorted(document.inputs.items()):
        yield phrases.say("allocation.version", name=known.get(name, name)), f"{name} {version}"


def findings(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """What was found, such as legal totals that do not add up."""
    for finding in document.findings:
        yield phrases.say(f"value.severity.{finding.severity}"), worded(phrases, finding)


def _choices(phrases: Phrases, label: str, chosen: Mapping[str, Any]) -> Iterator[Fact]:
    """What was chosen, one fact for each."""
    columns = Columns(phrases.catalog, phrases.language)
    for name, value in chosen.items():
        if value is not None and name != "method":
            title = phrases.say(f"allocation.about.{name}")
            yield phrases.say(label, name=title), _written(phrases, columns, name, value)


def _written(phrases: Phrases, columns: Columns, name: str, value: Any) -> str:
    """A choice as a line: members of an object by name, what lies within a member in brackets."""
    if isinstance(value, dict):
        titles = {key: columns.titles["fertilizer"].get(key) or columns.title(key) for key in value}
        told = {titles[key]: _within(phrases, columns, key, each) for key, each in value.items()}
        return "; ".join(f"{title}: {text}" for title, text in sorted(told.items()))
    if isinstance(value, list | tuple):
        return "; ".join(_within(phrases, columns, name, each) for each in value)
    if isinstance(value, float):
        return phrases.value(value, CHOICE_PLACES)
    return columns.value("level" if name == "levels" else name, str(value))


def _within(phrases: Phrases, columns: Columns, name: str, value: Any) -> str:
    text = _written(phrases, columns, name, value)
    return f"({text})" if isinstance(value, dict | list | tuple) else text
