"""COGs beyond those that a publication writes: further variables of a suitability version, on demand."""

from pathlib import Path

from soilinfo.catalog.models import SCENARIOS, Catalog, SuitabilityClass
from soilinfo.catalog.styles import colour_table, style_of_suitability
from soilinfo.errors import StoreError
from soilinfo.store.cog import write_cog
from soilinfo.store.files import PARTIAL, finished, remove
from soilinfo.store.home import Store

KEPT = 200
"""Most derived COGs in a store: every variable of some twenty crops; the oldest give way."""


def derived_path(store: Store, name: str, version: str, variable: str) -> Path:
    """Where the COG of one variable of a version lies, or would lie."""
    return store.derived_cogs(name, version) / f"{variable}.tif"


def derived_cog(store: Store, catalog: Catalog, name: str, version: str, variable: str) -> Path:
    """The COG of one variable of a suitability version, written when it is not there yet.

    Whole or not there; two writers write the same. UnknownNameError for a variable that the version
    does not have, StoreError when the file cannot be written.
    """
    target = derived_path(store, name, version, variable)
    if target.exists():
        return target
    cube = store.cube.open(name, version)
    cube.variable(variable)
    rules, classes = catalog.evaluation, variable in SCENARIOS
    titles = {
        int(SuitabilityClass[one]): f"{one}: {title['en']}" for one, title in rules.class_titles.items()
    }
    bits = {1 << bit: f"{quality.code}: {quality.title['en']}" for bit, quality in enumerate(rules.qualities)}
    try:
        _make_room(store)
        with finished(target) as partial:
            write_cog(
                cube,
                variable,
                partial,
                tags={"TITLE": f"{cube.attrs.get('title', name)}: {variable}", "VERSION": version},
                colours=colour_table(style_of_suitability(catalog)) if classes else None,
                category_names=titles if classes else bits if variable.startswith("limiting") else None,
                unit="1",
            )
    except OSError as error:
        raise StoreError(f"the COG {name}/{version}/{variable} cannot be written: {error}") from error
    return target


def _make_room(store: Store) -> None:
    kept = [path for path in (store.directory / "cog").glob("*/*/*.tif") if not path.name.startswith(PARTIAL)]
    for path in sorted(kept, key=_made)[: max(0, len(kept) - KEPT + 1)]:
        remove(path)


def _made(path: Path) -> float:
    """When a file was written; before all others, when another process has just removed it."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
