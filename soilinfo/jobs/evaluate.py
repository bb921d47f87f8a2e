"""Land evaluation of the nation: one new version per crop, then the tables by administrative unit."""

from collections.abc import Callable, Mapping, Sequence

from soilinfo.catalog.models import Catalog, Crop
from soilinfo.catalog.names import suitability_of
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.evaluation.confidence import confidences
from soilinfo.jobs.evaluation.criteria import Regional, described, parameters_of, regional_criteria
from soilinfo.jobs.evaluation.crop_cubes import write_cogs, write_cubes
from soilinfo.jobs.evaluation.inputs import Input, choose_inputs, crop_findings, too_little_known
from soilinfo.jobs.evaluation.soil_map_suitability import evaluate_soil_maps
from soilinfo.jobs.evaluation.summary import summarise
from soilinfo.jobs.planning.available_land import available_land
from soilinfo.jobs.planning.choice import direction
from soilinfo.jobs.planning.land_use_conflict import land_use_conflict
from soilinfo.jobs.planning.paddy_protection import paddy_protection
from soilinfo.jobs.planning.rehabilitation import rehabilitate
from soilinfo.jobs.planning.zoning import zone_nation
from soilinfo.jobs.runs.publication import publish
from soilinfo.jobs.runs.run import Progress, RunReport, fingerprint, recorded
from soilinfo.jobs.runs.versions import Origin, held_back, new_version, remember, was_withdrawn
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "suitability/1"
"""Name of the method; raising the number makes every version anew."""

type Step = Callable[[Store, Catalog, Mapping[str, str], RunReport, Progress], dict[str, str]]
"""Makes what follows from the published layers and crops, and returns its collections with their versions.

It is given what will be published, name -> version, with what the steps before it made.
"""
STEPS: tuple[Step, ...] = (
    summarise,
    evaluate_soil_maps,
    confidences,
    direction,
    available_land,
    land_use_conflict,
    zone_nation,
    paddy_protection,
    rehabilitate,
)
"""What is made once all crops are evaluated, in this order; published with them in one snapshot."""


def evaluate(
    store: Store,
    catalog: Catalog,
    crops: Sequence[str] | None = None,
    *,
    fallback: Sequence[str] = (),
    actor: str,
    progress: Progress,
) -> RunReport:
    """Evaluate the named crops (all by default) from the published layers and publish the result.

    ``fallback`` names crops that only a fallback table exists for; they are evaluated only when named.
    In units with criteria of their own these take the place of the crop's, cell by cell.

    Crops whose table, rules and inputs have not changed are recognised and left alone. A result that
    a rollback withdrew is held back until its crop is named. All classes, and the tables by unit of
    exactly the classes that are published then, appear in one ledger transaction. Raises
    UnknownNameError for a crop that config does not have, InputError when no layer is published.
    """
    named = [*(crops or ()), *fallback]
    chosen = _chosen(catalog, crops, fallback)
    with recorded(store, "evaluate", actor, {"crops": [crop.id for crop in chosen]}, catalog) as report:
        snapshot = store.ledger.current()
        inputs, findings = choose_inputs(store, catalog, snapshot)
        report.findings.extend(findings)
        if not inputs:
            raise InputError(
                "no layer is published that an evaluation could use; run `soilinfo ingest` first"
            )
        chosen = _known_enough(catalog, chosen, inputs, report)
        regional = _regional(store, catalog, snapshot.layers, chosen, report)
        versions = {crop.id: _version(catalog, crop, inputs, regional, report.run) for crop in chosen}
        chosen = _not_withdrawn(store, chosen, versions, report, named=named)
        versions = {crop.id: versions[crop.id] for crop in chosen}
        new = [crop for crop in chosen if not _is_known(store, versions[crop.id])]
        cubes = [crop for crop in new if not store.cube.exists(*_key(versions[crop.id]))]
        write_cubes(store, catalog, cubes, versions, inputs, regional, progress)
        write_cogs(store, catalog, new, versions)
        _record(store, catalog, report, new, versions, inputs)
        published = {**snapshot.layers, **dict(_key(version) for version in versions.values())}
        for step in STEPS:
            published |= step(store, catalog, published, report, progress)
        changed = {
            name: version for name, version in published.items() if snapshot.layers.get(name) != version
        }
        _publish(store, report, changed, actor)
        report.unchanged = sorted({suitability_of(crop.id) for crop in chosen} - set(changed))
    return report


def _chosen(catalog: Catalog, crops: Sequence[str] | None, fallback: Sequence[str]) -> list[Crop]:
    """The crops that are named, or all of the nation's own when none is."""
    names = crops or ([] if fallback else [*catalog.crops])
    for name in names:
        if name in catalog.fallback_crops:
            table = catalog.fallback_crops[name]
            raise InputError(
                f"for '{name}' there is only a fallback table ({table.criteria_set}), used only "
                f"when asked for: soilinfo evaluate --fallback {name}"
            )
        if name not in catalog.crops:
            raise UnknownNameError("crop", name, catalog.crops)
    for name in fallback:
        if name not in catalog.fallback_crops:
            raise UnknownNameError("fallback table for the crop", name, catalog.fallback_crops)
    return [catalog.crop(name) for name in [*names, *fallback]]


def _regional(
    store: Store, catalog: Catalog, published: Mapping[str, str], crops: Sequence[Crop], report: RunReport
) -> list[Regional]:
    """The regional tables of these crops; a finding for each whose unit is not published."""
    found, findings = regional_criteria(store, catalog, published, {crop.id for crop in crops})
    report.findings.extend(findings)
    return found


def _key(version: Version) -> tuple[str, str]:
    return version.layer, version.version


def _known_enough(
    catalog: Catalog, crops: Sequence[Crop], inputs: Mapping[str, Input], report: RunReport
) -> list[Crop]:
    """The crops that enough is known about; the others are left out with a finding."""
    doubts = {crop.id: too_little_known(catalog, crop, inputs) for crop in crops}
    report.findings.extend(doubt for doubt in doubts.values() if doubt)
    return [crop for crop in crops if doubts[crop.id] is None]


def _not_withdrawn(
    store: Store,
    crops: Sequence[Crop],
    versions: Mapping[str, Version],
    report: RunReport,
    *,
    named: Sequence[str],
) -> list[Crop]:
    """The crops that are named, or whose result no rollback withdrew; the others are held with a finding."""
    held = [crop for crop in crops if crop.id not in named and was_withdrawn(store, versions[crop.id])]
    for crop in held:
        version = versions[crop.id]
        report.held.append(version.layer)
        report.findings.append(held_back(version))
    return [crop for crop in crops if crop not in held]


def _is_known(store: Store, version: Version) -> bool:
    return store.ledger.version(*_key(version)) is not None and store.has_raster(*_key(version))


def _publish(store: Store, report: RunReport, changed: Mapping[str, str], actor: str) -> None:
    report.published.update(changed)
    publish(store, report, actor=actor, reason=f"evaluate {len(changed)} collection(s)")


def _version(
    catalog: Catalog, crop: Crop, inputs: Mapping[str, Input], regional: Sequence[Regional], run: str
) -> Version:
    own = [each for each in regional if each.crop.id == crop.id]
    parameters = parameters_of(catalog, crop, regional)
    needed = set().union(*(_needed(table) for table in [crop, *(each.crop for each in own)]))
    used = {one.layer: one.version for name, one in inputs.items() if name in needed}
    used |= {each.level: each.version for each in own}
    return new_version(
        suitability_of(crop.id),
        "suitability",
        Origin(crop.source.title, fingerprint(parameters=parameters), used),
        pipeline=PIPELINE,
        parameters=parameters,
        metadata={
            "crop": crop.id,
            "criteria_set": crop.criteria_set,
            "edition": crop.edition,
            "boundary_rule": catalog.evaluation.boundary_rule,
            "criteria": [
                described(crop, None, inputs),
                *(described(each.crop, each, inputs) for each in own),
            ],
            "used": sorted(name for name in crop.characteristics if name in inputs),
            "unused": sorted(name for name in crop.characteristics if name not in inputs),
        },
        run=run,
    )


def _needed(crop: Crop) -> set[str]:
    # Peat decides about the improvement of drainage even for a crop without a peat row.
    return {*crop.characteristics, "peat_thickness"}


def _record(
    store: Store,
    catalog: Catalog,
    report: RunReport,
    crops: Sequence[Crop],
    versions: Mapping[str, Version],
    inputs: Mapping[str, Input],
) -> None:
    for crop in crops:
        version = versions[crop.id]
        findings = crop_findings(catalog, crop, inputs, version.metadata["unused"])
        remember(store, version, findings)
        report.findings.extend(findings)
