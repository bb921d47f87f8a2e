"""One profile harmonized on demand: a published one by its id, or one that is given by its horizons.

What is published of all profiles (harmonized_profiles) was made by the same functions; here intervals,
smoothing, properties and equations may be chosen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from soilinfo.catalog.harmonization import Harmonization
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import HORIZONS, OBSERVATIONS, PROFILES, is_held
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.harmonize.profiles import harmonized
from soilinfo.harmonize.ways import Rules
from soilinfo.jobs.harmonization.inline import DEEPEST_CM, profile_of
from soilinfo.report.profile.described import Described, drawing_of
from soilinfo.report.profile.drawing import Drawing
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query

MOST_INTERVALS = 200
SMOOTHEST = 1e6
"""A lambda that leaves nothing but the mean of a profile; far beyond it, numbers are lost to rounding."""
_NUMBERS = ("bedrock_cm", "upper_cm", "lower_cm", "value", "sd")
_TEXTS = ("date", "horizon_code", "is_organic", "property", "procedure", "class", "qualifier", "flag")
TOLD = 5000
"""Ids that are looked through for one like that asked for."""


@dataclass(frozen=True)
class Choices:
    """How a profile is harmonized; what is empty or None is as config/harmonization.yaml says."""

    intervals: Sequence[tuple[float, float]] = ()
    smoothing: float | None = None
    properties: Sequence[str] = ()
    equations: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Property -> equations that may lead to it, in order of preference; of others as configured."""


@dataclass(frozen=True)
class OneProfile:
    """A profile with what was observed of it, as the harmonization takes it: ``about`` has one row."""

    about: pd.DataFrame
    elements: pd.DataFrame
    observations: pd.DataFrame
    used: Mapping[str, str] = field(default_factory=dict)
    """Collections that it was read from, with their versions; none for a profile that was given."""
    attribution: str = ""

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.about["id"].iloc[0])

    @property
    def described(self) -> Described:
        """It as depth plots are made of it."""
        bedrock = self.about["bedrock_cm"].iloc[0]
        version = next(iter(self.used.values()), "")
        source = ", ".join(filter(None, (self.attribution, version)))
        known = None if pd.isna(bedrock) else float(bedrock)
        return Described(self.id, self.elements, self.observations, known, source)


def published_profile(store: Store, snapshot: Snapshot, id: str) -> OneProfile:
    """A profile as the public sees it; UnknownNameError where there is none of that id.

    InputError where its owner shows no more of it than its place.
    """
    if PROFILES not in snapshot.layers:
        public = [name for name in snapshot.layers if not is_held(name)]
        raise UnknownNameError("collection", PROFILES, public)
    used = {
        name: snapshot.layers[name] for name in (PROFILES, HORIZONS, OBSERVATIONS) if name in snapshot.layers
    }
    about = store.vector.read(PROFILES, used[PROFILES], Query(ids=(id,), geometry=False))
    if about.empty:
        ids = store.vector.read(PROFILES, used[PROFILES], Query(fields=("id",), limit=TOLD, geometry=False))
        raise UnknownNameError("profile", id, ids["id"])
    if about["share"].iloc[0] != "all" or len(used) < 3:
        raise InputError(
            f"of profile '{id}' its owner shows only the place: there are no horizons to harmonize"
        )
    of_profile = Query(equal={"profile_id": id}, geometry=False)
    parts = [
        pd.DataFrame(store.vector.read(name, used[name], of_profile)) for name in (HORIZONS, OBSERVATIONS)
    ]
    frames = [_typed(frame) for frame in (pd.DataFrame(about), *parts)]
    return OneProfile(
        *(frames[0], frames[1], frames[2]),
        used,
        str(about["attribution"].iloc[0]),
    )


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    # A column without any value comes back from the store as one of texts.
    numbers = [name for name in _NUMBERS if name in frame]
    texts = [name for name in _TEXTS if name in frame]
    return frame.astype(dict.fromkeys(numbers, "float64") | dict.fromkeys(texts, "object"))


def given_profile(catalog: Catalog, horizons: Any, bedrock_cm: float | None = None) -> OneProfile:
    """A profile given by its horizons; see :func:`soilinfo.jobs.harmonization.inline.profile_of`."""
    return OneProfile(*profile_of(catalog, horizons, bedrock_cm))


def rules_of(catalog: Catalog, choices: Choices) -> Rules:
    """The rules of config with these choices; InputError or UnknownNameError for one that cannot be."""
    configured = catalog.harmonization
    if configured is None:
        raise InputError("this configuration harmonizes no profiles: it has no harmonization.yaml")
    changed: dict[str, Any] = {"properties": _properties(catalog, configured, choices)}
    if choices.intervals:
        changed |= {"intervals": _intervals(choices.intervals), "further_intervals": ()}
    if choices.smoothing is not None:
        if not 0 <= choices.smoothing <= SMOOTHEST:
            raise InputError(
                f"smoothing, the lambda of a spline, is 0 or more, at most {SMOOTHEST:g}; "
                f"{choices.smoothing:g} was asked for"
            )
        changed["smoothing"] = choices.smoothing
    return Rules(configured.model_copy(update=changed), catalog.equations, catalog.properties)


def harmonized_rows(profile: OneProfile, rules: Rules) -> pd.DataFrame:
    """Its rows of harmonized_profiles, by these rules."""
    return harmonized(profile.about, profile.elements, profile.observations, rules)


def drawn(profile: OneProfile, property: str, rows: pd.DataFrame, rules: Rules) -> Drawing:
    """Its depth plot of a property by its rows; UnknownNameError for a property that nothing leads to."""
    of_property = rows[rows["property"] == property]
    if of_property.empty:
        raise UnknownNameError("harmonized property of this profile", property, rows["property"].unique())
    return drawing_of(profile.described, property, of_property, rules)


def _properties(
    catalog: Catalog, configured: Harmonization, choices: Choices
) -> Mapping[str, tuple[str, ...]]:
    """Property -> equations; every property that config tells where none is chosen."""
    chosen = dict.fromkeys([*(choices.properties or configured.properties), *choices.equations])
    for name in chosen:
        catalog.property(name)
    own = {name: (*_checked(catalog, name, ids),) for name, ids in choices.equations.items()}
    asked = {name: own.get(name, configured.properties.get(name, ())) for name in chosen}
    # Others stay, as what leads to one property may be made of another: they are told apart afterwards.
    return {**configured.properties, **asked}


def _checked(catalog: Catalog, property: str, ids: Sequence[str]) -> Iterator[str]:
    """Equations that lead to a property; InputError where one leads elsewhere."""
    for id in ids:
        equation = catalog.equation(id)
        if equation.to_property != property:
            raise InputError(f"equation '{id}' leads to '{equation.to_property}', not to '{property}'")
        if equation.form == "rule":
            raise InputError(f"'{id}' is a rule of several properties: it applies without being named")
        yield id


def _intervals(given: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    if len(given) > MOST_INTERVALS:
        raise InputError(f"at most {MOST_INTERVALS} intervals can be asked for, not {len(given)}")
    for top, bottom in given:
        if not 0 <= top < bottom <= DEEPEST_CM:
            raise InputError(
                f"an interval goes down from one depth to the next, at most to {DEEPEST_CM:g} cm, "
                f"not from {top:g} to {bottom:g}"
            )
    return tuple((float(top), float(bottom)) for top, bottom in given)
