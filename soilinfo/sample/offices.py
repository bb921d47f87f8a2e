"""Every table that offices of the sample nation send, of one piece: all follow from its farmland."""

from pathlib import Path

import pandas as pd

from soilinfo.sample.decrees import write_legal_totals, write_paddy_doses
from soilinfo.sample.erdkk import (
    erdkk,
    in_another_code_system,
    register,
    registered,
    write_erdkk,
    write_farmers,
)
from soilinfo.sample.paddy import write_paddy_land
from soilinfo.sample.plantings import planted, write_planted_areas
from soilinfo.sample.uptake import write_priority, write_redeemed


def write_office_tables(directory: Path, farmland: pd.DataFrame) -> None:
    """Write the tables into ``directory``; ``farmland`` is as :mod:`soilinfo.sample.farmland` finds it."""
    crops = planted(farmland)
    areas = registered(crops, farmland["name"])
    plots = register(areas)
    asked = erdkk(areas, plots)
    write_planted_areas(directory / "planted_areas.csv", crops)
    write_paddy_land(directory / "paddy_land.csv", farmland["paddy"])
    write_farmers(directory / "farmers.csv", plots)
    write_erdkk(directory / "erdkk.csv", asked)
    write_erdkk(directory / "erdkk_bps.csv", in_another_code_system(asked))
    write_redeemed(directory / "redeemed.csv", asked)
    write_priority(directory / "priority.csv", farmland)
    write_paddy_doses(directory / "paddy_doses.csv", farmland)
    write_legal_totals(directory / "legal_totals.csv", asked)
