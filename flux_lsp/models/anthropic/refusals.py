"""What a refusal amounts to: a status, an error object, or an error event in mid-stream.

Pure: the facts come in, no SDK exception and no network.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from flux_lsp.core.conversation import Fault
from flux_lsp.core.errors import Code, Problem
from flux_lsp.models.anthropic.faults import Asked, network, not_configured, one_line, timeout
from flux_lsp.models.anthropic.reasons import reason_of


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
    reason = _REASONS.get(reason_of(what.message) or "", "")
    if what.status in _REASONED and reason:
        return reason
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
    mend = "Check that key, then run the action again"
    if asked.key_source.startswith("variable "):  # a process never sees its environment change
        mend = "Check that key where the editor gets its environment from, and restart the editor"
    return _final(
        Code.AUTHENTICATION,
        f"{asked.server} did not accept the key from {asked.key_source}",
        f"{mend}; `flux-lsp doctor` shows which one is used",
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


def _not_found(what: Refused, asked: Asked, now: datetime) -> Fault:
    if asked.own_server and not what.message:
        return _no_route(what, asked, now)
    message = f"{asked.server} has no model {asked.model} for this key"
    return _unavailable(what, asked, message + (_said(what) if asked.own_server else ""))


def _unavailable(what: Refused, asked: Asked, message: str) -> Fault:
    names = ["`auto`"] if asked.pinned else []
    names += [asked.replacement] if asked.replacement else []
    to = " or to ".join(names) or "a model that it can use"
    hint = f"Set `{asked.setting}` to {to}; `flux-lsp models --check` shows what this key can use"
    problem = Problem(Code.MODEL_UNAVAILABLE, message, hint)
    return Fault(problem, status=what.status, unavailable=True)


def _no_route(what: Refused, asked: Asked, _: datetime) -> Fault:
    """Nobody at this address knows the path, which ends in /v1/messages."""
    url = asked.base_url.rstrip("/")
    if url.endswith("/v1"):
        hint = f"Set `base_url` to {url.removesuffix('/v1')}: Flux adds `/v1` itself"
    else:
        hint = "Set `base_url` to the server's address without `/v1`, and see that it speaks it"
    where = url or asked.server
    return not_configured(f"There is no Messages API at {where}{_said(what)}", hint)


def _refused_here(what: Refused, asked: Asked, _: datetime) -> Fault:
    problem = Problem(
        Code.NETWORK,
        f"{asked.server} serves no requests from this network or country{_said(what)}",
        "It is neither the key nor the model: see whether a VPN or proxy stands in between, and "
        "which countries are served",
    )
    return Fault(problem, status=what.status)


def _account(what: Refused, _: Asked, __: datetime) -> Fault:
    return _final(
        Code.AUTHENTICATION,
        f"The account behind the key may not be used{_said(what)}",
        "Ask whoever manages the account, or use another key",
        what.status,
    )


def _profile(what: Refused, asked: Asked, _: datetime) -> Fault:
    name = asked.model if asked.model.startswith("anthropic.") else "anthropic.…"
    return _final(
        Code.NOT_CONFIGURED,
        f"{asked.server} offers {asked.model} by an inference profile only{_said(what)}",
        f"Set `{asked.setting}` to the profile of your region, as us.{name} or eu.{name}",
        what.status,
    )


def _expired(what: Refused, asked: Asked, _: datetime) -> Fault:
    source = f" (from {asked.key_source})" if asked.key_source else ""
    return _final(
        Code.AUTHENTICATION,
        f"The sign-in for {asked.server} is not valid any more{source}{_said(what)}",
        "Sign in again with the provider's own tool, or renew the key or token, then run the "
        "action again",
        what.status,
    )


def _too_large(what: Refused, asked: Asked, _: datetime) -> Fault:
    return _final(
        Code.TOO_LARGE,
        f"The request is larger than {asked.model} takes{_said(what)}",
        "Select less, or lower `context.max_tokens`",
        what.status,
    )


def _invalid(what: Refused, asked: Asked, _: datetime) -> Fault:
    hint = (
        "See whether a setting of yours caused it, and try another model; else report it with "
        "`flux-lsp doctor`'s output"
    )
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
        return _no_route(what, asked, datetime.now(UTC))
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
    "region": _refused_here,
    "account": _account,
    "profile": _profile,
    "expired": _expired,
    "route": _no_route,
}
# What words say counts before the status, where the status says little.
_REASONED = frozenset({200, 400, 401, 403, 404, 405, 422, 451})
_REASONS = {
    "billing": "billing_error",
    "too_large": "too_large",
    "region": "region",
    "account": "account",
    "profile": "profile",
    "expired": "expired",
    "route": "route",
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
