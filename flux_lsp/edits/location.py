"""The result of one way to locate an edit: one place with its new text, many places, or None."""

from dataclasses import dataclass

from flux_lsp.core.text import Change, Span


@dataclass(frozen=True, slots=True)
class UniquePlace:
    """The edit has exactly one place: `region` of the text, and the `changes` to make there.

    `doubt`: why a person should look at the changes first, as in `Plan`; "" when nothing is in doubt.
    """

    step: str
    region: Span
    changes: tuple[Change, ...]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class ManyPlaces:
    """The search text is found more than once; `regions` are some of the places."""

    step: str
    regions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class AlreadyApplied:
    """The new text is there already: `region` holds it.

    `alternative` is the edit as it would be made, where the answer may mean one more of the same.
    """

    region: Span
    alternative: UniquePlace | None = None


Location = UniquePlace | ManyPlaces | AlreadyApplied | None
