"""What was observed at a place: each property at every depth and time, with how uncertain it is beside it."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from soilinfo.serve.collections import Collection
from soilinfo.serve.edr.observed import MEAN, Parameter, Sheet, parameters_of
from soilinfo.serve.pages.position import Position, Row


def observed(position: Position, theme: Collection) -> Iterator[Row]:
    """A row for each depth and time of each property of a theme.

    ``depth``: its ends in cm, None where there is none; ``uncertainty``: a text, beside the numbers that it
    is made of (``sd``, or ``low`` and ``high``), absent where the uncertainty is not published.
    """
    known = parameters_of(theme).values()
    for parameter in known:
        beside = [each for each in known if each.of == parameter.name]
        for sheet in () if parameter.of else parameter.sheets:
            yield _row(position, theme, parameter, sheet) | _uncertainty(
                position, _spread(position, theme, sheet, beside)
            )


def _row(position: Position, theme: Collection, parameter: Parameter, sheet: Sheet) -> Row:
    statistic = "" if parameter.statistic == MEAN else position.site.say(f"statistic.{parameter.statistic}")
    time = position.words.period(sheet.time) if sheet.time else ""
    row = position.row(parameter.field, position.value(theme, sheet))
    return row | {"depth": sheet.depth, "time": time, "statistic": statistic}


def _spread(
    position: Position, theme: Collection, of: Sheet, beside: Iterable[Parameter]
) -> dict[str, float]:
    """What is known of the uncertainty of a sheet, by statistic."""
    found = {
        each.statistic: position.value(theme, sheet)
        for each in beside
        for sheet in each.sheets
        if (sheet.depth, sheet.time) == (of.depth, of.time)
    }
    return {statistic: value for statistic, value in found.items() if not np.isnan(value)}


def _uncertainty(position: Position, spread: Mapping[str, float]) -> Row:
    match spread:
        case {"sd": sd}:
            return {"uncertainty": f"± {position.number(sd)}", "sd": sd}
        case {"q05": low, "q95": high}:
            text = position.site.say("panel.range", low=position.number(low), high=position.number(high))
            return {"uncertainty": text, "low": low, "high": high}
        case _:
            return {}
