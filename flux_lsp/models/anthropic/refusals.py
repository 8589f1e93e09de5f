"""Explains a refusal: a status, an error object, or an error event in the middle of a stream.

Pure: takes the facts, and never an SDK exception.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.models.anthropic.call_errors import (
    Recipient,
    make_network_error,
    make_setup_error,
    shorten_line,
)
from flux_lsp.models.anthropic.reasons import find_reason
from flux_lsp.models.anthropic.refusal_sentences import SENTENCES, Sentence


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """A status or an error event. `kind` is `error.type`, `error_code` is its detail; both may be None.

    `spoken`: the body was an error object of the Messages API. `headers` in lower case.
    """

    status: int
    kind: str | None = None
    error_code: str | None = None
    message: str = ""
    spoken: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The end of a sentence: what the server said, else its status."""
        message = shorten_line(self.message)
        return f": {message}" if message else f" (status {self.status})"


def explain_refusal(response: ErrorResponse, recipient: Recipient, now: datetime) -> CallError:
    """Explain an HTTP status, or an error event in mid-stream (status 200)."""
    if not response.spoken and response.status not in _ENOUGH_ALONE:
        return _explain_stranger(response, recipient)
    kind = _classify(response)
    if kind in _BUILDERS:
        return _BUILDERS[kind](response, recipient)
    if kind not in SENTENCES:
        if response.status in {407, 511} or 300 <= response.status < 400:
            return _explain_stranger(response, recipient)
        kind = "invalid_request_error"
    fault = _fill_sentence(SENTENCES[kind], response, recipient)
    if kind not in _PASSING:
        return fault
    wait = read_retry_after(response.headers, now)
    again = response.status != 501
    return CallError(fault.problem, status=response.status, retryable=again, retry_after=wait)


def _classify(response: ErrorResponse) -> str:
    """Classify the refusal by the body's own word, or by the status if the body says nothing."""
    if response.error_code and response.error_code.endswith("spend_limit_reached"):
        return "limit"
    reason = find_reason(response.message)
    if response.status in _REASONED and reason not in {None, "model"}:
        return "billing_error" if reason == "billing" else str(reason)
    known = response.kind in _BUILDERS or response.kind in SENTENCES
    if response.kind and known and response.kind != "api_error":
        return response.kind
    return _BY_STATUS.get(response.status, "api_error" if response.status >= 500 else "")


def _explain_key(_: ErrorResponse, recipient: Recipient) -> CallError:
    if not recipient.key_source:
        return _end(
            401,
            ErrorCode.AUTHENTICATION,
            f"{recipient.server} wants a key and none is set",
            "Set ANTHROPIC_API_KEY, or `api_key_command`, and restart the editor",
        )
    repair = "Check that key, then run the action again"
    if recipient.key_source.startswith("variable "):  # a process never sees its environment change
        repair = "Check that key where the editor gets its environment from, and restart the editor"
    return _end(
        401,  # in mid-stream too: a key that a command printed is then asked for once more
        ErrorCode.AUTHENTICATION,
        f"{recipient.server} did not accept the key from {recipient.key_source}",
        f"{repair}; `flux-lsp doctor` shows which key is used",
    )


def _explain_forbidden(response: ErrorResponse, recipient: Recipient) -> CallError:
    message = f"This key may not use {recipient.model}{response.reason}"
    return _end_unavailable(response, recipient, message)


def _explain_not_found(response: ErrorResponse, recipient: Recipient) -> CallError:
    if recipient.own_server and not response.message:
        return _explain_route(response, recipient)
    message = f"{recipient.server} has no model {recipient.model} for this key"
    message += response.reason if recipient.own_server else ""
    return _end_unavailable(response, recipient, message)


def _end_unavailable(response: ErrorResponse, recipient: Recipient, message: str) -> CallError:
    names = ["`auto`"] if recipient.pinned else []
    names += [recipient.replacement] if recipient.replacement else []
    to = " or to ".join(names) or "a model that it can use"
    hint = (
        f"Set `{recipient.setting}` to {to}; `flux-lsp models --check` shows what this key can use"
    )
    problem = Problem(ErrorCode.MODEL_UNAVAILABLE, message, hint)
    return CallError(problem, status=response.status, unavailable=True)


def _explain_route(response: ErrorResponse, recipient: Recipient) -> CallError:
    """Explain that nobody at this address knows the path, which ends in /v1/messages."""
    url = recipient.base_url.rstrip("/")
    if url.endswith("/v1"):
        hint = f"Set `base_url` to {url.removesuffix('/v1')}: Flux adds `/v1` itself"
    else:
        hint = (
            "Set `base_url` to the server's address without `/v1`, and check that the server speaks "
            "the Messages API"
        )
    where = url or recipient.server
    fault = make_setup_error(f"There is no Messages API at {where}{response.reason}", hint)
    return replace(fault, status=response.status)


def _explain_stranger(response: ErrorResponse, recipient: Recipient) -> CallError:
    """Explain that somebody else answered: a page, a redirect, a proxy's refusal."""
    status = response.status
    if status == 404 or (recipient.own_server and status in {400, 405}):
        return _explain_route(response, recipient)
    return make_network_error(
        f"Something between here and {recipient.server} answered in its place (status {status})",
        "Log in to the network or check the proxy, then run the action again",
        retryable=status >= 500,
        status=status,
    )


def read_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that the server asks to wait, however long; None when it does not say."""
    if (wait := _read_number(headers.get("retry-after-ms"))) is not None:
        return wait / 1000
    value = headers.get("retry-after")
    if (wait := _read_number(value)) is not None:
        return wait
    try:
        at = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def _read_number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _fill_sentence(sentence: Sentence, response: ErrorResponse, recipient: Recipient) -> CallError:
    hint = sentence.own_hint if recipient.own_server and sentence.own_hint else sentence.hint
    facts = {
        "server": recipient.server,
        "model": recipient.model,
        "setting": recipient.setting,
        "profile": recipient.model if recipient.model.startswith("anthropic.") else "anthropic.…",
        "key": f" (from {recipient.key_source})" if recipient.key_source else "",
        "reason": response.reason,
    }
    message = sentence.message.format(**facts)
    return _end(response.status, sentence.code, message, hint.format(**facts))


def _end(status: int, code: ErrorCode, message: str, hint: str) -> CallError:
    return CallError(Problem(code, message, hint), status=status)


_BUILDERS: dict[str, Callable[[ErrorResponse, Recipient], CallError]] = {
    "authentication_error": _explain_key,
    "permission_error": _explain_forbidden,
    "not_found_error": _explain_not_found,
    "route": _explain_route,
}
# These pass by themselves, so that the same call may be made again.
_PASSING = frozenset({"rate_limit_error", "overloaded_error", "api_error", "timeout_error"})
# What words say counts before the status, where the status says little.
_REASONED = frozenset({200, 400, 401, 403, 404, 405, 422, 451})
_BY_STATUS = {
    200: "api_error",  # an error event that does not say what it is
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "api_error",
    413: "too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    529: "overloaded_error",
    504: "timeout_error",
}
# Statuses that say enough without a body of the API's own: a gateway in front of it may send them.
_ENOUGH_ALONE = frozenset({401, 402, 408, 413, 429, 500, 502, 503, 504, 529})
