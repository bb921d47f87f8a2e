"""What the page of soc-stock-change needs: a soil that was compacted, to begin with; texts of its script."""

from collections.abc import Mapping, Sequence
from typing import Any

from soilinfo.jobs.harmonization.inline import Value
from soilinfo.serve.site.site import Site

COLUMNS = ("upper_cm", "lower_cm", "property", "unit", "value", "sd")


def stock_change_page(site: Site, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the page; ``inputs``: those of the process's own example."""
    examples = {
        which: {"rows": _rows(inputs[f"{which}_horizons"]), "day": inputs[f"{which}_date"]}
        for which in ("first", "second")
    }
    return {
        "columns": [*Value.model_fields],
        "examples": examples,
        "data": {
            "language": site.language,
            "words": {"running": site.say("process.running"), "failed": site.say("map.failed")},
        },
    }


def _rows(values: Sequence[Mapping[str, Any]]) -> str:
    """Values as a file has them."""
    lines = [COLUMNS, *([str(each[name]) for name in COLUMNS] for each in values)]
    return "\n".join(",".join(line) for line in lines)
