"""What the first sheet of a decree workbook, and the foot of a sheet, tell of an allocation."""

from collections.abc import Iterator
from typing import Any

from soilinfo.catalog.fertilizers import in_force
from soilinfo.catalog.titles import titles
from soilinfo.report.allocation.document import Document, total_of
from soilinfo.report.phrases import Phrases
from soilinfo.report.readme import service_facts

Fact = tuple[str, str]
"""A label and its text."""


def facts(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """Plan, state, method, totals, choices, rules, versions and findings, then what the service says."""
    say = phrases.say
    yield say("allocation.plan"), document.heading(phrases)
    yield say("column.state"), say(f"value.state.{document.state}")
    yield say("allocation.made"), phrases.date(document.created)
    yield say("column.method"), say(f"value.method.{document.method}")
    yield say("allocation.weights"), say("allocation.weights_note")
    yield from totals(phrases, document)
    for name, value in sorted(document.choices.items()):
        yield say("allocation.choice", name=name), _written(value)
    told = document.plan.model_dump(mode="json", exclude={"id", "title", "method"}, exclude_defaults=True)
    for name, value in told.items():
        yield say("allocation.rule", name=name), _written(value)
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
    """The rules on the day of the plan: who may have it, at which price, by which doses."""
    catalog, subsidy, day = phrases.catalog, phrases.catalog.subsidy, document.plan.date
    assert subsidy is not None, "an allocation is of a configuration with a subsidy"
    if eligible := in_force(subsidy.eligibility, day):
        yield phrases.say("allocation.eligibility"), eligible.rule
    for name in document.fertilizers:
        price = in_force(catalog.fertilizers[name].prices, day)
        if price and price.price is not None:
            amount = f"{subsidy.currency} {phrases.value(price.price, 2)}/kg ({price.rule})"
            title = phrases.named(catalog.fertilizers[name].title)
            yield phrases.say("allocation.price", fertilizer=title), amount
    for commodity, edition in subsidy.doses.items():
        label = phrases.say("allocation.doses", commodity=phrases.named(subsidy.commodities[commodity].title))
        yield label, phrases.named(catalog.doses[edition].title)


def versions(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """The version of each layer and table that the allocation was made of."""
    known = titles(phrases.catalog, phrases.language)
    for name, version in sorted(document.inputs.items()):
        yield phrases.say("allocation.version", name=known.get(name, name)), f"{name} {version}"


def findings(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """What was found, such as legal totals that do not add up."""
    for finding in document.findings:
        yield phrases.say(f"value.severity.{finding.severity}"), finding.message


def _written(value: Any) -> str:
    """A choice as a line: members of an object by name, what lies within a member in brackets."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_within(each)}" for name, each in sorted(value.items()))
    return ", ".join(map(_within, value)) if isinstance(value, list | tuple) else str(value)


def _within(value: Any) -> str:
    return f"({_written(value)})" if isinstance(value, dict | list | tuple) else str(value)
