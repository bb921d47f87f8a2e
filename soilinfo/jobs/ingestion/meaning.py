"""Whether the stored numbers of a published version still mean what config says."""

from collections.abc import Mapping
from typing import Any

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import made_anew_by
from soilinfo.catalog.products import Product, products
from soilinfo.findings import Finding
from soilinfo.jobs.ingestion.rasters import form_of
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot, Version


def is_misread(catalog: Catalog, version: Version) -> bool:
    """True when config now gives the numbers of a raster or suitability version another meaning.

    That is another unit, another class behind a stored code, or another land quality behind a bit. Further
    classes do no harm, nor do another grid and scale, which every cube tells itself.
    """
    if version.kind != "vector" and "product" in version.metadata:
        return _product_moved(version, products(catalog).get(version.metadata["product"]))
    if version.kind == "suitability":
        return _qualities_moved(version.parameters.get("rules"), catalog)
    if version.kind == "raster" and version.layer in catalog.layers:
        return _form_moved(version.parameters.get("form"), form_of(catalog, version.layer))
    return False


def misread(store: Store, catalog: Catalog, snapshot: Snapshot) -> list[Finding]:
    """A warning for each published version that is not served because it would be misread."""
    published = [store.ledger.version(name, version) for name, version in snapshot.layers.items()]
    return [_not_served(one) for one in published if one and is_misread(catalog, one)]


def _not_served(version: Version) -> Finding:
    anew = made_anew_by(version.layer, version.metadata.get("product"))
    message = (
        f"'{version.layer}' was made under another unit, class table or list of land qualities than config's "
        f"and is not served, as it would be misread; put config back, or make it anew: {anew}"
    )
    return Finding("outdated_layer", "warn", version.layer, message)


def _product_moved(version: Version, now: Product | None) -> bool:
    """True unless every variable of today is in the version with its unit and codes."""
    then = version.parameters["form"]
    return now is not None and any(
        each.name not in then
        or then[each.name]["unit"] != each.unit
        or not then[each.name]["codes"].items() <= each.codes.items()
        for each in now.variables
    )


def _form_moved(then: Mapping[str, Any] | None, now: Mapping[str, Any]) -> bool:
    if then is None:
        return True
    same = all(then["property"][key] == now["property"][key] for key in ("id", "unit", "kind"))
    codes = _codes(now)
    return not same or any(codes.get(name) != code for name, code in _codes(then).items())


def _codes(form: Mapping[str, Any]) -> dict[str, int]:
    """Class id -> stored code."""
    return {name: code for name, (code, _group) in (form["classes"] or {}).items()}


def _qualities_moved(rules: Mapping[str, Any] | None, catalog: Catalog) -> bool:
    if rules is None:
        return True
    then = [quality["code"] for quality in rules["qualities"]]
    return then != [quality.code for quality in catalog.evaluation.qualities][: len(then)]
