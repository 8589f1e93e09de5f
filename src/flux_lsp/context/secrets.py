"""Finds what looks like a secret in text: detect-secrets' patterns, and what they leave out.

Errs on the side of finding: a redacted text that was none comes back byte for byte. Never keeps
what it found.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from math import log2
from pathlib import Path

# Each pattern is tried only where its needle occurs, so that ordinary code costs next to nothing.
_TOKENS: tuple[tuple[str, str], ...] = (
    ("sk-", r"\bsk-[A-Za-z0-9_-]{16,}"),
    ("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{20,}"),
    ("gh", r"\bgh[pousr]_[A-Za-z0-9]{20,}"),
    ("gl", r"\bgl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent)-[A-Za-z0-9_-]{16,}"),
    ("AIza", r"\bAIza[A-Za-z0-9_-]{30,}"),
    ("ya29.", r"\bya29\.[A-Za-z0-9_-]{20,}"),
    ("GOCSPX-", r"\bGOCSPX-[A-Za-z0-9_-]{20,}"),
    ("A", r"\b(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}\b"),
    ("xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("xapp-", r"\bxapp-[A-Za-z0-9-]{20,}"),
    ("hooks.slack.com", r"https://hooks\.slack\.com/services/[A-Za-z0-9/_-]+"),
    ("_live_", r"\b(?:sk|rk|pk)_live_[A-Za-z0-9]{16,}"),
    ("_test_", r"\b(?:sk|rk)_test_[A-Za-z0-9]{16,}"),
    ("whsec_", r"\bwhsec_[A-Za-z0-9]{20,}"),
    ("SG.", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("npm_", r"\bnpm_[A-Za-z0-9]{30,}"),
    ("pypi-", r"\bpypi-[A-Za-z0-9_-]{30,}"),
    ("hf_", r"\bhf_[A-Za-z0-9]{30,}"),
    ("dop_v1_", r"\bdo[opr]_v1_[a-f0-9]{60,}"),
    ("shp", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{30,}"),
    ("lin_api_", r"\blin_api_[A-Za-z0-9]{30,}"),
    ("eyJ", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?"),
    ("AccountKey=", r"AccountKey=([A-Za-z0-9+/=]{40,})"),
    ("SharedAccessKey=", r"SharedAccessKey=([A-Za-z0-9+/=]{30,})"),
    ("AGE-SECRET-KEY-", r"AGE-SECRET-KEY-[A-Z0-9]{40,}"),
    (
        "PRIVATE KEY",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:(?!-----BEGIN)[\s\S]){0,20000}?"
        r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----",
    ),
    ("://", r"://[^\s:/?#\[\]@\"'`<>{}$]{1,100}:([^\s:/?#\[\]@\"'`<>{}$]{3,200})@"),
    ("earer ", r"\b[Bb]earer\s+([A-Za-z0-9._~+/=-]{16,})"),
    ("asic ", r"\b[Aa]uthorization[\"']?\s*[:=]\s*[\"']?[Bb]asic\s+([A-Za-z0-9+/=]{8,})"),
)
_WORDS = (
    "passw", "pwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key", "accesskey",
    "access_key", "privatekey", "private_key", "credential", "auth_key", "authkey",
    "encryption_key", "signing_key", "client_key", "master_key", "salt", "pin_code",
)  # fmt: skip
_NAME = (
    r"(?:passw(?:or)?d?|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|"
    r"credentials?|auth[_-]?key|encryption[_-]?key|signing[_-]?key|client[_-]?key|master[_-]?key|"
    r"salt|pin_code)"
)
_QUOTED = re.compile(
    rf"{_NAME}[\w-]*[\"'\]]*\s*(?::\s*[\w\[\]. |]+)?(?:=>|:=|==|[:=,(])\s*[rbfu]{{0,2}}([\"'`])"
    r"((?:\\.|(?!\1).){4,400})\1",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"^\s*(?:export\s+|set\s+|-\s+)?[\w.-]*{_NAME}[\w.-]*\s*(?:[:=]\s*)([^\s\"'`(){{}}\[\],;<>$]{{8,400}})\s*$",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[A-Za-z]+(?:[ _./:-][A-Za-z]+)*")  # words, paths, names of other things
_STAND_IN = re.compile(
    r"^(?:x{3,}|\*{3,}|\.{3,}|<.*>|\$\{?.*|\{\{?.*|%.*%|your[_-].*|change[_-]?me.*|.*example.*|"
    r".*placeholder.*|FLUX_SECRET_.*)$",
    re.IGNORECASE,
)
_LONG = re.compile(r"[A-Za-z0-9_+/=.:-]{24,}")
_SHORTEST = 4
_SHORTEST_GROUP = 8
_DATA = Path(__file__).parent / "data"


def find_secrets(text: str) -> set[str]:
    """Every text inside `text` that should not leave; the longest form of each."""
    found = set(_tokens(text))
    for line in _suspicious_lines(text):
        found.update(_assigned(line))
        found.update(_by_scanner(line))
    return {secret for secret in found if len(secret) >= _SHORTEST}


def warm() -> None:
    """Compile the patterns, so that the first prompt need not wait for it."""
    _scanner()
    _compiled()


def _tokens(text: str) -> Iterator[str]:
    for needle, pattern in _compiled():
        if needle in text:
            for match in pattern.finditer(text):
                yield match[match.lastindex or 0]


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((needle, re.compile(pattern)) for needle, pattern in _TOKENS)


def _suspicious_lines(text: str) -> Iterator[str]:
    """Lines that name a secret or hold a long unbroken word; each once."""
    starts: set[int] = set()
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that lowers to two: rare, then every line counts
        yield from set(text.splitlines())
        return
    for word in _WORDS:
        place = lowered.find(word)
        while place >= 0:
            starts.add(text.rfind("\n", 0, place) + 1)
            place = lowered.find(word, place + len(word))
    starts.update(text.rfind("\n", 0, match.start()) + 1 for match in _LONG.finditer(text))
    for start in starts:
        end = text.find("\n", start)
        yield text[start : end if end >= 0 else len(text)]


def _assigned(line: str) -> Iterator[str]:
    """Values given to names that say they are secret."""
    if len(line) > 5000:
        return
    for match in _QUOTED.finditer(line):
        if _is_value(match[2]):
            yield match[2]
    bare = _BARE.match(line)
    if bare and _is_value(bare[1]) and entropy(bare[1]) >= 3.0 and not bare[1].startswith("self."):
        yield bare[1]


def _is_value(value: str) -> bool:
    """Whether a text is a secret's value, not a name, a path or something that stands for one."""
    if _PLAIN.fullmatch(value) or _STAND_IN.match(value) or " " in value.strip():
        return False
    return len(value) >= 6 or not value.isalnum()


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    counts = [text.count(letter) / len(text) for letter in set(text)]
    return -sum(share * log2(share) for share in counts)


def _by_scanner(line: str) -> Iterator[str]:
    if len(line) > 5000:
        return
    for pattern in _scanner():
        for match in pattern.finditer(line):
            # A group is the secret itself, unless it is only the kind of it (`ghp`).
            groups = [group for group in match.groups() if group and len(group) >= _SHORTEST_GROUP]
            yield max(groups, key=len, default=match[0]).strip()


@cache
def _scanner() -> tuple[re.Pattern[str], ...]:
    """detect-secrets' own patterns; `python -m flux_lsp.publish` takes them over as data."""
    table = json.loads((_DATA / "secret_patterns.json").read_text(encoding="utf-8"))
    return tuple(re.compile(one["pattern"], one["flags"]) for one in table["patterns"])
