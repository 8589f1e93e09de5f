"""The API's prompt cache, as its documentation describes it: what of each request is read from it.

A request is read up to the longest prefix that an earlier one marked; tools come first, then the
system prompt, then the turns, and what is below the model's minimum is never kept.
"""

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
_MINIMUM = {"haiku": 512, "sonnet": 1024}  # tokens, of today's models
_MOST_MARKS = 4
_CHARACTERS = 3.3  # a token


class PromptCache:
    """Remembers the marked prefixes of all requests; each model has its own."""

    def __init__(self) -> None:
        self._kept: set[tuple[str, str]] = set()
        self.read: list[float] = []  # characters of each request that came from the cache
        self.sent: list[float] = []  # and all of them

    @property
    def share(self) -> float:
        """How much of everything was read from the cache."""
        return sum(self.read) / sum(self.sent)

    @property
    def shares(self) -> list[float]:
        """The same for each request."""
        return [read / sent for read, sent in zip(self.read, self.sent, strict=True)]

    def take(self, request: Json) -> None:
        """One request."""
        model = request["model"]
        parts = list(_parts(request))
        assert sum(marked for _, marked in parts) <= _MOST_MARKS, "the API refuses this"
        prefixes = ["".join(text for text, _ in parts[: n + 1]) for n in range(len(parts))]
        found = (len(prefix) for prefix in reversed(prefixes) if (model, prefix) in self._kept)
        self.read.append(next(found, 0))
        self.sent.append(len(prefixes[-1]))
        least = next(count for tier, count in _MINIMUM.items() if tier in model)
        for prefix, (_, marked) in zip(prefixes, parts, strict=True):
            if marked and len(prefix) / _CHARACTERS >= least:
                self._kept.add((model, prefix))


def _parts(request: Json) -> Iterator[tuple[str, bool]]:
    """Blocks in the order of the prefix; another choice or way of thinking costs the turns' cache."""
    for tool in request.get("tools", []):
        yield _part("tools", tool)
    for block in request["system"]:
        yield _part("system", block)
    mode = {key: request.get(key) for key in ("tool_choice", "thinking", "output_config")}
    for turn in request["messages"]:
        for block in turn["content"]:
            yield _part(turn["role"] + json.dumps(mode), block)


def _part(where: str, block: Json) -> tuple[str, bool]:
    bare = {key: value for key, value in block.items() if key != "cache_control"}
    return f"\0{where}{json.dumps(bare, sort_keys=True)}", "cache_control" in block
