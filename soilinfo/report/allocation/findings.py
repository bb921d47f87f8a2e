"""What was found of an allocation, told in the language of its documents."""

from collections.abc import Collection, Iterable, Mapping
from string import Formatter

from soilinfo.catalog.text import texts
from soilinfo.findings import Finding
from soilinfo.report.phrases import Phrases
from soilinfo.report.wording import listed, written


def worded(
    phrases: Phrases,
    finding: Finding,
    names: Mapping[str, str] | None = None,
    units: Collection[str] | None = None,
) -> str:
    """The text ``finding.<check>`` filled with the finding's evidence: numbers and names as the language has
    them. The message itself, which is English, of a check that has no such text (those of any table)
    and of an older finding without all that the text tells.

    ``names``: of units, by code. ``units``: the only ones that are named, the others are counted.
    """
    text = texts(phrases.language, phrases.catalog.directory).get(f"finding.{finding.check}")
    if text is None or not {*finding.evidence, "count"} >= _asked(text):
        return finding.message
    told = written(phrases, finding.evidence)
    known = names or {}
    if codes := finding.evidence.get("codes"):
        mine = [code for code in codes if units is None or code in units]
        told["codes"] = listed(phrases, [_named(code, known) for code in mine], len(codes))
    if code := finding.evidence.get("code"):
        told["code"] = _named(code, known)
    return text.format(count=phrases.number(finding.count, 0), **told)


def _named(code: str, names: Mapping[str, str]) -> str:
    """A unit by its name and code, or by its code alone."""
    return f"{names[code]} ({code})" if code in names else code


def _asked(text: str) -> set[str]:
    """What a text leaves to be filled."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def concerning(findings: Iterable[Finding], units: Collection[str]) -> list[Finding]:
    """Those about some of these units (codes)."""
    return [finding for finding in findings if any(code in units for code in _codes(finding))]


def about_all(findings: Iterable[Finding]) -> list[Finding]:
    """Those that are about no unit but about what is divided, or how."""
    return [finding for finding in findings if not _codes(finding)]


def _codes(finding: Finding) -> list[str]:
    """The units that a finding is about."""
    told = finding.evidence
    return list(told.get("codes", [told["code"]] if "code" in told else []))
