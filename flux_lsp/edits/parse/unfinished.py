"""Whether an answer is whole: one that was declined or cut off is not read any further.

Never looks at what the answer says.
"""

from flux_lsp.core.conversation import Reply
from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.values import Reject, reject

_COMPLETE = frozenset({"end_turn", "tool_use", "stop_sequence"})


def refuse_unfinished(reply: Reply) -> Reject | None:
    """Refuse an answer that the model declined to give or that has no end; None for a whole one."""
    if reply.stop_reason == "refusal":
        words = reply.text.strip()
        message = f"The model declined: {words}" if words else "The model declined to answer"
        return reject(ErrorCode.REFUSED_BY_MODEL, message, "you declined to answer")
    if reply.stop_reason not in _COMPLETE:
        return reject(
            ErrorCode.TRUNCATED,
            "The answer was cut off",
            "your answer was cut off before its end; nothing was applied. Answer with less text",
        )
    return None
