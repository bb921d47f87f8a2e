"""What-ifs as clients ask them: checked like the files of config/, with the same messages."""

from collections.abc import Mapping
from typing import Any

from soilinfo.catalog.files import Entries, Entry
from soilinfo.catalog.models import LANGUAGES, Catalog
from soilinfo.catalog.references import Parts, what_if_faults
from soilinfo.catalog.validate import validate
from soilinfo.catalog.what_ifs import WhatIf
from soilinfo.errors import InputError

_ASKED = Entry("what_ifs", "", "what-if", {})


def asked_what_if(catalog: Catalog, raw: Mapping[str, Any]) -> WhatIf:
    """The what-if that raw data (as in a file of what_ifs/) describes; InputError with every fault."""
    entry = Entry(_ASKED.section, _ASKED.id, _ASKED.file, dict(raw))
    what_if, faults = validate(entry, WhatIf)
    told = {fault.key for fault in faults}
    parts = Parts(_entries(catalog), {}, (), LANGUAGES)
    faults += [fault for fault in what_if_faults(parts, entry, what_if) if fault.key not in told]
    if faults:
        raise InputError("; ".join(f"{fault.key}: {fault.message}" for fault in faults))
    return what_if


def _entries(catalog: Catalog) -> Entries:
    """The sections that a what-if names members of, as their files would give them."""
    members = {
        "properties": catalog.properties,
        "classes": catalog.class_tables,
        "crops": catalog.crops,
        "evaluation": {"": catalog.evaluation},
    }
    return {
        section: {id: Entry(section, id, section, each.model_dump(mode="json")) for id, each in own.items()}
        for section, own in members.items()
    }
