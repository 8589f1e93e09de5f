"""Secrets that are known by the name they are given: `password = "…"`, `API_KEY=…`, `token: …`.

Never judges a value itself; that is `secret_values.py`.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from flux_lsp.context.secret_shapes import find_by_shape
from flux_lsp.context.secret_values import (
    is_drawn,
    is_opaque,
    is_pass_phrase,
    is_password,
    is_random,
    is_token,
)

ValueTest = Callable[[str], bool]

# What names a secret, in lower case and with `_` for `-` and `.`, by how sure the name is.
_PASSWORDS = (
    "passw", "pwd", "passphrase", "pass phrase", "_pass", "pass:", "pass=", "pass =", 'pass"', "pass'",
    "secret", "requirepass", "masterauth", "_pw", "bindpw", "rootpw", "dbpw",
)  # fmt: skip
# Too short to stand for a password inside of a longer word.
_SHORT_PASSWORDS = ("pw", "pass", "psk", "creds")
_TOKENS = (
    "token", "apikey", "api_key", "accesskey", "access_key", "privatekey", "private_key",
    "credential", "auth_key", "authkey", "encryption_key", "encryptionkey", "signing_key",
    "signingkey", "master_key", "masterkey", "salt", "connectionstring", "connection_string",
    "api key", "access key", "private key", "secret key", "signing key", "encryption key",
)  # fmt: skip
_MAYBE = (
    "_key", 'key"', "_auth", "auth:", "auth=", 'auth"', "cookie", "session_id", "webhook", "nonce",
)  # fmt: skip
_MAYBE_AS_WRITTEN = ("Key", "KEY")
# A name that goes on like this is about a secret and does not hold it.
_ABOUT = re.compile(
    r"[_-]?(?:s\b|iz|type|name|url|uri|path|file|field|label|id\b|count|limit|len|size|expir|ttl|"
    r"hint|policy|header|prefix|suffix|regex|pattern|template|message|error|reset|input|form|view|"
    r"page|endpoint|env|var|column|index|class|manager|provider|service|store|arn|ref)",
    re.IGNORECASE,
)
# A longer name's last word may say that it holds something else.
_OTHER = re.compile(
    r"(?:[_.-]|(?<=[a-z])(?=[A-Z]))(?:user|username|login|email|name|host|hostname|port|url|uri|path|"
    r"file|id|type|ms|seconds|count|size|enabled|at|date|version|region)\Z",
    re.IGNORECASE,
)
# What is left of a name behind `passw`, `secret` and their like, where it says no more.
_NO_MORE = re.compile(r"(?:o?rds?|d|s|phrase)?\d?\Z", re.IGNORECASE)
# From behind the word to the value: the rest of the name, a type, what assigns.
_ASSIGNS = re.compile(
    r"(?P<rest>[\w.-]{0,60}+)[\"'\])]{0,4}+\s{0,40}+(?::\s{0,4}[A-Za-z][\w\[\]., |?<>]{0,40}?\s{0,4}(?==))?"
    r"(?P<how>=>|:=|<-|===?|!==?|\?=|[:=,(])\s{0,40}+(?:\(\s{0,40}+)?"
    r"(?:[A-Za-z@$]{0,3}(?=[\"'`]))?(?:\"\"(?=\")|''(?='))?"
)
_QUOTED = re.compile(r"([\"'`])((?:\\.|(?!\1)[^\\\n]){4,400})\1")
# A part of a connection string or of a URL's query.
_INSIDE = re.compile(r"([^\s;&\"'`<>{}()\[\],$]{3,400})([;&]?)")
# One of several on a line: host=h user=u password=…
_AMONG = re.compile(r"(?:^|[\s\"'])\w{1,40}=\S{1,80}\s{1,4}[\w.-]{0,40}\Z")
_FOLLOWED = re.compile(r"\s{1,4}\w{1,40}=")
# A value of YAML behind what says how it is written.
_WRITTEN = re.compile(
    r"[\w.-]{0,60}+[\"']?:[ \t]{1,4}(?:!!?[\w/]+[ \t]+|&[\w-]+[ \t]+)*(?:[|>][+-]?\d?[ \t]*\r?\n[ \t]+)?"
    r"([^\s\"'`<>{}()\[\],;|&!*]{4,400})[ \t]*(?:#.*)?(?:\r?\n|\Z)"
)
_PARAMETER = re.compile(r"[;?&][\w.-]*\Z")
# What may stand before a line: its number, marks of a comment, a prompt, a bullet.
_BEFORE = (
    r"(?:>?\s{0,8}\d{1,7}\s?[|:]\s)?\s*+"
    r"(?:(?://+|#+|--|;+|\*+|%+|!+|REM|rem|dnl|<!--|/\*+|'|>|\$|[+-])(?:\s++|(?=[A-Za-z])))*+"
)
_LINE = re.compile(
    rf"(?P<before>{_BEFORE})(?:(?P<env>export|set|setx|setenv|ENV|ARG)\s+)?"
    r"[\"']?(?P<name>[\w.-]+(?: [\w.-]+){0,3})[\"']?(?P<how>\s*[:=]\s*)"
    r"(?P<value>[^\s\"'`(){}\[\],;<>$]{4,400})[,;\\]?\s*(?:#.*|//.*|-->|\*/|\\)?$"
)


def find_by_name(text: str, vocabulary: str) -> Iterator[str]:
    """Values given to names that say they are secret; `vocabulary`: all words in lower case."""
    vocabulary = vocabulary.translate(_JOINED)
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose small form is two: places would be shifted
        lowered = text.translate(_ASCII_LOWER)
    lowered = lowered.translate(_JOINED)
    sure: dict[int, ValueTest] = {}  # where a word ends that tells of a secret by itself
    for words, judge in ((_PASSWORDS, is_password), (_TOKENS, is_token), (_MAYBE, is_random)):
        for word in words:
            if word.split()[0] not in vocabulary:
                continue
            ends = list(_ends(lowered, word))
            yield from _find_values(text, ends, judge)
            if judge is not is_random:
                sure.update(dict.fromkeys(ends, judge))
    for word in _SHORT_PASSWORDS:
        ends = [end for end in _ends(lowered, word) if _is_alone(lowered, end, word)]
        yield from _find_values(text, ends, is_password)
    for word in _MAYBE_AS_WRITTEN:
        yield from _find_values(text, _ends(text, word), is_random)
    yield from find_by_shape(text, sure)


_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

_JOINED = str.maketrans("-.", "__")


def _ends(searched: str, word: str) -> Iterator[int]:
    """Where the name's letters end at each occurrence of `word`."""
    size = len(word.rstrip(" :='\""))
    place = searched.find(word)
    while place >= 0:
        yield place + size
        place = searched.find(word, place + len(word))


def _is_alone(searched: str, end: int, word: str) -> bool:
    before = searched[end - len(word) - 1 : end - len(word)]
    return not before.isalnum() and not searched[end : end + 1].isalnum()


def _find_values(text: str, ends: Iterable[int], judge: ValueTest) -> Iterator[str]:
    for end in ends:
        assigns = _ASSIGNS.match(text, end)
        if assigns is None:
            continue
        value = _read_value(text, end, assigns)
        if value is not None and _choose_judge(assigns, judge)(value):
            yield value


def _choose_judge(assigns: re.Match[str], usual: ValueTest) -> ValueTest:
    """Stricter where the name is about a secret, or where the value may just be the next of a list."""
    if _ABOUT.match(assigns["rest"]) or _OTHER.search(assigns["rest"]):
        return is_random
    if assigns["how"] in {",", "("}:
        return _is_listed
    return (
        _is_password_or_phrase
        if usual is is_password and _NO_MORE.match(assigns["rest"])
        else usual
    )


def _is_password_or_phrase(value: str) -> bool:
    return is_password(value) or is_pass_phrase(value)


def _is_listed(value: str) -> bool:
    return is_token(value) and any(c.isdigit() for c in value)


def _read_value(text: str, place: int, assigns: re.Match[str]) -> str | None:
    quoted = _QUOTED.match(text, assigns.end())
    if quoted is not None:
        return quoted[2]
    if assigns["how"] not in {"=", ":"}:
        return None
    inside = _INSIDE.match(text, assigns.end())
    if inside and (inside[2] or _PARAMETER.search(text, max(0, place - 40), place)):
        return inside[1]
    if inside and assigns["how"] == "=" and _is_among(text, place, inside.end()):
        return inside[1]
    written = _WRITTEN.match(text, place) if assigns["how"] == ":" else None
    if written and text[assigns.end() : assigns.end() + 1] in {"!", "&", "|", ">"}:
        return written[1]
    return _read_bare(text, place)


def _is_among(text: str, place: int, end: int) -> bool:
    """Whether the value up to `end` is one of several settings on its line."""
    return bool(_FOLLOWED.match(text, end) or _AMONG.search(text, max(0, place - 160), place))


def _read_bare(text: str, place: int) -> str | None:
    """An unquoted value, where the line is one of a configuration file and not of code."""
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    line = text[start : end if end >= 0 else len(text)].rstrip("\r")
    match = _LINE.fullmatch(line) if len(line) < 1000 else None
    if match is None or match.start("value") < place - start:
        return None
    return match["value"] if _is_setting(match) else None


def _is_setting(line: re.Match[str]) -> bool:
    """`NAME=x`, `name: x1` and `name=x1` do; in code a name on the right is another variable."""
    value, how = line["value"], line["how"]
    if how == "=" and (line["env"] or line["name"].isupper()):
        return True
    if how == " = " and (line["before"].strip() or line["name"].isupper()) and is_opaque(value):
        return True
    plain_name = value.replace(".", "_").isidentifier()
    if how.strip() == ":" and how.endswith(" "):
        return len(value) >= 6 and not value.isalpha() and not value.isdigit()
    if how == "=":
        return len(value) >= 6 and not value.isalpha() and "." not in value
    return not plain_name or (is_random(value, 10) and is_drawn(value))
