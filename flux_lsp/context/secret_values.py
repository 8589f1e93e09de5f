"""Whether a text is a secret's value, or only stands for one, names one, or is ordinary code.

Judges one value; never looks at its place in the text.
"""

import re
from itertools import pairwise
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
# Of a regular expression.
_PATTERN = re.compile(
    r"\(\?[:!=<#imsxaP]|\\[wdsWDSpP][+*?{\[\]]|\[\^?[^\]\s]{1,60}-[^\]\s]{1,60}\][+*{?]"
)
_FIELD = re.compile(r"%\(?\w*\)?[sdrfxi]|\$?\{[^}]*\}|[^A-Za-z0-9$!@#&*+?]")  # of a format string
_WORDS = re.compile(r"[A-Za-z]+")
# Words of the trade that hold digits.
_TECHNICAL = re.compile(
    r"(?i)(?:sha\d|md5|base\d|oauth2|utf|x509|[perh]s\d{3}|ed25519|v\d|ipv[46]|h264|bcrypt|argon2|"
    r"pbkdf2|hmac|rsa|aes|pkcs|0x|u\+|\d+(?:px|em|ms|kb|mb|gb|st|nd|rd|th)\b)"
)
_SENTENCE = re.compile(r"[.,:;!?%{}()<>/=]|\A[A-Z][a-z]+ [a-z]")
_NO_VOWEL = re.compile(r"[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{5}")
# Words of labels and messages, which stand beside such names in a table of texts.
_SPOKEN = frozenset(
    """
    about after again all also an and are as at be been before between but by can cannot change could
    did different do does doesn don during each email error fail failed field fields first for forgot
    from had has have how if in incorrect invalid into is it its least less letters long longer match
    matches may minimum more most must need needed needs not of on one only or our out over please
    reset same see should show since so specified than that the their them then there these they this
    those to too two up update use used uses using value verify was we were what when where which
    while who will with within without wrong you your characters
    """.split()  # noqa: SIM905 - a list of words reads better as one
)
_ABOUT_SECRETS = frozenset(
    """
    account api app auth authentication button client config credential credentials error field form
    group handler id input key label login manager name page passphrase passwd password reset
    screen secret secrets server service session sign signin test token user username users view
    """.split()  # noqa: SIM905 - as above
)
# Names, paths and other things that code is made of: words joined by what joins them in code.
_CODE = re.compile(r"-{0,2}[A-Za-z_]+(?:[ ./:\\>-]+[A-Za-z_]+)*[/.:]?")


def is_password(value: str) -> bool:
    """Whether `value` may be a password: anything but a word that stands for one."""
    if is_stand_in(value) or " " in value or len(value) < 4:
        return False
    if value.isdigit():
        return len(value) >= 6
    if value.isalpha():
        return len(value) >= 6
    return not _CODE.fullmatch(value)


# Parts of an object, down to one: digits in it are no sign of chance.
_MEMBER = re.compile(r"[A-Za-z_]\w{0,60}+(?:(?:\.|::|->|\?\.)[A-Za-z_]\w{0,60}+)+[!?]?")


def is_token(value: str) -> bool:
    """Whether `value` may be a key or token: letters with digits or signs, not words of code."""
    if is_stand_in(value) or " " in value or len(value) < 6 or value.isdigit():
        return False
    if value.isalpha() or value[:-1].isalpha():
        return is_gibberish(value)
    return not _CODE.fullmatch(value) and not (_MEMBER.fullmatch(value) and len(value) < 60)


def is_random(value: str, shortest: int = 16) -> bool:
    """Whether `value` looks drawn by chance: for names that hold a secret only sometimes."""
    if len(value) < shortest or not is_token(value):
        return False
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return mixed and measure_entropy(value) >= 3.0 and "://" not in value


def is_opaque(value: str) -> bool:
    """Whether `value` is nothing but a secret where prose or a list might hold an ordinary word."""
    if len(value) < 6 or not is_token(value) or _TECHNICAL.match(value):
        return False
    if "/" in value or "." in value or not any(c.isdigit() for c in value):
        return is_random(value, 12) and "/" not in value
    return _count_changes(value) >= 2


def is_drawn(value: str) -> bool:
    """Whether letters and digits alternate as no name has it."""
    return _count_changes(value) >= 4 and "_" not in value


def _count_changes(value: str) -> int:
    """How often digits, letters and signs follow one another."""
    kinds = ["d" if c.isdigit() else "l" if c.isalpha() else "s" for c in value]
    return sum(a != b for a, b in pairwise(kinds))


def is_pass_phrase(value: str) -> bool:
    """Whether `value` may be words that stand for nothing else: three or more, joined in one way."""
    if _SENTENCE.search(value) or len(value) < 10 or len(value) > 120 or is_stand_in(value):
        return False
    words = re.split(r"[ _-]", value)
    if len(words) < 3 or not all(word.isalnum() for word in words):
        return False
    spoken = " " in value
    known = _SPOKEN | _STAND_INS if spoken else _STAND_INS
    telling = {word.lower() for word in words if not word.isdigit()} & known
    return len(telling) <= (0 if spoken else len(words) // 2) and not telling & _ABOUT_SECRETS


def is_gibberish(value: str) -> bool:
    """Whether `value`, letters only, is no word or name: too few vowels in too long a row."""
    if len(value) < 20 or not value.isalpha() or not value.isascii():
        return False
    vowels = sum(letter in "aeiouyAEIOUY" for letter in value)
    harsh = vowels / len(value) < 0.32 and _NO_VOWEL.search(value) is not None
    return measure_entropy(value) >= 3.5 and (harsh or _is_zigzag(value))


def _is_zigzag(value: str) -> bool:
    """Whether capitals stand where no camel has humps."""
    humps = sum(a.isupper() != b.isupper() for a, b in pairwise(value))
    return humps >= len(value) * 0.4


def measure_entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    counts = [text.count(letter) / len(text) for letter in set(text)]
    return -sum(share * log2(share) for share in counts)


def is_stand_in(value: str) -> bool:
    """Whether `value` only stands where a secret would be: `<key>`, `xxxx`, `your-token`."""
    if _STANDS_FOR.fullmatch(value) or _PATTERN.search(value):
        return True
    if len(_FIELD.sub("", value)) < 4 <= len(value):
        return True
    words = _WORDS.findall(value.lower())
    known = all(word in _STAND_INS for word in words)
    return bool(words) and known and not any(c.isdigit() for c in value)
