"""What the next call would use on a tier: the tokens that its own cache holds, and the rest.

Pure; a price is computed elsewhere. Never rounds up: reservations are for the highest price, these
are for the likely one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from flux_lsp.core.usage import Usage, measure_size

_BYTES_PER_TOKEN = 3.3  # of code, by today's tokenizer
_THINKING = 1.5  # how much longer an answer is with thinking
_PLAIN_ANSWER = 500  # tokens of an explanation
_LEAST_EDIT = 150


@dataclass(frozen=True, slots=True)
class MeasuredPrompt:
    """The likely tokens of a prompt, and the digest and tokens of each prefix that ends in a cache mark."""

    tokens: int
    prefixes: tuple[tuple[str, int], ...] = ()


def measure_prompt(body: Mapping[str, object]) -> MeasuredPrompt:
    """Measure a request's body in the order in which the API caches it: tools, system prompt, turns."""
    digest, size = blake2b(digest_size=12), 0
    prefixes = []
    for block in _list_blocks(body):
        bare = {key: value for key, value in block.items() if key != "cache_control"}
        text = json.dumps(bare, ensure_ascii=False, default=str)
        digest.update(text.encode("utf-8", "surrogatepass"))
        size += measure_size(text)
        if "cache_control" in block:
            prefixes.append((digest.hexdigest(), int(size / _BYTES_PER_TOKEN)))
    return MeasuredPrompt(int(size / _BYTES_PER_TOKEN) + 1, tuple(prefixes))


def expect_usage(prompt: MeasuredPrompt, cached_tokens: int, output_tokens: int) -> Usage:
    """Return the tokens of each kind that a call with this prompt is likely to be billed for."""
    marked = max((tokens for _, tokens in prompt.prefixes), default=0)
    return Usage(
        input=prompt.tokens - max(marked, cached_tokens),
        output=output_tokens,
        cache_write=max(0, marked - cached_tokens),
        cache_read=cached_tokens,
    )


def expect_output(
    typical: int | None, target_tokens: int, *, answers_in_text: bool, thinks: bool, most: int
) -> int:
    """Return how long an answer is likely to be: as those before, else by what is asked for.

    `typical`: the usual length of this action's answers on this tier, thinking included.
    """
    if typical is not None:
        return min(typical, most)
    plain = _PLAIN_ANSWER if answers_in_text else max(_LEAST_EDIT, target_tokens)
    return min(int(plain * (_THINKING if thinks else 1)), most)


def _list_blocks(body: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield from _as_blocks(body.get("tools"))
    yield from _as_blocks(body.get("system"))
    # Another way of thinking or another choice of tools costs the cache of the turns.
    yield {key: body.get(key) for key in ("tool_choice", "thinking", "output_config")}
    for turn in _as_blocks(body.get("messages")):
        yield {"role": turn.get("role")}
        yield from _as_blocks(turn.get("content"))


def _as_blocks(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, str):
        yield {"text": value}
    elif isinstance(value, list | tuple):
        yield from (block for block in value if isinstance(block, Mapping))
