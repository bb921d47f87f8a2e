"""What the map's panel of what-ifs needs: the rows of a crop's table, and what can be adjusted."""

from typing import Any

from soilinfo.catalog.entries import Entry
from soilinfo.serve.maps.addresses import tile_address
from soilinfo.serve.pages.map_style import asked
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words


def what_if_data(site: Site, entry: Entry, scenario: str) -> dict[str, Any] | None:
    """None for what is no suitability of a crop; rows are the numeric ones, whose thresholds can be moved."""
    if not entry.crop or entry.product:
        return None
    layers = site.catalog.layers.values()
    return {
        "address": site.path(tile_address(entry.collection)),
        "process": site.path("/processes/what-if/execution"),
        "words": {name: site.say(f"what_if.{key}") for name, key in _WORDS.items()},
        "asked": asked(entry, scenario),
        "adjustable": sorted({each.property for each in layers if each.id in site.published}),
        "rows": _rows(site, entry.crop),
    }


_WORDS = {"caption": "region", "before": "before", "after": "after", "change": "change"}


def _rows(site: Site, crop: str) -> dict[str, Any]:
    words = Words(site)
    rows = site.catalog.crop(crop).characteristics
    return {
        name: {
            "title": words.field(name),
            "symbol": site.unit(row.unit or "1"),
            **row.model_dump(mode="json", exclude_defaults=True),
        }
        for name, row in rows.items()
        if row.kind == "numeric"
    }
