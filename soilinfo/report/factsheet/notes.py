"""The foot of a fact sheet: map scale, criteria, what was left out, versions, licence, citation."""

from collections.abc import Iterator

from soilinfo.catalog.map_scale import scale_note
from soilinfo.report.factsheet.facts import Crops, UnitFacts
from soilinfo.report.phrases import Phrases


def notes(phrases: Phrases, facts: UnitFacts, crops: Crops) -> Iterator[tuple[str, str]]:
    """A label and its text, which is empty where there is nothing to say."""
    say, catalog = phrases.say, phrases.catalog
    services = catalog.services
    yield say("collection.map_scale"), phrases.named(scale_note(catalog.grid, catalog.directory))
    yield say("factsheet.criteria"), _distinct(crops, "criteria_set", "edition")
    yield say("column.regional_criteria"), "; ".join(_regional(phrases, crops))
    rules = dict.fromkeys(str(actual["boundary_rule"]) for actual, _ in crops)
    yield say("column.boundary_rule"), ", ".join(say(f"value.boundary_rule.{rule}") for rule in rules)
    yield say("factsheet.unused"), _unused(phrases, crops)
    yield (
        say("factsheet.versions"),
        ", ".join(f"{name} {version}" for name, version in facts.publication.versions.items()),
    )
    yield (
        say("page.licence"),
        f"{services.licence} ({services.licence_url}). {phrases.named(services.disclaimer)}",
    )
    yield (
        say("factsheet.cite"),
        say(
            "factsheet.citation",
            organisation=services.contact.organisation,
            year=facts.publication.created.year,
            title=phrases.named(services.title),
            unit=facts.name,
            code=facts.code,
            number=facts.publication.id,
        ),
    )


def _distinct(crops: Crops, *columns: str) -> str:
    found = dict.fromkeys(tuple(str(actual[name]) for name in columns) for actual, _ in crops)
    return "; ".join(", ".join(parts) for parts in found)


def _regional(phrases: Phrases, crops: Crops) -> Iterator[str]:
    """The crops for which criteria of a region were used, and which."""
    for actual, _ in crops:
        if used := actual.get("regional_criteria"):
            yield f"{phrases.named(phrases.catalog.crop(actual['crop']).title)}: {used}"


def _unused(phrases: Phrases, crops: Crops) -> str:
    """Characteristics without a layer that the table of some crop asks for."""
    names = [name for actual, _ in crops for name in str(actual["unused"] or "").split(", ") if name]
    titles = {name: phrases.named(phrases.catalog.property(name).title) for name in dict.fromkeys(names)}
    return ", ".join(titles[name] for name in sorted(titles))
