"""Run benchmarks and write their tables into docs/benchmarks.md: ``python -m tests.benchmarks [NAME ...]``.

Every module of this package is one benchmark, by its ``measure()``; what they share are packages. Its
table stands between the markers ``<!-- NAME -->`` and ``<!-- /NAME -->`` of the document; a new one is added
at the end.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from os import cpu_count, getloadavg
from pathlib import Path
from pkgutil import iter_modules
from platform import python_version
from types import ModuleType

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
PACKAGES = ("numpy", "numba", "zarr", "rasterio", "pygeoapi")
Rows = Sequence[Mapping[str, str]]


def main(names: Sequence[str]) -> None:
    modules = iter_modules([str(Path(__file__).parent)])
    found = [info.name for info in modules if info.name != "__main__" and not info.ispkg]
    if unknown := set(names) - set(found):
        raise SystemExit(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(found)}")
    for name in names or found:
        print(f"{name} ...", flush=True)
        module, load = import_module(f"tests.benchmarks.{name}"), getloadavg()[0]
        text = section(module, module.measure(), load)
        print(text)
        DOCUMENT.write_text(replaced(DOCUMENT.read_text("utf-8"), name, text), "utf-8")


def section(module: ModuleType, rows: Rows, load: float) -> str:
    """Title, what is measured, table and circumstances of one benchmark."""
    about = (module.__doc__ or "").split("\n\n", 1)[-1].strip()
    return f"## {module.TITLE}\n\n{about}\n\n{table(rows)}\n\n{circumstances(load)}"


def table(rows: Rows) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    columns = list(rows[0])
    rule = ["---", *["---:"] * (len(columns) - 1)]
    lines = [columns, rule, *([row[column] for column in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def circumstances(load: float) -> str:
    """``load``: what the machine did beside, its average load in the minute before."""
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    machine = f"{cpu_count()} cores, load {load:.1f} before"
    return f"*{datetime.now(UTC):%Y-%m-%d}, {machine}, Python {python_version()}, {versions}.*"


def replaced(document: str, name: str, text: str) -> str:
    """The document with the text between a benchmark's markers replaced, or added at its end."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = document.partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    separator = "" if found else "\n"
    return f"{before}{separator}{begin}\n{text}\n{end}{after}"


if __name__ == "__main__":
    main(sys.argv[1:])
