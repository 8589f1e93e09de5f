"""Whether a text is a secret's value, or only stands for one, names one, or is ordinary code.

Pure judgement of one value; never looks at where it stands.
"""

import re
from math import log2

# Words that stand where a value would be; made only of them it is no secret.
_STAND_INS = frozenset(
    """
    a abc access admin an any api app apikey auth authtoken bar basic baz bearer change changeme
    client code credential credentials csrf data default demo dummy empty enter env example fake
    false file foo foobar form from get guest here hidden id input insert is key label localhost
    login me missing mock my mysecret mysql name new no none not null number object of ok old
    optional or pass passphrase passwd password placeholder postgres private public pwd qwerty
    redacted redis refresh replace required reset root salt sample secret secrets session set
    signing some string test testing text the this to todo token true type undefined unknown
    unset use user username val value var with xxx xxxx xxxxx xxxxxx your yours
    """.split()  # noqa: SIM905 - a list of words reads better as one
)
_STANDS_FOR = re.compile(
    r"[xX*.•\-_]{3,}|<.*>|\[.*\]|\$\{.*|\$\(.*|\$\w+|\{.*\}|\{\{.*|%\(?\w+\)?s?%?|#\{.*|@\w+@|#[0-9A-Fa-f]{3,8}|.*FLUX_SECRET_.*",
    re.DOTALL,
)
_FIELD = re.compile(r"%\(?\w*\)?[sdrfxi]|\$?\{[^}]*\}|[^A-Za-z0-9$!@#&*+?]")  # of a format string
_WORDS = re.compile(r"[A-Za-z]+")
# Names, paths and other things that code is made of: words joined by what joins them in code.
_CODE = re.compile(r"[A-Za-z_]+(?:[ ./:\\>-]+[A-Za-z_]+)*[/.:]?")


def is_password(value: str) -> bool:
    """Whether `value` may be a password: anything but a word that stands for one."""
    if _stands_for_one(value) or " " in value or len(value) < 4:
        return False
    if value.isdigit():
        return len(value) >= 6
    if value.isalpha():
        return len(value) >= 6
    return not _CODE.fullmatch(value)


def is_token(value: str) -> bool:
    """Whether `value` may be a key or token: letters with digits or signs, not words of code."""
    if _stands_for_one(value) or " " in value or len(value) < 6 or value.isdigit():
        return False
    return not _CODE.fullmatch(value)


def is_random(value: str, shortest: int = 16) -> bool:
    """Whether `value` looks drawn by chance: for names that hold a secret only sometimes."""
    if len(value) < shortest or not is_token(value):
        return False
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return mixed and entropy(value) >= 3.0 and "://" not in value


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    counts = [text.count(letter) / len(text) for letter in set(text)]
    return -sum(share * log2(share) for share in counts)


def _stands_for_one(value: str) -> bool:
    if _STANDS_FOR.fullmatch(value) or len(_FIELD.sub("", value)) < 4 <= len(value):
        return True
    words = _WORDS.findall(value.lower())
    known = all(word in _STAND_INS for word in words)
    return bool(words) and known and not any(c.isdigit() for c in value)
