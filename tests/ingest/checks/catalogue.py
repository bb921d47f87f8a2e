"""docs/checks.md, every check with what it says of itself: ``python -m tests.ingest.checks.catalogue``."""

import importlib
import inspect
import pkgutil
from pathlib import Path

from soilinfo import findings
from soilinfo.ingest import checks

TARGET = Path(__file__).resolve().parents[3] / "docs" / "checks.md"
GROUPS = {
    "Raster layers: the source": findings.RASTER_CHECKS,
    "Raster layers: tiles": findings.TILE_CHECKS,
    "Raster layers: beside each other, and beside what is published": findings.CANDIDATE_CHECKS,
    "Administrative levels": findings.VECTOR_CHECKS,
    "Soil maps": findings.MAPUNIT_CHECKS,
    "Tables": findings.TABLE_CHECKS,
    "Soil profiles": findings.PROFILE_CHECKS,
}
MODULES = {
    "Administrative levels": ("changes", "codes", "coverage", "hierarchy", "official", "units"),
    "Soil maps": ("mapunits", "losses"),
    "Tables": ("table", "losses"),
    "Soil profiles": ("profiles", "profile_depths", "profile_values", "losses"),
}
"""Where checks of the same name as others' are; the rest is where raster checks are."""

HEAD = """# Every check

What an ingestion looks for. Each check is one small function of this name in `soilinfo/ingest/checks`;
config changes what it does to publication, per layer, level, soil map, table or dataset of
profiles (`severity: {value_range: warn}`).
*Block* keeps the published version, *warn* lets a person know (and waits for one where the layer says
`release: on_warning`), *note* says what was done. Sources that cannot be read at all are blocked under the
reason's own name (`no_crs`, `rotated`, `control_points_only`, `complex_numbers`, `unreadable_source` ...),
those that changed while they were read under `source_changed`, and those over which soilinfo met what it
does not expect under `internal_error`; config cannot change these. What `soilinfo harmonize` finds of maps
beside soil profiles, `map_bias` and `interval_coverage`, stands in [map-quality.md](map-quality.md). Written
by `python -m tests.ingest.checks.catalogue`; a test compares.
"""


def functions(group):
    """Name -> function of the checks of a group."""
    others = {name for names in MODULES.values() for name in names}
    modules = MODULES.get(group) or [
        each.name for each in pkgutil.iter_modules(checks.__path__) if each.name not in others
    ]
    found = {}
    for module in modules:
        loaded = importlib.import_module(f"soilinfo.ingest.checks.{module}")
        found |= {name: each for name, each in vars(loaded).items() if inspect.isfunction(each)}
    return found


def sentence(function):
    """What a check says of itself, in one line."""
    first, _, _ = inspect.getdoc(function).partition("\n\n")
    return " ".join(first.split()).replace("|", "\\|").replace("``", "`")


def catalogue():
    """The text of docs/checks.md."""
    parts = [HEAD]
    for group, names in GROUPS.items():
        known = functions(group)
        rows = "\n".join(f"| `{name}` | {sentence(known[name])} |" for name in names)
        parts.append(f"\n## {group}\n\n| check | what it does |\n|---|---|\n{rows}\n")
    return "".join(parts)


if __name__ == "__main__":
    TARGET.write_text(catalogue(), encoding="utf-8")
