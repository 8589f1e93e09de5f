"""Errors for calls that fail without a refusal, as values with the next step.

Pure: takes the facts of a failure, and never an SDK exception.
"""

from dataclasses import dataclass

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, Problem


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who was asked, for use in sentences: the model and its setting, the server, the key's source."""

    model: str
    setting: str  # "models.haiku"
    server: str  # "Anthropic", "http://127.0.0.1:11434"
    key_source: str  # "" when it was asked without a key
    own_server: bool = False  # the person set `base_url`, which is not the vendor's
    replacement: str | None = None
    pinned: bool = False  # the setting names this model; else it is `auto`
    base_url: str = ""  # fit for a message; "" is the vendor's own


def explain_web_page(recipient: Recipient) -> CallError:
    """Explain a status 200 without an event stream: a captive portal, a proxy's page."""
    return make_network_error(
        f"Something between here and {recipient.server} answered with a page of its own",
        "Log in to the network or check the proxy, then run the action again",
        retryable=False,
        status=200,
    )


def explain_no_answer(recipient: Recipient) -> CallError:
    """Explain a status 200 with an empty event stream."""
    message = f"{recipient.server} ended its answer before it began"
    return make_network_error(message, "Run the action again", retryable=True)


def explain_unreadable(recipient: Recipient) -> CallError:
    """Explain events that are broken JSON or broken UTF-8; the next answer may be whole again."""
    message = f"{recipient.server} sent something that is no answer"
    return CallError(Problem(ErrorCode.FORMAT, message, "Run the action again"), retryable=True)


def explain_strange_end(recipient: Recipient, word: str) -> CallError:
    """Explain an unknown stop reason, if nothing else says whether the answer is whole."""
    return CallError(
        Problem(
            ErrorCode.FORMAT,
            f"{recipient.server} ended its answer in a way that Flux does not know: "
            f"`{shorten_line(word, 40) or 'a tool call that is not closed'}`",
            "Nothing was changed. Use another model or server, and report this one",
        )
    )


def make_network_error(
    message: str, hint: str, *, retryable: bool, status: int | None = None
) -> CallError:
    """Make the error for a failed connection, or for an answer from somebody else."""
    return CallError(Problem(ErrorCode.NETWORK, message, hint), status=status, retryable=retryable)


def make_timeout_error(message: str, *, retryable: bool) -> CallError:
    """Make the error for a missing answer; it is not `retryable` when the run's time is used up."""
    hint = "Run the action again, or select less; `deadline_seconds` is how long it may take"
    return CallError(Problem(ErrorCode.TIMEOUT, message, hint), retryable=retryable)


def make_setup_error(message: str, hint: str) -> CallError:
    """Make the error for something that has to be set or installed first."""
    return CallError(Problem(ErrorCode.NOT_CONFIGURED, message, hint))


def explain_no_list(server: str) -> CallError:
    """Explain that nobody can ask a cloud provider which models it has."""
    hint = "Look in the provider's console, and name the models in `models`"
    return CallError(Problem(ErrorCode.BAD_REQUEST, f"{server} has no list of models", hint))


def make_internal_error() -> CallError:
    """Make the error for our own mistake, before anything was sent."""
    message = "Something went wrong inside Flux; nothing was sent"
    return CallError(Problem(ErrorCode.INTERNAL, message, ErrorCode.INTERNAL.hint))


def retry_with_less(recipient: Recipient, status: int | None) -> CallError:
    """Make the error for a parameter that the server does not know; the call may be made without it."""
    problem = Problem(
        ErrorCode.BAD_REQUEST,
        f"{recipient.server} does not know all that Claude does and is asked again without it",
        "Run the action again",
    )
    return CallError(problem, status=status, retryable=True, retry_after=0.0)


def explain_unsendable() -> CallError:
    """Explain text that is not Unicode: an editor sent half of a surrogate pair."""
    return CallError(
        Problem(
            ErrorCode.BAD_REQUEST,
            "The text holds half a character, which cannot be sent",
            "Remove the broken character from the file, then run the action again",
        )
    )


def shorten_line(text: str, longest: int = 300) -> str:
    """Shorten what a server or a command said to a part of a sentence."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= longest else line[: longest - 1] + "…"
