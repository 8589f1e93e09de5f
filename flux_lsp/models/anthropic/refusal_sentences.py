"""The error of each kind of refusal as data: code, sentence and next step.

Never decides which kind a refusal is: `refusals.py` does.
"""

from typing import NamedTuple

from flux_lsp.core.errors import ErrorCode


class Sentence(NamedTuple):
    """What to say; `own_hint` is for the person's own server.

    Places to fill: {server}, {model}, {setting}, {profile}, {key} and {reason}, the server's words.
    """

    code: ErrorCode
    message: str
    hint: str
    own_hint: str = ""


SENTENCES = {
    "billing_error": Sentence(
        ErrorCode.OVER_BUDGET,
        "The account behind the key has no credit left",
        "Add credit in the account's settings, or use another key",
    ),
    "limit": Sentence(
        ErrorCode.OVER_BUDGET,
        "The account behind the key has reached its limit{reason}",
        "Raise the limit in the account's settings, or use another key",
    ),
    "region": Sentence(
        ErrorCode.NETWORK,
        "{server} serves no requests from this network or country{reason}",
        "The key and the model are not the cause: check whether you use a VPN or proxy, "
        "and which countries the server serves",
    ),
    "account": Sentence(
        ErrorCode.AUTHENTICATION,
        "The account behind the key may not be used{reason}",
        "Ask whoever manages the account, or use another key",
    ),
    "profile": Sentence(
        ErrorCode.NOT_CONFIGURED,
        "{server} offers {model} by an inference profile only{reason}",
        "Set `{setting}` to the profile of your region, as us.{profile} or eu.{profile}",
    ),
    "expired": Sentence(
        ErrorCode.AUTHENTICATION,
        "The sign-in for {server} is not valid any more{key}{reason}",
        "Sign in again with the provider's own tool, or renew the key or token, then run the "
        "action again",
    ),
    "too_large": Sentence(
        ErrorCode.TOO_LARGE,
        "The request is larger than {model} takes{reason}",
        ErrorCode.TOO_LARGE.hint,
    ),
    "invalid_request_error": Sentence(
        ErrorCode.BAD_REQUEST,
        "{server} did not accept the request{reason}",
        "Check whether a setting of yours caused it, and try another model; else report it with "
        "the output of `flux-lsp doctor`",
        "Check what the server supports; `dialect = text` asks it without tools",
    ),
    "rate_limit_error": Sentence(
        ErrorCode.RATE_LIMITED,
        "{server} takes no more requests from this key for now{reason}",
        ErrorCode.RATE_LIMITED.hint,
    ),
    "timeout_error": Sentence(
        ErrorCode.TIMEOUT, "{server} took too long to answer{reason}", ErrorCode.TIMEOUT.hint
    ),
    "overloaded_error": Sentence(
        ErrorCode.OVERLOADED, "{server} is overloaded", ErrorCode.OVERLOADED.hint
    ),
    "api_error": Sentence(
        ErrorCode.OVERLOADED,
        "{server} is out of order{reason}",
        "Try again in a minute; https://status.claude.com shows known trouble",
        "Look at the log of that server, then run the action again",
    ),
}
SENTENCES["request_too_large"] = SENTENCES["too_large"]
