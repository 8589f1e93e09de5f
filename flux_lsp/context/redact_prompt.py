"""Replaces the secrets in everything that is sent, and restores them in the reply.

Never skips a text of a prompt, wherever it stands. The mapping back stays in this process.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from flux_lsp.context.redact import Redactor, include_pieces
from flux_lsp.context.secrets import find_secrets, warm
from flux_lsp.core.conversation import Prompt, RedactedPrompt, Reply, ToolCall, Turn
from flux_lsp.core.errors import ErrorCode, Problem

__all__ = ["hide_placeholders", "redact_prompt", "restore_secrets", "warm"]

_PLACEHOLDER = re.compile(r"FLUX_SECRET_[0-9a-f]{12}")
_HIDDEN = "[secret]"
_LOOK_ALIKE = re.compile(r"FLUX[_ -]?SECRET[_ -]?[0-9a-zA-Z]*", re.IGNORECASE)
# These values of a block are not text: names and ids that must come back unchanged.
_NO_TEXT = frozenset({"type", "id", "tool_use_id", "name", "cache_control"})
_SIGNED = frozenset({"thinking", "redacted_thinking"})

Change = Callable[[str], str]


def redact_prompt(prompt: Prompt, known: Iterable[str] = ()) -> RedactedPrompt:
    """Return `prompt` with a placeholder for every secret, wherever it stands.

    `known`: the secrets of the documents from which parts are shown; see `redact.find_known_secrets`.
    """
    secrets = _find_secrets(prompt, known)
    if not secrets:
        return RedactedPrompt(prompt, {})
    redactor = Redactor(frozenset(secrets))
    redact = redactor.redact
    redacted = replace(
        prompt,
        system=redact(prompt.system),
        stable=redact(prompt.stable),
        turns=tuple(
            Turn(turn.role, tuple(_map_texts(block, redact) for block in turn.blocks))
            for turn in prompt.turns
        ),
    )
    return RedactedPrompt(redacted, {p: secret for secret, p in redactor.placeholders.items()})


def restore_secrets(
    reply: Reply, redacted: RedactedPrompt, *, show: bool = False
) -> Reply | Problem:
    """Return `reply` with the secrets in their places; a Problem when it altered a placeholder.

    `show`: the text is only for reading, so secrets become `[secret]`.
    """
    # Beside tool calls the text is only talk, where the word may be spoken of.
    answer = "\n".join(call.json for call in reply.tool_calls) or reply.text
    if not show and _is_altered(answer, redacted):
        return Problem(
            ErrorCode.FORMAT,
            "The answer altered a placeholder that stands for a secret",
            "Run it again, or select a part without the secret",
        )
    placeholders = redacted.placeholders
    if not placeholders:
        return reply
    shown = dict.fromkeys(placeholders, _HIDDEN) if show else placeholders
    return replace(
        reply,
        text=_restore(reply.text, shown),
        tool_calls=tuple(
            ToolCall(call.id, call.name, _restore(call.json, _escape(shown)))
            for call in reply.tool_calls
        ),
    )


def hide_placeholders(text: str, redacted: RedactedPrompt) -> str:
    """Return words for a person, with `[secret]` in place of each placeholder that was sent."""
    return _restore(text, dict.fromkeys(redacted.placeholders, _HIDDEN))


def _find_secrets(prompt: Prompt, known: Iterable[str]) -> set[str]:
    """Find every secret in what is sent; the model's own turns cannot hold one that it knows."""
    turns = [text for turn in prompt.turns if turn.role == "user" for text in _list_texts(turn)]
    texts = [prompt.stable, *turns]
    secrets = {*known, *find_secrets(prompt.system)}
    for text in texts:
        secrets |= find_secrets(text)
    # A plain word that our own text uses tells nothing apart, and its tags must stay readable.
    ours = set(re.findall(r"\w+", prompt.system)) if secrets else set()
    secrets = {secret for secret in secrets if not (secret.isalnum() and secret in ours)}
    return include_pieces(secrets, (*texts, prompt.system))


def _is_altered(answer: str, redacted: RedactedPrompt) -> bool:
    """Whether the answer holds something like a placeholder that was never sent."""
    looks = set(_LOOK_ALIKE.findall(answer))
    if not looks:
        return False
    prompt = redacted.prompt
    sent = {*_LOOK_ALIKE.findall(prompt.stable), *redacted.placeholders}
    for turn in prompt.turns:
        if turn.role == "user":
            sent.update(look for text in _list_texts(turn) for look in _LOOK_ALIKE.findall(text))
    return not looks <= sent


def _restore(text: str, placeholders: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: placeholders.get(match[0], match[0]), text)


def _escape(placeholders: Mapping[str, str]) -> dict[str, str]:
    """Escape secrets as a JSON string has them."""
    return {
        placeholder: json.dumps(secret, ensure_ascii=False)[1:-1]
        for placeholder, secret in placeholders.items()
    }


def _list_texts(turn: Turn) -> Iterator[str]:
    for block in turn.blocks:
        yield from _list_strings(block)


def _list_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _NO_TEXT:
                yield from _list_strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _list_strings(inner)


def _map_texts(value: Any, change: Change) -> Any:
    """Apply `change` to every text in `value`; signed thinking stays as it came."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        if value.get("type") in _SIGNED:
            return value
        return {k: v if k in _NO_TEXT else _map_texts(v, change) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_map_texts(inner, change) for inner in value)
    return value
