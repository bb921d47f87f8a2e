"""What a depth plot says in words: its name, its numbers, and all of it for who cannot see it."""

from soilinfo.report.phrases import Phrases
from soilinfo.report.profile.drawing import Drawing, Horizon, Mean


def name_of(drawing: Drawing, phrases: Phrases) -> str:
    """'Clay (%), profile P12'."""
    heading = phrases.columns.heading(drawing.property_id)
    if not drawing.profile:
        return f"{heading}, {phrases.say('profile.own')}"
    return phrases.say("profile.plot.name", property=heading, profile=drawing.profile)


def figures(mean: Mean, drawing: Drawing, phrases: Phrases) -> list[str]:
    """['36.0 ± 2.1'], ['31.2 ± ?', '50% sampled'] or ['not sampled']: '?' where an error is not known."""
    if mean.value is None:
        return [phrases.say(f"profile.plot.{mean.state}")]
    decimals = phrases.catalog.property(drawing.property_id).decimals
    sd = "?" if mean.sd is None else phrases.number(mean.sd, decimals)
    written = f"{phrases.number(mean.value, decimals)} ± {sd}"
    share = phrases.say("profile.plot.share", pct=phrases.percent(mean.covered_pct))
    return [written] if mean.is_whole else [written, share]


def depths(part: Mean | Horizon, phrases: Phrases) -> str:
    """'0–5 cm'."""
    return f"{phrases.value(part.upper_cm, 1)}–{phrases.value(part.lower_cm, 1)} cm"


def about(drawing: Drawing, phrases: Phrases) -> str:
    """Every interval with its number, as one text."""
    intervals = [
        f"{depths(mean, phrases)}: {', '.join(figures(mean, drawing, phrases))}" for mean in drawing.means
    ]
    count = sum(each.value is not None for each in drawing.horizons)
    return phrases.say("profile.plot.about", count=count, intervals="; ".join(intervals) or "–")
