"""An answer becomes a report of verified findings or the reason why not: parse, then verify.

Never raises for what a model says.
"""

from flux_lsp.core.conversation import Reply
from flux_lsp.edits.findings.parse import parse_findings
from flux_lsp.edits.findings.values import FindingReport
from flux_lsp.edits.findings.verify import verify_findings
from flux_lsp.edits.parse.unfinished import refuse_unfinished
from flux_lsp.edits.values import EditScope, Reject


def read_findings(reply: Reply, scope: EditScope) -> FindingReport | Reject:
    """Read the findings of `reply` on `scope.files`, which the model was shown; FORMAT for none at all.

    An answer whose every claim is untrue is a report without findings: `dropped` counts them.
    """
    unfinished = refuse_unfinished(reply)
    if unfinished is not None:
        return unfinished
    parsed = parse_findings(reply, scope)
    return parsed if isinstance(parsed, Reject) else verify_findings(parsed, scope)
