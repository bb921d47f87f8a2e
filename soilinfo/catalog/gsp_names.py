"""Names of layers that soil information systems exchange, made and read.

Two forms: ``<CC>-<PROJ>-<PROP>-<YEAR>-<top>-<bottom>-<STAT>`` (GloSIS, SIS), whose first four parts name the
set of maps that has one metadata record, and the file name of a product's own guide, such as
``BTN_GSNmap_SOC_Map030``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from soilinfo.catalog.gsp import CODINGS, Coding, GspMap, GspProduct
from soilinfo.errors import InputError

Statistic = Literal["mean", "sd"]
STATISTICS: Mapping[str, Statistic | None] = {"MEAN": "mean", "SDEV": "sd", "UNCT": "sd", "X": "mean"}
"""What the last part of a name says. UNCT does not say of which kind the uncertainty is: the product does."""
_WHAT: Mapping[str, Statistic] = {"Map": "mean", "UncertaintyMap": "sd"}
_ENDINGS = (".tif", ".tiff")


@dataclass(frozen=True)
class LayerName:
    """What the name of a file says."""

    product: GspProduct
    map_id: str
    coding: Coding
    country: str
    """ISO 3166 alpha-3 in a product's own names, alpha-2 in the others."""
    code: str
    depth: tuple[float, float]
    statistic: Statistic
    year: int | None = None

    @property
    def map(self) -> GspMap:
        """The map of the product."""
        return self.product.maps[self.map_id]

    @property
    def file(self) -> str:
        """The file's name, with its ending."""
        if self.coding == "gsp":
            what = "Map" if self.statistic == "mean" else "UncertaintyMap"
            return self.product.file_name.format(
                iso3=self.country, code=self.code, what=what, depth=depth_text(self.depth)
            )
        top, bottom = self.depth
        return f"{self.mapset}-{top:g}-{bottom:g}-{self._stat}.tif"

    @property
    def mapset(self) -> str:
        """The set of maps of one property, which has one record."""
        if self.coding == "gsp":
            return f"{self.country}_{self.product.file_name.split('_')[1]}_{self.code}"
        assert self.year is not None, "names of layers have a year"
        return f"{self.country}-{self.product.project}-{self.code}-{self.year}"

    @property
    def is_vague(self) -> bool:
        """True when the code says less than a property of ours (PHX: which pH?)."""
        return self.code in self.map.code(self.coding).also

    @property
    def uncertainty(self) -> "LayerName":
        """The name of the uncertainty beside a map."""
        return replace(self, statistic="sd")

    @property
    def _stat(self) -> str:
        if self.statistic == "mean":
            return "MEAN" if self.map.uncertainty in ("sd", "percent") else "X"
        return "SDEV" if self.map.uncertainty == "sd" else "UNCT"


def depth_text(depth: tuple[float, float]) -> str:
    """Depth as product names write it: 030, 3060."""
    return f"{depth[0]:g}{depth[1]:g}"


def read_name(file: str, products: Mapping[str, GspProduct]) -> LayerName:
    """What a file's name says; InputError telling which part of it is wrong, and what could stand there."""
    stem = _stem(file)
    if "_" in stem and "-" not in stem:
        return _read_product_name(file, products)
    parts = stem.split("-")
    if len(parts) not in (6, 7):
        raise InputError(
            f"{file}: {len(parts)} part(s); a layer is named <CC>-<PROJ>-<PROP>-<YEAR>-<top>-<bottom>"
            "[-<STAT>], or as the guide of its product says (BTN_GSNmap_SOC_Map030.tiff)"
        )
    country, project, code, year, top, bottom, stat = [*parts, "X"][:7]
    if not re.fullmatch("[A-Z]{2}", country):
        raise InputError(f"{file}: '{country}' is no ISO 3166 code of two capital letters")
    of_project = {
        name: each for name, each in products.items() if project in (each.project, *each.also_projects)
    }
    if not of_project:
        known = ", ".join(sorted({each.project for each in products.values() if each.project}))
        raise InputError(f"{file}: no project '{project}'; there are: {known}")
    if not re.fullmatch(r"\d{4}", year):
        raise InputError(f"{file}: '{year}' is no year")
    if stat not in STATISTICS:
        raise InputError(f"{file}: no statistic '{stat}'; there are: {', '.join(STATISTICS)}")
    for product, found, coding in _coded(of_project, code, ("glosis", "sis")):
        statistic = STATISTICS[stat] or "mean"
        return LayerName(
            product, found, coding, country, code, _depth(file, top, bottom), statistic, int(year)
        )
    raise _no_code(file, code, of_project, ("glosis", "sis"))


def _stem(file: str) -> str:
    ending = next((each for each in _ENDINGS if file.lower().endswith(each)), None)
    if ending is None:
        raise InputError(f"{file}: no GeoTIFF ({' or '.join(_ENDINGS)})")
    return file[: -len(ending)]


def _read_product_name(file: str, products: Mapping[str, GspProduct]) -> LayerName:
    for product in products.values():
        match = re.fullmatch(_pattern(product), file)
        if match is None:
            continue
        country, code, what, depth = (match[part] for part in ("iso3", "code", "what", "depth"))
        if not re.fullmatch("[A-Z]{3}", country):
            raise InputError(f"{file}: '{country}' is no ISO 3166 code of three capital letters")
        for _, found, coding in _coded({product.id: product}, code, ("gsp",)):
            return LayerName(product, found, coding, country, code, _split(file, depth, product), _WHAT[what])
        raise _no_code(file, code, {product.id: product}, ("gsp",))
    forms = ", ".join(each.file_name for each in products.values())
    raise InputError(f"{file}: the name of no product; they are named {forms}")


def _pattern(product: GspProduct) -> str:
    """The regular expression of a product's file names, with any of the endings of GeoTIFFs."""
    stem = product.file_name.rpartition(".")[0]
    parts = {"iso3": "[A-Za-z]+", "code": "[A-Za-z0-9_]+?", "what": "|".join(_WHAT), "depth": r"\d+"}
    escaped = re.escape(stem)
    for name, form in parts.items():
        escaped = escaped.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>{form})")
    return escaped + r"\.tiff?"


def _coded(
    products: Mapping[str, GspProduct], code: str, codings: tuple[Coding, ...]
) -> Iterator[tuple[GspProduct, str, Coding]]:
    """The maps, by their ids, that a code can mean; those whose own code it is first."""
    every = [
        (product, name, coding)
        for product in products.values()
        for name, each in product.maps.items()
        for coding in codings
        if coding in each.codes
    ]
    yield from (one for one in every if one[0].maps[one[1]].codes[one[2]].code == code)
    yield from (one for one in every if code in one[0].maps[one[1]].codes[one[2]].also)


def _no_code(
    file: str, code: str, products: Mapping[str, GspProduct], codings: tuple[Coding, ...]
) -> InputError:
    known = sorted(
        {
            name
            for product in products.values()
            for each in product.maps.values()
            for coding in codings
            if coding in each.codes
            for name in (each.codes[coding].code, *each.codes[coding].also)
        }
    )
    return InputError(
        f"{file}: no property '{code}' in {' or '.join(products)}; there are: {', '.join(known)}"
    )


def _depth(file: str, top: str, bottom: str) -> tuple[float, float]:
    if not (top.isdecimal() and bottom.isdecimal() and int(top) < int(bottom)):
        raise InputError(f"{file}: '{top}-{bottom}' is no depth in cm, top before bottom")
    return float(top), float(bottom)


def _split(file: str, digits: str, product: GspProduct) -> tuple[float, float]:
    """A depth written without anything between its ends: 030, 3060."""
    known = {depth_text(depth): depth for depth in (*product.depths, *product.optional_depths)}
    if digits in known:
        return known[digits]
    if digits.startswith("0") and digits.strip("0"):
        return 0.0, float(digits)
    raise InputError(f"{file}: '{digits}' is no depth of {product.id}; there are: {', '.join(known)}")


def name_of(
    product: GspProduct,
    map_id: str,
    coding: Coding,
    *,
    country: str,
    depth: tuple[float, float],
    statistic: Statistic,
    year: int | None,
) -> LayerName:
    """The name of a map in a coding; UnknownNameError for a coding that it does not have."""
    assert coding in CODINGS, "checked where it was asked for"
    code = product.map(map_id).code(coding).code
    return LayerName(product, map_id, coding, country, code, depth, statistic, year)
