"""The last pages of a country report: the inventory, practices, laboratories, inputs and findings."""

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from soilinfo.catalog.indicators import Component
from soilinfo.report.country.document import Answer, Content, CountryReport, Input
from soilinfo.report.country.finding_words import findings_told
from soilinfo.report.figures.numbers import figure
from soilinfo.report.figures.paper import Sheet
from soilinfo.report.phrases import NOTHING, Phrases

AREAS = range(1, 7)
"""Action areas of the Global Soil Partnership."""
DIGEST = 16
"""Characters of a digest that paper shows; the file has all."""


def inventory(content: Content, phrases: Phrases) -> Sheet:
    """Answers by action area of the Global Soil Partnership, then those asked for Asia's framework alone."""
    answers = content.inventory
    answered = sum(each.answer is not None for each in answers)
    say, apart = phrases.say, [each for each in answers if each.gsp_area is None]
    areas = [
        _part(
            phrases,
            f"{area}. {say(f'reports.gsp_area.{area}')}",
            [each for each in answers if each.gsp_area == area],
        )
        for area in AREAS
    ]
    components = [
        _part(phrases, say(f"reports.component.{name}"), [each for each in apart if each.component == name])
        for name in get_args(Component)
    ]
    return {
        "title": say("reports.inventory"),
        "about": say("reports.inventory.answered", answered=answered, asked=len(answers)) if answers else "",
        "none": say("reports.inventory.none") if not answers else "",
        "columns": [say(f"reports.paper.{key}") for key in ("question", "answer", "component", "evidence")],
        "parts": [part for part in (*areas, *components) if part["rows"]],
    }


def _part(phrases: Phrases, title: str, answers: Iterable[Answer]) -> Sheet:
    return {"title": title, "rows": [_answer(phrases, each) for each in answers]}


def _answer(phrases: Phrases, answer: Answer) -> list[str]:
    component = phrases.say(f"reports.component.{answer.component}") if answer.component else ""
    year = "" if answer.year is None else f" ({answer.year})"
    told = _told(phrases, answer)
    return [phrases.named(answer.question), told + year, component, answer.evidence]


def _told(phrases: Phrases, answer: Answer) -> str:
    value = answer.answer
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return phrases.say("process.yes" if value else "process.no")
    if isinstance(value, float):
        return f"{phrases.value(value, 3)} {phrases.unit(answer.unit or '1')}".rstrip()
    return phrases.named(answer.choice) if answer.choice else value


def tables(report: CountryReport, phrases: Phrases) -> Iterator[Sheet]:
    """Practices, laboratories, inputs and findings, as far as there are any."""
    content = report.content
    titles = {each.id: phrases.named(each.title) for each in content.threats}
    practices = [
        [
            each.title,
            ", ".join(titles.get(name, name) for name in each.threats),
            phrases.hectares(each.area_ha),
            _year(each.year),
            each.reference,
        ]
        for each in content.practices
    ]
    keys: tuple[str, ...] = "practice", "threats", "paper.area_ha", "year", "reference"
    yield _table(phrases, "practices", keys, practices, left=(0, 1, 4))
    keys = "laboratory", "round", "property", "method", "z_score", "satisfactory"
    yield _table(phrases, "laboratories", keys, [*_laboratories(content, phrases)], left=(0, 1, 2, 3))
    keys = "input", "paper.version", "years", "paper.source", "paper.licence", "paper.sha256"
    made_of = [_input(each) for each in content.inputs]
    yield _table(phrases, "inputs", keys, made_of, left=(0, 1, 2, 3, 4, 5))
    found = [[*words] for words in findings_told(content, phrases)]
    keys = "paper.severity", "paper.about", "paper.message"
    yield _table(phrases, "findings", keys, found, left=(0, 1, 2))


def _table(
    phrases: Phrases, key: str, columns: Sequence[str], rows: list[list[str]], left: tuple[int, ...]
) -> Sheet:
    headings = [phrases.say(f"reports.{column}") for column in columns]
    return {
        "id": key,
        "title": phrases.say(f"reports.{key}"),
        "columns": headings,
        "rows": rows,
        "left": [*left],
    }


def _laboratories(content: Content, phrases: Phrases) -> Iterator[list[str]]:
    words = {True: phrases.say("process.yes"), False: phrases.say("process.no"), None: NOTHING}
    for each in content.laboratories:
        round_ = " · ".join(
            part for part in (each.round, each.provider, _year(each.year)) if part not in ("", NOTHING)
        )
        named = phrases.catalog.properties.get(each.property)
        title = phrases.named(named.title) if named else each.property
        yield [
            each.laboratory,
            round_,
            title,
            each.procedure,
            figure(phrases, each.z_score),
            words[each.satisfactory],
        ]


def _input(used: Input) -> list[str]:
    name = f"{used.name} ({used.statistic})" if used.statistic else used.name
    digest = used.source_sha256[:DIGEST]
    return [
        name,
        used.version,
        used.time.replace("/", "–"),
        f"{used.source} · {used.attribution}",
        used.licence,
        digest,
    ]


def _year(year: int | None) -> str:
    return NOTHING if year is None else str(year)
