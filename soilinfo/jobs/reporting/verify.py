"""A country report recomputed from the layers that it names: equal, or what differs and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from soilinfo import __version__
from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError
from soilinfo.jobs.reporting.content import draft_content, report_config
from soilinfo.report.country.differences import Difference, differences
from soilinfo.report.country.document import Content, CountryReport, Input
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

InputState = Literal["missing", "removed", "source_differs", "settings_differ"]
"""Why an input cannot be used as the report names it: never ingested here, its files removed, made of another
file, made of the same file by other settings."""


@dataclass(frozen=True)
class ChangedInput:
    """An input that this store does not have as the report names it; ``message`` says what to do."""

    name: str
    state: InputState
    message: str


@dataclass(frozen=True)
class Verification:
    """What came of recomputing a report. ``software``: who computed it, where that was another version."""

    equal: bool
    differences: tuple[Difference, ...]
    inputs: tuple[ChangedInput, ...]
    software: str
    unrecomputed: str = ""
    """Why nothing could be computed; '' where it was."""

    @property
    def same_values(self) -> bool:
        """Whether all that differs is what inputs are called: a new setting, even one that changes nothing,
        gives the versions of layers other names."""
        named = all(each.path.startswith("inputs.") for each in self.differences)
        alike = all(each.state == "settings_differ" for each in self.inputs)
        return not self.unrecomputed and named and alike


def verify(store: Store, catalog: Catalog, report: CountryReport) -> Verification:
    """Recompute a report from the versions that it names, from layers, never from tables.

    Where this store lacks one, what it publishes of the same name stands in, and is told. InputError for a
    report of another country: it is verified where its layers are.
    """
    _check_country(catalog, report)
    content = report.content
    served = store.ledger.current().layers
    changed = [each for each in (_changed(store, served, one) for one in content.inputs) if each]
    lacking = {each.name for each in changed}
    versions = {
        one.name: served.get(one.name, "") if one.name in lacking else one.version for one in content.inputs
    }
    software = report.software if report.software != f"soilinfo {__version__}" else ""
    try:
        computed = draft_content(
            store, _as_reported(catalog, content), {name: each for name, each in versions.items() if each}
        )
    except InputError as error:
        if not changed:
            raise
        return Verification(False, (), tuple(changed), software, unrecomputed=str(error))
    computed = _with_reasons(computed, content)
    if content.statements_sha256 != computed.statements_sha256:
        changed.append(_other_statements(content, computed))
    found = differences(content, computed)
    return Verification(not found, found, tuple(changed), software)


def _check_country(catalog: Catalog, report: CountryReport) -> None:
    own = (catalog.country.iso3166 or ("", ""))[1]
    if report.content.header.iso3 != own:
        raise InputError(
            f"'{report.id}' is a report of {report.content.header.iso3}, and this configuration is of "
            f"{own or 'a country without ISO 3166 codes'}; it is verified where its layers are"
        )


def _as_reported(catalog: Catalog, content: Content) -> Catalog:
    """The configuration, of the period and the indicators that a report is about."""
    ids = [*(each.id for each in content.indicators), *(each.id for each in content.missing)]
    about = {
        "period": content.header.period,
        "indicators": tuple(id_ for id_ in ids if id_ in catalog.indicators),
    }
    return catalog.model_copy(update={"report": report_config(catalog).model_copy(update=about)})


def _other_statements(reported: Content, computed: Content) -> ChangedInput:
    ours, theirs = ((each.statements_sha256 or "none")[:12] for each in (computed, reported))
    told = f"the report says sha256 {theirs}, the workbook that report.yaml names here has {ours}"
    return ChangedInput("statements", "source_differs", f"statements: {told}")


def _with_reasons(computed: Content, reported: Content) -> Content:
    """What is missing for the reasons that the report gives: they may name layers that no number is made of,
    which verification leaves aside."""
    reasons = {each.id: each for each in reported.missing}
    missing = tuple(reasons.get(each.id, each) for each in computed.missing)
    return computed.model_copy(update={"missing": missing})


def _changed(store: Store, served: Mapping[str, str], one: Input) -> ChangedInput | None:
    record = store.ledger.version(one.name, one.version)
    if record and record.removed is None and record.source_sha256 == one.source_sha256:
        return None
    if record and record.removed:
        told = f"its files were removed on {record.removed:%Y-%m-%d}; ingest {one.source} again"
        return ChangedInput(one.name, "removed", f"{one.name} {one.version}: {told}")
    known = store.ledger.versions(one.name)
    return _other(one, known, store.ledger.version(one.name, served.get(one.name, "")))


def _other(one: Input, known: Sequence[Version], published: Version | None) -> ChangedInput:
    if any(each.source_sha256 == one.source_sha256 for each in known):
        told = (
            f"version {one.version} is not here: the same source was brought in by other settings of config"
        )
        return ChangedInput(one.name, "settings_differ", f"{one.name}: {told}")
    if published is None:
        told = f"version {one.version} is not here; ingest {one.source} (sha256 {one.source_sha256[:12]}...)"
        return ChangedInput(one.name, "missing", f"{one.name}: {told}")
    told = (
        f"the report says source sha256 {one.source_sha256[:12]}..., the published layer has "
        f"{published.source_sha256[:12]}...; ingest {one.source} as the report names it"
    )
    return ChangedInput(one.name, "source_differs", f"{one.name}: {told}")
