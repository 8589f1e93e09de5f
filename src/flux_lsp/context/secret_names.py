"""Secrets that are known by the name they are given: `password = "…"`, `API_KEY=…`, `token: …`.

Never judges a value itself; that is `secret_values.py`.
"""

import re
from collections.abc import Callable, Iterator

from flux_lsp.context.secret_values import is_password, is_random, is_token

Judge = Callable[[str], bool]

# What names a secret, in lower case, by how sure the name is.
_PASSWORDS = ("passw", "pwd", "passphrase", "_pass", "pass:", "pass=", 'pass"', "pass'", "secret")
_TOKENS = (
    "token", "apikey", "api_key", "api-key", "accesskey", "access_key", "access-key", "privatekey",
    "private_key", "private-key", "credential", "auth_key", "authkey", "encryption_key",
    "signing_key", "master_key", "masterkey", "salt", "connectionstring", "connection_string",
)  # fmt: skip
_MAYBE = ("_key", "-key", 'key"', "_auth", "-auth", "cookie", "session_id", "webhook", "nonce")
_MAYBE_AS_WRITTEN = ("Key", "KEY")
# A name that goes on like this is about a secret and does not hold it.
_ABOUT = re.compile(
    r"[_-]?(?:s\b|iz|type|name|url|uri|path|file|field|label|id\b|count|limit|len|size|expir|ttl|"
    r"hint|policy|header|prefix|suffix|regex|pattern|template|message|error|reset|input|form|view|"
    r"page|endpoint|env|var|column|index|class|manager|provider|service|store|arn|ref)",
    re.IGNORECASE,
)
# From behind the word to the value: the rest of the name, a type, what assigns.
_ASSIGNS = re.compile(
    r"(?P<rest>[\w.-]{0,60}+)[\"'\])]{0,4}+\s{0,40}+(?::\s{0,4}[A-Za-z][\w\[\]., |?<>]{0,40}?\s{0,4}(?==))?"
    r"(?P<how>=>|:=|===?|!==?|\?=|[:=,(])\s{0,40}+(?:[rbfuRBFU]{0,2}(?=[\"'`]))?"
)
_QUOTED = re.compile(r"([\"'`])((?:\\.|(?!\1)[^\\\n]){4,400})\1")
# A part of a connection string or of a URL's query.
_INSIDE = re.compile(r"([^\s;&\"'`<>{}()\[\],$]{3,400})([;&]?)")
_PARAMETER = re.compile(r"[;?&][\w.-]*\Z")
_LINE = re.compile(
    r"\s*(?:(?P<env>export|set|setx|ENV|ARG)\s+|-\s+)?[\"']?(?P<name>[\w.-]+)[\"']?(?P<how>\s*[:=]\s*)"
    r"(?P<value>[^\s\"'`(){}\[\],;<>$]{4,400})\s*(?:#.*)?$"
)


def by_name(text: str) -> Iterator[str]:
    """Values given to names that say they are secret."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose small form is two: places would be shifted
        lowered = text.translate(_ASCII_LOWER)
    for words, judge in ((_PASSWORDS, is_password), (_TOKENS, is_token), (_MAYBE, is_random)):
        for word in words:
            yield from _values(text, lowered, word, judge)
    for word in _MAYBE_AS_WRITTEN:
        yield from _values(text, text, word, is_random)


_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def _values(text: str, searched: str, word: str, judge: Judge) -> Iterator[str]:
    place = searched.find(word)
    while place >= 0:
        end = place + len(word.rstrip(":='\""))
        place = searched.find(word, place + len(word))
        assigns = _ASSIGNS.match(text, end)
        if assigns is None:
            continue
        value = _value(text, end, assigns)
        if value is not None and _judge(assigns, judge)(value):
            yield value


def _judge(assigns: re.Match[str], usual: Judge) -> Judge:
    """Stricter where the name is about a secret, or where the value may just be the next of a list."""
    if _ABOUT.match(assigns["rest"]):
        return is_random
    return _is_listed if assigns["how"] in {",", "("} else usual


def _is_listed(value: str) -> bool:
    return is_token(value) and any(c.isdigit() for c in value)


def _value(text: str, place: int, assigns: re.Match[str]) -> str | None:
    quoted = _QUOTED.match(text, assigns.end())
    if quoted is not None:
        return quoted[2]
    if assigns["how"] not in {"=", ":"}:
        return None
    inside = _INSIDE.match(text, assigns.end())
    if inside and (inside[2] or _PARAMETER.search(text, max(0, place - 40), place)):
        return inside[1]
    return _bare(text, place)


def _bare(text: str, place: int) -> str | None:
    """An unquoted value, where the line is one of a configuration file and not of code."""
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    line = text[start : end if end >= 0 else len(text)].rstrip("\r")
    match = _LINE.fullmatch(line) if len(line) < 1000 else None
    if match is None or match.start("value") < place - start:
        return None
    return match["value"] if _configures(match) else None


def _configures(line: re.Match[str]) -> bool:
    """`NAME=x`, `name: x1` and `name=x1` do; in code a name on the right is another variable."""
    value, how = line["value"], line["how"]
    if how == "=" and (line["env"] or line["name"].isupper()):
        return True
    plain_name = value.replace(".", "_").isidentifier()
    if how.strip() == ":" and how.endswith(" "):
        return len(value) >= 6 and not value.isalpha() and not value.isdigit()
    if how == "=":
        return len(value) >= 6 and not value.isalpha() and "." not in value
    return not plain_name or is_random(value)
