"""What each error code means and what a person does about it, for docs/errors.md.

Never said at run time: a run's own message knows the case.
"""

from flux_lsp.core.errors import Code

MEANINGS: dict[Code, tuple[str, str]] = {
    Code.SEARCH_TEXT_NOT_FOUND: (
        "The answer wanted to replace text that is not in the file.",
        "Run it again, or on a smaller selection.",
    ),
    Code.AMBIGUOUS_MATCH: (
        "The text to replace stands in more than one place, and Flux never takes the first of many.",
        "Select the place that is meant and run it again.",
    ),
    Code.FORMAT: (
        "The answer was not in a form that can be read: prose only, empty, broken JSON or a broken "
        "edit block. Also said when an action that needs an instruction got none.",
        'Run it again; with a server other than Anthropic\'s, try `dialect = "text"`.',
    ),
    Code.SYNTAX_ERROR: (
        "The file would have had more syntax errors than before.",
        "Run it again; mend what is broken around it first, if something is.",
    ),
    Code.ELISION: (
        "The answer left code out behind a placeholder such as `# … rest unchanged`.",
        "Run it again on a smaller selection.",
    ),
    Code.TRUNCATED: (
        "The answer was cut off before its end.",
        "Run it on a smaller selection, or raise `max_tokens`.",
    ),
    Code.OUT_OF_SCOPE: (
        "The answer changed something it was not asked to: another file, or code outside the target.",
        'Select all that may change; with `review = "auto"` you are asked instead.',
    ),
    Code.NO_CHANGE: (
        "There was nothing to do: the answer changes nothing, the document is empty, or `fix` found "
        "no diagnostic.",
        "Say more precisely what shall change.",
    ),
    Code.CODE_CHANGED: (
        "The action must not change code, and the answer did.",
        "Run it again; use `edit` when the code should change too.",
    ),
    Code.INCOMPLETE: (
        "The answer is only a part of the target, or more than it, and Flux cannot tell which lines "
        "it stands for.",
        "Run it again, or select exactly the lines that should change.",
    ),
    Code.REFUSED_BY_MODEL: (
        "The model declined to answer.",
        "Say it in other words, or try the other tier.",
    ),
    Code.STALE_DOCUMENT: (
        "The document changed, closed or moved while the model worked, in a place the edit needs.",
        "Run it again on what is there now; what you typed is untouched.",
    ),
    Code.OVER_BUDGET: (
        "The call could have passed a budget, or its model has no known price while a budget is set; "
        "nothing was sent.",
        "Raise the `budget` key the message names, or give the model a price in `prices.toml`.",
    ),
    Code.MODEL_UNAVAILABLE: (
        "This key cannot use the model (404 or 403), and no other may stand in.",
        "`flux-lsp models --check` shows what it can use; change `models` or `model`.",
    ),
    Code.AUTHENTICATION: (
        "The key was not accepted.",
        "Check `ANTHROPIC_API_KEY` or `api_key_command`; `flux-lsp doctor` says which one is used.",
    ),
    Code.RATE_LIMITED: (
        "The provider allows no more calls for now, or the account's own spending limit is reached.",
        "Wait a little; for a spending limit, raise it in the provider's console.",
    ),
    Code.OVERLOADED: (
        "The provider has too much to do.",
        "Try again in a while.",
    ),
    Code.NETWORK: (
        "The provider could not be reached, or the connection broke in the middle of the answer.",
        "Check the network, proxies and `base_url`.",
    ),
    Code.TIMEOUT: (
        "The run took longer than `deadline_seconds`.",
        "Try again, on a smaller selection, or raise `deadline_seconds`.",
    ),
    Code.CANCELLED: (
        "You cancelled it; what had been used until then is in the ledger.",
        "Nothing.",
    ),
    Code.NOT_CONFIGURED: (
        "Something has to be set up first: a key, or a ledger that can be written.",
        "`flux-lsp doctor` says what is missing and where it looked.",
    ),
    Code.EXCLUDED_FILE: (
        "The file is never sent: its name, an ignore file or `context.exclude` says so.",
        "Change `.fluxignore` or `context.exclude`, if it should be.",
    ),
    Code.UNTRUSTED_WORKSPACE: (
        "The workspace brings something that only a trusted one may.",
        "Look at it, then `flux-lsp trust` the folder.",
    ),
    Code.TOO_LARGE: (
        "The selection or the request is larger than the model or the answer's limit allows.",
        "Select a smaller part; the message says how much fits.",
    ),
    Code.BAD_REQUEST: (
        "The server did not accept the request as it was sent.",
        "The message names the cause; with a server other than Anthropic's, see what it supports.",
    ),
    Code.INTERNAL: (
        "Something went wrong inside Flux. Nothing was changed.",
        "`flux-lsp doctor` names the log; report what it says.",
    ),
}
