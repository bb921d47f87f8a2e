"""What is answered about one profile: its harmonized values, their way, curves, and sentences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError
from soilinfo.harmonize.observed import SEPARATOR
from soilinfo.harmonize.table import THEN
from soilinfo.harmonize.ways import Rules
from soilinfo.jobs.harmonization.inline import OWN
from soilinfo.jobs.harmonization.one_profile import (
    Choices,
    OneProfile,
    drawn,
    harmonized_rows,
    rules_of,
)
from soilinfo.report.phrases import Phrases
from soilinfo.report.profile.described import means_of, way_of
from soilinfo.report.profile.drawing import Drawing, Horizon, side_by_side
from soilinfo.report.profile.frame import WIDTH
from soilinfo.report.profile.plot import depth_plot
from soilinfo.report.profile.sentence import sentence

Answer = dict[str, Any]


def answer_about(catalog: Catalog, profile: OneProfile, choices: Choices, snapshot: int) -> Answer:
    """Every harmonized value of a profile, JSON-ready; a missing number is None.

    ``harmonized``: the rows of harmonized_profiles, each with a ``sentence`` by language. ``drawings``:
    of each property the horizons in its terms, and points (depth in cm, value) of the fitted splines, of
    organic and mineral layers apart. ``equations``: those that led somewhere, with range and error.
    ``unconverted``: what was observed and leads to nothing that config wants.
    """
    rules = rules_of(catalog, choices)
    every = frame = harmonized_rows(profile, rules)
    if choices.properties or choices.equations:
        frame = every[every["property"].isin([*choices.properties, *choices.equations])]
    rows, described = [*_rows(catalog, frame)], profile.described
    return {
        "profile": profile.id,
        "source": described.source,
        "bedrock_cm": described.bedrock_cm,
        "snapshot": snapshot,
        "intervals": [
            [*each] for each in (*rules.harmonization.intervals, *rules.harmonization.further_intervals)
        ],
        "smoothing": rules.harmonization.smoothing,
        "harmonized": rows,
        "drawings": [*_drawings(catalog, profile, frame, rules)],
        "equations": [*_equations(catalog, rows)],
        "unconverted": [*_unconverted(profile, every, rules)],
        "read": [{"layer": name, "version": version} for name, version in profile.used.items()],
    }


def _rows(catalog: Catalog, frame: pd.DataFrame) -> Iterator[Answer]:
    spoken = {language: Phrases(catalog, language) for language in catalog.services.languages}
    for row in frame.to_dict("records"):
        told = {str(name): None if pd.isna(value) else value for name, value in row.items()}
        yield {
            "sentence": {language: sentence(told, phrases) for language, phrases in spoken.items()},
            **told,
        }


def _drawings(catalog: Catalog, profile: OneProfile, frame: pd.DataFrame, rules: Rules) -> Iterator[Answer]:
    """Of every property that is a number what its depth plot is drawn of."""
    for name in frame["property"].unique():
        prop = catalog.property(name)
        if prop.kind == "numeric":
            drawing = drawn(profile, name, frame, rules)
            curves = [[[round(x, 6) for x in point] for point in curve.tolist()] for curve in drawing.curves]
            horizons = [asdict(each) for each in drawing.horizons]
            yield {"property": name, "unit": prop.unit, "horizons": horizons, "curves": curves}


def _equations(catalog: Catalog, rows: Sequence[Mapping[str, Any]]) -> Iterator[Answer]:
    used = dict.fromkeys(id for row in rows for id in (row["equations"] or "").split(THEN) if id)
    for id in used:
        if id in catalog.equations:
            equation = catalog.equations[id]
            said = {"title", "soils", "source", "from_property", "to_property", "valid", "error"}
            units = {"valid_unit": equation.from_unit, "error_unit": equation.to_unit}
            yield {"id": id, **equation.model_dump(mode="json", include=said), **units}


def _unconverted(profile: OneProfile, harmonized: pd.DataFrame, rules: Rules) -> Iterator[Answer]:
    """Properties that were observed and that no value rests on; why not, where methods do not compare."""
    observed = profile.observations
    spent = {*rested_on(profile, harmonized["observations"].dropna())["property"]}
    wanted, methods = rules.harmonization.properties, rules.harmonization.incomparable
    for name in sorted({*observed["property"].dropna()} - spent):
        reasons = (each.reason for each in methods if any(each.part(name, other) for other in wanted))
        yield {"property": name, "reason": next(reasons, None)}


def rested_on(profile: OneProfile, listed: Iterable[str]) -> pd.DataFrame:
    """The observations of a profile that rows of harmonized_profiles list."""
    ids = {id for text in listed for id in text.split(SEPARATOR)}
    return profile.observations[profile.observations["id"].isin(ids)]


def plotted(catalog: Catalog, answer: Mapping[str, Any], language: str, width: int = WIDTH) -> bytes:
    """The depth plot (SVG) of an answer about one property.

    InputError where it is about several, or about none that is a number.
    """
    drawings = answer["drawings"]
    if len(drawings) != 1:
        names = ", ".join(each["property"] for each in drawings) or "none"
        raise InputError(f"a depth plot shows one property; choose it with 'properties'. There are: {names}")
    return depth_plot(_drawing(answer, drawings[0]), Phrases(catalog, language), width)


def _drawing(answer: Mapping[str, Any], told: Mapping[str, Any]) -> Drawing:
    """What is drawn of a property, out of the answer again."""
    rows = pd.DataFrame([each for each in answer["harmonized"] if each["property"] == told["property"]])
    curves = [np.array(curve) for curve in told["curves"]]
    way = way_of(rows)
    return Drawing(
        profile="" if answer["profile"] == OWN else answer["profile"],
        property_id=told["property"],
        horizons=[Horizon(**each) for each in told["horizons"]],
        means=side_by_side([*means_of(rows)]),
        curves=curves,
        smoothing=answer["smoothing"] if curves else None,
        bedrock_cm=answer["bedrock_cm"],
        observed=way.observed,
        equations=way.equations,
        source=answer["source"],
    )
