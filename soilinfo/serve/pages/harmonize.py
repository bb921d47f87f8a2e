"""What the page of harmonize-profile needs: rows to begin with, properties, and texts of its script."""

from typing import Any

from soilinfo.jobs.harmonization.inline import Value
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words

EXAMPLE = """upper_cm,lower_cm,horizon_code,property,unit,value,sd
0,15,Ap,clay,%,18.5,1
15,45,Bt1,clay,%,35.0,1.8
45,80,BC,clay,%,32.5,1.6
"""
"""The profile of three horizons that programs for splines are shown with."""
CHOSEN = "clay"


def harmonize_page(site: Site) -> dict[str, Any]:
    """The context of the page beside the process's description."""
    words, rules = Words(site), site.catalog.harmonization
    return {
        "columns": [*Value.model_fields],
        "example": EXAMPLE,
        "chosen": CHOSEN,
        "properties": [*rules.properties] if rules else [],
        "data": {
            "language": site.language,
            "names": dict(words.names["property"]),
            "words": {
                "nothing": site.say("process.harmonize.nothing"),
                "plot": site.say("process.harmonize.plot"),
                "running": site.say("process.running"),
                "failed": site.say("map.failed"),
            },
        },
    }
