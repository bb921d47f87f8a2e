"""Verdicts in words: why two countries' values do not stand side by side, or by what one is converted."""

from soilinfo.report.figures.numbers import figure, span
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.document import Conversion, Verdict


def why(phrases: Phrases, verdict: Verdict | None) -> str:
    """Why two countries' values do not stand beside each other as they are, in words."""
    if verdict is None:
        return phrases.say("board.not_reported")
    if verdict.conversion:
        return conversion(phrases, verdict.conversion)
    return "; ".join(phrases.named(each.text) for each in verdict.reasons)


def in_short(phrases: Phrases, verdict: Verdict | None) -> str:
    """The verdict and what the values differ in, for where there is little room."""
    if verdict is None or verdict.conversion:
        return why(phrases, verdict)
    reasons = phrases.listed([phrases.say(f"board.reason.{each.code}") for each in verdict.reasons])
    return f"{phrases.say(f'board.verdict.{verdict.kind}')}: {reasons}"


def conversion(phrases: Phrases, told: Conversion) -> str:
    """By what the value of one country is converted, to which value, with which error."""
    ends = span(phrases, told.lower, told.upper)
    return phrases.say(
        "board.paper.converted",
        country=told.iso3,
        equation=told.equation or told.formula,
        value=figure(phrases, told.value, told.unit) + (f" ({ends})" if ends else ""),
        error=figure(phrases, told.error, told.unit),
    )
