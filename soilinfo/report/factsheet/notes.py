"""The foot of a fact sheet: map scale, criteria, what was left out, versions, licence, citation."""

from collections.abc import Iterator

from soilinfo.catalog.map_scale import scale_note
from soilinfo.catalog.text import texts
from soilinfo.report.factsheet.facts import Crops, Row, UnitFacts
from soilinfo.report.phrases import Phrases

NOT_STATED = "not stated"
"""The edition of a criteria set whose source has none."""


def notes(phrases: Phrases, facts: UnitFacts, crops: Crops) -> Iterator[tuple[str, str]]:
    """A label and its text, which is empty where there is nothing to say."""
    say, catalog = phrases.say, phrases.catalog
    services = catalog.services
    yield say("collection.map_scale"), phrases.named(scale_note(catalog.grid, catalog.directory))
    yield say("factsheet.criteria"), _criteria(phrases, crops)
    yield say("column.regional_criteria"), "; ".join(_regional(phrases, facts, crops))
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


def _criteria(phrases: Phrases, crops: Crops) -> str:
    """Each criteria set by its name, with its edition where one is stated."""
    known = texts(phrases.language, phrases.catalog.directory)
    found = dict.fromkeys((str(actual["criteria_set"]), str(actual["edition"])) for actual, _ in crops)
    named = ((known.get(f"value.criteria_set.{each}", each), edition) for each, edition in found)
    return "; ".join(name if edition == NOT_STATED else f"{name}, {edition}" for name, edition in named)


def _regional(phrases: Phrases, facts: UnitFacts, crops: Crops) -> Iterator[str]:
    """The crops for which criteria of a region were used, and which; a neighbour's on a strip of land too."""
    for actual, _ in crops:
        name = phrases.named(phrases.catalog.crop(actual["crop"]).title)
        if used := actual.get("regional_criteria") or _regions(facts.explained.get(actual["crop"])):
            yield f"{name}: {used}"


def _regions(answer: Row | None) -> str:
    """The units whose own criteria explain some land."""
    classes = answer["classes"] if answer else ()
    rows = (one for row in classes for each in row["limiting"] for one in each["characteristics"])
    return ", ".join(sorted({str(one["region"]) for one in rows if one["region"]}))


def _unused(phrases: Phrases, crops: Crops) -> str:
    """Characteristics without a layer that the table of some crop asks for."""
    names = [name for actual, _ in crops for name in str(actual["unused"] or "").split(", ") if name]
    titles = {name: phrases.named(phrases.catalog.property(name).title) for name in dict.fromkeys(names)}
    return ", ".join(titles[name] for name in sorted(titles))
