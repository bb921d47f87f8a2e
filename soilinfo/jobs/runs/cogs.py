"""The COG of one variable of a suitability or product version; all but a version's first on demand."""

from pathlib import Path
from typing import Any

from soilinfo.catalog.models import SCENARIOS, Catalog, SuitabilityClass
from soilinfo.catalog.products import Product, product_of_layer
from soilinfo.catalog.styles import colour_table, style_of_suitability
from soilinfo.errors import StoreError
from soilinfo.store.cog import write_cog
from soilinfo.store.cube import CubeLayer
from soilinfo.store.files import PARTIAL, finished, remove
from soilinfo.store.home import Store

KEPT = 200
"""Most derived COGs in a store: every variable of some twenty crops; the oldest give way."""


def derived_path(store: Store, name: str, version: str, variable: str) -> Path:
    """Where the COG of one variable of a version lies, or would lie."""
    return store.derived_cogs(name, version) / f"{variable}.tif"


def derived_cog(store: Store, catalog: Catalog, name: str, version: str, variable: str) -> Path:
    """The COG of one variable of a suitability or product version, written when it is not there yet.

    Whole or not there; two writers write the same. UnknownNameError for a variable that the version
    does not have, StoreError when the file cannot be written.
    """
    target = derived_path(store, name, version, variable)
    if target.exists():
        return target
    store.cube.open(name, version).variable(variable)
    try:
        _make_room(store)
        with finished(target) as partial:
            write_variable(store, catalog, (name, version), variable, partial)
    except OSError as error:
        raise StoreError(f"the COG {name}/{version}/{variable} cannot be written: {error}") from error
    return target


def write_variable(
    store: Store, catalog: Catalog, version: tuple[str, str], variable: str, target: Path
) -> None:
    """Write one variable of a cube, named by layer and version, as a COG with its colours and class names.

    Raises OSError when the disk does not take it.
    """
    cube = store.cube.open(*version)
    write_cog(cube, variable, target, **description(catalog, cube, version, variable))


def description(catalog: Catalog, cube: CubeLayer, version: tuple[str, str], variable: str) -> dict[str, Any]:
    """Tags, colours, class names and unit of the COG of one variable, as :func:`write_cog` takes them."""
    layer, name = version
    product = product_of_layer(catalog, layer)
    look = _of_product(product, variable) if product else _of_suitability(catalog, variable)
    tags = {"TITLE": f"{cube.attrs.get('title', layer)}: {variable}", "VERSION": name}
    return {"tags": tags, **look}


def _of_product(product: Product, variable: str) -> dict[str, Any]:
    described = product.variable(variable)
    if not described.codes:
        return {"unit": described.unit}
    names = {int(entry.value): entry.label["en"] for entry in described.style.entries}
    return {"colours": colour_table(described.style), "category_names": names, "unit": "1"}


def _of_suitability(catalog: Catalog, variable: str) -> dict[str, Any]:
    rules = catalog.evaluation
    if variable in SCENARIOS:
        titles = {
            int(SuitabilityClass[one]): f"{one}: {title['en']}" for one, title in rules.class_titles.items()
        }
        colours = colour_table(style_of_suitability(catalog))
        return {"colours": colours, "category_names": titles, "unit": "1"}
    bits = {1 << bit: f"{quality.code}: {quality.title['en']}" for bit, quality in enumerate(rules.qualities)}
    return {"category_names": bits if variable.startswith("limiting") else None, "unit": "1"}


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
