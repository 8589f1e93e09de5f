"""What a refusal amounts to: a status, an error object, or an error event in mid-stream.

Pure: the facts come in, no SDK exception and no network.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from flux_lsp.core.conversation import Fault
from flux_lsp.core.errors import Code, Problem
from flux_lsp.models.anthropic.faults import Asked, network, not_configured, one_line, timeout

_SPENT = re.compile(r"credit balance|spend(ing)? limit|usage limit", re.IGNORECASE)
_TOO_LONG = re.compile(r"prompt is too long|too many tokens|exceeds? .{0,40}context", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refused:
    """A status or an error event: `kind` is `error.type` and `error_code` its detail, if told.

    `spoken`: the body was an error object of the Messages API. `headers` in lower case.
    """

    status: int
    kind: str | None = None
    error_code: str | None = None
    message: str = ""
    spoken: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


def refused(what: Refused, asked: Asked, now: datetime) -> Fault:
    """The fault of an HTTP status, or of an error event in mid-stream (status 200)."""
    if not what.spoken and what.status not in _ALONE:
        return _not_the_api(what, asked)
    kind = _kind(what)
    return _MAKERS.get(kind, _unknown)(what, asked, now)


def _kind(what: Refused) -> str:
    """What it amounts to: the body's own word first, the status where it says nothing."""
    if what.error_code and what.error_code.endswith("spend_limit_reached"):
        return "billing_error"
    if what.kind == "invalid_request_error" and what.status in {200, 400}:
        if _SPENT.search(what.message):
            return "billing_error"
        return "too_large" if _TOO_LONG.search(what.message) else "invalid_request_error"
    if what.kind in _MAKERS and what.kind != "api_error":
        return what.kind
    return _BY_STATUS.get(what.status, "api_error" if what.status >= 500 else "")


def _authentication(_: Refused, asked: Asked, __: datetime) -> Fault:
    if not asked.key_source:
        return _final(
            Code.AUTHENTICATION,
            f"{asked.server} wants a key and none is set",
            "Set ANTHROPIC_API_KEY, or `api_key_command`, and restart the editor",
            401,
        )
    return _final(
        Code.AUTHENTICATION,
        f"{asked.server} did not accept the key from {asked.key_source}",
        "Check that key, then run the action again; `flux-lsp doctor` shows which one is used",
        401,
    )


def _billing(what: Refused, _: Asked, __: datetime) -> Fault:
    return _final(
        Code.OVER_BUDGET,
        f"The account behind the key has no credit left or has reached its limit{_said(what)}",
        "Add credit or raise the limit in the account's settings, or use another key",
        what.status,
    )


def _forbidden(what: Refused, asked: Asked, _: datetime) -> Fault:
    return _unavailable(what, asked, f"This key may not use {asked.model}{_said(what)}")


def _not_found(what: Refused, asked: Asked, _: datetime) -> Fault:
    return _unavailable(what, asked, f"{asked.server} has no model {asked.model} for this key")


def _unavailable(what: Refused, asked: Asked, message: str) -> Fault:
    instead = f" or to {asked.replacement}" if asked.replacement else ""
    hint = (
        f"Set `{asked.setting}` to `auto`{instead}; `flux-lsp models --check` shows what it can use"
    )
    problem = Problem(Code.MODEL_UNAVAILABLE, message, hint)
    return Fault(problem, status=what.status, unavailable=True)


def _too_large(what: Refused, asked: Asked, _: datetime) -> Fault:
    return _final(
        Code.TOO_LARGE,
        f"The request is larger than {asked.model} takes{_said(what)}",
        "Select less, or lower `context.max_tokens`",
        what.status,
    )


def _invalid(what: Refused, asked: Asked, _: datetime) -> Fault:
    hint = "Please report it with `flux-lsp doctor`'s output; another model may do meanwhile"
    if asked.own_server:
        hint = "See what the server supports; `dialect = text` asks it without tools"
    return _final(
        Code.BAD_REQUEST, f"{asked.server} did not take the request{_said(what)}", hint, what.status
    )


def _limited(what: Refused, asked: Asked, now: datetime) -> Fault:
    wait = retry_after(what.headers, now)
    problem = Problem(
        Code.RATE_LIMITED,
        f"{asked.server} takes no more requests from this key for now{_said(what)}",
        "Wait a little, then run the action again",
    )
    return Fault(problem, status=what.status, retryable=True, retry_after=wait)


def _overloaded(what: Refused, asked: Asked, now: datetime) -> Fault:
    problem = Problem(
        Code.OVERLOADED,
        f"{asked.server} is overloaded or out of order{_said(what)}",
        "Try again in a minute; https://status.claude.com shows known trouble"
        if not asked.own_server
        else "Look at that server, then run the action again",
    )
    wait = retry_after(what.headers, now)
    return Fault(problem, status=what.status, retryable=what.status != 501, retry_after=wait)


def _timed_out(what: Refused, asked: Asked, now: datetime) -> Fault:
    fault = timeout(f"{asked.server} took too long to answer{_said(what)}", retryable=True)
    wait = retry_after(what.headers, now)
    return Fault(fault.problem, status=what.status, retryable=True, retry_after=wait)


def _unknown(what: Refused, asked: Asked, now: datetime) -> Fault:
    if what.status in {407, 511} or 300 <= what.status < 400:
        return _not_the_api(what, asked)
    return _invalid(what, asked, now)


def _not_the_api(what: Refused, asked: Asked) -> Fault:
    """A page, a redirect, a proxy's refusal: somebody else answered."""
    if what.status == 404 or (asked.own_server and what.status in {400, 405}):
        return not_configured(
            f"There is no Messages API at {asked.server} (status {what.status})",
            "Set `base_url` to the server's address without `/v1`",
        )
    return network(
        f"Something between here and {asked.server} answered in its place (status {what.status})",
        "Log in to the network or look at the proxy, then run the action again",
        retryable=what.status >= 500,
        status=what.status,
    )


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the server asks to wait, however long; None when it does not say."""
    if (wait := _number(headers.get("retry-after-ms"))) is not None:
        return wait / 1000
    value = headers.get("retry-after")
    if (wait := _number(value)) is not None:
        return wait
    try:
        at = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def _final(code: Code, message: str, hint: str, status: int) -> Fault:
    return Fault(Problem(code, message, hint), status=status)


def _said(what: Refused) -> str:
    message = one_line(what.message)
    return f": {message}" if message else f" (status {what.status})"


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


_Maker = Callable[[Refused, Asked, datetime], Fault]
_MAKERS: dict[str, _Maker] = {
    "authentication_error": _authentication,
    "billing_error": _billing,
    "permission_error": _forbidden,
    "not_found_error": _not_found,
    "request_too_large": _too_large,
    "too_large": _too_large,
    "invalid_request_error": _invalid,
    "rate_limit_error": _limited,
    "overloaded_error": _overloaded,
    "api_error": _overloaded,
    "timeout_error": _timed_out,
}
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
    504: "timeout_error",
}
# Statuses that say enough without a body of the API's own: a gateway in front of it may send them.
_ALONE = frozenset({401, 402, 408, 413, 429, 500, 502, 503, 504, 529})
