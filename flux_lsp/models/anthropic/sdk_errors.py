"""What the SDK and its transport raise, as faults; the exceptions come in, the SDK is not imported.

Never hides a mistake of our own: only what calling a server is known to raise is translated.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flux_lsp.core.conversation import Fault
from flux_lsp.models.anthropic import call_errors
from flux_lsp.models.anthropic.call_errors import Asked, one_line
from flux_lsp.models.anthropic.json_values import read_mapping, read_text
from flux_lsp.models.anthropic.reasons import words_of
from flux_lsp.models.anthropic.refusals import ErrorResponse, explain_refusal

log = logging.getLogger(__name__)


def of_status(error: Any, asked: Asked, now: datetime, cloud: bool) -> Fault:
    """An `APIStatusError`: an HTTP status, or an error event in mid-stream, whose status is 200.

    `cloud`: a provider whose errors have a shape of their own.
    """
    body = read_mapping(error.body)
    spoken = isinstance(body.get("error"), Mapping)
    words = error.api_message if isinstance(error.api_message, str) else words_of(body)
    response = ErrorResponse(
        error.status_code,
        error.type,
        error.error_code,
        words,
        spoken or cloud or bool(words),
        {name.lower(): value for name, value in error.response.headers.items()},
    )
    return explain_refusal(response, asked, now)


def of_event(
    event: Mapping[str, object], headers: Mapping[str, str], asked: Asked, now: datetime
) -> Fault:
    """An error event of a stream, or an error object with status 200."""
    error = read_mapping(event.get("error"))
    code = read_text(read_mapping(error.get("details")).get("error_code"))
    kind = read_text(error.get("type"))
    response = ErrorResponse(
        200 if kind else 400,
        kind or None,
        code or None,
        words_of(event.get("error")) or words_of(event),
        True,
        {name.lower(): value for name, value in headers.items()},
    )
    return explain_refusal(response, asked, now)


def of_silence(httpx2: Any, error: Exception, asked: Asked) -> Fault:
    """No byte for too long: while connecting, waiting or streaming."""
    if isinstance(error.__cause__ or error, httpx2.ConnectTimeout):
        return _unreachable(asked, "it does not answer")
    fault = call_errors.timeout(f"{asked.server} sent nothing for too long", retryable=True)
    return replace(fault, may_cost=True)


def of_connection(httpx2: Any, error: Exception, asked: Asked) -> Fault:
    """The connection could not be made, or broke."""
    cause = error.__cause__ or error
    said = one_line(str(cause), 120)
    if isinstance(cause, httpx2.UnsupportedProtocol | httpx2.LocalProtocolError):
        return call_errors.not_configured(f"{asked.server} cannot be asked: {said}", _ADDRESS)
    if "CERTIFICATE" in said.upper():
        return call_errors.network(
            f"The certificate of {asked.server} is not trusted here: {said}",
            "If a proxy of your company stands in between, point SSL_CERT_FILE at its certificate",
            retryable=False,
        )
    if isinstance(cause, httpx2.ConnectError | httpx2.ProxyError | OSError):
        return _unreachable(asked, said)
    fault = call_errors.network(
        f"The connection to {asked.server} broke off: {said or type(cause).__name__}",
        "Run the action again",
        retryable=True,
    )
    return replace(fault, may_cost=True)


def of_setup(provider: str, error: Exception) -> Fault:
    """The client could not be built or could not authenticate: something is missing here."""
    said = str(error)
    if "socksio" in said:
        return call_errors.not_configured(
            "A SOCKS proxy is set in the environment (ALL_PROXY, HTTPS_PROXY), and the package that "
            "speaks SOCKS is not installed",
            "Run `pipx inject flux-lsp socksio`, or `pip install socksio` beside flux-lsp",
        )
    if isinstance(error, OSError):
        return _certificates(error)
    if isinstance(error, ImportError) or "missing required dependency" in said:
        extra = f"'anthropic[{provider}]'"
        return call_errors.not_configured(
            f"`provider = {provider}` needs a package that is not installed",
            f"Run `pipx inject flux-lsp {extra}`, or `pip install {extra}` beside flux-lsp",
        )
    if "authentication method" in said:
        return call_errors.not_configured(
            "No API key was found", "Set ANTHROPIC_API_KEY, or `api_key_command`, and try again"
        )
    if isinstance(error, TypeError):  # no setting leads there: the body is our own
        log.error("a call could not be made", exc_info=error)
        return call_errors.internal()
    return call_errors.not_configured(
        f"{provider} cannot be asked: {one_line(said)}", "`flux-lsp doctor` shows what is set"
    )


_ADDRESS = "Set `base_url` to the server's address, as http://127.0.0.1:11434"


def _certificates(error: OSError) -> Fault:
    """Building a client reads files of certificates and nothing else."""
    names = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
    where = " and ".join(f"{name} ({os.environ[name]})" for name in names) or "The certificates"
    return call_errors.not_configured(
        f"{where} cannot be used: {one_line(error.strerror or str(error))}",
        "Point SSL_CERT_FILE at a file of PEM certificates that is there, or unset it",
    )


def _unreachable(asked: Asked, why: str) -> Fault:
    hint = "Check the network connection or the proxy, then run the action again"
    if asked.own_server:
        hint = "Start that server or mend `base_url`, then run the action again"
    return call_errors.network(f"{asked.server} cannot be reached: {why}", hint, retryable=True)
