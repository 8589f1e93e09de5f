"""Checks the arguments of the `flux.*` commands once, with a sentence for each mistake.

Never guesses: refuses an unknown or ill-typed argument before anything starts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flux_lsp.actions.action import is_group
from flux_lsp.core.tiers import Tier
from flux_lsp.runs.diagnostics import find_mistake, is_range
from flux_lsp.runs.related import find_related_mistake


class BadArgumentsError(ValueError):
    """Says what is wrong with a command's arguments, and what would be right."""


@dataclass(frozen=True, slots=True)
class RunArguments:
    """The one argument of `flux.run` and `flux.preview`."""

    action: str
    uri: str
    range: Mapping[str, Mapping[str, int]]
    version: int | None = None
    instruction: str = ""
    tier: Tier | None = None
    model: str = ""
    max_usd: float | None = None
    diagnostics: tuple[Mapping[str, Any], ...] = ()
    related: tuple[Mapping[str, Any], ...] = ()
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
    "related": list,
    "directive": bool,
    "wait": bool,
}


def parse_run_arguments(arguments: Sequence[object], actions: Sequence[str]) -> RunArguments:
    """Check and convert the arguments; raises BadArgumentsError.

    Which agents there are is known only once the run looks.
    """
    values = parse_single(arguments, "flux.run", _RUN, required=("action", "uri", "range"))
    if values["action"] not in actions and not is_group(values["action"]):
        raise BadArgumentsError(
            f"No action is called `{values['action']}`. Try {', '.join(actions)}"
        )
    if values.get("tier") not in {None, "haiku", "sonnet"}:
        raise BadArgumentsError(f"unknown tier `{values['tier']}`; known: haiku, sonnet")
    _check_range(values["range"])
    diagnostics = tuple(values.pop("diagnostics", None) or ())
    related = tuple(values.pop("related", None) or ())
    mistake = find_mistake(diagnostics) or find_related_mistake(related)
    if mistake is not None:
        raise BadArgumentsError(mistake)
    return RunArguments(**values, diagnostics=diagnostics, related=related)


def parse_place(
    arguments: Sequence[object], command: str
) -> tuple[str, Mapping[str, Mapping[str, int]], bool]:
    """Return uri, range and `tell` of a command about a place; raises BadArgumentsError."""
    known = {"uri": str, "range": Mapping, "tell": bool}
    values = parse_single(arguments, command, known, required=("uri", "range"))
    _check_range(values["range"])
    return values["uri"], values["range"], values.get("tell", False)


def _check_range(value: object) -> None:
    if not is_range(value):
        raise BadArgumentsError(
            "`range` is {start: {line, character}, end: {line, character}}, 0-based"
        )


def parse_single(
    arguments: Sequence[object],
    command: str,
    known: Mapping[str, Any],
    required: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the one object that a command takes (none means empty), checked; null means absent."""
    if len(arguments) > 1 or (arguments and not isinstance(arguments[0], Mapping)):
        raise BadArgumentsError(f"{command} takes one object")
    values = dict(arguments[0]) if arguments else {}  # type: ignore[call-overload]
    unknown = [key for key in values if key not in known]
    if unknown:
        raise BadArgumentsError(
            f"{command}: unknown argument `{unknown[0]}`; known: {', '.join(known)}"
        )
    values = {key: value for key, value in values.items() if value is not None}
    for key in required:
        if key not in values:
            raise BadArgumentsError(f"{command}: `{key}` is missing")
    for key, value in values.items():
        wanted = known[key]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise BadArgumentsError(
                f"{command}: `{key}` has the wrong type ({type(value).__name__})"
            )
    return values


def parse_again(
    command: str, arguments: Sequence[object], more: Mapping[str, type]
) -> dict[str, Any]:
    """Parse what a command says about a run that is to go on; BadArgumentsError for what is wrong."""
    known = {"run": str, "instruction": str, "tier": str, "wait": bool, **more}
    values = parse_single(arguments, command, known, required=("run",))
    if values.get("tier") not in {None, "haiku", "sonnet"}:
        raise BadArgumentsError(f"unknown tier `{values['tier']}`; known: haiku, sonnet")
    return values
