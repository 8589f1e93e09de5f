"""Why a case of another project has another result here: its policy and ours, in a few words."""

from bench.edit_cases import Case, ours, outcome_of
from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.values import Reject

_REFUSED = {
    ErrorCode.AMBIGUOUS_MATCH: "the first of many is never taken, nor does a line number decide",
    ErrorCode.NO_CHANGE: "no change is said, not passed over in silence",
    ErrorCode.SYNTAX_ERROR: "the case gives the text a name of a language it is not; it does not parse",
    ErrorCode.FORMAT: "no closing marker: it cannot be told whether that is all",
}


def policy_of(case: Case) -> str:
    """The reason for a mismatch on `case`."""
    outcome = outcome_of(case)
    if isinstance(outcome, Reject):
        return _why_refused(case, outcome)
    if case.expect == "fail":
        return "markers that are longer, doubled or followed by blanks are read here"
    after, expected = ours(case) or {}, case.expected or {}
    if {p: "".join(t.split()) for p, t in after.items()} == {
        p: "".join(t.split()) for p, t in expected.items()
    }:
        return "what the answer left alone keeps the file's own blanks; its blank lines are its own"
    return "unexplained"


def _why_refused(case: Case, outcome: Reject) -> str:
    text = case.text or ""
    if case.kind == "unified_diff":
        return "unified diffs are none of the dialects"
    if text.startswith("SEARCH:"):
        return "blocks without markers are none of the dialects"
    if "SEARCH\n=======" in text or any(not edit["search"] for edit in case.edits):
        return "an empty search never changes a file that is not empty"
    if text.count("SEARCH") > 2 and outcome.code is ErrorCode.SEARCH_TEXT_NOT_FOUND:
        return "all or nothing: their result has only some of the edits"
    if outcome.code is ErrorCode.SEARCH_TEXT_NOT_FOUND:
        return "differs by more than the bounded steps forgive"
    return _REFUSED.get(outcome.code, "unexplained")
