"""gsp/<product>.yaml: what the Global Soil Partnership asks of a country's layers, product by product.

Grid, depths, units, names, masks and ranges are stated there, each with its source; nothing of it is in code.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from soilinfo.catalog.fields import Depth, Label, Model, Name, Unit
from soilinfo.errors import UnknownNameError

Coding = Literal["gsp", "glosis", "sis"]
"""How a file is named: as the product's guide says, or with the codes of GloSIS 2025 or of SIS 2026."""
CODINGS: tuple[Coding, ...] = ("gsp", "glosis", "sis")
PropertyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)?$")]


class Code(Model):
    """What a map is called in one coding, and in which unit files so named are."""

    code: PropertyCode
    unit: Unit | None = None
    """None: nothing that we read states it, so files of that name are imported only with a unit given."""
    also: tuple[PropertyCode, ...] = ()
    """Codes that say less than a property of ours, as PHX does not say which pH: read only with a property
    that is given."""


class Input(Model):
    """A property of ours that a map can be made from."""

    property: Name
    factor: float = Field(default=1.0, gt=0)
    """What turns the property's chemical form into the map's, after its unit is converted."""
    form: str = ""
    """What the factor is, told in the metadata; to be stated where there is one."""
    from_unit: Unit | None = None
    """Unit to which the property is converted before the factor; the map's own when absent."""

    @model_validator(mode="after")
    def _stated(self) -> "Input":
        if self.factor != 1 and not (self.form and self.from_unit):
            raise ValueError("a factor needs form, which says what it is, and from_unit")
        return self


class GspMap(Model):
    """One map of a product."""

    title: Label
    unit: Unit | None = None
    """None: a map of classes."""
    codes: Mapping[Coding, Code]
    inputs: tuple[Input, ...] = ()
    """The first of which the country has a layer is taken."""
    read_as: Name | None = None
    """The property that a file of this name is imported as. None: its name does not say enough."""
    formula: Literal["soc_stock", "salt_class"] | None = None
    """What it is computed from where no input is published."""
    absent: str = ""
    """Why a country has no layer for it, where that is so by nature."""
    uncertainty: Literal["sd", "percent", "class", "none"] = "sd"
    """Of what kind it is; class: that of a class, of which the product does not say how it is stated."""
    possible: tuple[float, float]
    """What a value can be at all, in ``unit`` (codes of a map of classes); beyond it a file
    is refused. Ours."""
    usual: tuple[float, float] | None = None
    """What the product's own quality check compares with; beyond it is told, with the number of cells."""
    usual_quartiles: tuple[float, float] | None = None
    """Lower and upper quartile of the soils that ``usual`` is of: a median far beyond shows a wrong unit."""
    classes: Mapping[int, Label] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> "GspMap":
        if "gsp" not in self.codes:
            raise ValueError("codes: the one of the product's own guide (gsp) is needed")
        if (self.unit is None) != bool(self.classes):
            raise ValueError("a map has a unit, or classes where it is one of classes")
        if not (self.inputs or self.formula or self.absent):
            raise ValueError("inputs, a formula, or absent: why there are none")
        return self

    def code(self, coding: Coding) -> Code:
        """What it is called in a coding; UnknownNameError naming those it has."""
        if coding not in self.codes:
            raise UnknownNameError("coding of this map", coding, self.codes)
        return self.codes[coding]


class GspGrid(Model):
    """The cells of a product: in EPSG:4326, counted from ``origin``."""

    degrees: float = Field(gt=0)
    origin: tuple[float, float] = (0.0, 0.0)
    """Longitude and latitude of a corner of cells. Ours, where the product states none."""
    source: str


class Mask(Model):
    """Which land a product is about: classes or groups of a property of ours."""

    property: Name
    any_of: tuple[Name, ...] = Field(min_length=1)
    least_pct: float = Field(default=50.0, gt=0, le=100)
    """Share of a cell's known land that must be so."""
    source: str


class Exclusion(Model):
    """Land that a product leaves out: where a property is above a value."""

    property: Name
    above: float
    unit: Unit


class GspProduct(Model):
    """gsp/<id>.yaml: one product."""

    id: Name
    title: Label
    edition: str
    """Of this file: changes with what it says, and is told in every record."""
    project: Annotated[str, StringConstraints(pattern=r"^[A-Z]+$")] | None = None
    """Part of a layer's name: GSNM, GSAS, GSOCSEQ. None: the product has no such names."""
    also_projects: tuple[str, ...] = ()
    """Projects under which others have published layers of this product."""
    file_name: str
    """With ``{iso3}``, ``{code}``, ``{what}`` (Map or UncertaintyMap) and ``{depth}`` (030)."""
    grid: GspGrid
    depths: tuple[Depth, ...] = Field(min_length=1)
    optional_depths: tuple[Depth, ...] = ()
    nodata: float = -9999.0
    least_known_pct: float = Field(default=50.0, gt=0, le=100)
    """Share of a cell that must be known for it to have a value. Ours."""
    mask: Mask | None = None
    exclusions: tuple[Exclusion, ...] = ()
    texture_tolerance: float = Field(default=5.0, gt=0)
    """How far clay + silt + sand may lie from 100 %. Ours."""
    salt_classes: "SaltClasses | None" = None
    maps: Mapping[Name, GspMap]
    statements: Mapping[str, str] = Field(default_factory=dict)
    """What the sources say of the product and what of it is doubtful, told in the documents."""
    source: str

    @model_validator(mode="after")
    def _usable(self) -> "GspProduct":
        try:
            names = {
                self.file_name.format(iso3="AAA", code=c, what=w, depth="030") for c in "ab" for w in "xy"
            }
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"file_name: {error}") from error
        if len(names) < 4:
            raise ValueError("file_name needs {iso3}, {code}, {what} and {depth}")
        if not self.project and any(set(each.codes) != {"gsp"} for each in self.maps.values()):
            raise ValueError("codes other than gsp need a project, which stands in such names")
        if any(each.formula == "salt_class" for each in self.maps.values()) and not self.salt_classes:
            raise ValueError("a map of salt classes needs salt_classes")
        return self

    def map(self, name: str) -> GspMap:
        """The map of that name, or UnknownNameError naming those that exist."""
        if name not in self.maps:
            raise UnknownNameError(f"map of {self.id}", name, self.maps)
        return self.maps[name]


class SaltClasses(Model):
    """A rule for classes of salt-affected soil: a table, as peers differ at its edges.

    Edges are inclusive below: at 4 dS/m the soil is already in the class from 4 on.
    """

    id: str
    saline: tuple[float, ...]
    """ECe in dS/m from which on the soil is slightly, moderately ... saline, rising."""
    sodic: tuple[float, ...]
    """ESP in % from which on the soil is slightly ... sodic, rising."""
    saline_sodic: tuple[float, float]
    """ECe and ESP above which a soil is saline-sodic."""
    source: str

    @model_validator(mode="after")
    def _rising(self) -> "SaltClasses":
        for edges in (self.saline, self.sodic):
            if list(edges) != sorted(set(edges)):
                raise ValueError(f"edges {list(edges)} must rise")
        return self


GspProduct.model_rebuild()
