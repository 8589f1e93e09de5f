"""Reads the findings of an answer on every file of which a part was shown, without its secrets.

Never reports a line that the model did not see, and never shows a secret.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flux_lsp.context.redact import Redactor
from flux_lsp.context.redact_prompt import hide_placeholders
from flux_lsp.core.conversation import RedactedPrompt, Reply
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.findings.read import read_findings
from flux_lsp.edits.findings.values import SEVERITIES, Finding, FindingReport
from flux_lsp.edits.values import Reject
from flux_lsp.engine.prepare import PreparedRequest
from flux_lsp.engine.values import Answered


def read_finding_report(
    reply: Reply, redacted: RedactedPrompt, prepared: PreparedRequest
) -> FindingReport | Reject:
    """Read what `reply` reports; quotes are compared with the lines as they were sent."""
    redactor = Redactor(frozenset(redacted.placeholders.values()))
    scope = replace(
        prepared.scope,
        files=_list_shown_files(prepared),
        locked={},
        quoting=replace(prepared.scope.quoting, lines_of=redactor.redact_lines),
    )
    report = read_findings(reply, scope)
    if isinstance(report, Reject):
        return replace(report, words=hide_placeholders(report.words, redacted))
    findings = tuple(_hide_secrets(finding, redacted) for finding in report.findings)
    summary = hide_placeholders(report.summary, redacted)
    return replace(report, findings=findings, summary=summary)


def end_with_findings(
    report: FindingReport, prepared: PreparedRequest, common: Mapping[str, Any]
) -> Answered:
    """End a run with what it reports; `common` are the fields that all ends have."""
    return Answered(
        findings=report.findings,
        approved=report.approved,
        base=_list_shown_files(prepared),
        summary=_describe_report(report),
        **common,
    )


def _list_shown_files(prepared: PreparedRequest) -> Mapping[str, Snapshot]:
    """List every file of which a part was shown, also those that no answer may change, by path."""
    context = prepared.context
    snapshots = [
        *(change.snapshot for change in context.changes),
        *(file.snapshot for file in context.project),
    ]
    others = {snapshot.path: snapshot for snapshot in snapshots}
    target = context.target.snapshot
    return {**others, **prepared.scope.files, target.path: target}


def _describe_report(report: FindingReport) -> str:
    """Say how many findings there are, what the model sums up, and what Flux left out."""
    sentences = [_count_findings(report.findings), report.summary]
    if report.left_out:
        sentences.append(f"{report.left_out} less serious ones are left out")
    if report.dropped:
        sentences.append(f"{report.dropped} more did not match the code and are left out")
    return ". ".join(sentence.rstrip(".") for sentence in sentences if sentence)


def _hide_secrets(finding: Finding, redacted: RedactedPrompt) -> Finding:
    return replace(
        finding,
        quote=hide_placeholders(finding.quote, redacted),
        title=hide_placeholders(finding.title, redacted),
        text=hide_placeholders(finding.text, redacted),
        fix=hide_placeholders(finding.fix, redacted),
    )


def _count_findings(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "No findings"
    count = Counter(finding.severity for finding in findings)
    parts = [_count(count[severity], severity) for severity in SEVERITIES if count[severity]]
    return f"{_count(len(findings), 'finding')} ({', '.join(parts)})"


def _count(number: int, word: str) -> str:
    plural = word if word == "information" else f"{word}s"
    return f"{number} {word if number == 1 else plural}"
