"""Land evaluation of the nation: one new version per crop, then the tables by administrative unit."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor

from soilinfo.catalog.models import Catalog, Crop
from soilinfo.catalog.names import suitability_of
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.evaluation.confidence import confidences
from soilinfo.jobs.evaluation.criteria import Regional, described, parameters_of, regional_criteria
from soilinfo.jobs.evaluation.crop_cubes import write_cogs, write_cubes
from soilinfo.jobs.evaluation.inputs import Input, choose_inputs, crop_findings, too_little_known
from soilinfo.jobs.evaluation.nation import nation
from soilinfo.jobs.evaluation.settle import derived_names, no_longer_made, to_hold
from soilinfo.jobs.evaluation.soil_map_suitability import evaluate_soil_maps
from soilinfo.jobs.evaluation.summary import summarise
from soilinfo.jobs.indicators.land_product import judge_land
from soilinfo.jobs.indicators.tables import measure_nation
from soilinfo.jobs.planning.available_land import available_land
from soilinfo.jobs.planning.choice import direction
from soilinfo.jobs.planning.land_use_conflict import land_use_conflict
from soilinfo.jobs.planning.paddy_protection import paddy_protection
from soilinfo.jobs.planning.rehabilitation import rehabilitate
from soilinfo.jobs.planning.zoning import zone_nation
from soilinfo.jobs.runs.publication import publish
from soilinfo.jobs.runs.run import Progress, RunReport, fingerprint, recorded
from soilinfo.jobs.runs.versions import Origin, held_back, new_version, remember, was_withdrawn
from soilinfo.jobs.runs.workers import workers
from soilinfo.jobs.subsidy.need_tables import need_nation
from soilinfo.jobs.subsidy.ratings import rate_soils
from soilinfo.jobs.subsidy.recommendation import recommend_nation
from soilinfo.jobs.subsidy.status import nutrient_statuses
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "suitability/1"
"""Name of the method; raising the number makes every version anew."""

type Step = Callable[[Store, Catalog, Mapping[str, str], RunReport, Progress], dict[str, str]]
"""Makes what follows from the published layers and crops, and returns its collections with their versions.

It is given what will be published, name -> version, with what the steps before it made.
"""
STEPS: tuple[Step, ...] = (
    nation,
    summarise,
    evaluate_soil_maps,
    confidences,
    direction,
    available_land,
    land_use_conflict,
    zone_nation,
    paddy_protection,
    rehabilitate,
    rate_soils,
    nutrient_statuses,
    recommend_nation,
    need_nation,
    judge_land,
    measure_nation,
)
"""What is made once all crops are evaluated, in this order; published with them in one snapshot."""


def evaluate(
    store: Store,
    catalog: Catalog,
    names: Sequence[str] | None = None,
    *,
    fallback: Sequence[str] = (),
    actor: str,
    progress: Progress,
    scheduler: str | None = None,
) -> RunReport:
    """Evaluate the named crops (all by default) from the published layers and publish the result.

    ``fallback`` names crops that only a fallback table exists for; they are evaluated only when named.
    In units with criteria of their own these take the place of the crop's, cell by cell.

    Crops whose table, rules and inputs have not changed are recognised and left alone. A result that
    a rollback withdrew is held back until its crop, or the product or table that it belongs to, is among
    the ``names``. An evaluation of all crops withdraws what can no longer be made. All classes, and the
    tables by unit of exactly the classes that are published then, appear in one ledger transaction. Raises
    UnknownNameError for a name that config does not have, InputError when no layer is published.
    """
    named = {*(names or ()), *fallback}
    derived = derived_names(catalog)
    crops = [name for name in names or () if name not in derived]
    chosen = _chosen(catalog, crops, fallback)
    with (
        workers(scheduler) as executor,
        recorded(store, "evaluate", actor, {"crops": [crop.id for crop in chosen]}, catalog) as report,
    ):
        inputs = _inputs(store, catalog, report)
        rated = _known_enough(catalog, chosen, inputs, report)
        whole = not crops and not fallback
        unrated = {suitability_of(crop.id) for crop in chosen if crop not in rated} if whole else set()
        versions = _crops(executor, store, catalog, rated, inputs, report, progress, named)
        served = store.ledger.current().layers
        kept = {name: version for name, version in served.items() if name not in unrated}
        made = dict(map(_key, versions))
        for step in STEPS:
            made |= step(store, catalog, {**kept, **made}, report, progress)
        made = _not_held_back(store, report, made, {*named, *map(suitability_of, named)})
        if whole:
            _withdraw(store, catalog, report, made, unrated)
        changed = {name: version for name, version in made.items() if served.get(name) != version}
        _publish(store, report, changed, actor)
        report.unchanged = sorted({version.layer for version in versions} - set(changed))
    return report


def _inputs(store: Store, catalog: Catalog, report: RunReport) -> dict[str, Input]:
    """The published layers that are rated, by property."""
    inputs, findings = choose_inputs(store, catalog, store.ledger.current())
    report.findings.extend(findings)
    if not inputs:
        raise InputError("no layer is published that an evaluation could use; run `soilinfo ingest` first")
    return inputs


def _crops(
    executor: Executor,
    store: Store,
    catalog: Catalog,
    crops: Sequence[Crop],
    inputs: Mapping[str, Input],
    report: RunReport,
    progress: Progress,
    named: Collection[str],
) -> list[Version]:
    """The classes of each crop, written and recorded where they are not there yet; without those held."""
    regional = _regional(store, catalog, store.ledger.current().layers, crops, report)
    versions = {crop.id: _version(catalog, crop, inputs, regional, report.run) for crop in crops}
    crops = _not_withdrawn(store, crops, versions, report, named=named)
    new = [crop for crop in crops if not _is_known(store, versions[crop.id])]
    cubes = [crop for crop in new if not store.cube.exists(*_key(versions[crop.id]))]
    write_cubes(executor, store, catalog, cubes, versions, inputs, regional, progress)
    write_cogs(store, catalog, new, versions)
    _record(store, catalog, report, new, versions, inputs)
    return [versions[crop.id] for crop in crops]


def _chosen(catalog: Catalog, crops: Sequence[str], fallback: Sequence[str]) -> list[Crop]:
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
            raise UnknownNameError("crop or product", name, [*catalog.crops, *sorted(derived_names(catalog))])
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
    named: Collection[str],
) -> list[Crop]:
    """The crops that are named, or whose result no rollback withdrew; the others are held with a finding."""
    held = [crop for crop in crops if crop.id not in named and was_withdrawn(store, versions[crop.id])]
    for crop in held:
        version = versions[crop.id]
        report.held.append(version.layer)
        report.findings.append(held_back(version))
    return [crop for crop in crops if crop not in held]


def _not_held_back(
    store: Store, report: RunReport, made: Mapping[str, str], named: Collection[str]
) -> dict[str, str]:
    """The collections made that are to be published; the others are held with a finding."""
    held = to_hold(store, made, store.ledger.current().layers, named)
    report.held.extend(sorted(held))
    report.findings.extend(held_back(version) for _, version in sorted(held.items()))
    return {name: version for name, version in made.items() if name not in held}


def _withdraw(
    store: Store, catalog: Catalog, report: RunReport, made: Mapping[str, str], unrated: Collection[str]
) -> None:
    """Have what can no longer be made served no more, each with a finding."""
    shown = {**store.ledger.current().layers, **made}
    rated = {suitability_of(crop) for crop in catalog.every_crop()}.difference(unrated)
    found = no_longer_made(store, catalog, shown, made=made, held=report.held, rated=rated)
    report.findings.extend(found)
    report.withdrawn.extend(sorted(each.layer for each in found))


def _is_known(store: Store, version: Version) -> bool:
    return store.ledger.version(*_key(version)) is not None and store.has_raster(*_key(version))


def _publish(store: Store, report: RunReport, changed: Mapping[str, str], actor: str) -> None:
    report.published.update(changed)
    gone = f", withdrew {', '.join(report.withdrawn)}" if report.withdrawn else ""
    publish(store, report, actor=actor, reason=f"evaluate {len(changed)} collection(s){gone}")


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
