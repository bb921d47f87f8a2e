"""CoverageJSON (OGC 21-069r2): profiles of points, grids of cells, and what their parameters mean.

Depth is the vertical axis, positive down, in the middle of each interval with its ends as bounds. Time is
the beginning of the period that a layer is about, with its ends as bounds.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson

from soilinfo.serve.coverages.coveragejson import REFERENCES, unit_of
from soilinfo.serve.edr.domains import Stack
from soilinfo.serve.edr.observed import Depth, Parameter
from soilinfo.serve.edr.samples import Values
from soilinfo.serve.instants import interval, rfc3339
from soilinfo.serve.systems import XY, System

Part = dict[str, Any]


def document(coverages: Sequence[Part], known: Sequence[Parameter], about: str) -> bytes:
    """One coverage by itself, several as a collection; ``about``: where the parameters are described."""
    described: Part = {"parameters": parameters(known, about)}
    if groups := list(_groups(known, about)):
        described["parameterGroups"] = groups
    if len(coverages) == 1:
        return _text({**coverages[0], **described})
    kinds = {coverage["domain"].get("domainType") for coverage in coverages}
    common = {"domainType": kinds.pop()} if len(kinds) == 1 and None not in kinds else {}
    return _text({"type": "CoverageCollection", **common, **described, "coverages": coverages})


def _text(part: Part) -> bytes:
    # Every float in the fewest digits that give it back, NaN as null.
    return orjson.dumps(part, option=orjson.OPT_SERIALIZE_NUMPY)


# ---- coverages --------------------------------------------------------------------------


def profile(stack: Stack, values: Mapping[Parameter, Values], xy: XY, system: System) -> Part:
    """A stack at one point (easting first, in ``system``): a profile, or a value that has no depth."""
    x, y = xy
    axes = {"x": {"values": [x]}, "y": {"values": [y]}, **_levels(stack)}
    kind = "VerticalProfile" if stack.depths else "Point"
    shape = {"axisNames": ["z"], "shape": [len(stack.depths)]} if stack.depths else {}
    arrays = {parameter: _numbers(parameter, found) for parameter, found in values.items()}
    return _coverage(kind, axes, arrays, shape, system)


def grid(stack: Stack, arrays: Mapping[Parameter, bytes], x: Values, y: Values, system: System) -> Part:
    """A stack in a rectangle of cells with these centres, in ``system``, by JSON arrays of its values."""
    axes = {"x": _axis(x), "y": _axis(y), **_levels(stack)}
    names = ["z", "y", "x"] if stack.depths else ["y", "x"]
    sizes = [len(y), len(x)]
    shape = {"axisNames": names, "shape": [len(stack.depths), *sizes] if stack.depths else sizes}
    values = {parameter: orjson.Fragment(array) for parameter, array in arrays.items()}
    return _coverage("Grid", axes, values, shape, system)


def _coverage(kind: str, axes: Part, arrays: Mapping[Parameter, Any], shape: Part, system: System) -> Part:
    order = ["y", "x"] if system.northing_first else ["x", "y"]
    placed = {"coordinates": order, "system": _horizontal(system)}
    referencing = [placed, *(reference for name, reference in REFERENCES.items() if name in axes)]
    domain = {"type": "Domain", "domainType": kind, "axes": axes, "referencing": referencing}
    ranges = {
        each.name: {"type": "NdArray", "dataType": data_type(each), **shape, "values": array}
        for each, array in arrays.items()
    }
    return {"type": "Coverage", "domain": domain, "ranges": ranges}


def data_type(parameter: Parameter) -> str:
    """What the values of a parameter are: integers are codes."""
    return "integer" if parameter.is_coded else "float"


def _numbers(parameter: Parameter, values: Values) -> Any:
    if not parameter.is_coded:
        return values
    return [None if code != code else int(code) for code in values.tolist()]


def _levels(stack: Stack) -> Part:
    """The axes of depth and time that a stack has."""
    axes: Part = {}
    if stack.depths:
        bounds = [end for depth in stack.depths for end in depth]
        axes["z"] = {"values": [middle(depth) for depth in stack.depths], "bounds": bounds}
    if stack.time:
        begin, end = map(rfc3339, interval(stack.time))
        axes["t"] = {"values": [begin], "bounds": [begin, end]}
    return axes


def middle(depth: Depth) -> float:
    """The depth in the middle of an interval, in cm."""
    return (depth[0] + depth[1]) / 2


def _axis(values: Values) -> Part:
    """Centres in the fewest words: their ends and number where they are evenly spread."""
    steps = np.diff(values)
    if len(values) > 1 and not np.allclose(steps, steps[0], rtol=1e-6):
        return {"values": values.tolist()}
    return {"start": values[0], "stop": values[-1], "num": len(values)}


def _horizontal(system: System) -> Part:
    return {"type": "GeographicCRS" if system.is_geographic else "ProjectedCRS", "id": system.uri}


# ---- parameters -------------------------------------------------------------------------


def parameters(described: Sequence[Parameter], about: str) -> Part:
    """What each parameter is, by name; ``about``: the address at which they are described."""
    return {each.name: parameter(each, about) for each in described}


def parameter(described: Parameter, about: str) -> Part:
    """What a parameter is: what was observed, in which unit or classes, by which statistic."""
    field, id_ = described.field, observed_id(described, about)
    observed: Part = {"id": id_, "label": dict(field.title)}
    if field.description:
        observed["description"] = dict(field.description)
    found: Part = {"type": "Parameter", "id": described.name, "observedProperty": observed}
    found["measurementType"] = {"method": described.statistic}
    if field.categories:
        observed["categories"] = [
            {"id": f"{id_}.{each.id}", "label": dict(each.title)} for each in field.categories
        ]
        encoding = {f"{id_}.{each.id}": each.code for each in field.categories}
        return found | {"categoryEncoding": encoding}
    return found | unit_of(field)


def observed_id(described: Parameter, about: str) -> str:
    """The address of what was observed: the same for a value and for how uncertain it is."""
    return f"{about}#{described.of or described.name}"


def _groups(known: Sequence[Parameter], about: str) -> Iterable[Part]:
    """Each value with what says how uncertain it is."""
    for value in known:
        beside = [each.name for each in known if each.of == value.name]
        if beside:
            label = dict(value.field.title)
            observed = {"id": observed_id(value, about), "label": label}
            members = [value.name, *beside]
            yield {"type": "ParameterGroup", "observedProperty": observed, "members": members}
