"""Scoring land for planning: zoning.yaml, rehabilitation.yaml and soil_crosswalks/*.yaml.

A *scoring* gives each cell a score from a few factors, and from the score a class (a zone, a degree of
critical land, a capability class); an *override* puts a cell into a class whatever its score. Nothing of a
country's rules is in the program: another country writes another file.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from soilinfo.catalog.condition import Condition
from soilinfo.catalog.crops import Source
from soilinfo.catalog.fields import Colour, Label, Model, Name
from soilinfo.catalog.mapunits import Classification
from soilinfo.errors import UnknownNameError

SOIL = "soil"
"""Stands where a property may: the soils of the published soil map, called as the crosswalk calls them."""
EROSION = "erosion"
"""Stands where a property may, in rehabilitation.yaml: soil loss, worked out first."""
LOSS_UNIT = "t/ha/yr"
"""Unit of soil loss."""
RAIN, SAND, CLAY, CARBON, SLOPE = "rainfall_annual", "sand", "clay", "soc", "slope"
"""The properties that soil loss needs, beside the land cover that config names."""
NO_SCORE = -1
"""Stored in place of a score, or of soil loss, where there is none."""


class Factor(Model):
    """One part of a score: a number between edges, or a class, and what each scores."""

    id: Name
    title: Label
    property: Name
    """A property, or ``soil``; a map unit of several soils scores as the highest of them."""
    per: Name | None = None
    """The property that ``property`` is divided by: rain per rainy day."""
    unit: str | None = None
    """Unit of the edges: the property's own; of a quotient both, as 'mm/yr / days'."""
    edges: tuple[float, ...] = ()
    edge_belongs: Literal["below", "above"] = "below"
    """Which of its two neighbours a value exactly on an edge belongs to."""
    scores: tuple[int, ...] = ()
    classes: Mapping[Name, int] = Field(default_factory=dict)
    """Score by class id or group; a class that is not here has none."""

    @model_validator(mode="after")
    def _of_one_kind(self) -> "Factor":
        if bool(self.edges) == bool(self.classes):
            raise ValueError("give either edges with scores, or classes")
        if self.edges and len(self.scores) != len(self.edges) + 1:
            needed = len(self.edges) + 1
            raise ValueError(f"{len(self.edges)} edges part {needed} scores, not {len(self.scores)}")
        if any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError("edges must rise")
        if bool(self.edges) != (self.unit is not None):
            raise ValueError("edges have a unit, classes have none")
        if min((*self.scores, *self.classes.values())) < 0:
            raise ValueError("a score is 0 or more")
        return self

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The properties that it needs."""
        return (self.property, self.per) if self.per else (self.property,)


class ScoreClass(Model):
    """A class that a score leads to: the first whose score is reached and whose conditions hold is taken."""

    id: Name
    code: int = Field(ge=1, le=254)
    title: Label
    colour: Colour
    least_score: int | None = None
    when: Mapping[Name, Condition] = Field(default_factory=dict)

    @property
    def takes_the_rest(self) -> bool:
        """True when it asks for nothing."""
        return self.least_score is None and not self.when


class Override(Model):
    """What puts a cell into a class whatever its score; all conditions of ``when`` must hold."""

    id: Name
    title: Label
    to: Name
    when: Mapping[Name, Condition] = Field(min_length=1)
    edition: str
    """The rule that says so."""
    active: bool = True
    note: str = ""


class Scoring(Model):
    """Factors that make a score, and classes that scores lead to."""

    title: Label
    edition: str
    source: Source
    combine: Literal["sum", "worst"] = "sum"
    """How the factors make one score: added up, or the highest counts."""
    factors: tuple[Factor, ...] = Field(min_length=1)
    classes: tuple[ScoreClass, ...] = Field(min_length=1)
    overrides: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> "Scoring":
        for what in ("id", "code"):
            _refuse_twice(what, [str(getattr(each, what)) for each in self.classes])
        _refuse_twice("id", [each.id for each in self.factors])
        _refuse_twice("id", [each.id for each in self.overrides])
        if not self.classes[-1].takes_the_rest or any(each.takes_the_rest for each in self.classes[:-1]):
            raise ValueError("the last class, and no other, asks for nothing: every score has a class")
        known = {each.id for each in self.classes}
        for each in self.overrides:
            if each.to not in known:
                raise ValueError(f"{each.id}: {UnknownNameError('class', each.to, known)}")
        return self

    @property
    def needed(self) -> tuple[str, ...]:
        """The inputs without which there is no score."""
        return tuple(dict.fromkeys(name for factor in self.factors for name in factor.inputs))

    @property
    def wanted(self) -> tuple[str, ...]:
        """Further inputs, of conditions that are left out where there is no layer of them."""
        named = (name for when in self.conditions.values() for name in when)
        return tuple(dict.fromkeys(name for name in named if name not in self.needed))

    @property
    def conditions(self) -> dict[str, Mapping[str, Condition]]:
        """The conditions of each class and each override in force, by its id."""
        of_classes = {each.id: each.when for each in self.classes}
        return of_classes | {each.id: each.when for each in self.in_force}

    @property
    def in_force(self) -> tuple[Override, ...]:
        """The overrides that are not switched off."""
        return tuple(each for each in self.overrides if each.active)

    def class_of(self, id: str) -> ScoreClass:
        """The class of that id, one of those the overrides lead to."""
        return next(each for each in self.classes if each.id == id)


def _refuse_twice(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{what} used twice: {', '.join(twice)}")


class SoilCrosswalk(Model):
    """soil_crosswalks/<id>.yaml: what the soils of one classification are called in another."""

    id: Name
    title: Label
    source: str
    classification: Classification
    """The classification of a soil map whose names it reads."""
    names: Mapping[str, Name] = Field(min_length=1)
    """Name -> soil; a name may have ``*`` for any text, and the first that fits counts."""

    def soil_of(self, name: str) -> str | None:
        """What a soil is called; None for a name that is not in the crosswalk."""
        return next((soil for pattern, soil in self.names.items() if fnmatchcase(name, pattern)), None)


class PaddyProtection(Model):
    """How much of the paddy land of a unit must be protected, and the table that says how much is."""

    table: Name
    paddy: Name
    """Column with the hectares of paddy land (Indonesia: LBS)."""
    protected: Name
    """Column with the hectares protected (Indonesia: LP2B)."""
    least_share: float = Field(gt=0, le=1)
    edition: str


class Zoning(Scoring):
    """zoning.yaml: which land is to be protected, which may be used, and for what."""

    soil_crosswalk: Name | None = None
    paddy_protection: PaddyProtection | None = None


class Erosion(Model):
    """The universal soil loss equation, A = R K LS C P, and where each factor comes from."""

    rainfall_erosivity: Literal["renard_freimund_1994"]
    soil_erodibility: Literal["williams_1995"]
    slope_length_steepness: Literal["mccool_1987"]
    slope_length_m: float = Field(gt=0, le=300)
    """Length of slope assumed everywhere, as no raster of the grid's size tells it."""
    land_cover: Name
    """The class property that cover and practice factors are given for."""
    cover: Mapping[Name, float]
    practice: Mapping[Name, float]
    """C and P, 0..1, by class of the land cover; a class that is in neither has no erosion figure."""
    source: Source

    @property
    def needed(self) -> tuple[str, ...]:
        """The properties without which there is no soil loss."""
        return RAIN, SAND, CLAY, CARBON, SLOPE, self.land_cover

    @model_validator(mode="after")
    def _of_the_same_classes(self) -> "Erosion":
        if self.cover.keys() != self.practice.keys():
            lacking = ", ".join(sorted(self.cover.keys() ^ self.practice.keys()))
            raise ValueError(f"cover or practice lacks: {lacking}")
        if not all(0 <= value <= 1 for value in (*self.cover.values(), *self.practice.values())):
            raise ValueError("cover and practice factors lie between 0 and 1")
        return self


class Priority(Model):
    """What makes a unit urgent: the hectares of some classes of one assessment."""

    assessment: Name
    classes: tuple[Name, ...] = Field(min_length=1)


class Rehabilitation(Model):
    """rehabilitation.yaml: erosion, and the assessments of land that follow from it."""

    erosion: Erosion
    assessments: Mapping[Name, Scoring] = Field(min_length=1)
    priority: Priority
