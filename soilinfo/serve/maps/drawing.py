"""What a map shows: one variable or scenario of a collection, of one crop where it has several."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.styles import Style, style_of_layer, style_of_suitability
from soilinfo.catalog.text import in_language
from soilinfo.errors import UnknownNameError
from soilinfo.serve import parameters
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import CROP, Band, bands, fields
from soilinfo.serve.maps.frames import WINDOW
from soilinfo.serve.parameters import one_of

BACKGROUND = ("transparent", "bgcolor")
VOID = ("void-color", "void-transparent")
"""Of the parts of a map that lie in no place; every tile lies in one."""


@dataclass(frozen=True)
class Drawing:
    """One map of a collection; ``style`` is the variable or scenario that it shows."""

    collection: Collection
    style: str
    crop: str | None

    @property
    def band(self) -> Band:
        """Where its cells lie in the cube."""
        return bands(self.collection, (self.style,), (self.crop,) if self.crop else ())[0]

    @property
    def colours(self) -> Style:
        """How it is drawn."""
        return style_of(self.collection, self.style)

    @property
    def asked(self) -> Mapping[str, str]:
        """The query parameters, beside a style in the address, that ask for it."""
        return {CROP: self.crop} if self.crop else {}

    def title(self, language: str) -> str:
        """Of its collection, with its crop and with what it shows of several."""
        catalog = self.collection.catalog
        parts = [catalog.crop(self.crop).title] if self.crop else []
        if len(drawn_by(self.collection)[1]) > 1:
            parts.append(fields(self.collection)[self.style].title)
        of = ", ".join(in_language(part, language) for part in parts)
        return ": ".join([in_language(self.collection.title, language), *([of] if of else [])])


def drawing(collection: Collection, params: QueryParams) -> Drawing:
    """The map that query parameters choose among those of a collection, the first when they choose none.

    InputError names those that there are.
    """
    name, drawn = drawn_by(collection)
    crop = one_of(CROP, params.get(CROP, next(iter(collection.versions))), collection.versions)
    several = collection.kind == "suitability"
    return Drawing(collection, one_of(name, params.get(name, drawn[0]), drawn), crop if several else None)


def drawings(collection: Collection) -> list[Drawing]:
    """Every map of a collection: of each crop, in each style."""
    crops = [*collection.versions] if collection.kind == "suitability" else [None]
    return [Drawing(collection, style, crop) for crop in crops for style in drawn_by(collection)[1]]


def drawn_by(collection: Collection) -> tuple[str, tuple[str, ...]]:
    """The query parameter that chooses what a map shows, and its values, the first of them the default."""
    if collection.product:
        return "variable", tuple(each.name for each in collection.product.variables)
    return ("variable", (collection.id,)) if collection.layer else ("scenario", SCENARIOS)


def style_of(collection: Collection, variable: str) -> Style:
    """How a variable of a raster or suitability collection is drawn."""
    if collection.product:
        return collection.product.variable(variable).style
    if collection.layer:
        return style_of_layer(collection.catalog, collection.id)
    return style_of_suitability(collection.catalog)


# ---- the query parameters of addresses --------------------------------------------------


def choices(collection: Collection) -> tuple[str, ...]:
    """The query parameters that choose among the maps of a collection."""
    several = (CROP,) if collection.kind == "suitability" else ()
    if collection.product:
        return (*several, "variable")
    return (*several, "scenario", *parameters.WHAT_IF) if several else ()


def tile_parameters(collection: Collection) -> tuple[str, ...]:
    """The query parameters that tiles of a collection know."""
    return (*BACKGROUND, *choices(collection), *parameters.DOCUMENT)


def map_parameters(collection: Collection) -> tuple[str, ...]:
    """The query parameters that a map of a collection knows."""
    return (*WINDOW, *VOID, *tile_parameters(collection))


def asked_params(
    given: QueryParams, style: str | None, collection: Collection, allowed: tuple[str, ...]
) -> QueryParams:
    """The query parameters, with the ``style`` of the address among them.

    UnknownNameError for a style that there is not. InputError for parameters that are not ``allowed``, and
    for what is neither true nor false, which the description of a map would not find out. A subset may be
    given in parts, as the standard has it.
    """
    if len(subsets := given.getlist("subset")) > 1:
        rest = [(name, value) for name, value in given.multi_items() if name != "subset"]
        given = QueryParams([*rest, ("subset", ",".join(subsets))])
    parameters.boolean(given, "irrigated", False)
    if style is None:
        parameters.check(given, allowed)
        return given
    name, drawn = drawn_by(collection)
    if style not in drawn:
        raise UnknownNameError("style", style, drawn)
    parameters.check(given, tuple(each for each in allowed if each != name))
    return QueryParams([*given.multi_items(), (name, style)])
