"""What region.yaml says of other entries: indicators, their methods, equations between these."""

from collections.abc import Iterator

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.files import Entry
from soilinfo.catalog.references import Parts
from soilinfo.catalog.reporting import Equivalence, Region
from soilinfo.errors import Fault, UnitError, UnknownNameError
from soilinfo.units import factor_offset

CONVERTED = "mean"
"""The kind of indicator whose values are contents, as those of equations are."""


def region_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between the region's equivalences and the rest of the configuration."""
    equations = {entry.id: equation for entry, equation in parts.all("equations", Equation)}
    for entry, region in parts.all("region", Region):
        for at, each in enumerate(region.equivalences):
            key = f"equivalences.{at}"
            for error in parts.unknown("indicator", "indicators", [each.indicator]):
                yield entry.fault(f"{key}.indicator", error)
            for error in parts.unknown("equation", "equations", [each.equation]):
                yield entry.fault(f"{key}.equation", error)
            yield from _group_faults(parts, entry, key, each)
            if each.equation in equations:
                yield from _equation_faults(parts, entry, key, each, equations[each.equation])


def _group_faults(parts: Parts, entry: Entry, key: str, each: Equivalence) -> Iterator[Fault]:
    inputs = parts.data("indicators", each.indicator).get("inputs") or ()
    known = sorted({source["method_group"] for source in inputs if "method_group" in source})
    for name in ("from_group", "to_group") if known else ():
        if getattr(each, name) not in known:
            yield entry.fault(
                f"{key}.{name}", UnknownNameError("group of methods", getattr(each, name), known)
            )


def _equation_faults(
    parts: Parts, entry: Entry, key: str, each: Equivalence, equation: Equation
) -> Iterator[Fault]:
    if equation.form == "rule":
        yield entry.fault(f"{key}.equation", f"'{equation.id}' goes by several properties at once")
    indicator = parts.data("indicators", each.indicator)
    kind, unit = indicator.get("kind", CONVERTED), indicator.get("unit")
    if kind != CONVERTED:
        yield entry.fault(
            f"{key}.indicator", f"'{each.indicator}' tells a {kind}: equations convert what is a {CONVERTED}"
        )
    for symbol in (equation.from_unit, equation.to_unit) if unit else ():
        try:
            factor_offset(symbol, str(unit))
        except UnitError as error:
            yield entry.fault(f"{key}.equation", error)
