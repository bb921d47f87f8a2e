"""What a product is: a raster or table derived from evaluations, declared once, then served and drawn alike.

Each domain declares its products in a file of its own (``product_<domain>.py``), listed in
:mod:`soilinfo.catalog.products`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from soilinfo.catalog.models import Catalog, Ramp
from soilinfo.catalog.styles import Style, StyleEntry, style_of_numbers
from soilinfo.errors import UnknownNameError

Theme = Literal["suitability", "confidence", "choice", "zoning", "fertility", "indicators"]
PRODUCT_THEMES: tuple[Theme, ...] = (
    "confidence",
    "choice",
    "zoning",
    "fertility",
    "indicators",
)
"""Groups of products on pages and in QGIS, in the order people read them; tables of suitability have none."""

Text = Mapping[str, str]
"""A text by language."""

NODATA = 255
"""No data of classes and percentages."""
PERCENT = Ramp(low=0, high=100, colours=("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#2c7fb8", "#253494"))
"""ColorBrewer YlGnBu: the more, the darker."""


@dataclass(frozen=True)
class ProductVariable:
    """One variable of a product's cubes: ``value = packed * scale``, ``nodata`` where there is no value.

    A style of classes says by the ids of its entries what each code means.
    """

    name: str
    title: Text
    dtype: Literal["uint8", "uint16", "int16", "int32"]
    nodata: int
    scale: float
    unit: str
    style: Style

    @property
    def codes(self) -> dict[str, int]:
        """Stored code by class id; empty for numbers."""
        entries = self.style.entries if self.style.kind == "classes" else ()
        return {entry.id: int(entry.value) for entry in entries}


@dataclass(frozen=True)
class TableView:
    """How the table of a product is drawn on a map: one row for each unit, coloured by ``column``.

    A column of shares, of which ``most`` is all, or one that holds the class ids of a variable: of its own
    name, or ``variable``. ``rows`` are the values of other columns that choose the row; ``of_crop``: the rows
    are of one crop each. ``others``: further ways to draw the same table; ``id`` tells them apart where
    several draw one column.
    """

    column: str
    rows: Mapping[str, str] = field(default_factory=dict)
    of_crop: bool = False
    most: float = 100.0
    variable: str = ""
    others: tuple["TableView", ...] = ()
    id: str = ""

    @property
    def name(self) -> str:
        """What tells this view from the others of its table."""
        return self.id or self.classes_of

    @property
    def classes_of(self) -> str:
        """The variable whose class ids the column holds, if it holds any."""
        return self.variable or self.column


@dataclass(frozen=True)
class Product:
    """A collection that an evaluation derives.

    Its cubes are called ``<id>``, or ``<id>_<crop>`` when there is one ``per_crop``; its tables
    ``<id>_by_<level>``. A product without variables has tables only. The first variable is the one that
    maps show unless another is asked for.
    """

    id: str
    title: Text
    description: Text
    theme: Theme
    per_crop: bool
    variables: tuple[ProductVariable, ...]
    table: TableView | None = None
    """How its tables are drawn; None where it has none, or none that a map could show."""

    def layer(self, crop: str | None = None) -> str:
        """Name of the cube, of one crop when there is one for each."""
        return f"{self.id}_{crop}" if self.per_crop else self.id

    def layers(self, catalog: Catalog) -> dict[str, str | None]:
        """Crop (None without one) by name of each cube that may be published."""
        if not self.variables:
            return {}
        return {self.layer(crop): crop for crop in catalog.crops} if self.per_crop else {self.id: None}

    def variable(self, name: str) -> ProductVariable:
        """The variable of that name, or UnknownNameError naming those that exist."""
        for each in self.variables:
            if each.name == name:
                return each
        raise UnknownNameError("variable", name, [each.name for each in self.variables])

    def has_classes(self, name: str) -> bool:
        """True when a variable of that name holds classes."""
        return any(each.name == name and each.codes for each in self.variables)

    @property
    def form(self) -> dict[str, object]:
        """What gives the stored numbers their meaning: unit, scale and codes of every variable."""
        described = ((each.name, each.unit, each.scale, each.codes) for each in self.variables)
        return {
            name: {"unit": unit, "scale": scale, "codes": codes} for name, unit, scale, codes in described
        }


def percentage(catalog: Catalog, name: str, title: Text, ramp: Ramp = PERCENT) -> ProductVariable:
    """A variable of whole percentages, 0 to 100."""
    style = style_of_numbers(catalog, title, ramp, "%", (0.0, 100.0))
    return ProductVariable(name, title, "uint8", NODATA, 1.0, "%", style)


def classes(name: str, title: Text, entries: Iterable[StyleEntry], nodata: int = NODATA) -> ProductVariable:
    """A variable of classes; each entry has its code, colour, label and id."""
    style = Style("classes", title, "1", tuple(entries))
    return ProductVariable(name, title, "uint8", nodata, 1.0, "1", style)
