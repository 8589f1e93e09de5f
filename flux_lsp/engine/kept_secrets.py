"""Checks that an answer leaves every secret in its place: it may remove one, but never move one.

Compares the files as the model saw them, with placeholders; never looks at a secret itself.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"FLUX_SECRET_[0-9a-f]{12}")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_JOINTS = re.compile(r"[_.-]")
_SEEN_ABOVE = 400  # characters before a secret in which its name is looked for
# What stands for a value that comes from elsewhere: ${NAME}, $NAME, {{ name }}, %NAME%, <name>.
_REFERENCE = re.compile(
    r"\$\{[^{}]*\}|\$\([^()]*\)|\$[\w:]+|\{\{.*\}\}|\{[\w.:]+\}|%\(?\w+\)?s?%?|#\{.*\}|<[\w .-]+>|"
    r"!\w+.*|(?:env|ENV|process\.env|os\.environ|secrets|vault)\b.*"
)
_QUOTES = "\"'`"


@dataclass(frozen=True)
class _SecretPlace:
    """One secret in a text: its placeholder, its name in the code, and the rest of its line."""

    placeholder: str
    name: str
    left: str
    right: str
    line: int


@dataclass(frozen=True)
class SecretCheck:
    """`fault`: why the answer is refused, None if it is not. `removed`: 1-based lines of the old text."""

    fault: str | None = None
    removed: tuple[int, ...] = ()


def compare_secrets(before: str, after: str, instruction: str) -> SecretCheck:
    """Compare the secrets of a file before and after; `before` is "" for a new file.

    A secret of the `instruction` may be put anywhere: the person said so.
    """
    old, new = list(_find_places(before)), list(_find_places(after))
    fault = _find_misplaced(old, new, instruction) or _find_replaced(old, new, after, instruction)
    left = Counter(place.placeholder for place in new)
    removed = []
    for place in old:
        if left[place.placeholder] > 0:
            left[place.placeholder] -= 1
        else:
            removed.append(place.line + 1)
    return SecretCheck(fault, tuple(dict.fromkeys(removed)))


def _find_places(text: str) -> Iterator[_SecretPlace]:
    for match in _PLACEHOLDER.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        left, right = text[start : match.start()], text[match.end() : end if end >= 0 else None]
        name = _read_name(_PLACEHOLDER.sub("", left)) or _read_name(
            _PLACEHOLDER.sub("", text[max(0, start - _SEEN_ABOVE) : start])
        )
        yield _SecretPlace(match[0], name, left, right.rstrip("\r"), text.count("\n", 0, start))


def _read_name(text: str) -> str:
    """Read the last name in `text`, written in any way."""
    names = _NAME.findall(text)
    return _JOINTS.sub("", names[-1]).lower() if names else ""


def _find_misplaced(
    old: list[_SecretPlace], new: list[_SecretPlace], instruction: str
) -> str | None:
    """Find a secret that occurs more often than before, under another's name, or in another order."""
    free = set(_PLACEHOLDER.findall(instruction))
    counts = Counter(place.placeholder for place in old)
    names: dict[str, set[str]] = {}
    for place in old:
        names.setdefault(place.name, set()).add(place.placeholder)
    for placeholder, count in Counter(place.placeholder for place in new).items():
        if count > counts[placeholder] and placeholder not in free:
            return f"{placeholder} must stand only where it stood; it may not be put anywhere else"
    for place in new:
        owners = names.get(place.name, set())
        if owners and place.placeholder not in owners and place.placeholder not in free:
            return f"{place.placeholder} must keep its own name; it may not take another's place"
    # Where names don't tell them apart, their order does.
    unnamed = [
        place.placeholder
        for place in new
        if names.get(place.name, set()) != {place.placeholder} and place.placeholder not in free
    ]
    if not _is_in_order(unnamed, [place.placeholder for place in old]):
        return "the placeholders must stay in their order where nothing else tells them apart"
    return None


def _is_in_order(part: Collection[str], whole: Collection[str]) -> bool:
    following = iter(whole)
    return all(any(item == other for other in following) for item in part)


def _find_replaced(
    old: list[_SecretPlace], new: list[_SecretPlace], after: str, instruction: str
) -> str | None:
    """Find a secret whose literal is still there, with other words in it."""
    left = Counter(place.placeholder for place in new)
    lines = after.split("\n")
    for place in old:
        left[place.placeholder] -= 1
        if left[place.placeholder] >= 0 or not place.left.strip():
            continue
        for line in lines:
            value = _read_between(line.rstrip("\r"), place)
            if value and not _REFERENCE.fullmatch(value.strip(" " + _QUOTES)):
                if (len(value) > 2 and value in instruction) or _PLACEHOLDER.search(value):
                    continue
                return (
                    f"{place.placeholder} must stay exactly where it stands, or go together with "
                    "the literal it stands in"
                )
    return None


def _read_between(line: str, place: _SecretPlace) -> str:
    """Read what stands in the secret's place on a line that is otherwise the same; "" if none is."""
    if not line.startswith(place.left) or not line.endswith(place.right):
        return ""
    value = line[len(place.left) : len(line) - len(place.right)]
    quoted = place.left[-1] in _QUOTES and place.right[:1] == place.left[-1]
    ended = value[:1] in set(_QUOTES) or (quoted and place.left[-1] in value)
    return "" if ended else value  # where the literal has ended, code stands in its place
