"""Secrets beside a telling name without an assignment: pairs of name and value, SQL, prose, tables.

Never judges a value itself; that is `secret_values.py`.
"""

import re
from collections.abc import Callable, Iterator

from flux_lsp.context.secret_values import is_opaque, is_password

ValueTest = Callable[[str], bool]

_VALUE = (
    r"(?:[LNRbu@$]{0,2}(?=[\"']))?(?:\"(?P<double>[^\"\n]{4,400})\"|'(?P<single>[^'\n]{4,400})'|`(?P<tick>[^`\n]{4,400})`|"
    r"(?P<bare>[^\s\"'`<>{}()\[\],;|&$]{4,400}))"
)
_REST = r"[\w.-]{0,40}+"
_KEY = r"(?i:value|val|string|stringvalue|defaultvalue|default|content|secret|data)"
# {"name": "DB_PASSWORD", "value": "…"}, <add key="dbPassword" value="…"/>, - name: X / value: …
_OTHERS = rf"(?:[\"']?(?!{_KEY}\b)\w{{1,20}}+[\"']?\s?[:=]\s?[\"'][^\"'\n]{{0,60}}+[\"'],?\s{{0,40}}+){{0,2}}+"
_PAIR = re.compile(
    rf"{_REST}(?:[\"'`]|</\w+>)?\s{{0,40}}+,?;?\s{{0,40}}+{_OTHERS}>?\s{{0,40}}+"
    rf"[\"'<]?{_KEY}(?:[\"']?\s{{0,4}}+[:=]|>)\s{{0,40}}+(?:[-|>]\s+)?{_VALUE}"
)
# the same the other way round, up to the name
_PAIR_BACKWARDS = re.compile(
    rf"[\"'\s<]{_KEY}[\"']?\s{{0,4}}[:=]\s{{0,4}}{_VALUE}[,;]?\s{{0,40}}"
    r"[\"']?(?i:name|key|id)[\"']?\s{0,4}[:=]\s{0,4}[\"']?[\w.-]{0,40}\Z"
)
# <entry key="password">…</entry>
_TAGGED = re.compile(
    rf"{_REST}[\"']\s{{0,4}}+{_OTHERS}>\s{{0,40}}+(?P<bare>[^<>\s]{{4,400}}+)\s{{0,40}}+</"
)
_NAMES_A_NAME = re.compile(r"(?i)(?:name|key|id)[\"']?\s{0,4}[:=>]\s{0,4}[\"']?[\w.-]{0,40}\Z")
# ENV NAME value, setenv NAME value
_SET = re.compile(r"(?:^|[\s;&])(?:ENV|ARG|setenv|setx|set -[gxU]+|export|SetEnv)\s+[\w.-]{0,40}\Z")
# CREATE USER x WITH PASSWORD '…', password is …, password `…`, **Password:** …, | password | … |
_BLANKS = r"[ \t]{0,20}+"
_STATED = re.compile(
    rf"{_REST}(?![\w.-])[\"'`]?(?P<how>[*_]{{0,2}}+{_BLANKS}(?:[:=][*_]{{0,2}}+|\||->|→|"
    rf"(?<=[ \t])(?:is|was|are|ist|est|es|to|of)(?=\s)|(?<=[ \t])){_BLANKS}(?:[:=]\s)?){_VALUE}"
)
_SQL = re.compile(r"(?i)\b(?:with|encrypted|set|user|role|login|identified|by|for|alter|create)\b")
_NETRC = re.compile(
    r"\b(?:machine\s{1,20}+\S{1,200}+|default)"
    r"(?:\s{1,40}+(?:login|account|port|user)\s{1,20}+\S{1,200}+){0,4}+"
    r"\s{1,40}+(?:password|passwd)\s{1,20}+(\S{4,200})"
)
# NAME=value amidst other words: docker run -e DB_PASSWORD=…, a line of a shell
_ENVIRONMENT = re.compile(
    r"(?<![A-Za-z0-9_.$])[A-Z][A-Z0-9_]{0,60}+=[\"']?([^\s\"'`<>{}()\[\],;|&$]{4,400})"
)
_TELLING = re.compile(r"PASS|PWD|SECRET|TOKEN|_PW\b|KEY|CREDENTIAL|AUTH")
_TELLING_WORDS = ("PASS", "PWD", "SECRET", "TOKEN", "_PW", "KEY", "CREDENTIAL", "AUTH")


def find_by_shape(text: str, places: dict[int, ValueTest]) -> Iterator[str]:
    """Values beside a telling name. `places`: where such a name's telling word ends, its judge."""
    for end, judge in places.items():
        yield from _find_beside(text, end, judge)
    if "machine" in text or "default" in text:
        yield from (m[1] for m in _NETRC.finditer(text) if is_password(m[1]))
    if not any(word in text for word in _TELLING_WORDS):
        return
    for match in _ENVIRONMENT.finditer(text):
        if _TELLING.search(match[0].split("=")[0]) and is_opaque(match[1]):
            yield match[1]


def _find_beside(text: str, end: int, judge: ValueTest) -> Iterator[str]:
    before = text[max(0, text.rfind("\n", 0, end), end - 80) : end]
    pair = _PAIR.match(text, end)
    if pair is not None and _NAMES_A_NAME.search(before):
        yield from _read_value(pair, judge)
    if _NAMES_A_NAME.search(before):
        tagged = _TAGGED.match(text, end)
        if tagged is not None and judge(tagged["bare"]):
            yield tagged["bare"]
        backwards = _PAIR_BACKWARDS.search(text, max(0, end - 500), end)
        if backwards is not None:
            yield from _read_value(backwards, judge)
    stated = _STATED.match(text, end)
    if stated is not None and stated["how"].strip(" \t") != "=":
        yield from _read_value(stated, judge if _is_sure(stated, before) else is_opaque)


def _is_sure(stated: re.Match[str], before: str) -> bool:
    """Whether what stands there can only be the value: set for a process, or in SQL."""
    if stated["how"].strip():
        return False
    return bool(_SET.search(before) or (stated["single"] and _SQL.search(before)))


def _read_value(match: re.Match[str], judge: ValueTest) -> Iterator[str]:
    value = match["double"] or match["single"] or match["tick"]
    value = value if value is not None else match["bare"].rstrip(".,:;!?*_/>")
    if judge(value):
        yield value
