"""The events of a streamed answer put together to a reply; lenient about what servers leave out.

Never parses tool arguments to mend them: they are joined as they came, broken or not.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flux_lsp.core.conversation import Block, Reply, StopReason, ToolCall
from flux_lsp.core.usage import Usage

Event = Mapping[str, object]

_STOP_REASONS: dict[object, StopReason] = {
    "end_turn": "end_turn",
    "tool_use": "tool_use",
    "stop_sequence": "stop_sequence",
    "refusal": "refusal",
    "max_tokens": "max_tokens",
    # the window was full before max_tokens was reached: cut off all the same
    "model_context_window_exceeded": "max_tokens",
}
_TOKENS = {
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_creation_input_tokens": "cache_write",
    "cache_read_input_tokens": "cache_read",
}


@dataclass
class Incoming:
    """One answer while it comes in. `now` is a monotonic clock in seconds."""

    on_text: Callable[[str], None]
    on_usage: Callable[[Usage], None]
    now: Callable[[], float]
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    begun: bool = False  # message_start was there
    first_token: float | None = None  # when the first piece of content came
    _ended: bool = False
    _stop_reason: StopReason | None = None
    _blocks: dict[object, "_Growing"] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """One event as the API sends it; what is not known is passed over."""
        match event.get("type"):
            case "message_start":
                self._start(_mapping(event.get("message")))
            case "content_block_start":
                start = _mapping(event.get("content_block"))
                self._blocks[event.get("index")] = _Growing(dict(start))
            case "content_block_delta":
                self._grow(event.get("index"), _mapping(event.get("delta")))
            case "message_delta":
                reason = _mapping(event.get("delta")).get("stop_reason")
                if reason is not None:
                    self._stop_reason = _STOP_REASONS.get(reason, "other")
                self._count(_mapping(event.get("usage")))
            case "message_stop":
                self._ended = True
            case _:
                pass

    def reply(self, asked: str, started: float) -> Reply:
        """What came. Without message_stop nobody knows if it is all, so stop_reason is None."""
        blocks = [self._blocks[index].whole() for index in self._blocks]
        first = self.first_token
        return Reply(
            model=self.model or asked,
            text="".join(str(b["text"]) for b in blocks if b.get("type") == "text"),
            tool_calls=tuple(g.call() for g in self._blocks.values() if g.is_tool),
            stop_reason=self._stop_reason if self._ended else None,
            usage=self.usage,
            blocks=tuple(block for block in blocks if _can_be_sent_back(block)),
            first_token_ms=None if first is None else milliseconds(first - started),
            total_ms=milliseconds(self.now() - started),
        )

    def _start(self, message: Event) -> None:
        self.begun = True
        self.model = _text(message.get("model"))
        self._count(_mapping(message.get("usage")))

    def _grow(self, index: object, delta: Event) -> None:
        piece = self._blocks.setdefault(index, _Growing({"type": "text"})).add(delta)
        if not piece:
            return
        if self.first_token is None:
            self.first_token = self.now()
        if delta.get("type") == "text_delta":
            self.on_text(piece)

    def _count(self, told: Event) -> None:
        """Counts are totals so far; one that is not told keeps its last value."""
        if not told:
            return
        counts = {
            ours: value if isinstance(value := told.get(theirs), int) else getattr(self.usage, ours)
            for theirs, ours in _TOKENS.items()
        }
        self.usage = Usage(**counts)
        self.on_usage(self.usage)


def milliseconds(seconds: float) -> int:
    """Seconds as whole milliseconds."""
    return round(seconds * 1000)


# What a delta adds, and to which key of the block.
_ADDS = {
    "text_delta": ("text", "text"),
    "input_json_delta": ("partial_json", "json"),
    "thinking_delta": ("thinking", "thinking"),
    "signature_delta": ("signature", "signature"),
}


@dataclass
class _Growing:
    """One content block while it comes in; pieces are joined once, at the end."""

    start: dict[str, object]
    pieces: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_tool(self) -> bool:
        return self.start.get("type") == "tool_use"

    def add(self, delta: Event) -> str:
        """Add a delta; the piece it brought."""
        source, key = _ADDS.get(_text(delta.get("type")), ("", ""))
        piece = _text(delta.get(source))
        if piece:
            self.pieces.setdefault(key, []).append(piece)
        return piece

    def call(self) -> ToolCall:
        return ToolCall(_text(self.start.get("id")), _text(self.start.get("name")), self._json())

    def whole(self) -> Block:
        """The block as it is sent back."""
        if self.is_tool:
            return {**self.start, "input": _object(self._json())}
        joined = {key: "".join(pieces) for key, pieces in self.pieces.items()}
        return {**self.start, **{k: _text(self.start.get(k)) + v for k, v in joined.items()}}

    def _json(self) -> str:
        """The arguments as they came; some servers send them whole, in the block's start."""
        if streamed := "".join(self.pieces.get("json", ())):
            return streamed
        given = self.start.get("input")
        return json.dumps(given, ensure_ascii=False) if given else ""


def _can_be_sent_back(block: Block) -> bool:
    """The API takes no empty text."""
    return block.get("type") != "text" or bool(_text(block.get("text")).strip())


def _object(arguments: str) -> dict[str, object]:
    """Arguments as the API wants them back: an object, empty where they were broken."""
    try:
        value = json.loads(arguments or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _mapping(value: object) -> Event:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
