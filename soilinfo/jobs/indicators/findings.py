"""What readers of indicators must know: depths that differ, uncertainty and land that nobody tells."""

from collections.abc import Iterator, Sequence

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_indicators import INDICATORS
from soilinfo.findings import Finding
from soilinfo.jobs.indicators.sources import Basis


def findings_of(catalog: Catalog, bases: Sequence[Basis]) -> Iterator[Finding]:
    """The findings of the indicators of a configuration, by what their values rest on."""
    others = {each.indicator: each for each in bases if _is_of_other_depth(catalog, each)}
    for indicator, other in others.items():
        yield _other_depth(catalog, indicator, other)
    unsure = sorted({each.indicator for each in bases if each.uncertainty == "unknown"})
    if unsure:
        message = f"no layer tells how uncertain these are; they have no interval: {', '.join(unsure)}"
        yield Finding("no_uncertainty", "note", INDICATORS, message, len(unsure), {"indicators": unsure})
    unplaced = sorted({each.indicator for each in bases if each.land is None})
    if unplaced:
        message = (
            "config does not say which land their layers are of (land: in layers/), so that they compare "
            f"with no other country's: {', '.join(unplaced)}"
        )
        yield Finding("land_unknown", "note", INDICATORS, message, len(unplaced), {"indicators": unplaced})


def _is_of_other_depth(catalog: Catalog, basis: Basis) -> bool:
    wanted = catalog.indicator(basis.indicator).depth
    return wanted is not None and basis.depth != wanted


def _other_depth(catalog: Catalog, indicator: str, basis: Basis) -> Finding:
    wanted = catalog.indicator(indicator).depth
    assert wanted is not None, "asked for before"
    evidence = {"indicator": indicator, "wanted_cm": wanted}
    defined = f"{indicator} is defined at {wanted[0]:g}-{wanted[1]:g} cm"
    if basis.depth is None:
        message = f"{defined} and was measured on a layer of no stated depth; nothing was converted"
        return Finding("depth_unknown", "warn", INDICATORS, message, 1, evidence)
    layer = f"a layer of {basis.depth[0]:g}-{basis.depth[1]:g} cm"
    message = f"{defined} and was measured on {layer}; nothing was converted"
    return Finding("other_depth", "warn", INDICATORS, message, 1, {**evidence, "layer_cm": basis.depth})
