"""The first page of a regional report: whose reports it is made of, what fails, and what is late."""

from collections.abc import Iterator

from soilinfo.report.figures.numbers import years
from soilinfo.report.figures.paper import Sheet
from soilinfo.report.phrases import NOTHING, Phrases
from soilinfo.report.region.document import RegionalReport, RegionMember
from soilinfo.report.wording import said

DIGEST = 16
"""Characters of a digest that paper shows; the file has all."""


def board(report: RegionalReport, phrases: Phrases) -> Sheet:
    """Every member and how its report stands."""
    header, say = report.header, phrases.say
    columns = ("country", "state", "report_of", "due", "obtained", "fails", "indicators", "pairs")
    return {
        "kicker": phrases.named(header.body),
        "name": phrases.named(header.region),
        "subtitle": say("board.as_of", day=phrases.date(header.as_of)),
        "title": say("board.board"),
        "about": say("board.about"),
        "sentences": list(_sentences(report, phrases)),
        "columns": [say(f"board.{key}") for key in columns],
        "rows": [_row(report, each, phrases) for each in report.members],
        "rules": say(
            "board.indicators.about",
            years=header.year_window,
            covered=phrases.value(header.least_covered_pct, 1),
        ),
    }


def _sentences(report: RegionalReport, phrases: Phrases) -> Iterator[str]:
    """How many reported, and who is missing, fails or is late: what must not be overlooked."""
    told = [each for each in report.members if each.report]
    yield phrases.say("board.paper.counted", told=len(told), members=len(report.members))
    for key, chosen in (
        ("missing", [each for each in report.members if each.standing == "missing"]),
        ("failed", [each for each in report.members if each.standing == "failed"]),
        ("late", [each for each in report.members if each.late]),
        ("kept", [each for each in told if each.from_cache_since]),
    ):
        if chosen:
            countries = phrases.listed([phrases.named(each.title) for each in chosen])
            yield phrases.say(f"board.paper.{key}", countries=countries)


def _row(report: RegionalReport, member: RegionMember, phrases: Phrases) -> list[str]:
    subregion = phrases.named(report.header.subregions[member.subregion])
    made = member.report
    about = f"{made.id}\n{years(made.period)} · {made.content_sha256[:DIGEST]}" if made else NOTHING
    return [
        f"{phrases.named(member.title)} ({member.iso3})\n{subregion}",
        "\n".join(_state(member, phrases)),
        about,
        "\n".join(_due(member, phrases)),
        phrases.say(f"board.obtained.{made.obtained}") if made else NOTHING,
        "\n".join(said(phrases, each) for each in member.failures),
        phrases.number(member.indicators, 0),
        phrases.number(member.comparable_pairs, 0),
    ]


def _state(member: RegionMember, phrases: Phrases) -> Iterator[str]:
    yield phrases.say(f"board.standing.{member.standing}")
    if member.report and member.report.submitted_on:
        yield phrases.say("board.submitted_on", day=phrases.date(member.report.submitted_on))
    if member.report and member.report.approved_on:
        yield phrases.say("board.approved_on", day=phrases.date(member.report.approved_on))


def _due(member: RegionMember, phrases: Phrases) -> Iterator[str]:
    yield phrases.date(member.due)
    if member.late and member.late_days:
        yield phrases.say("board.late", days=member.late_days)
