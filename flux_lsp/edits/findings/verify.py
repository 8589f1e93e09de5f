"""Keeps of what a model reports only what can be seen in the files that it was shown.

Never guesses which line is meant: the quote stands there, or alone near by, or the claim goes.
"""

from collections.abc import Iterable
from functools import cache

from flux_lsp.core.text import LineRange
from flux_lsp.edits.findings.values import SEVERITIES, Claim, Finding, FindingReport, ParsedFindings
from flux_lsp.edits.paths import find_shown_path
from flux_lsp.edits.quoting import Quotable
from flux_lsp.edits.values import EditScope

# Models miscount lines. In 600 files of 26 projects, 82 of 100 lines with words in them stand only
# once within so many lines around them; further away, the quote alone would have to decide.
_NEAR = 20
_FEWEST_LETTERS = 3  # of a quote that is looked for near by: a brace is everywhere
_SHORTEST_PART = 8  # characters of a quote that is only a part of its line
_LONGEST_QUOTE = 200  # characters that a finding keeps
_MOST_FINDINGS = 50  # nobody reads more
_MOST_CLAIMS = 5_000  # that are looked at


def verify_findings(parsed: ParsedFindings, scope: EditScope) -> FindingReport:
    """Verify each claim against `scope.files`, the files that were shown; drops what is not there.

    Doubles become one finding, and of many findings the most serious stay.
    """

    @cache
    def quote_file(path: str) -> Quotable:
        return scope.quoting.quote_file(path, scope.files[path].text)

    findings: list[Finding] = []
    for claim in parsed.claims[:_MOST_CLAIMS]:
        path = find_shown_path(claim.path, scope)
        finding = None if path is None else _verify(claim, path, quote_file(path), scope)
        findings += [] if finding is None else [finding]
    merged = _merge_doubles(findings)
    return FindingReport(
        findings=merged[:_MOST_FINDINGS],
        summary=parsed.summary,
        approved=parsed.approved,
        dropped=parsed.unreadable + len(parsed.claims) - len(findings),
        left_out=max(0, len(merged) - _MOST_FINDINGS),
    )


def _verify(claim: Claim, path: str, quotable: Quotable, scope: EditScope) -> Finding | None:
    """Return the finding on the lines that hold its quote; None where they don't."""
    snapshot = scope.files[path]
    if claim.lines.last > snapshot.line_count:
        return None
    first = _find_quote(claim, quotable)
    if first is None:
        return None
    is_inside = claim.lines.first <= first <= claim.lines.last
    last = claim.lines.last + (0 if is_inside else first - claim.lines.first)
    lines = LineRange(first, min(last, snapshot.line_count))
    if not scope.quoting.has_shown(snapshot, snapshot.get_line_span(first - 1, lines.last - 1)):
        return None
    quote = quotable[first - 1].strip()[:_LONGEST_QUOTE]
    return Finding(path, lines, quote, claim.severity, claim.title, claim.text, claim.fix)


def _find_quote(claim: Claim, quotable: Quotable) -> int | None:
    """Find the 1-based line of the quote: the first one claimed, or the only one near the claim.

    A quote may be a part of the line that is claimed, if no line near by is the whole of it.
    """
    quote = next((line.strip() for line in claim.quote.splitlines() if line.strip()), "")
    line = quotable.get(claim.lines.first - 1, "").strip()
    if quote and line == quote:
        return claim.lines.first
    if sum(char.isalnum() for char in quote) < _FEWEST_LETTERS:
        return None
    near = range(claim.lines.first - 1 - _NEAR, claim.lines.last + _NEAR)
    places = [n + 1 for n in near if n in quotable and quotable[n].strip() == quote]
    if len(quote) >= _SHORTEST_PART and quote in line:
        places.append(claim.lines.first)
    return places[0] if len(places) == 1 else None


def _merge_doubles(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, the most serious first; of those that say the same, the first of these."""
    ordered = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    merged: dict[tuple[str, int, str], Finding] = {}
    for finding in ordered:
        words = " ".join(finding.title.lower().split()).rstrip(".")
        merged.setdefault((finding.path, finding.lines.first, words), finding)
    return tuple(merged.values())
