"""What the first sheet of a decree workbook, and the foot of a sheet, tell of an allocation."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from soilinfo.catalog.models import Catalog
from soilinfo.findings import Finding
from soilinfo.report.allocation.choices import choices
from soilinfo.report.allocation.document import Document, total_of
from soilinfo.report.allocation.findings import worded
from soilinfo.report.phrases import Phrases
from soilinfo.report.readme import service_facts

Fact = tuple[str, str]
"""A label and its text."""
KINDS = ("layers", "made", "tables", "units")
"""What an allocation rests on: layers of the map, what was worked out of them, uploaded tables, units."""


def facts(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """Plan, state, method, totals, choices, rules, versions and findings, then what the service says."""
    say = phrases.say
    yield say("allocation.plan"), document.heading(phrases)
    yield say("column.state"), say(f"value.state.{document.state}")
    yield say("allocation.made"), phrases.date(document.created)
    yield say("column.method"), say(f"value.method.{document.method}")
    yield weighted(phrases, document)
    yield from totals(phrases, document)
    yield from choices(phrases, "allocation.choice", dict(sorted(document.choices.items())))
    aside = {"id", "title", "method"} | ({"weights"} if document.method != "priority" else set())
    told = document.plan.model_dump(mode="json", exclude=aside, exclude_defaults=True)
    yield from choices(phrases, "allocation.rule", told)
    yield from rules(phrases, document)
    for kind, names in versions(phrases, document).items():
        for name, version in names:
            title = phrases.called("layer", name)
            yield say(f"allocation.version.{kind}", name=title), f"{name} {version}"
    yield from found(phrases, document.findings, document.names)
    yield from service_facts(phrases)


def weighted(phrases: Phrases, document: Document) -> Fact:
    """That no weights are official; whether the method goes by any."""
    key = "allocation.weights_note" if document.method == "priority" else "allocation.weights_note.none"
    return phrases.say("allocation.weights"), phrases.say(key)


def totals(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """Tonnes of each fertilizer, and the percent of the need that they meet."""
    finest = document.levels[document.finest]
    for name in document.fertilizers:
        total = total_of(finest, name)
        met = phrases.number(total.need_met_pct, 1)
        told = {"allocated": phrases.number(total.allocated_t, 3), "need": phrases.number(total.need_t, 3)}
        yield (
            phrases.called("fertilizer", name),
            phrases.say("allocation.of_need", met=met, **told),
        )


def rules(phrases: Phrases, document: Document) -> Iterator[Fact]:
    """The rules that it was made by: who may have it, at which price, by which doses."""
    rules = document.rules
    if not rules:
        yield phrases.say("allocation.eligibility"), phrases.say("allocation.rules.unknown")
        return
    yield phrases.say("allocation.eligibility"), rules["eligibility"]["rule"]
    for name in document.fertilizers:
        price = rules["fertilizers"][name]["price"]
        if price and price["price"] is not None:
            amount = f"{rules['currency']} {phrases.value(price['price'], 2)}/kg ({price['rule']})"
            yield phrases.say("allocation.price", fertilizer=phrases.called("fertilizer", name)), amount
    for commodity, doses in rules["doses"].items():
        crop = phrases.called("commodity", commodity)
        yield phrases.say("allocation.doses", commodity=crop), phrases.named(doses["title"])


def versions(phrases: Phrases, document: Document) -> dict[str, list[tuple[str, str]]]:
    """Name and version of all that the allocation rests on, by KINDS, down to the soil layers."""
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS}
    for name, version in sorted({*document.inputs.items(), *document.rests_on}):
        found[_kind(phrases.catalog, name)].append((name, version))
    return found


def _kind(catalog: Catalog, name: str) -> str:
    if name in catalog.layers:
        return "layers"
    if name in catalog.tables:
        return "tables"
    return "units" if name in catalog.every_level() else "made"


def found(
    phrases: Phrases,
    findings: Iterable[Finding],
    names: Mapping[str, str],
    units: Collection[str] | None = None,
) -> Iterator[Fact]:
    """Findings, such as of legal totals that do not add up; ``names``, ``units``: see :func:`worded`."""
    for finding in findings:
        yield phrases.say(f"value.severity.{finding.severity}"), worded(phrases, finding, names, units)
