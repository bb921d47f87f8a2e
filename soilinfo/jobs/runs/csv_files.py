"""Tables as files that people take away."""

from collections.abc import Sequence
from pathlib import Path

from soilinfo.report.workbook import Sheet, csv_text


def write_csv(sheets: Sequence[Sheet], directory: Path) -> list[Path]:
    """A file ``<table>.csv`` (UTF-8) for each sheet; returns their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = [directory / f"{each.id}.csv" for each in sheets]
    for path, each in zip(paths, sheets, strict=True):
        path.write_text(csv_text(each), encoding="utf-8")
    return paths
