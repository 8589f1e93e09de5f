"""Explains what the SDK and its transport raise; takes the exceptions and never imports the SDK.

Never hides our own mistake: it translates only what a call is known to raise.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flux_lsp.core.conversation import CallError
from flux_lsp.models.anthropic import call_errors
from flux_lsp.models.anthropic.call_errors import Recipient, shorten_line
from flux_lsp.models.anthropic.json_values import read_mapping, read_text
from flux_lsp.models.anthropic.reasons import find_words
from flux_lsp.models.anthropic.refusals import ErrorResponse, explain_refusal

log = logging.getLogger(__name__)


def explain_status(error: Any, recipient: Recipient, now: datetime, cloud: bool) -> CallError:
    """Explain an `APIStatusError`: an HTTP status, or an error event in mid-stream, whose status is 200.

    `cloud`: a provider whose errors have their own shape.
    """
    body = read_mapping(error.body)
    spoken = isinstance(body.get("error"), Mapping)
    words = error.api_message if isinstance(error.api_message, str) else find_words(body)
    response = ErrorResponse(
        error.status_code,
        error.type,
        error.error_code,
        words,
        spoken or cloud or bool(words),
        {name.lower(): value for name, value in error.response.headers.items()},
    )
    return explain_refusal(response, recipient, now)


def explain_event(
    event: Mapping[str, object], headers: Mapping[str, str], recipient: Recipient, now: datetime
) -> CallError:
    """Explain an error event of a stream, or an error object with status 200."""
    error = read_mapping(event.get("error"))
    code = read_text(read_mapping(error.get("details")).get("error_code"))
    kind = read_text(error.get("type"))
    response = ErrorResponse(
        200 if kind else 400,
        kind or None,
        code or None,
        find_words(event.get("error")) or find_words(event),
        True,
        {name.lower(): value for name, value in headers.items()},
    )
    return explain_refusal(response, recipient, now)


def explain_silence(httpx2: Any, error: Exception, recipient: Recipient) -> CallError:
    """Explain that no byte came for too long: while connecting, waiting or streaming."""
    if isinstance(error.__cause__ or error, httpx2.ConnectTimeout):
        return _explain_unreachable(recipient, "it does not answer")
    fault = call_errors.make_timeout_error(
        f"{recipient.server} sent nothing for too long", retryable=True
    )
    return replace(fault, may_cost=True)


def explain_connection(httpx2: Any, error: Exception, recipient: Recipient) -> CallError:
    """Explain that the connection could not be made, or broke."""
    cause = error.__cause__ or error
    words = shorten_line(str(cause), 120)
    if isinstance(cause, httpx2.UnsupportedProtocol | httpx2.LocalProtocolError):
        return call_errors.make_setup_error(
            f"Flux cannot send a request to {recipient.server}: {words}", _ADDRESS
        )
    if "CERTIFICATE" in words.upper():
        return call_errors.make_network_error(
            f"The certificate of {recipient.server} is not trusted here: {words}",
            "If your company uses a proxy, point SSL_CERT_FILE at the certificate of the proxy",
            retryable=False,
        )
    if isinstance(cause, httpx2.ConnectError | httpx2.ProxyError | OSError):
        return _explain_unreachable(recipient, words)
    fault = call_errors.make_network_error(
        f"The connection to {recipient.server} broke off: {words or type(cause).__name__}",
        "Run the action again",
        retryable=True,
    )
    return replace(fault, may_cost=True)


def explain_setup(provider: str, error: Exception) -> CallError:
    """Explain that the client could not be built or could not authenticate."""
    words = str(error)
    if "socksio" in words:
        return call_errors.make_setup_error(
            "A SOCKS proxy is set in the environment (ALL_PROXY, HTTPS_PROXY), and the package that "
            "speaks SOCKS is not installed",
            "Run `pipx inject flux-lsp socksio`, or `pip install socksio` beside flux-lsp",
        )
    if isinstance(error, OSError):
        return _explain_certificates(error)
    if isinstance(error, ImportError) or "missing required dependency" in words:
        extra = f"'anthropic[{provider}]'"
        return call_errors.make_setup_error(
            f"`provider = {provider}` needs a package that is not installed",
            f"Run `pipx inject flux-lsp {extra}`, or `pip install {extra}` beside flux-lsp",
        )
    if "authentication method" in words:
        return call_errors.make_setup_error(
            "No API key was found", "Set ANTHROPIC_API_KEY, or `api_key_command`, and try again"
        )
    if isinstance(error, TypeError):  # no setting leads there: the body is our own
        log.error("a call could not be made", exc_info=error)
        return call_errors.make_internal_error()
    return call_errors.make_setup_error(
        f"Flux cannot send a request to {provider}: {shorten_line(words)}",
        "`flux-lsp doctor` shows what is set",
    )


_ADDRESS = "Set `base_url` to the server's address, as http://127.0.0.1:11434"


def _explain_certificates(error: OSError) -> CallError:
    """Explain a missing file: building a client reads files of certificates and nothing else."""
    names = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
    where = " and ".join(f"{name} ({os.environ[name]})" for name in names) or "The certificates"
    return call_errors.make_setup_error(
        f"{where} cannot be used: {shorten_line(error.strerror or str(error))}",
        "Point SSL_CERT_FILE at a file of PEM certificates that is there, or unset it",
    )


def _explain_unreachable(recipient: Recipient, why: str) -> CallError:
    hint = "Check the network connection or the proxy, then run the action again"
    if recipient.own_server:
        hint = "Start that server or correct `base_url`, then run the action again"
    return call_errors.make_network_error(
        f"{recipient.server} cannot be reached: {why}", hint, retryable=True
    )
