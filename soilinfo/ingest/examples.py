"""An example place for findings that a survey only counts: the first such cell of the source."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from soilinfo.findings import Finding
from soilinfo.grid import Grid
from soilinfo.ingest.source import Reader, holds
from soilinfo.ingest.survey import survey_parts

Cells = NDArray[Any]


def located(findings: Sequence[Finding], reader: Reader, grid: Grid) -> list[Finding]:
    """Findings over the raw cells of a source, each with ``evidence["place"]`` = [longitude, latitude].

    The source is read again, up to the first such cell; a run without such findings reads nothing.
    """
    return [_located(finding, reader, grid) for finding in findings]


def _located(finding: Finding, reader: Reader, grid: Grid) -> Finding:
    concerned = _cells_of(finding)
    if concerned is None or "place" in finding.evidence:
        return finding
    for part in survey_parts(reader, grid):
        found = np.argwhere(concerned(reader.raw(part)[0]))
        if len(found):
            row, col = found[0] + (part.row, part.col)
            return replace(finding, evidence={**finding.evidence, "place": _place(reader, row, col)})
    return finding


def _cells_of(finding: Finding) -> Callable[[Cells], Cells] | None:
    """Which raw cells a finding is about; None for one that is about no cells or has its place already."""
    evidence = finding.evidence
    if finding.check == "undeclared_nan":
        return np.isnan
    if finding.check == "plausible_nodata":
        return lambda cells: holds(cells, evidence["declared"])
    if finding.check == "undeclared_sentinels":
        values = [float(value) for value in evidence["values"]]
        return lambda cells: np.isclose(cells.astype(np.float64)[..., None], values, rtol=1e-7).any(axis=-1)
    if finding.check == "unknown_codes":
        return lambda cells: np.isin(cells.astype(np.float64), [float(code) for code in evidence["codes"]])
    return None


def _place(reader: Reader, row: int, col: int) -> list[float]:
    x, y = reader.source.transform @ (col + 0.5, row + 0.5)
    crs = CRS.from_wkt(reader.source.crs)
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    return [round(float(lon), 6), round(float(lat), 6)]
