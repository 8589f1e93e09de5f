"""Finds the reason of a refusal in the server's own words, if its status does not say.

Pure: takes words and returns a kind. Never guesses: unclear words are no reason.
"""

import re
from collections.abc import Mapping
from typing import Literal

Reason = Literal[
    "billing", "limit", "too_large", "region", "account", "profile", "expired", "model", "route"
]

_PLACE = r"(?:country|region|territory|location)"
_NOT = (
    r"(?:not|n[o'’]t|un)\W?(?:currently )?(?:be )?(?:supported|available|allowed|served|permitted)"
)
_WHO = r"(?:organi[sz]ation|account|workspace|team|subscription)"
_OFF = r"(?:disabled|suspended|deactivated|blocked|banned|locked|inactive|terminated)"
# The first that fits; each is searched in one line of at most some hundred characters.
_WORDS: tuple[tuple[Reason, str], ...] = (
    ("billing", r"credit balance"),
    ("limit", r"spend(?:ing)? limit|usage limit"),
    ("too_large", r"prompt is too long|too many tokens|exceeds? .{0,40}context"),
    ("too_large", r"(?:maximum|max) context length|context (?:length|window|size) .{0,30}exceed"),
    ("region", rf"request not allowed|{_PLACE}.{{0,60}}{_NOT}|{_NOT}.{{0,40}}{_PLACE}"),
    ("account", rf"{_WHO}.{{0,40}}\b{_OFF}|\b{_OFF} {_WHO}"),
    ("profile", r"on-demand throughput|inference profile"),
    ("expired", r"(?:token|session|credentials?|signature)\b.{0,60}\bexpired|\bexpired?.{0,12}token"),
    ("expired", r"security token .{0,60}invalid|reauthenticat"),
    ("route", r"unexpected endpoint|(?:file|page|route|path|url|endpoint) not found"),
    ("route", r"(?:unknown|invalid|no such) (?:route|path|url|endpoint)|cannot post\b"),
    ("model", r"\bmodels?\b|\bmodel_|_model\b"),
    ("route", r"^not found\W*$|\bno route\b"),
)  # fmt: skip
_REASONS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _WORDS)


def find_reason(words: str) -> Reason | None:
    """Find the reason that `words` name; None if they name none."""
    line = " ".join(words[:2_000].split())
    return next((name for name, pattern in _REASONS if pattern.search(line)), None)


def find_words(body: object) -> str:
    """Find the words of a body, however its server spells them; "" if it has none."""
    if isinstance(body, str):
        return body.strip()
    if isinstance(body, list):
        return "; ".join(filter(None, map(find_words, body[:5])))
    if isinstance(body, Mapping):
        keys = (
            "message",
            "Message",
            "msg",
            "detail",
            "details",
            "error",
            "errors",
            "reason",
            "title",
        )
        return next(filter(None, (find_words(body.get(key)) for key in keys)), "")
    return ""
