"""An answer becomes a verified plan or the reason why not: parse, locate, apply, verify.

Never raises for what a model says, and never gives a part of what it asked for.
"""

from flux_lsp.core.conversation import Reply
from flux_lsp.core.errors import Code
from flux_lsp.edits.parse.answer import Answer
from flux_lsp.edits.parse.text_answer import from_text
from flux_lsp.edits.parse.tool_calls import from_tool_calls
from flux_lsp.edits.parse.undo_damage import second_readings, unescaped_too
from flux_lsp.edits.plan.assemble import assemble
from flux_lsp.edits.plan.verify import verified
from flux_lsp.edits.values import Plan, Reject, Workpiece, reject

_COMPLETE = frozenset({"end_turn", "tool_use", "stop_sequence"})


def read(reply: Reply, piece: Workpiece) -> Plan | Reject:
    """What `reply` comes to on `piece`; a Plan is complete and verified."""
    answer = _unfinished(reply) or _answer(reply, piece)
    if isinstance(answer, Reject):
        return answer
    made = _made(answer, piece)
    if isinstance(made, Plan):
        return _doubt(answer, piece, made) or made
    if made.code is Code.SYNTAX_ERROR:
        others = (_made(other, piece) for other in second_readings(answer, piece))
        return next((other for other in others if isinstance(other, Plan)), made)
    return made


def _doubt(answer: Answer, piece: Workpiece, made: Plan) -> Reject | None:
    """An answer that may be HTML-escaped, and that would be as good without the escapes."""
    other = unescaped_too(answer, piece)
    again = _made(other, piece) if other else None
    if not isinstance(again, Plan) or _result(again) == _result(made):
        return None
    return reject(
        Code.FORMAT,
        "The answer may be HTML-escaped",
        "your text holds `&lt;` or `&gt;`, and nothing in the file does. Write the characters "
        "themselves",
    )


def _result(plan: Plan) -> object:
    return [(file.path, file.changes) for file in plan.files], plan.new_files


def _made(answer: Answer, piece: Workpiece) -> Plan | Reject:
    plan = assemble(answer, piece)
    return plan if isinstance(plan, Reject) else verified(plan, piece)


def _answer(reply: Reply, piece: Workpiece) -> Answer | Reject:
    """Tool calls are the answer where there are any; the text beside them is talk."""
    if reply.tool_calls:
        return from_tool_calls(reply.tool_calls)
    return from_text(reply.text, piece)


def _unfinished(reply: Reply) -> Reject | None:
    if reply.stop_reason == "refusal":
        said = reply.text.strip()
        message = f"The model declined: {said}" if said else "The model declined to answer"
        return reject(Code.REFUSED_BY_MODEL, message, "you declined to answer")
    if reply.stop_reason not in _COMPLETE:
        return reject(
            Code.TRUNCATED,
            "The answer was cut off",
            "your answer was cut off before its end; nothing was applied. Answer with less text",
        )
    return None
