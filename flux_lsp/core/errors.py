"""Every way a run can end badly, as stable codes with a plain sentence and a next step.

Never raised for what is expected of a model: a bad answer is a value (`edits.Reject`).
"""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """The stable error codes; each has its row in docs/errors.md."""

    SEARCH_TEXT_NOT_FOUND = "SEARCH_TEXT_NOT_FOUND"
    AMBIGUOUS_MATCH = "AMBIGUOUS_MATCH"
    FORMAT = "FORMAT"
    SYNTAX_ERROR = "SYNTAX_ERROR"
    ELISION = "ELISION"
    TRUNCATED = "TRUNCATED"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    NO_CHANGE = "NO_CHANGE"
    CODE_CHANGED = "CODE_CHANGED"
    INCOMPLETE = "INCOMPLETE"
    REFUSED_BY_MODEL = "REFUSED_BY_MODEL"
    STALE_DOCUMENT = "STALE_DOCUMENT"
    OVER_BUDGET = "OVER_BUDGET"
    MODEL_UNAVAILABLE = "MODEL_UNAVAILABLE"
    AUTHENTICATION = "AUTHENTICATION"
    RATE_LIMITED = "RATE_LIMITED"
    OVERLOADED = "OVERLOADED"
    NETWORK = "NETWORK"
    TIMEOUT = "TIMEOUT"
    CANCELLED = "CANCELLED"
    NOT_CONFIGURED = "NOT_CONFIGURED"
    EXCLUDED_FILE = "EXCLUDED_FILE"
    UNTRUSTED_WORKSPACE = "UNTRUSTED_WORKSPACE"
    TOO_LARGE = "TOO_LARGE"
    BAD_REQUEST = "BAD_REQUEST"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class Problem:
    """What happened (`message`) and what to do next (`hint`), under a stable `code`."""

    code: Code
    message: str
    hint: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.message}. {self.hint}" if self.hint else self.message


class FluxError(Exception):
    """A `Problem` on its way to the edge; raise it where a value cannot be returned."""

    def __init__(self, code: Code, message: str, hint: str = "") -> None:
        """Message: what happened, no final full stop. Hint: the next step, a sentence."""
        super().__init__(message)
        self.problem = Problem(code, message, hint)
