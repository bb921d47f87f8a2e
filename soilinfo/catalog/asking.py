"""What-ifs as clients ask them: checked like the files of config/, with the same messages."""

from collections.abc import Mapping
from typing import Any

from soilinfo.catalog.files import Entries, Entry
from soilinfo.catalog.lint import lint
from soilinfo.catalog.models import LANGUAGES, SCENARIOS, Catalog, Crop
from soilinfo.catalog.references import Parts, what_if_faults
from soilinfo.catalog.validate import validate
from soilinfo.catalog.what_ifs import WhatIf, read_text
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.findings import Finding

SAVED = "what_if"
"""The key by which a question names a saved what-if."""
LONGEST = 100_000
"""Characters of one, ten times those of a crop's table: every fault in it is told, which takes time."""


def question(catalog: Catalog, crop: str, raw: Mapping[str, Any]) -> WhatIf:
    """What a client asks about a crop: a saved what-if by its id, or adjustments and criteria of its own.

    ``raw``: ``what_if`` (an id) or ``adjustments`` (raw, or as text), ``criteria`` and ``irrigated``;
    ``scenario`` with either. Raises InputError with every fault, UnknownNameError for the id.
    """
    if len(str(raw)) > LONGEST:
        raise InputError(f"a what-if is written in at most {LONGEST:,} characters")
    given = {name: value for name, value in raw.items() if value is not None and name != SAVED}
    adjustments = given.get("adjustments", [])
    if isinstance(adjustments, str):
        given["adjustments"] = read_text(adjustments)
    elif not isinstance(adjustments, list | tuple):
        raise InputError(
            "adjustments: they are text such as ph_h2o:raise_to:6, or a list such as "
            '[{"property": "ph_h2o", "raise_to": 6}]'
        )
    asked = asked_what_if(catalog, given)
    name = raw.get(SAVED)
    if name is None:
        return asked
    if others := sorted(given.keys() - {"scenario"}):
        raise InputError(f"give either {SAVED} (a saved one) or {', '.join(others)}, not both")
    saved = saved_for(catalog, crop, str(name))
    return saved.model_copy(update={"scenario": asked.scenario}) if "scenario" in given else saved


def asked_what_if(catalog: Catalog, raw: Mapping[str, Any]) -> WhatIf:
    """The what-if that raw data (as in a file of what_ifs/) describes; InputError with every fault."""
    entry = Entry("what_ifs", "", "what-if", dict(raw))
    what_if, faults = validate(entry, WhatIf)
    told = {fault.key for fault in faults}
    parts = Parts(_entries(catalog), {}, (), LANGUAGES)
    faults += [fault for fault in what_if_faults(parts, entry, what_if) if fault.key not in told]
    if faults:
        raise InputError("; ".join(f"{fault.key}: {fault.message}" for fault in faults))
    return what_if


def edited_findings(catalog: Catalog, crop: Crop, what_if: WhatIf) -> list[Finding]:
    """What the linter warns of in the rows that a what-if edits of a crop.

    InputError where a row contradicts itself, as the check of the files refuses it, or no row is left;
    UnknownNameError for a row to drop that the crop does not have.
    """
    rows = {name: row for name, row in what_if.criteria.items() if row is not None}
    dropped = what_if.criteria.keys() - rows
    for name in sorted(dropped - crop.characteristics.keys()):
        raise UnknownNameError(f"row of '{crop.id}' to drop", name, crop.characteristics)
    if not {*crop.characteristics, *rows} - dropped:
        raise InputError(f"no row of '{crop.id}' is left")
    found = lint(crop.model_copy(update={"characteristics": rows}), catalog)
    if refused := [finding.message for finding in found if finding.severity == "block"]:
        raise InputError("; ".join(refused))
    return [finding for finding in found if finding.severity == "warn"]


def saved_for(catalog: Catalog, crop: str, name: str) -> WhatIf:
    """The saved what-if; InputError when it edits the criteria of another crop."""
    saved = catalog.what_if(name)
    if saved.crop not in (None, crop):
        raise InputError(f"what-if '{name}' edits the criteria of '{saved.crop}', not of '{crop}'")
    return saved.asked()


def scenario_or_saved(catalog: Catalog, crop: str, name: str) -> WhatIf:
    """What a result is compared with: a scenario of the published criteria, or a saved what-if."""
    for scenario in SCENARIOS:
        if name == scenario:
            return WhatIf(scenario=scenario)
    if name not in catalog.what_ifs:
        raise UnknownNameError("scenario or what-if", name, [*SCENARIOS, *catalog.what_ifs])
    return saved_for(catalog, crop, name)


def _entries(catalog: Catalog) -> Entries:
    """The sections that a what-if names members of, as their files would give them."""
    members: dict[str, Mapping[str, Any]] = {
        "properties": catalog.properties,
        "classes": catalog.class_tables,
        "evaluation": {"": catalog.evaluation},
    }
    return {
        section: {id: Entry(section, id, section, each.model_dump(mode="json")) for id, each in own.items()}
        for section, own in members.items()
    }
