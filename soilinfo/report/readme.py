"""What the first sheet of every workbook has: its own words, and what the service says of all its tables."""

from collections.abc import Iterator

from soilinfo.report.phrases import Phrases


def words(phrases: Phrases) -> dict[str, str]:
    """The words of a :class:`soilinfo.report.workbook.ReadMe` in one language."""
    own = {name: phrases.say(f"workbook.{name}") for name in ("name", "table", "column", "meaning", "about")}
    return own | {"version": phrases.say("collection.version"), "unit": phrases.say("collection.unit")}


def service_facts(phrases: Phrases) -> Iterator[tuple[str, str]]:
    """Whether the data are invented, licence, contact, disclaimer, what an empty cell means."""
    say, services = phrases.say, phrases.catalog.services
    if phrases.catalog.country.synthetic:
        yield say("page.synthetic"), say("page.synthetic_note")
    yield say("page.licence"), f"{services.licence} ({services.licence_url})"
    yield say("page.contact"), f"{services.contact.organisation}, {services.contact.email}"
    yield say("workbook.disclaimer"), phrases.named(services.disclaimer)
    yield say("workbook.empty"), say("workbook.empty_note")
