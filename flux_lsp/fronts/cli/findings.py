"""Prints findings as compilers print errors, so that editors and CI find the places.

Never decides what is shown.
"""

from collections.abc import Iterable
from textwrap import indent

from flux_lsp.edits.findings.values import Finding


def format_findings(findings: Iterable[Finding]) -> str:
    """Format `path:line: severity: title` for each, and below it the explanation and what mends it."""
    return "".join(map(_format_finding, findings))


def _format_finding(finding: Finding) -> str:
    last = f"-{finding.lines.last}" if finding.lines.last > finding.lines.first else ""
    head = f"{finding.path}:{finding.lines.first}{last}: {finding.severity}: {finding.title}\n"
    fix = f"fix: {finding.fix}" if finding.fix else ""
    return head + "".join(
        indent(f"{words}\n", "    ") for words in (finding.quote, finding.text, fix) if words
    )
