"""What is told of the files of a pack: where each layer in it is from, and the legends as pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from soilinfo.catalog.entries import About, Entries, Entry
from soilinfo.catalog.legends import Legend
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.titles import titles
from soilinfo.report.legend.picture import legend_picture
from soilinfo.report.pack.contents import Contents, Raster, rasters
from soilinfo.report.pack.readme import Packed
from soilinfo.report.phrases import Phrases
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot


@dataclass(frozen=True)
class Described:
    """What the list of files tells of each layer."""

    store: Store
    catalog: Catalog
    snapshot: Snapshot
    language: str

    def raster(self, raster: Raster) -> Packed:
        """One raster."""
        title = ": ".join([raster.entry.heading, *([raster.variable] if raster.scenario else [])])
        return self._packed(raster.layer, title, self._entries.about(raster.entry))

    def collection(self, name: str) -> Packed:
        """One collection of the GeoPackage."""
        return self._packed(name, self._titles.get(name, name), self._entries.about_named(name))

    def _packed(self, layer: str, title: str, about: About) -> Packed:
        version = self.store.ledger.version(layer, self.snapshot.layers[layer])
        assert version is not None, "a published version is recorded"
        return Packed(
            file="",
            bytes=0,
            sha256="",
            title=title,
            layer=layer,
            version=version.version,
            source=version.source,
            source_sha256=version.source_sha256,
            attribution=about.attribution,
            licence=about.licence,
            lineage=about.lineage,
        )

    @cached_property
    def _entries(self) -> Entries:
        return Entries(self.catalog, self.language)

    @cached_property
    def _titles(self) -> dict[str, str]:
        return dict(titles(self.catalog, self.language))


def legends(contents: Contents, phrases: Phrases) -> Iterator[tuple[str, str, bytes]]:
    """File, title and PNG of each different legend of the pack's rasters in one language."""
    packed, language = contents, phrases.language
    every = rasters(packed.catalog, packed.publication.versions, packed.themes, language)
    different = {each.legend: each.entry for each in every if each.id in packed.rasters}
    for name, entry in different.items():
        title = phrases.say(f"theme.{entry.theme}") if entry.crop else entry.heading
        yield f"legends/{name}.{language}.png", title, _picture(title, entry, language)


def _picture(title: str, entry: Entry, language: str) -> bytes:
    legend = entry.legend
    assert isinstance(legend, Legend), "a raster has a legend"
    lines = [{"label": line.label, "colour": line.colour} for line in legend.lines]
    ticks = [line.label for line in legend.ticks] if legend.kind == "ramp" else []
    return legend_picture(title, legend.kind, lines, ticks, language, "png")
