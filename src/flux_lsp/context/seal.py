"""The choke point: everything that is sent passes here, secrets are taken out and later put back.

Never lets a secret through for being in an odd place: every text of a prompt is looked at. The
mapping back stays in this process.
"""

import hashlib
import hmac
import json
import re
import secrets as randomness
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from flux_lsp.context.secrets import find_secrets, warm
from flux_lsp.core.conversation import Block, Prompt, Reply, SealedPrompt, ToolCall, Turn
from flux_lsp.core.errors import Code, Problem

# Placeholders are keyed hashes: stable within this process, so that a preview is what is sent and a
# retry keeps its cached prefix, and worth nothing to anyone who has one.
_KEY = randomness.token_bytes(32)
_PLACEHOLDER = re.compile(r"FLUX_SECRET_[0-9a-f]{12}")
_LOOK_ALIKE = re.compile(r"FLUX[_ -]?SECRET[_ -]?[0-9a-zA-Z]*", re.IGNORECASE)


def seal(prompt: Prompt) -> SealedPrompt:
    """`prompt` with a placeholder for every secret, wherever it stands."""
    found: set[str] = set()
    for text in _texts(prompt):
        found |= find_secrets(text)
    if not found:
        return SealedPrompt(prompt, {})
    hidden = {secret: _placeholder(secret) for secret in sorted(found, key=len, reverse=True)}
    pattern = re.compile("|".join(map(re.escape, hidden)))

    def redact(text: str) -> str:
        return pattern.sub(lambda match: hidden[match[0]], text)

    sealed = replace(
        prompt,
        system=redact(prompt.system),
        stable=redact(prompt.stable),
        turns=tuple(
            Turn(turn.role, tuple(_mapped(block, redact) for block in turn.blocks))
            for turn in prompt.turns
        ),
    )
    return SealedPrompt(sealed, {placeholder: secret for secret, placeholder in hidden.items()})


def unseal(reply: Reply, sealed: SealedPrompt, *, show: bool = False) -> Reply | Problem:
    """`reply` with the secrets in their places; a Problem when a placeholder was altered.

    `show`: the text is for reading, so that secrets become `[secret]`.
    """
    said = "\n".join([reply.text, *(call.json for call in reply.tool_calls)])
    if not show and _altered(said, sealed):
        return Problem(
            Code.FORMAT,
            "The answer altered a placeholder that stands for a secret",
            "Run it again, or select a part without the secret",
        )
    placeholders = sealed.placeholders
    if not placeholders:
        return reply
    shown = dict.fromkeys(placeholders, "[secret]") if show else placeholders
    return replace(
        reply,
        text=_restored(reply.text, shown),
        tool_calls=tuple(
            ToolCall(call.id, call.name, _restored(call.json, _escaped(shown)))
            for call in reply.tool_calls
        ),
    )


def _placeholder(secret: str) -> str:
    digest = hmac.new(_KEY, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"FLUX_SECRET_{digest.hexdigest()[:12]}"


def _altered(said: str, sealed: SealedPrompt) -> bool:
    """Whether the answer holds something like a placeholder that was never sent."""
    looks = set(_LOOK_ALIKE.findall(said))
    if not looks:
        return False
    sent = "\n".join(_texts(sealed.prompt))
    return any(look not in sealed.placeholders and look not in sent for look in looks)


def _restored(text: str, placeholders: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: placeholders.get(match[0], match[0]), text)


def _escaped(placeholders: Mapping[str, str]) -> dict[str, str]:
    """Secrets as they are written inside of a JSON string."""
    return {
        placeholder: json.dumps(secret, ensure_ascii=False)[1:-1]
        for placeholder, secret in placeholders.items()
    }


def _texts(prompt: Prompt) -> Iterator[str]:
    yield prompt.system
    yield prompt.stable
    for turn in prompt.turns:
        for block in turn.blocks:
            yield from _strings(block)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(inner, change) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_mapped(inner, change) for inner in value)
    return value


__all__ = ["Block", "seal", "unseal", "warm"]
