"""What a reader of a regional report asks first: which indicators compare, and between how many countries."""

from soilinfo.report.figures.paper import Sheet
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.document import RegionalReport

KINDS = ("comparable", "with_conversion", "not")


def overview(report: RegionalReport, phrases: Phrases) -> Sheet:
    """A row of each indicator: how many countries tell it, and how many pairs of these compare."""
    say = phrases.say
    counts = {each.id: each.pairs for each in report.indicators}
    some = sum(bool(count["comparable"] + count["with_conversion"]) for count in counts.values())
    heading = say("board.paper.telling")
    return {
        "title": say("board.pairs.title"),
        "sentence": say("board.paper.comparing", some=some, all=len(counts)) if counts else "",
        "about": say("board.paper.comparing.about"),
        "columns": [say("reports.indicator"), heading, *(say(f"board.verdict.{kind}") for kind in KINDS)],
        "rows": [
            [
                phrases.named(each.title),
                phrases.number(len(each.values), 0),
                *(phrases.number(counts[each.id][kind], 0) for kind in KINDS),
            ]
            for each in report.indicators
        ],
    }
