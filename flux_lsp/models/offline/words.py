"""Plain words out of the names programmers give: `parse_header` is "parse the header".

Never claims more than the name says.
"""

import re
from collections.abc import Sequence

from flux_lsp.models.offline.word_lists import (
    ADVERBS,
    DETERMINERS,
    LONG,
    NO_ARTICLE_AFTER,
    PARTICIPLES,
    PREPOSITIONS,
    QUANTIFIERS,
    SHORT,
    UNCOUNTED,
    VERBS,
)

_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def parts(name: str) -> list[str]:
    """The words of a name: `parseHTTPHeader_v2` is parse, HTTP, Header, v, 2; lower case."""
    return [part.lower() for part in _PARTS.findall(name)]


def phrase(name: str) -> str:
    """A name as words, without an article: `max_retry_count` is "maximum retry count"."""
    return " ".join(_spelled(part) for part in parts(name))


def noun(name: str) -> str:
    """A name as a thing, with its article: "the header", "all users", "the IDs"."""
    return _objects(parts(name))


def is_thing(name: str) -> bool:
    """Whether a name reads as a thing, so that `noun` of it makes sense."""
    words = parts(name)
    if not words or len(name) == 1 or words[0] in PREPOSITIONS | QUANTIFIERS | {"too", "not"}:
        return False
    last = words[-1]
    if last in {"seed", "feed", "speed", "need", "bed", "embed"}:
        return True
    return not last.endswith(("ed", "ly")) and last not in PARTICIPLES


def action(name: str) -> str | None:
    """A name as something to do: "parse the header"; None when it does not begin with a verb."""
    words = parts(name)
    if not words:
        return None
    question = _question(words)
    if question:
        return question
    first, rest = words[0], words[1:]
    if first in {"to", "as"} and rest:
        return f"convert to {_listed(rest)}"
    if first == "from" and rest:
        return f"make one from {with_article(_listed(rest))}"
    if first == "on" and rest:
        return f"handle {_objects(rest)}"
    if first == "test" and rest:
        return f'check "{_listed(rest)}"'
    if first in ADVERBS and rest and rest[0] in VERBS:
        adverb = "asynchronously" if first == "async" else first
        first, rest = rest[0], [*rest[1:], adverb]
    verb = {"init": "initialize", "calc": "calculate", "del": "delete", "gen": "generate"}.get(
        first, first
    )
    if verb not in VERBS:
        return None
    return f"{verb} {_objects(rest)}" if rest else verb


def begins_with_verb(text: str) -> bool:
    """Whether a sentence tells what to do: a verb, then what to do it to."""
    verb, _, rest = text.partition(" ")
    return verb.lower() in VERBS and rest.split(" ", 1)[0].lower() in DETERMINERS


def sentence(text: str) -> str:
    """`text` with a capital at its start and a full stop at its end."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def with_object(doing: str, names: Sequence[str]) -> str:
    """A verb alone is about the first of `names`: "add" becomes "add the item"."""
    if " " in doing or not names or not is_thing(names[0]):
        return doing
    return f"{doing} {noun(names[0])}"


def counted(number: int, one: str) -> str:
    """A number of things: "2 classes"; "" for none."""
    if not number:
        return ""
    many = f"{one}es" if one.endswith("s") else f"{one}s"
    return f"{number} {one if number == 1 else many}"


def listed(items: Sequence[str]) -> str:
    """All of `items` in one line: "a, b and c"; empty ones left out."""
    shown = [item for item in items if item]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def third_person(sentence: str) -> str:
    """What to do, said of the one who does it: "Parse the header." becomes "parses the header"."""
    verb, space, rest = sentence.rstrip(".").partition(" ")
    for joint in ("or ", "and "):
        if rest.startswith(joint):
            rest = joint + third_person(rest.removeprefix(joint))
    return f"{_conjugated(verb.lower())}{space}{rest}"


def with_article(words: str) -> str:
    """`words` behind "a" or "an"."""
    bare = words.lstrip("`").lower()
    vowel = bare[:1] in set("aeio") and not bare.startswith(("one", "uni", "eu"))
    spelled = re.match(r"[A-Z]{2,}\b", words)
    if spelled:
        vowel = spelled[0][0] in "AEFHILMNORSX"
    return f"{'an' if vowel else 'a'} {words}"


def is_plural(word: str) -> bool:
    """Whether a word looks like more than one thing."""
    if word in {"people", "children", "data", "indices", "criteria"}:
        return True
    return len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is", "as"))


def _question(words: Sequence[str]) -> str | None:
    first, rest = words[0], _listed(words[1:])
    if not rest:
        return None
    if first in {"is", "are", "was", "were"}:
        return f"tell whether it {'is' if first in {'is', 'are'} else 'was'} {rest}"
    if first == "has":
        thing = rest if is_plural(words[-1]) else with_article(rest)
        return f"tell whether it has {thing}"
    if first in {"can", "should", "must", "needs", "does", "supports", "contains", "exists"}:
        return f"tell whether it {first} {rest}"
    return None


def _listed(words: Sequence[str]) -> str:
    return " ".join(_spelled(word) for word in words)


def _objects(words: Sequence[str]) -> str:
    """Things and what they stand in relation to, each with its article: "the item to the cart"."""
    groups: list[list[str]] = [[]]
    for word in words:
        if word in PREPOSITIONS:
            groups.append([word])
        else:
            groups[-1].append(word)
    return " ".join(filter(None, (_group(group) for group in groups)))


def _group(words: list[str]) -> str:
    if not words:
        return ""
    if words[0] not in PREPOSITIONS:
        return _article(words)
    before, things = words[0], words[1:]
    if not things:
        return before
    bare = before in NO_ARTICLE_AFTER or (before == "of" and is_plural(things[-1]))
    return f"{before} {_listed(things) if bare else _article(things)}"


def _article(words: list[str]) -> str:
    text = _listed(words)
    bare = words[0] in QUANTIFIERS or words[0] in ADVERBS
    bare = bare or (len(words) == 1 and words[0] in UNCOUNTED - {"data", "text", "state"})
    return text if bare else f"the {text}"


def _spelled(word: str) -> str:
    return SHORT.get(word) or LONG.get(word) or word


def _conjugated(verb: str) -> str:
    if verb == "do":
        return "does"
    if re.search(r"(s|x|z|ch|sh)$", verb):
        return f"{verb}es"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}s"
