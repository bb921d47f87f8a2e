"""What a regional report may say was found: a closed set of codes, each with what its text is filled with.

A member's report that is not there, or cannot be used, is a finding about it like any other.
"""

from typing import ClassVar, Final

from soilinfo.report.coded import Coded, Texts
from soilinfo.report.country.unreadable import UNREADABLE

UNANSWERED: Final[Texts] = {
    "no_answer": ("address", "error"),
    "timed_out": ("address", "connect_s", "read_s"),
    "too_slow": ("address", "total_s"),
    "too_large": ("address", "most_bytes"),
    "encoded": ("address",),
    "status": ("address", "status"),
    "not_json": ("address", "media"),
    "nothing_kept": ("address",),
    "other_origin": ("address", "target"),
    "redirects": ("address", "most"),
    "certificate": ("address", "error"),
    "no_records": ("address",),
    "no_record": ("address", "iso3", "known"),
    "no_file": ("file", "error"),
    "defect": (),
}
"""What kept a member's report from coming; ``error`` is in the words of what met it."""
KEPT_OUT: Final[Texts] = {
    "other_country": ("report", "iso3", "member"),
    "draft": ("report",),
    "kept_otherwise": ("report", "software"),
}
"""Why a report that came, or that is this node's own, does not count."""
TEXTS: Final[Texts] = {
    **UNANSWERED,
    **UNREADABLE,
    **KEPT_OUT,
    "missing_report": (),
    "late_report": ("due", "submitted_on"),
    "earlier_report": ("due", "submitted_on"),
    "overdue_report": ("due",),
    "report_from_cache": ("since",),
    "other_period": ("periods",),
    "overlapping_claims": ("area_ha",),
}


class RegionalFinding(Coded):
    """What readers of a regional report must know; about a country by its code, or several."""

    texts: ClassVar[Texts] = TEXTS
