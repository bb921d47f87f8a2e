"""Under which theme an indicator of the region is told: the threat that it is about, or the soil's health."""

from collections.abc import Iterable, Sequence

from soilinfo.report.phrases import Phrases
from soilinfo.report.region.document import RegionalIndicator

SOIL_HEALTH = "soil_health"


def by_theme(
    indicators: Iterable[RegionalIndicator], threats: Iterable[str]
) -> list[tuple[str, Sequence[RegionalIndicator]]]:
    """Themes that any indicator has: soil health, then by ``threats``, others last; each indicator once."""
    found: dict[str, list[RegionalIndicator]] = {}
    for each in indicators:
        found.setdefault(theme_of(each), []).append(each)
    order = dict.fromkeys([SOIL_HEALTH, *threats, *found])
    return [(theme, found[theme]) for theme in order if theme in found]


def theme_of(indicator: RegionalIndicator) -> str:
    """The first threat that it is about; soil health where it is about none, as most indicators are of it."""
    return next((theme for theme in indicator.themes if theme != SOIL_HEALTH), SOIL_HEALTH)


def theme_title(phrases: Phrases, theme: str) -> str:
    """What a theme is called."""
    return phrases.say("board.paper.soil_health") if theme == SOIL_HEALTH else phrases.called("threat", theme)
