"""Secrets that are known by their form alone: keys with a prefix, private keys, passwords in URLs.

Never looks at names; that is `secret_names.py`.
"""

import re
from collections.abc import Iterator
from functools import cache

from flux_lsp.context.secret_values import is_password, is_random

# A private key as it stands in a file, or in a string literal with its line ends written out, or in
# several joined ones. Nothing here gives back what it took: a hostile text must not cost more.
_B64 = "[A-Za-z0-9+/=]"
# A line's end may be followed by the mark of a comment, a quotation, a difference or a line's number.
_MARK = r"\n[ \t]*+(?:(?:#++|//++|--(?!-)|;++|\*++|>++|%++|\d{1,6} \||[|-](?!-)) ?)?"
_BREAK = rf"(?:\\[nr]|{_MARK}|[\s\"',+\\])"
_KIND = r"[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
_HEADERS = rf"(?:{_BREAK}|(?:Proc-Type|DEK-Info|Version|Comment|Hash): [^\n]{{0,100}}+)*+"
_KEY = rf"-----BEGIN {_KIND}{_HEADERS}(?:{_B64}{{20,}}+{_BREAK}*+)++{_B64}*+{_BREAK}*+(?:-----END {_KIND})?"
_KEY_END = re.compile(rf"-----END {_KIND}")
_KEY_TAIL = re.compile(rf"(?<!{_B64})(?:{_B64}{{40,}}+{_BREAK}++)++{_B64}*+{_BREAK}*+\Z")
_LONGEST_KEY = 12_000

# (needles, pattern): a pattern is tried only where a needle occurs, so that ordinary code costs
# next to nothing. A group holds the secret where it is not all of the match.
Form = tuple[tuple[str, ...], str]

_FORMS: tuple[Form, ...] = (
    (("sk-",), r"\bsk-[A-Za-z0-9_-]{16,}"),
    (("github_pat_",), r"\bgithub_pat_[A-Za-z0-9_]{20,}"),
    (("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"\bgh[pousr]_[A-Za-z0-9]{20,}"),
    (
        ("glpat", "gldt-", "glft-", "glsoat", "glrt-", "glcbt", "glimt", "glptt", "glag", "gloas"),
        r"\bgl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas)-[A-Za-z0-9_.-]{16,}",
    ),
    (("AIza",), r"\bAIza[A-Za-z0-9_-]{30,}"),
    (("ya29.",), r"\bya29\.[A-Za-z0-9_-]{20,}"),
    (("GOCSPX-",), r"\bGOCSPX-[A-Za-z0-9_-]{20,}"),
    (("AKIA", "ASIA", "ABIA", "ACCA", "A3T"), r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}"),
    (("xox",), r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    (("xapp-",), r"\bxapp-[A-Za-z0-9-]{20,}"),
    (("hooks.slack.com",), r"hooks\.slack\.com/(?:services|workflows)/([A-Za-z0-9/_-]{16,})"),
    (("discord",), r"discord(?:app)?\.com/api/webhooks/([0-9]+/[A-Za-z0-9_-]{16,})"),
    (("_live_", "_test_"), r"\b[srp]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    (("whsec_",), r"\bwhsec_[A-Za-z0-9+/=]{20,}"),
    (("SG.",), r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    (("npm_",), r"\bnpm_[A-Za-z0-9]{30,}"),
    (("pypi-",), r"\bpypi-[A-Za-z0-9_-]{30,}"),
    (("hf_",), r"\bhf_[A-Za-z0-9]{30,}"),
    (("_v1_",), r"\bdo[opr]_v1_[a-f0-9]{60,}"),
    (("shp",), r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{30,}"),
    (("lin_api_",), r"\blin_api_[A-Za-z0-9]{30,}"),
    (("dapi",), r"\bdapi[a-f0-9]{32}\b"),
    (("hvs.", "hvb."), r"\bhv[sb]\.[A-Za-z0-9_-]{24,}"),
    (("glsa_",), r"\bglsa_[A-Za-z0-9]{32}_[a-f0-9]{8}"),
    (("sntrys_",), r"\bsntrys_[A-Za-z0-9+/=_]{40,}"),
    (("PMAK-",), r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    (("key-",), r"\bkey-[a-f0-9]{32}\b"),
    (("SK",), r"SK[a-f0-9]{32}(?![A-Za-z0-9])"),
    (("eyJ",), r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?"),
    (("AccountKey=", "AccessKey="), r"(?:Account|SharedAccess)Key=([A-Za-z0-9+/=]{30,})"),
    (("AGE-SECRET-KEY-",), r"AGE-SECRET-KEY-[A-Z0-9]{40,}"),
)  # fmt: skip
# These hold blanks.
_SPACED: tuple[Form, ...] = (
    (("PRIVATE KEY",), _KEY),
    (("asic ",), r"uthorization.{0,20}?asic\s+([A-Za-z0-9+/=]{8,})"),
    (("Private-Lines:",), r"Private-Lines: \d+((?:\s++[A-Za-z0-9+/=]{16,}+)++)"),
)
_ARGUMENT = r"[\"']?([^\s\"'`$<>{}()=-][^\s\"'`$<>{}()]{3,200})"  # of a command
_OPTION = r"(?:password|passwd|http-password|pass|token|secret|api-key|api_key)"
_TWO = r"\(\s{0,20}[\"'][^\"'\n]{0,80}[\"']\s{0,4},\s{0,20}[\"']([^\"'\n]{4,200})[\"']"  # user, password
_NAMED = (
    (("://",), r"://[^\s:/?#\[\]@\"'`<>{}$]{0,100}:([^\s/?#\[\]@\"'`<>{}]{3,200})@"),
    (("--",), rf"--{_OPTION}[= ]{_ARGUMENT}"),
    (("-u",), r"(?:-u|--user|--proxy-user)[ =][\"']?[\w.@-]{1,60}+:([^\s\"'`$<>{}()]{4,200})"),
    (("mysql", "mariadb"), rf"\b(?:mysql|mariadb)\w{{0,10}}\b[^\n|;&]{{0,100}}?\s-p{_ARGUMENT}"),
    (("sshpass",), rf"\bsshpass\s+-p\s?{_ARGUMENT}"),
    (("redis-cli",), rf"\bredis-cli\b[^\n|;&]{{0,100}}?\s(?:-a|--pass)\s{_ARGUMENT}"),
    (("asic", "ASIC"), rf"(?i)\bbasic_?auth\w{{0,20}}{_TWO}"),
    (("auth",), rf"\bauth\s{{0,4}}=\s{{0,4}}{_TWO}"),
    (("</",), r"(?i)<[\w.:-]*(?:password|passwd|secret|token|api-?key)>([^<\s]{4,400})</"),
    (("dentified", "DENTIFIED"), r"(?i)\bidentified\s+by\s+[\"']([^\"'\n]{4,200})[\"']"),
    (("_authToken",), r"_authToken=([^\s\"'$]{8,200})"),
)
_CREDENTIALS = (
    (("earer ",), r"earer\s+([A-Za-z0-9._~+/=-]{10,})"),
    (
        ("uthorization",),
        r"uthorization[\"']?\s*[:=]\s*[\"'`]?(?:T|t)oken\s+([A-Za-z0-9._~+/=-]{12,})",
    ),
)


def find_by_form(text: str, words: str) -> Iterator[str]:
    """Secrets in `text` whose form says what they are; `words`: its long words, one a line."""
    yield from _find_matches(_FORMS, words)
    yield from _find_matches(_SPACED, text)
    yield from _find_key_tails(text)
    yield from (value for value in _find_matches(_NAMED, text) if is_password(value))
    yield from (value for value in _find_matches(_CREDENTIALS, text) if is_random(value, 10))


def warm_forms() -> None:
    """Compile every pattern."""
    for _, pattern in (*_FORMS, *_SPACED, *_NAMED, *_CREDENTIALS):
        _compile(pattern)


def _find_key_tails(text: str) -> Iterator[str]:
    """Ends of private keys whose beginning is not in view."""
    last = 0  # nothing is looked at twice, however many ends there are
    for end in _KEY_END.finditer(text):
        tail = _KEY_TAIL.search(text, max(last, end.start() - _LONGEST_KEY), end.start())
        last = end.end()
        if tail is not None:
            yield tail[0].strip()


def _find_matches(forms: tuple[Form, ...], text: str) -> Iterator[str]:
    for needles, pattern in forms:
        if any(needle in text for needle in needles):
            for match in _compile(pattern).finditer(text):
                yield match[match.lastindex or 0]


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
