"""Layers as the Global Soil Partnership exchanges them: write a product, check one, take one in."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from soilinfo.catalog.gsp import CODINGS
from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.cli.options import (
    ConfigOption,
    DbOption,
    LanguageOption,
    StoreOption,
    country_of,
    opened,
    placed,
    settings_of,
    spoken,
)
from soilinfo.console import say
from soilinfo.errors import BlockedError, InputError, UnknownNameError
from soilinfo.jobs.gsp.bring_in import Stated, bring_in, grid_of
from soilinfo.jobs.gsp.check import check
from soilinfo.jobs.gsp.export import Asked
from soilinfo.jobs.gsp.export import export as exported
from soilinfo.jobs.gsp.recompute import with_recomputed
from soilinfo.report.gsp.quality import JSON_FILE, STATES, TEXT_FILE, Quality, json_text, markdown
from soilinfo.report.phrases import Phrases

verbs = typer.Typer()
gsp = typer.Typer(
    help="Products of the Global Soil Partnership (GSOCmap, GSNmap, GSASmap, GSOCseq; "
    "GBSmap: check): export, check, import.",
    no_args_is_help=True,
)
verbs.add_typer(gsp, name="gsp")


@gsp.command()
def export(
    product: Annotated[str, typer.Argument(help="Product of config/gsp, such as gsnmap")],
    to: Annotated[Path, typer.Option("--to", help="Directory to write, empty or not there")],
    depth: Annotated[
        list[str] | None,
        typer.Option("--depth", help="0-30, in cm; may be repeated", show_default="the product's"),
    ] = None,
    coding: Annotated[str, typer.Option("--coding", help=f"Names of files: {', '.join(CODINGS)}")] = "gsp",
    year: Annotated[
        int | None, typer.Option("--year", help="Year in names", show_default="that of the layers")
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write a product from the published layers: rasters, uncertainties, records, report of checks.

    What the country has no layer for is left out and named.
    """
    if coding not in CODINGS:
        raise UnknownNameError("coding", coding, CODINGS)
    asked = Asked(product, coding, tuple(map(_depth, depth or ())), year)
    with country_of(config=config, store=store, db=db) as (catalog, home):
        made = exported(home, catalog, asked, to)
        for one in made.left_out:
            top, bottom = one.depth
            said = f"left out: {one.map} {top:g}-{bottom:g} cm, {one.statistic}: {one.reason}"
            say(said, **asdict(one))
        say(f"{product}: {len(made.files)} map(s) written to {to}", files=len(made.files), directory=str(to))
        _tell(catalog, with_recomputed(check(catalog, to), home, catalog, to), to, spoken(catalog, language))


@gsp.command("check")
def check_files(
    directory: Annotated[Path, typer.Argument(help="Directory of a product's files")],
    product: Annotated[
        str | None, typer.Option("--product", help="Product", show_default="what names and manifest say")
    ] = None,
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Compare with what the store's versions give again")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", help=f"Directory to write {TEXT_FILE} and {JSON_FILE} to", show_default="none"
        ),
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Check the files of a product, ours or another's; nothing of them is changed. Ends with 5 when a test
    fails."""
    if report:
        placed(report / TEXT_FILE)
    settings = settings_of(config=config, store=store, db=db)
    catalog = load(settings.config)
    quality = check(catalog, directory, product)
    if recompute:
        with opened(settings, existing=True) as home:
            quality = with_recomputed(quality, home, catalog, directory)
    _tell(catalog, quality, report, spoken(catalog, language))


@gsp.command("import")
def import_files(
    directory: Annotated[Path, typer.Argument(help="Directory of the rasters")],
    to: Annotated[Path, typer.Option("--to", help="Directory layers/ of a configuration")],
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="CODE=UNIT, as NTOT=%; may be repeated")
    ] = None,
    property: Annotated[
        list[str] | None, typer.Option("--property", help="CODE=PROPERTY, as PHX=ph_h2o; may be repeated")
    ] = None,
    licence: Annotated[str | None, typer.Option("--licence", help="Where no record states it")] = None,
    attribution: Annotated[
        str | None, typer.Option("--attribution", help="Where no record states it")
    ] = None,
    records: Annotated[
        Path | None,
        typer.Option("--records", help="Directory of the metadata records", show_default="with the rasters"),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write a file in config/layers for each raster of a product; none is written over, no unit is guessed.

    Names may be those of a product's guide, of GloSIS or of SIS. Ends with 3 when a raster was refused.
    """
    catalog = load(settings_of(config=config).config)
    stated = Stated(_pairs("--unit", unit), _pairs("--property", property), licence, attribution)
    taken = bring_in(catalog, directory, to, stated, records)
    for one in taken:
        if one.layer is None:
            say(f"refused: {one.file}: {one.reason}", file=one.file, reason=one.reason)
        else:
            say(f"{one.file}: {one.layer}", file=one.file, layer=str(one.layer))
    if held := [one for one in taken if one.layer]:
        grid = grid_of(directory / held[0].file)
        say(f"a grid.yaml with the very cells of {held[0].file}:\n{grid}", grid=grid)
    if any(one.layer is None for one in taken):
        raise typer.Exit(InputError.exit_code)


def _pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    """Options of the form CODE=VALUE by their codes."""
    pairs = [text.partition("=") for text in texts or ()]
    for code, equals, value in pairs:
        if not (code and equals and value):
            raise typer.BadParameter(f"{option} takes CODE=VALUE; given: {code}{equals}{value}")
    return {code: value for code, _, value in pairs}


def _tell(catalog: Catalog, quality: Quality, report: Path | None, language: str) -> None:
    """Write the report, say its gravest verdicts, and end with 5 when a test failed."""
    phrases = Phrases(catalog, language)
    title = phrases.named(catalog.gsp_product(quality.product).title)
    if report:
        (report / JSON_FILE).write_text(json_text(quality), "utf-8")
        (report / TEXT_FILE).write_text(markdown(quality, phrases, title), "utf-8")
    for one in quality.of("failed"):
        say(
            f"failed: {one.subject}: {phrases.say(f'gsp_report.test.{one.test}')}",
            test=one.test,
            **one.evidence,
        )
    counts = {state: quality.count(state) for state in STATES}
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    verdict = "passed" if quality.passed else "failed"
    where = f"; see {report / TEXT_FILE}" if report else ""
    say(f"{verdict}: {told}{where}", counts=counts)
    if not quality.passed:
        raise typer.Exit(BlockedError.exit_code)


def _depth(text: str) -> tuple[float, float]:
    found = re.fullmatch(r"(\d+)-(\d+)", text)
    if not found or int(found[1]) >= int(found[2]):
        raise typer.BadParameter(f"--depth {text}: top and bottom in whole cm, top first, as 0-30")
    return float(found[1]), float(found[2])
