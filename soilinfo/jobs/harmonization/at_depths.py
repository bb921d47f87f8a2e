"""The second step of the harmonization: public profiles at common depths and by common methods."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import HARMONIZED
from soilinfo.harmonize.profiles import harmonized
from soilinfo.harmonize.table import COLUMNS
from soilinfo.harmonize.ways import Rules
from soilinfo.jobs.harmonization.findings import findings_of
from soilinfo.jobs.harmonization.share import Sources, is_there
from soilinfo.jobs.runs.run import Event, Progress, RunReport
from soilinfo.jobs.runs.versions import remember
from soilinfo.store.home import Store

PIPELINE = "harmonized/1"
"""Name of the method; raising the number makes every version anew."""
_WORDS = {"title", "soils", "source", "rule", "confidence", "description"}
"""Parts of equations and properties that change no value."""


def harmonize_profiles(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write and record the harmonized table; its name -> its version, old or new.

    Nothing where config asks for no harmonization, or where no profile is shown with its observations.
    """
    sources = Sources(store, catalog, published)
    if catalog.harmonization is None or not sources.versions:
        return {}
    rules = Rules(catalog.harmonization, catalog.equations, catalog.properties)
    version = sources.version(HARMONIZED, PIPELINE, _parameters(sources, rules), report.run)
    known = is_there(store, version)
    if not known:
        public = sources.public
        frame = harmonized(public.whole, public.elements, public.observations, rules)
        if frame.empty:
            return {}
        if not store.vector.exists(HARMONIZED, version.version):
            placed = public.placed(frame, COLUMNS)
            store.vector.write(HARMONIZED, version.version, placed, id_field="id", shape_field="profile_id")
        findings = findings_of(frame, public.observations, rules)
        remember(store, replace(version, metadata=summary(frame)), findings)
        report.findings.extend(findings)
    progress(Event("harmonize", HARMONIZED, "unchanged" if known else "written", 1, 1))
    return {HARMONIZED: version.version}


def _parameters(sources: Sources, rules: Rules) -> dict[str, Any]:
    """All that decides a harmonized value beside what was observed."""
    return {
        "privacy": sources.privacy,
        "harmonization": rules.harmonization.model_dump(mode="json", exclude={"map_agreement"}),
        "equations": {
            name: each.model_dump(mode="json", exclude=_WORDS) for name, each in _used(rules).items()
        },
        "properties": {
            name: [each.unit, each.valid_range]
            for name, each in rules.properties.items()
            if each.theme == "soil"
        },
    }


def _used(rules: Rules) -> dict[str, Equation]:
    named = {name for some in rules.harmonization.properties.values() for name in some}
    wanted = rules.harmonization.properties
    named |= {name for name, one in rules.equations.items() if one.edges and one.to_property in wanted}
    return {name: rules.equations[name] for name in sorted(named)}


def summary(frame: pd.DataFrame) -> dict[str, Any]:
    """How many values of the harmonized table are in which state, and which equations led to how many."""
    states = frame.groupby(["property", "state"]).size().unstack(fill_value=0)
    told = frame[frame["state"].isin(["known", "partly"])]
    ways = (told["property"] + ": " + told["equations"]).value_counts()
    return {
        "rows": len(frame),
        "profiles": int(frame["profile_id"].nunique()),
        "states": {
            str(name): {str(k): int(v) for k, v in row.items() if v} for name, row in states.iterrows()
        },
        "conversions": {str(way): int(count) for way, count in ways.items()},
    }
