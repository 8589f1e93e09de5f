"""Plain words out of the names programmers give: `parse_header` is "parse the header".

Never claims more than the name says.
"""

import re
from collections.abc import Sequence

_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHORT = {
    word.lower(): word
    for word in _words(
        "API ASCII CLI CPU CSS CSV DB DNS FTP GPU GUI HTML HTTP HTTPS ID IO IP JSON JWT LSP OS "
        "PDF RAM RGB RPC SDK SHA SKU SMTP SQL SSH SSL TCP TLS TOML TTL UDP UI URI URL UTC "
        "UTF UUID VM XML YAML ZIP"
    )
} | {"ids": "IDs", "urls": "URLs", "iban": "IBAN", "vat": "VAT", "md5": "MD5"}

_LONG = {
    "args": "arguments",
    "arg": "argument",
    "attrs": "attributes",
    "attr": "attribute",
    "buf": "buffer",
    "cfg": "configuration",
    "config": "configuration",
    "conn": "connection",
    "ctx": "context",
    "dest": "destination",
    "dir": "folder",
    "dirs": "folders",
    "doc": "document",
    "docs": "documents",
    "elem": "element",
    "env": "environment",
    "err": "error",
    "exc": "exception",
    "ext": "extension",
    "fn": "function",
    "func": "function",
    "idx": "index",
    "img": "image",
    "info": "information",
    "init": "initialize",
    "kwargs": "keyword arguments",
    "len": "length",
    "lang": "language",
    "max": "maximum",
    "min": "minimum",
    "msg": "message",
    "msgs": "messages",
    "num": "number",
    "obj": "object",
    "objs": "objects",
    "param": "parameter",
    "params": "parameters",
    "pos": "position",
    "prev": "previous",
    "pwd": "password",
    "qty": "quantity",
    "ref": "reference",
    "repo": "repository",
    "req": "request",
    "res": "result",
    "resp": "response",
    "ret": "result",
    "spec": "specification",
    "src": "source",
    "str": "string",
    "temp": "temporary",
    "tmp": "temporary",
    "txt": "text",
    "val": "value",
    "vals": "values",
    "var": "variable",
    "vec": "vector",
}

VERBS = _words(
    """
    abort accept acquire activate add adjust advance aggregate align allocate allow analyse analyze
    animate annotate append apply archive ask assemble assert assign attach authenticate authorize
    await back backup balance begin bind block boot broadcast browse build bump cache calculate call
    cancel capitalize capture cast change charge check choose clamp clean clear click clip clone
    close collapse collect combine commit compare compile complete compose compress compute
    concatenate configure confirm connect consume convert copy correct count cover crawl create crop
    cut deactivate debug decide declare decode decompress decorate decrease decrement decrypt deduce
    define delete deliver deploy describe deserialize destroy detach detect determine diff disable
    discard disconnect discover dispatch display dispose divide do download drain draw drop dump
    duplicate edit eject emit enable encode encrypt end enqueue ensure enter enumerate erase escape
    establish estimate evaluate exclude execute exit expand expect expire explain export extend
    extract fail feed fetch fill filter finalize find finish fit fix flatten flip flush focus fold
    follow force fork format forward free freeze gather generate get give grant group grow guard
    guess handle hash hide highlight ignore import include increase increment indent infer inform
    initialize inject insert inspect install interpolate intersect invalidate invert invoke issue
    iterate join jump keep kill launch lay leave limit link list listen load locate lock log login
    logout look lower lowercase mail make manage map mark mask match measure merge migrate mirror
    mix mock modify monitor mount move multiply mutate navigate need negate normalise normalize
    notify observe obtain open optimize order override pack pad paint parse partition paste patch
    pause peek perform persist pick ping place plan play plot poll pop populate post predict prepare
    prepend present preserve print probe proceed process produce promote prompt propagate protect
    provide prune publish pull purge push put query quit quote raise randomize rank reach read
    rebuild receive recognize recommend reconnect record recover recreate redirect reduce refactor
    refresh refund register reject release reload remove rename render renew reorder repair repeat
    replace reply report request require reschedule reserve reset resize resolve respond restart
    restock restore restrict resume retrieve retry return reverse revert revoke rewrite roll rotate
    round route run sample sanitize save scale scan schedule score scrape scroll search seed select
    send separate serialize serve set setup shift ship show shuffle shut shutdown sign simplify
    simulate skip sleep slice slugify solve sort spawn split spread stack start step stop store
    stream strip submit subscribe substitute subtract sum summarise summarize suspend swap sync
    synchronize tag take tear tell test throw toggle tokenize touch trace track train transfer
    transform translate transpose traverse trigger trim truncate try turn undo uninstall unify
    unlink unlock unpack unregister unsubscribe unwrap unzip update upgrade upload uppercase use
    validate verify view visit wait wake walk warm warn watch weigh wipe withdraw wrap write yield
    zip zoom
    """
)
_PREPOSITIONS = _words(
    "about above after against among around as at before below between by during for from in "
    "inside into like near of off on onto over per since than through to toward towards under "
    "until up upon via with within without"
)
_NO_ARTICLE_AFTER = frozenset({"by", "per", "as", "like"})
_QUANTIFIERS = _words(
    "a all an and any both each either every many more most neither no nothing one other "
    "everything or several some this that these those two three what which whether"
)
_DETERMINERS = _QUANTIFIERS | {"the", "it", "its", "whether", "up", "them"}
_UNCOUNTED = _words(
    "access content data feedback help information input json html xml yaml csv sql log markdown "
    "metadata output progress spam state storage text traffic usage ascii utf upper lower title "
    "stdin stdout stderr python"
)
_PARTICIPLES = _words(
    "made found done given taken known seen gone kept sent shown built left up out"
)
_ADVERBS = _words("async asynchronously sync safely quickly lazily recursively once twice again")


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
    if not words or len(name) == 1 or words[0] in _PREPOSITIONS | _QUANTIFIERS | {"too", "not"}:
        return False
    last = words[-1]
    if last in {"seed", "feed", "speed", "need", "bed", "embed"}:
        return True
    return not last.endswith(("ed", "ly")) and last not in _PARTICIPLES


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
    if first in _ADVERBS and rest and rest[0] in VERBS:
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
    return verb.lower() in VERBS and rest.split(" ", 1)[0].lower() in _DETERMINERS


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
    *front, last = filter(None, items)
    return f"{', '.join(front)} and {last}" if front else last


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
        if word in _PREPOSITIONS:
            groups.append([word])
        else:
            groups[-1].append(word)
    return " ".join(filter(None, (_group(group) for group in groups)))


def _group(words: list[str]) -> str:
    if not words:
        return ""
    if words[0] not in _PREPOSITIONS:
        return _article(words)
    before, things = words[0], words[1:]
    if not things:
        return before
    bare = before in _NO_ARTICLE_AFTER or (before == "of" and is_plural(things[-1]))
    return f"{before} {_listed(things) if bare else _article(things)}"


def _article(words: list[str]) -> str:
    text = _listed(words)
    bare = words[0] in _QUANTIFIERS or words[0] in _ADVERBS
    bare = bare or (len(words) == 1 and words[0] in _UNCOUNTED - {"data", "text", "state"})
    return text if bare else f"the {text}"


def _spelled(word: str) -> str:
    return _SHORT.get(word) or _LONG.get(word) or word


def _conjugated(verb: str) -> str:
    if verb == "do":
        return "does"
    if re.search(r"(s|x|z|ch|sh)$", verb):
        return f"{verb}es"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}s"
