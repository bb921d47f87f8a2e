"""The read-me and the list of files of a pack."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from textwrap import fill
from typing import NamedTuple

from soilinfo.catalog.map_scale import scale_note
from soilinfo.report.pack.contents import Contents
from soilinfo.report.phrases import Phrases
from soilinfo.report.readme import service_facts

WIDTH = 96
MANIFEST = "manifest.csv"
COLUMNS = (
    *("file", "bytes", "sha256", "title", "layer", "version"),
    *("source", "source_sha256", "attribution", "licence", "lineage"),
)


class Packed(NamedTuple):
    """One file of a pack, or one collection within its GeoPackage, as the list of files tells it.

    What is not known of it is ''.
    """

    file: str
    bytes: int
    sha256: str
    title: str
    layer: str = ""
    version: str = ""
    source: str = ""
    source_sha256: str = ""
    attribution: str = ""
    licence: str = ""
    lineage: str = ""


def manifest(files: Iterable[Packed]) -> bytes:
    """The list of files as CSV (UTF-8), in their order."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(files)
    return text.getvalue().encode("utf-8-sig")


def read_me(contents: Contents, language: str) -> bytes:
    """The read-me in one language (UTF-8 text): what there is, how to open it, how far to trust it."""
    phrases = Phrases(contents.catalog, language)
    title = phrases.say("pack.title", unit=contents.name, code=contents.code)
    parts = [f"{title}\n{'=' * len(title)}", _publication(phrases, contents)]
    for key, lines in (
        ("open", _opening(phrases, contents.project(language))),
        ("files", _files(phrases, contents)),
        ("sure", _sureness(phrases, contents)),
        ("service", (f"{label.rstrip('.')}: {text}" for label, text in service_facts(phrases))),
    ):
        heading = phrases.say(f"pack.readme.{key}")
        parts.append("\n".join([heading, "-" * len(heading), *(_item(line) for line in lines)]))
    return ("\n\n".join(parts) + "\n").replace("\n", "\r\n").encode("utf-8-sig")


def _item(text: str) -> str:
    return fill(text, WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False)


def _publication(phrases: Phrases, contents: Contents) -> str:
    publication, services = contents.publication, phrases.catalog.services
    date = phrases.date(publication.created)
    told = phrases.say("factsheet.publication", number=publication.id, date=date)
    return f"{phrases.named(services.title)}. {told}."


def _opening(phrases: Phrases, project: str) -> Iterator[str]:
    yield phrases.say("pack.readme.unpack")
    yield phrases.say("pack.readme.project", file=project)
    yield phrases.say("pack.readme.layouts")
    yield phrases.say("pack.readme.table")


def _files(phrases: Phrases, contents: Contents) -> Iterator[str]:
    for spoken in contents.languages:
        language = phrases.called("language", spoken)
        yield f"{contents.project(spoken)}: {phrases.say('pack.readme.qgz', language=language)}"
        yield f"{contents.fact_sheet(spoken)}: {phrases.say('pack.readme.pdf', language=language)}"
    yield f"rasters: {phrases.say('pack.readme.rasters', count=len(contents.rasters))}"
    yield f"{contents.collections}: {phrases.say('pack.readme.collections')}"
    yield f"legends: {phrases.say('pack.readme.legends')}"
    yield f"{MANIFEST}: {phrases.say('pack.readme.manifest')}"


def _sureness(phrases: Phrases, contents: Contents) -> Iterator[str]:
    """Of which properties it is known how uncertain they are, and for which map scales all is fine enough."""
    catalog = contents.catalog
    spreads = [each for each in catalog.layers.values() if each.statistic == "sd"]
    known = {each.property for each in spreads if each.id in contents.publication.versions}
    names = ", ".join(phrases.named(catalog.property(name).title) for name in sorted(known))
    yield phrases.say("confidence.uncertain", names=names) if known else phrases.say("explain.unsure")
    yield phrases.say("pack.readme.cells")
    yield phrases.named(scale_note(catalog.grid, catalog.directory))
