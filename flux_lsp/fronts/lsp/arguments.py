"""Arguments of the `flux.*` commands: plain JSON checked once, with a sentence for each mistake.

Never guesses: an unknown or ill-typed argument is refused before anything is started.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class BadArgumentsError(ValueError):
    """What is wrong with a command's arguments and what is right."""


@dataclass(frozen=True, slots=True)
class RunArguments:
    """The one argument of `flux.run` and `flux.preview`."""

    action: str
    uri: str
    range: Mapping[str, Mapping[str, int]]
    version: int | None = None
    instruction: str = ""
    tier: str | None = None
    model: str = ""
    max_usd: float | None = None
    diagnostics: tuple[Mapping[str, Any], ...] = ()
    directive: bool = False
    wait: bool = False


_RUN = {
    "action": str,
    "uri": str,
    "range": Mapping,
    "version": int,
    "instruction": str,
    "tier": str,
    "model": str,
    "max_usd": (int, float),
    "diagnostics": list,
    "directive": bool,
    "wait": bool,
}


def run_arguments(arguments: Sequence[object], actions: Sequence[str]) -> RunArguments:
    """Check and convert; raises BadArgumentsError."""
    given = single(arguments, "flux.run", _RUN, required=("action", "uri", "range"))
    if given["action"] not in actions:
        raise BadArgumentsError(f"unknown action `{given['action']}`; known: {', '.join(actions)}")
    if given.get("tier") not in {None, "haiku", "sonnet"}:
        raise BadArgumentsError(f"unknown tier `{given['tier']}`; known: haiku, sonnet")
    if not _is_range(given["range"]):
        raise BadArgumentsError(
            "`range` is {start: {line, character}, end: {line, character}}, 0-based"
        )
    diagnostics = tuple(given.pop("diagnostics", None) or ())
    if not all(isinstance(d, Mapping) and _is_range(d.get("range")) for d in diagnostics):
        raise BadArgumentsError("`diagnostics` is a list of LSP diagnostics, each with its `range`")
    return RunArguments(**given, diagnostics=diagnostics)


def single(
    arguments: Sequence[object],
    command: str,
    known: Mapping[str, Any],
    required: Sequence[str] = (),
) -> dict[str, Any]:
    """The one object a command takes (none means empty), each value of its type; null is absent."""
    if len(arguments) > 1 or (arguments and not isinstance(arguments[0], Mapping)):
        raise BadArgumentsError(f"{command} takes one object")
    given = dict(arguments[0]) if arguments else {}  # type: ignore[call-overload]
    unknown = [key for key in given if key not in known]
    if unknown:
        raise BadArgumentsError(
            f"{command}: unknown argument `{unknown[0]}`; known: {', '.join(known)}"
        )
    given = {key: value for key, value in given.items() if value is not None}
    for key in required:
        if key not in given:
            raise BadArgumentsError(f"{command}: `{key}` is missing")
    for key, value in given.items():
        wanted = known[key]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise BadArgumentsError(
                f"{command}: `{key}` has the wrong type ({type(value).__name__})"
            )
    return given


def _is_range(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(value.get(end), Mapping)
        and all(
            isinstance(value[end].get(part), int)
            and not isinstance(value[end][part], bool)
            and value[end][part] >= 0
            for part in ("line", "character")
        )
        for end in ("start", "end")
    )
