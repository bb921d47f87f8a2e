"""What config makes of a check's verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from soilinfo.findings import Finding, Severity


def with_severity(findings: Sequence[Finding], severity: Mapping[str, Severity]) -> list[Finding]:
    """Findings with the severity that config gives their check, else their own."""
    return [replace(finding, severity=severity.get(finding.check, finding.severity)) for finding in findings]
