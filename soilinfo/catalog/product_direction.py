"""Products of choosing: commodity direction, available land, and conflict of land use with suitability."""

from collections.abc import Iterator

from soilinfo.catalog.choice import AVAILABLE, NO_CROP, REMAINING, UNKNOWN
from soilinfo.catalog.models import Catalog, Ramp
from soilinfo.catalog.product import NODATA, Product, ProductVariable, TableView, Text, classes
from soilinfo.catalog.styles import StyleEntry, style_of_numbers, style_of_suitability
from soilinfo.catalog.text import label

DIRECTION = "direction"
SUITABLE_CROPS = "suitable_crops"
AVAILABLE_LAND = "available_land"
LAND_USE_CONFLICT = "land_use_conflict"

_NO_CROP_COLOUR, _UNKNOWN_COLOUR, _REMAINING_COLOUR = "#4d4d6b", "#cab2d6", "#fee08b"
_PALETTE = ("#8dd3c7", "#bebada", "#fb8072", "#fdb462", "#b3de69", "#fccde5", "#bc80bd", "#ccebc5")
"""ColorBrewer Set3, for crops without a colour of their own."""
_COUNT_COLOURS = ("#ffffe5", "#d9f0a3", "#78c679", "#238443", "#004529")
"""ColorBrewer YlGn: the more crops, the darker."""


_REMAINS = TableView("remaining_pct", {"step": REMAINING}, of_crop=True)


def direction_products(catalog: Catalog) -> Iterator[Product]:
    """Those for which the configuration has a file."""
    if catalog.choice:
        yield _direction(catalog)
        yield _product(catalog, SUITABLE_CROPS, table=TableView("share_pct", {"at_least": "01"}))
    if catalog.available_land:
        yield _product(catalog, AVAILABLE_LAND, _step(catalog), table=_REMAINS)
    if catalog.land_use_conflict:
        shown = TableView("conflict_pct", {"rule": catalog.land_use_conflict.rules[0].id})
        yield _product(catalog, LAND_USE_CONFLICT, _rule(catalog), table=shown)


def compared_crops(catalog: Catalog) -> list[str]:
    """The crops among which is chosen, in the order that decides between equals."""
    named = catalog.choice.crops if catalog.choice else ()
    return [crop for crop in catalog.crops if not named or crop in named]


def crop_codes(catalog: Catalog) -> dict[str, int]:
    """Code of each crop on the map of the best crop, of all crops, so that none moves with the choice."""
    return {crop: code for code, crop in enumerate(catalog.crops, start=1)}


def _product(
    catalog: Catalog, id: str, *variables: ProductVariable, table: TableView | None = None
) -> Product:
    title, about = (label(f"product.{id}{part}", catalog.directory) for part in ("", ".description"))
    return Product(id, title, about, "choice", False, variables, table)


def _direction(catalog: Catalog) -> Product:
    ratings = style_of_suitability(catalog).entries
    number = len(compared_crops(catalog))
    return _product(
        catalog,
        DIRECTION,
        classes("best_crop", _title(catalog, "best_crop"), _crops(catalog), nodata=0),
        classes("best_class", _title(catalog, "best_class"), ratings, nodata=0),
        classes("best_potential", _title(catalog, "best_potential"), ratings, nodata=0),
        classes("best_whole", _title(catalog, "best_whole"), ratings, nodata=0),
        _count(catalog, "suitable_crops", number),
        _count(catalog, "competing", max(number - 1, 1)),
        table=TableView("best_crop", of_crop=True),
    )


def _crops(catalog: Catalog) -> Iterator[StyleEntry]:
    assert catalog.choice is not None, "there is no direction without choice.yaml"
    codes, colours = crop_codes(catalog), catalog.choice.colours
    for crop in compared_crops(catalog):
        colour = colours.get(crop, _PALETTE[codes[crop] % len(_PALETTE)])
        yield StyleEntry(codes[crop], colour, catalog.crop(crop).title, crop)
    yield StyleEntry(NO_CROP, _NO_CROP_COLOUR, label("direction.no_crop", catalog.directory), "no_crop")


def _count(catalog: Catalog, name: str, most: int) -> ProductVariable:
    title = _title(catalog, name)
    ramp = Ramp(low=0, high=most, colours=_COUNT_COLOURS)
    style = style_of_numbers(catalog, title, ramp, "1", (0.0, float(most)), decimals=1)
    return ProductVariable(name, title, "uint8", NODATA, 1.0, "1", style)


def _step(catalog: Catalog) -> ProductVariable:
    assert catalog.available_land is not None, "there is no available land without its steps"
    unknown = label("product.available_land.unknown", catalog.directory)
    entries = [StyleEntry(AVAILABLE, _REMAINING_COLOUR, _title(catalog, REMAINING), REMAINING)]
    for number, step in enumerate(catalog.available_land.steps, start=1):
        entries.append(StyleEntry(number, step.colour, step.title, step.id))
        words = {each: f"{unknown.get(each, unknown['en'])}: {title}" for each, title in step.title.items()}
        entries.append(StyleEntry(UNKNOWN + number, _UNKNOWN_COLOUR, words, f"unknown_{step.id}"))
    return classes("step", _title(catalog, "step"), sorted(entries, key=lambda entry: entry.value), nodata=0)


def _rule(catalog: Catalog) -> ProductVariable:
    assert catalog.land_use_conflict is not None, "there is no conflict without rules"
    rules = catalog.land_use_conflict.rules
    entries = [StyleEntry(at, rule.colour, rule.title, rule.id) for at, rule in enumerate(rules, start=1)]
    others = ((UNKNOWN, "not_judged", _UNKNOWN_COLOUR), (AVAILABLE, "no_conflict", _REMAINING_COLOUR))
    for code, id, colour in others:
        words = label(f"product.land_use_conflict.{id}", catalog.directory)
        entries.append(StyleEntry(code, colour, words, id))
    return classes("rule", _title(catalog, "rule"), entries, nodata=0)


def _title(catalog: Catalog, variable: str) -> Text:
    return label(f"variable.{variable}", catalog.directory)
