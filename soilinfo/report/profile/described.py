"""What was observed of a profile, made ready to be drawn, in terms of one property at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.harmonize.leads import led_to
from soilinfo.harmonize.observed import SEPARATOR, Elements, elements_of, observed_in
from soilinfo.harmonize.table import THEN
from soilinfo.harmonize.ways import Led, Rules, Way
from soilinfo.report.profile.drawing import Drawing, Horizon, Mean, curves_of, side_by_side


@dataclass(frozen=True)
class Described:
    """One profile: elements and observations are those of the collections, or of what was ingested."""

    id: str
    elements: pd.DataFrame
    observations: pd.DataFrame
    bedrock_cm: float | None = None
    source: str = ""
    """Whose data, and which version of them; '' where nobody asks."""


def drawing_of(profile: Described, property_id: str, harmonized: pd.DataFrame, rules: Rules) -> Drawing:
    """A property of a profile, with its rows of harmonized_profiles as the means of depth intervals.

    The horizons are told as the rows are: by the same way, observed directly or by equations, and from the
    same specimens. Raises InputError for a property of classes, which have no means to draw.
    """
    if rules.properties[property_id].kind == "class":
        raise InputError(f"'{property_id}' is a class: it has no curve over depth to draw")
    horizons = [*_horizons(profile, _told(profile, property_id, rules))]
    way = way_of(harmonized)
    smoothing = rules.harmonization.smoothing
    curves = curves_of(horizons, smoothing)
    return Drawing(
        profile=profile.id,
        property_id=property_id,
        horizons=horizons,
        means=side_by_side([*means_of(harmonized)]),
        curves=curves,
        smoothing=smoothing if curves else None,
        bedrock_cm=profile.bedrock_cm,
        observed=way.observed,
        equations=way.equations,
        source=profile.source,
    )


def way_of(harmonized: pd.DataFrame) -> Way:
    """What was observed and by which equations the rows were come by; nothing where that needed none."""
    by = harmonized["equations"].dropna()
    if by.empty:
        return Way(())
    # The density of peat goes by the designation of its layers: nothing was observed.
    observed = next(iter(harmonized["observed_property"].dropna()), None)
    return Way(tuple(observed.split(SEPARATOR)) if observed else (), tuple(str(by.iloc[0]).split(THEN)))


def means_of(harmonized: pd.DataFrame) -> Iterator[Mean]:
    """Rows of harmonized_profiles as what is drawn of them."""
    for row in harmonized.to_dict("records"):
        value, sd = _known(row["value"]), _known(row["sd"])
        covered = float(row["covered_pct"])
        yield Mean(float(row["upper_cm"]), float(row["lower_cm"]), row["state"], value, sd, covered)


@dataclass(frozen=True)
class _Told:
    """A property in the elements of a profile, and how it was come by."""

    elements: Elements
    led: Led | None
    way: Way
    compares: bool
    """Whether what was observed can stand on the axis of the property."""


def _told(profile: Described, property_id: str, rules: Rules) -> _Told:
    elements = elements_of(pd.Series([profile.id]), profile.elements)
    observed = observed_in(elements, profile.observations, rules.harmonization.censored)
    led = led_to(property_id, elements, observed, rules, 1)
    way = Way(()) if led is None or led.chosen[0] < 0 else led.ways[int(led.chosen[0])]
    units = {rules.unit(name) for name in way.observed}
    return _Told(elements, led, way, bool(way.equations) and units == {rules.unit(property_id)})


def _horizons(profile: Described, told: _Told) -> Iterator[Horizon]:
    """Every horizon, with its value where the way leads to one."""
    codes = profile.elements.set_index("id")["horizon_code"].fillna("")
    elements = told.elements
    for at, id in enumerate(elements.id):
        ends, is_organic = (float(elements.upper[at]), float(elements.lower[at])), bool(elements.organic[at])
        bare = Horizon(*ends, str(codes[id]), is_organic=is_organic)
        yield bare if told.led is None else _valued(bare, told.led, at, told, profile, str(id))


def _valued(bare: Horizon, led: Led, at: int, told: _Told, profile: Described, id: str) -> Horizon:
    made = led.estimate
    return replace(
        bare,
        value=_known(made.value[at]),
        sd=_known(np.hypot(made.sd[at], made.sd_conversion[at])),
        observed=_known(led.observed[at]) if told.compares else None,
        qualifier=_qualifier(profile.observations, id, told.way) if made.censored[at] else "",
    )


def _qualifier(observations: pd.DataFrame, element: str, way: Way) -> str:
    """On which side of its limit a specimen of an element lay."""
    of = (observations["element_id"] == element) & observations["property"].isin(way.observed)
    said = observations.loc[of, "qualifier"].fillna("")
    return next((str(each) for each in said if each), "")


def _known(number: object) -> float | None:
    return None if pd.isna(number) else float(number)  # type: ignore[call-overload, arg-type]
