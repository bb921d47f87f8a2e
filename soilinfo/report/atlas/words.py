"""What the sheets of an atlas say beside their maps."""

from collections.abc import Collection, Iterator, Mapping

from pyproj import CRS

from soilinfo.catalog.entries import Entries, Entry
from soilinfo.catalog.legends import Legend
from soilinfo.catalog.models import Catalog, Layer
from soilinfo.catalog.styles import NO_DATA_COLOUR, Style
from soilinfo.grid import smallest_scale
from soilinfo.report.atlas.paper import Layout
from soilinfo.report.atlas.picture import HATCHED
from soilinfo.report.factsheet.facts import Publication
from soilinfo.report.phrases import Phrases

DOUBT = "_confidence"
"""Ending of the variables of a product that tell how sure others are."""
Notes = Iterator[tuple[str, str]]
"""Labels and texts; of a text that is empty nothing is shown."""


def heading_of(phrases: Phrases, entry: Entry) -> str:
    """Title of a sheet, with its unit; of a crop's suitability, that it is of the land as it is."""
    is_class = entry.crop and not entry.product
    return phrases.say("suitability.actual_of", crop=entry.title) if is_class else entry.heading


def legend_words(phrases: Phrases, legend: Legend, style: Style) -> Mapping[str, object]:
    """A legend as ``page.typ`` reads it."""
    hatched = {entry.value for entry in style.entries if entry.id == HATCHED}
    lines = [
        {"colour": line.colour, "label": line.label, "hatched": line.value in hatched}
        for line in legend.lines
    ]
    return {
        "title": phrases.say("atlas.legend"),
        "unit": legend.unit,
        "kind": legend.kind,
        "lines": lines,
        "ticks": [line.label for line in legend.ticks],
        "nodata": {"colour": NO_DATA_COLOUR, "label": phrases.say("map.no_data")},
    }


def notes_of(phrases: Phrases, entry: Entry, version: str) -> Notes:
    """Of one map: what it is, where it comes from, which version, who may use it."""
    about = Entries(phrases.catalog, phrases.language).about(entry)
    yield phrases.say("atlas.about"), about.abstract
    yield (
        phrases.say("atlas.source"),
        ". ".join(each.rstrip(".") for each in (about.attribution, about.lineage) if each),
    )
    yield phrases.say("atlas.version"), f"{entry.id} {version}"
    yield phrases.say("page.licence"), about.licence
    disclaimer = phrases.named(phrases.catalog.services.disclaimer)
    yield "", "" if disclaimer in about.abstract else disclaimer


def scale_notes(phrases: Phrases, layout: Layout) -> Iterator[str]:
    """The scale, the system of the coordinates, and whether the data are fit for such a scale."""
    scale, grid = phrases.number(layout.scale, 0), phrases.catalog.grid
    yield phrases.say("atlas.scale", scale=scale)
    yield phrases.say("atlas.system", name=CRS.from_user_input(grid.crs).name, crs=grid.crs)
    if layout.scale < (fit := smallest_scale(grid)):
        yield phrases.say("atlas.too_large", scale=scale, fit=phrases.number(fit, 0))


def doubt_of(catalog: Catalog, entry: Entry, shown: Collection[str]) -> str | None:
    """The sheet that tells how uncertain another is: '' where none does, None of one that is such itself."""
    layer = catalog.layers.get(entry.id)
    if entry.theme == "confidence" or entry.variable.endswith(DOUBT) or (layer and layer.statistic != "mean"):
        return None
    if entry.product:
        wanted = [f"{entry.layer}.{entry.variable.partition('_')[0]}{DOUBT}"]
    elif entry.crop:
        wanted = [f"confidence_{entry.crop}"]
    else:
        wanted = [each.id for each in catalog.layers.values() if layer and _is_spread(each, layer)]
    return next((each for each in wanted if each in shown), "")


def _is_spread(spread: Layer, of: Layer) -> bool:
    return spread.statistic == "sd" and (spread.property, spread.depth) == (of.property, of.depth)


def contents_notes(phrases: Phrases, boundaries: str, publication: Publication, region: str) -> Notes:
    """Of the atlas as a whole, below its contents."""
    services = phrases.catalog.services
    yield phrases.say("atlas.boundaries"), boundaries
    yield phrases.say("collection.map_scale"), Entries(phrases.catalog, phrases.language).map_scale
    licence = f"{services.licence} ({services.licence_url})"
    yield phrases.say("page.licence"), f"{licence}. {phrases.named(services.disclaimer)}"
    cited = phrases.say(
        "atlas.citation",
        organisation=services.contact.organisation,
        year=publication.created.year,
        title=phrases.named(services.title),
        region=region,
        number=publication.id,
    )
    yield phrases.say("factsheet.cite"), cited
