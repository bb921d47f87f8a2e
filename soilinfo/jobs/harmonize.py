"""Harmonization: soil profiles as the public may see them, at common depths, published as one snapshot."""

from collections.abc import Callable, Mapping, Sequence

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import PROFILE_COLLECTIONS
from soilinfo.errors import UnknownNameError
from soilinfo.findings import Finding
from soilinfo.jobs.evaluation.settle import to_hold
from soilinfo.jobs.harmonization.agreement import compare_maps
from soilinfo.jobs.harmonization.at_depths import harmonize_profiles
from soilinfo.jobs.harmonization.share import share_profiles
from soilinfo.jobs.runs.publication import publish
from soilinfo.jobs.runs.run import Progress, RunReport, recorded
from soilinfo.jobs.runs.versions import held_back
from soilinfo.store.home import Store

type Step = Callable[[Store, Catalog, Mapping[str, str], RunReport, Progress], dict[str, str]]
"""Makes collections of profiles and returns them with their versions.

It is given what will be published, name -> version, with what the steps before it made.
"""
STEPS: tuple[Step, ...] = (share_profiles, harmonize_profiles, compare_maps)
"""What is made of the profiles that were ingested, in this order; published in one snapshot."""


def harmonize(
    store: Store, catalog: Catalog, names: Sequence[str] = (), *, actor: str, progress: Progress
) -> RunReport:
    """Make the public collections of the profiles that were ingested, and publish them together.

    Ingestion keeps profiles where nobody sees them; only this lets the public see what their owners allow.
    What has not changed is recognised and left alone. What a rollback withdrew is held back until it is among
    the ``names`` of collections; what can be made no more is withdrawn. Raises UnknownNameError for a name
    that is no collection of profiles.
    """
    for name in names:
        if name not in PROFILE_COLLECTIONS:
            raise UnknownNameError("collection of profiles", name, PROFILE_COLLECTIONS)
    with recorded(store, "harmonize", actor, {"names": list(names)}, catalog) as report:
        served = store.ledger.current().layers
        made: dict[str, str] = {}
        for step in STEPS:
            made |= step(store, catalog, {**served, **made}, report, progress)
        held = to_hold(store, made, served, names)
        report.held.extend(sorted(held))
        report.findings.extend(held_back(version) for _, version in sorted(held.items()))
        _withdraw(report, served, made)
        changed = {name: one for name, one in made.items() if name not in held and served.get(name) != one}
        report.unchanged = sorted(made.keys() - changed.keys() - held.keys())
        report.published.update(changed)
        publish(store, report, actor=actor, reason=_reason(report))
    return report


def _withdraw(report: RunReport, served: Mapping[str, str], made: Mapping[str, str]) -> None:
    """Have what can no longer be made served no more, each with a finding."""
    report.withdrawn.extend(name for name in PROFILE_COLLECTIONS if name in served and name not in made)
    why = "no longer served, as no profiles are left that it could be made of"
    report.findings.extend(Finding("no_longer_made", "warn", name, why) for name in report.withdrawn)


def _reason(report: RunReport) -> str:
    gone = f", withdrew {', '.join(report.withdrawn)}" if report.withdrawn else ""
    return f"harmonize {len(report.published)} collection(s) of soil profiles{gone}"
