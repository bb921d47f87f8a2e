"""What the page of convert-observations needs: equations to choose from, and the texts of its script."""

from typing import Any

from soilinfo.catalog.equations import Equation
from soilinfo.harmonize.conversions import REFUSALS
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words

HEADINGS = ("observed_value", "value", "sd", "sd_conversion", "equation_range")
RANGES = ("inside", "outside", "not stated")


def convert_page(site: Site) -> dict[str, Any]:
    """The context of the page: equations by the property that they lead to, those in use first."""
    words, catalog = Words(site), site.catalog
    single = [one for one in catalog.equations.values() if one.form != "rule"]
    single.sort(key=lambda one: (not catalog.uses(one), one.id))
    by_target = {name: [one for one in single if one.to_property == name] for name in catalog.properties}
    return {
        "by_target": {name: some for name, some in by_target.items() if some},
        "data": {
            "language": site.language,
            "equations": {
                one.id: {
                    "from": one.from_property,
                    "to": one.to_property,
                    "unit": catalog.property(one.from_property).unit,
                    "href": site.link(f"/equations/{one.id}"),
                    "title": site.named(one.title),
                    "about": _about(site, words, one),
                }
                for one in single
            },
            "headings": {name: words.field(name) for name in HEADINGS},
            "ranges": {each: site.say(f"profile.page.range.{each.replace(' ', '_')}") for each in RANGES},
            "refusals": {code: site.say(f"conversion.refused.{code}") for code in REFUSALS},
            "words": {
                "running": site.say("process.running"),
                "failed": site.say("map.failed"),
                "unknown": site.say("explain.unknown"),
            },
        },
    }


def _about(site: Site, words: Words, one: Equation) -> list[tuple[str, str]]:
    """What decides whether to trust an equation, beside every answer by it: soils, error, how it is known."""
    unknown = site.say("equation.error_unknown")
    error = unknown if one.error is None else f"{words.number(one.error, 2)} {site.unit(one.to_unit)}"
    told = {
        "soils": site.named(one.soils),
        "error": error,
        "confidence": site.say(f"equation.confidence.{one.confidence}"),
    }
    return [(site.say(f"equation.{name}"), text) for name, text in told.items()]
