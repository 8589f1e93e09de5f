"""Which definitions of a project a target uses, the surest first.

Never takes one of many: a name with more than three meanings is left out, unless a type in play has it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from flux_lsp.context.project.meanings import Definitions, Meanings
from flux_lsp.context.project.test_paths import is_test_path
from flux_lsp.context.project.values import Definition
from flux_lsp.syntax.expressions import CallResult, Expression, Member, Name, Owner, Parts

_MOST_USES = 600  # different expressions of one target
_MOST_SAME = 4  # overloads of one name
_MOST_MEANINGS = 3
_MOST_OWNED = 2  # types in play that may own a member without a known type


class Certainty(IntEnum):
    """How a definition was found; the lower, the surer."""

    NAMED = 0  # by the file's own imports and what it sees without one
    TYPED = 1  # a member of a type that is written down or follows from what is
    KEY = 2  # a keyword or a key of a literal
    IN_PLAY = 3  # a type that the target handles has a member of this name
    UNIQUE = 4  # nothing else in the project has this name


@dataclass(frozen=True, slots=True)
class Candidate:
    """A definition that the target uses `count` times."""

    definition: Definition
    certainty: Certainty
    count: int


def find_candidates(
    meanings: Meanings, imported: frozenset[str], is_late: Callable[[], bool]
) -> tuple[Candidate, ...]:
    """Find what the target uses, the surest first, then what it uses most, then in its order.

    `imported` are the names that the file's head mentions. `is_late` ends the search early.
    """
    counts: Counter[Expression] = Counter(meanings.uses.uses)
    candidates: dict[Definition, Candidate] = {}
    open_members: list[tuple[Name | Member, int]] = []

    def add(definitions: Definitions, certainty: Certainty, count: int) -> None:
        for definition in definitions[:_MOST_SAME]:
            known = candidates.get(definition)
            sure = min(certainty, known.certainty) if known else certainty
            candidates[definition] = Candidate(
                definition, sure, count + (known.count if known else 0)
            )

    for expression, count in list(counts.items())[:_MOST_USES]:
        if is_late():
            break
        definitions = meanings.find_definitions(expression)
        is_named = isinstance(expression, Name) or _is_dotted(expression)
        add(definitions, Certainty.NAMED if is_named else Certainty.TYPED, count)
        if not definitions and isinstance(expression, Name | Member):
            open_members.append((expression, count))
    for key in dict.fromkeys(meanings.uses.keys):
        types = meanings.find_types(key.of) if _names_type(meanings, key.of) else ()
        add(meanings.find_members(types, key.name), Certainty.KEY, 1)
    if open_members and not is_late():
        for definitions, certainty, count in _guess(meanings, candidates, open_members, imported):
            add(definitions, certainty, count)
            if is_late():
                break
    return tuple(sorted(candidates.values(), key=lambda c: (c.certainty, -c.count)))


def _guess(
    meanings: Meanings,
    found: Iterable[Definition],
    uses: Iterable[tuple[Name | Member, int]],
    imported: frozenset[str],
) -> Iterator[tuple[Definitions, Certainty, int]]:
    """Look up what no import and no type tells of: in the types in play, then by unique names."""
    in_play = _list_types_in_play(meanings, found)
    for expression, count in uses:
        if isinstance(expression, Name) and expression.name in meanings.uses.locals:
            continue
        if meanings.is_outside(expression, imported):
            continue
        if isinstance(expression, Member):
            owned = [
                members
                for owner in in_play
                if (members := meanings.find_members((owner,), expression.name))
            ]
            owned = list(dict.fromkeys(owned))
            if owned:
                if len(owned) <= _MOST_OWNED:
                    yield tuple(d for group in owned for d in group), Certainty.IN_PLAY, count
                continue
        yield _find_unique(meanings, expression), Certainty.UNIQUE, count


def _list_types_in_play(meanings: Meanings, found: Iterable[Definition]) -> Definitions:
    types = dict.fromkeys(meanings.find_local_types())
    for definition in tuple(found):
        if definition.kind == "type":
            types.setdefault(definition)
        elif definition.kind != "module":
            types.update(dict.fromkeys(meanings.index.list_types(definition)))
    return tuple(types)


def _find_unique(meanings: Meanings, expression: Name | Member) -> Definitions:
    """Find what has this name if nothing else has: a member for a member, else no member."""
    is_member = isinstance(expression, Member)
    definitions = meanings.index.find_definitions(expression.name, most=_MOST_MEANINGS + 3)
    is_test = is_test_path(meanings.path)
    kept = [
        d
        for d in definitions
        if d.kind != "module"
        and (bool(d.owner) or d.kind == "type" if is_member else not d.owner)
        and (is_test or not is_test_path(d.path))
    ]
    return tuple(kept) if len(kept) == 1 else ()


def _is_dotted(expression: Expression) -> bool:
    match expression:
        case Name():
            return True
        case Member(of):
            return _is_dotted(of)
    return False


def _names_type(meanings: Meanings, expression: Expression) -> bool:
    """Whether the keys of a call or literal are those of a type, not a function's parameters."""
    match expression:
        case Owner():
            return True
        case Name() | Member():
            return any(d.kind == "type" for d in meanings.find_definitions(expression))
        case Parts(parts):
            return any(_names_type(meanings, part) for part in parts)
        case CallResult(of):
            return _names_type(meanings, of)
    return False
