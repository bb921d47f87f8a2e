"""The zoning of one region, with its reasons."""

from typing import Annotated

import typer

from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, country_of
from soilinfo.console import print_table, say
from soilinfo.jobs.planning.zoning_area import zoning as zoning_of

verbs = typer.Typer()


@verbs.command()
def zoning(
    region: Annotated[str, typer.Option("--region", help="Code of an administrative unit of any level")],
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Tell the hectares of each zone in a region, and which scores or overrides led there."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        answer = zoning_of(home, catalog, home.ledger.current(), area={"region": region})
    print_table([{"zone": one["zone"], **_hectares(one)} for one in answer["zones"]])
    print_table([{"reason": one["reason"]["en"], **_hectares(one)} for one in answer["reasons"]])
    total, without = f"{answer['total_ha']:,.0f} ha in all", f"{answer['nodata_ha']:,.0f} ha without a zone"
    say(
        f"{answer['edition']}: {total}, {without}",
        region=region,
        total_ha=answer["total_ha"],
        nodata_ha=answer["nodata_ha"],
    )


def _hectares(one: dict[str, object]) -> dict[str, str]:
    return {"ha": f"{one['ha']:,.1f}"}
