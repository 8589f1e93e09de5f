"""The one table of errors: a stable code, its one meaning, who is told, and the next step.

Never raised for what is expected of a model: a bad answer is a value (`edits.Reject`). To add an
error, add its row to `ErrorCode`; the page of errors, the guards of the engine, the status of a run and
the exit code of a command are derived from the row.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

# "form": another answer of the same model may do. "substance": the answer can be read and is wrong.
# "final": no other answer helps, or there is no answer to speak of, so that no model is told.
Nature = Literal["form", "substance", "final"]
# Of a run that Flux ends by itself; a run whose last call brought no answer has always failed.
EndStatus = Literal["refused", "failed", "cancelled"]

_FORM: tuple[Nature, EndStatus] = ("form", "refused")
_SUBSTANCE: tuple[Nature, EndStatus] = ("substance", "refused")
_REFUSED: tuple[Nature, EndStatus] = ("final", "refused")
_FAILED: tuple[Nature, EndStatus] = ("final", "failed")
_CANCELLED: tuple[Nature, EndStatus] = ("final", "cancelled")


class ErrorCode(StrEnum):
    """One row for each code: its nature, status, what happened, what to do next, exit code."""

    _value_: str
    nature: Nature
    status: EndStatus
    meaning: str
    hint: str
    exit_code: int

    def __new__(
        cls,
        code: str,
        nature: Nature,
        status: EndStatus,
        meaning: str,
        hint: str,
        exit_code: int = 1,
    ) -> Self:
        """The row as a member, which is the code's text."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.nature, member.status, member.exit_code = nature, status, exit_code
        member.meaning, member.hint = meaning, hint
        return member

    @property
    def is_told_to_model(self) -> bool:
        """Whether the model is told too, so that it can try again; a person is told in any case."""
        return self.nature != "final"

    SEARCH_TEXT_NOT_FOUND = (
        "SEARCH_TEXT_NOT_FOUND",
        *_FORM,
        "The answer replaces text that is not in the file",
        "Run it again, or select a smaller part",
    )
    AMBIGUOUS_MATCH = (
        "AMBIGUOUS_MATCH",
        *_FORM,
        "The text to replace is in more than one place, and Flux never takes the first of many",
        "Select the place that you mean, then run it again",
    )
    FORMAT = (
        "FORMAT",
        *_FORM,
        "Flux cannot read the answer: it is only prose, empty, broken JSON or a broken edit block",
        'Run it again; a server other than Anthropic\'s may need `dialect = "text"`',
    )
    SYNTAX_ERROR = (
        "SYNTAX_ERROR",
        *_SUBSTANCE,
        "The file would have more syntax errors than before",
        "Select the whole function, or use `tier` sonnet; repair broken code around it first",
    )
    ELISION = (
        "ELISION",
        *_SUBSTANCE,
        "The answer leaves out code behind a placeholder such as `# … rest unchanged`",
        "Run it again, or select a smaller part",
    )
    TRUNCATED = (
        "TRUNCATED",
        *_FORM,
        "The answer was cut off before its end",
        "Select a smaller part, or raise `max_tokens`",
    )
    OUT_OF_SCOPE = (
        "OUT_OF_SCOPE",
        *_FORM,
        "The answer changes another file, code outside the target, or the place of a secret",
        "Select everything that may change, and name it in the instruction; then run it again",
    )
    NO_CHANGE = (
        "NO_CHANGE",
        *_FORM,
        "Nothing would change: there is no text, no diagnostic, or no difference to what is there",
        "Say in the instruction what should be different",
    )
    CODE_CHANGED = (
        "CODE_CHANGED",
        *_SUBSTANCE,
        "The answer changes code, and the action must not",
        "Run it again, or use the edit action when the code should change",
    )
    INCOMPLETE = (
        "INCOMPLETE",
        *_SUBSTANCE,
        "The answer is a part of the target or more than it; the lines it replaces are unclear",
        "Select exactly the lines that should change, or run it again",
    )
    CHECK_FAILED = (
        "CHECK_FAILED",
        *_SUBSTANCE,
        "With the answer, one of the project's own checks fails that did not fail before",
        "Read which check failed and why; run it again, or mend the check if it is wrong",
    )
    REFUSED_BY_MODEL = (
        "REFUSED_BY_MODEL",
        *_REFUSED,
        "The model declined to answer",
        "Say it in other words, select a smaller part, or try the other tier",
    )
    STALE_DOCUMENT = (
        "STALE_DOCUMENT",
        *_REFUSED,
        "The document changed, closed or moved meanwhile, or the editor did not apply the edit",
        "Run the action again on the text as it is now; what you typed is untouched",
    )
    OVER_BUDGET = (
        "OVER_BUDGET",
        *_REFUSED,
        "The call could exceed a budget, its price is unknown, or the account has no credit left",
        "Raise the `budget` key that the message names, or give the model a price in `prices.toml`",
    )
    MODEL_UNAVAILABLE = (
        "MODEL_UNAVAILABLE",
        *_FAILED,
        "This key cannot use the model (404 or 403), and no other model may stand in",
        "Set `models` or `model` to a model that `flux-lsp models --check` shows as available",
    )
    AUTHENTICATION = (
        "AUTHENTICATION",
        *_FAILED,
        "The server did not accept the key, or the account behind it",
        "Check `ANTHROPIC_API_KEY` or `api_key_command`; `flux-lsp doctor` shows which one is used",
    )
    RATE_LIMITED = (
        "RATE_LIMITED",
        *_FAILED,
        "The server takes no more requests from this key for now",
        "Wait a little, then run the action again",
    )
    OVERLOADED = (
        "OVERLOADED",
        *_FAILED,
        "The server is overloaded or out of order",
        "Try again in a minute",
    )
    NETWORK = (
        "NETWORK",
        *_FAILED,
        "The server cannot be reached over your network: nobody answers, the connection broke, "
        "something in between answered in its place, or the server does not serve your country",
        "Check the network, its proxies and `base_url`",
    )
    TIMEOUT = (
        "TIMEOUT",
        *_FAILED,
        "No full answer came in time",
        "Run the action again, select less, or raise `deadline_seconds`",
    )
    CANCELLED = (
        "CANCELLED",
        *_CANCELLED,
        "You cancelled the run; the ledger holds what it had used until then",
        "Run the action again when you want it",
    )
    NOT_CONFIGURED = (
        "NOT_CONFIGURED",
        *_FAILED,
        "Something has to be set up first: a key, an address, a package, or a writable ledger",
        "`flux-lsp doctor` shows what is missing and where Flux looked",
        3,
    )
    EXCLUDED_FILE = (
        "EXCLUDED_FILE",
        *_REFUSED,
        "Flux never sends this file: its name, an ignore file or `context.exclude` says so",
        "Change `context.exclude` or the ignore file if it should be sent",
    )
    UNTRUSTED_WORKSPACE = (
        "UNTRUSTED_WORKSPACE",
        *_REFUSED,
        "The workspace brought the agent along, and you have not trusted its file as it is now",
        "Read the file, then run `flux-lsp trust`, or take “Flux: trust this agent” in it",
    )
    REJECTED_BY_REVIEW = (
        "REJECTED_BY_REVIEW",
        *_REFUSED,
        "The reviewing step of a pipeline rejected the work twice",
        "Say in the instruction what matters, and run it again; the steps hold the reasons",
    )
    TOO_LARGE = (
        "TOO_LARGE",
        *_REFUSED,
        "The selection or the request is larger than the model or Flux can take",
        "Select a smaller part, or lower `context.max_tokens`",
    )
    BAD_REQUEST = (
        "BAD_REQUEST",
        *_REFUSED,
        "The request cannot be carried out as it is: it lacks an instruction, it names a document, a "
        "run or a path that Flux cannot use, or the server does not accept it",
        "Change what the message names, then try again",
    )
    INTERNAL = (
        "INTERNAL",
        *_FAILED,
        "Something went wrong inside Flux; nothing was changed",
        "Run `flux-lsp doctor` to find the log, and report what it says",
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """What happened (`message`) and what to do next (`hint`), under a stable `code`."""

    code: ErrorCode
    message: str
    hint: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.message}. {self.hint}" if self.hint else self.message


class FluxError(Exception):
    """A `Problem` on its way to the edge; raise it if you cannot return a value."""

    def __init__(self, code: ErrorCode, message: str, hint: str = "") -> None:
        """`message`: what happened. `hint`: the next step. Both without a full stop at the end."""
        super().__init__(message)
        self.problem = Problem(code, message, hint)
