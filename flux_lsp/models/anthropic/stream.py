"""Builds a reply from the events of a stream; lenient about what servers leave out.

Never repairs the arguments of a tool: it joins them as they came.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flux_lsp.core.conversation import Block, Reply, ToolCall
from flux_lsp.core.usage import Usage
from flux_lsp.models.anthropic.counting import TokenCounter
from flux_lsp.models.anthropic.endings import Ending
from flux_lsp.models.anthropic.events import Event
from flux_lsp.models.anthropic.json_values import read_mapping, read_text


@dataclass
class IncomingAnswer:
    """One answer while it comes in. `now` is a monotonic clock in seconds.

    `sent`: the request left, so that it may cost something. `begun`: some of the answer came.
    """

    on_text: Callable[[str], None]
    now: Callable[[], float]
    counting: TokenCounter
    ending: Ending
    model: str = ""
    sent: bool = False
    begun: bool = False
    first_token: float | None = None  # when the first piece of content came
    _blocks: list["_BlockBuilder"] = field(default_factory=list)
    _at: dict[object, "_BlockBuilder"] = field(default_factory=dict)  # by index, the latest of each

    def take(self, event: Event) -> None:
        """Take one event as the API sends it; skips an unknown one."""
        match event.get("type"):
            case "message_start" | "message":  # the latter is a whole answer without a stream
                self._start(read_mapping(event.get("message", event)))
                if event.get("type") == "message":
                    self.ending.stop()
            case "content_block_start":
                self._open(event.get("index"), read_mapping(event.get("content_block")))
            case "content_block_delta":
                self._grow(event.get("index"), read_mapping(event.get("delta")))
            case "message_delta":
                self.begun = True
                delta = read_mapping(event.get("delta"))
                self.ending.say(delta.get("stop_reason", event.get("stop_reason")))
                self.counting.take(read_mapping(event.get("usage", delta.get("usage"))))
            case "message_stop":
                self.ending.say(read_mapping(event.get("message")).get("stop_reason"))
                self.counting.take(read_mapping(event.get("usage")))
                self.ending.stop()
            case _:
                pass

    def get_usage(self) -> Usage:
        """Return the usage so far: an estimate until the end has come, zero if the call never left."""
        if not self.sent:
            return Usage()
        usage = self.counting.get_usage()
        return usage if self.ending.over else replace(usage, estimated=True)

    def reply(self, model: str, started: float) -> Reply:
        """Return what came; `stop_reason` is None if the stream ended without a word about its end."""
        blocks = [block.build_block() for block in self._blocks]
        calls = tuple(block.build_call() for block in self._blocks if block.is_tool)
        usage = self.get_usage()
        first = self.first_token
        return Reply(
            model=self.model or model,
            text="".join(str(b.get("text", "")) for b in blocks if b.get("type") == "text"),
            tool_calls=calls,
            stop_reason=self.ending.get_stop_reason([call.json for call in calls], usage.output),
            usage=usage,
            blocks=tuple(block for block in blocks if _can_be_sent_back(block)),
            first_token_ms=None if first is None else convert_to_ms(first - started),
            total_ms=convert_to_ms(self.now() - started),
        )

    def _start(self, message: Event) -> None:
        self.begun = True
        self.model = read_text(message.get("model")) or self.model
        content = message.get("content")
        for index, block in enumerate(content if isinstance(content, list) else []):
            self._open(index, read_mapping(block))
        self.counting.take(read_mapping(message.get("usage")))
        self.ending.say(message.get("stop_reason"))

    def _open(self, index: object, start: Event) -> None:
        """Open a block; some servers give all blocks the same number, or none."""
        self.begun = True
        before = self._at.get(index)
        block = _BlockBuilder(dict(start))
        if before is not None and not before.pieces and before.start == block.start:
            return
        self._blocks.append(block)
        self._at[index] = block
        self._announce_piece(block.start.get("type"), block.get_opening())

    def _grow(self, index: object, delta: Event) -> None:
        self.begun = True
        kind = read_text(delta.get("type"))
        if index not in self._at:
            self._open(index, {"type": _BLOCK_OF.get(kind, "text")})
        self._announce_piece(_BLOCK_OF.get(kind), self._at[index].add(delta))

    def _announce_piece(self, kind: object, piece: str) -> None:
        if not piece:
            return
        self.counting.measure(piece)
        if self.first_token is None:
            self.first_token = self.now()
        if kind == "text":
            self.on_text(piece)


def convert_to_ms(seconds: float) -> int:
    """Convert seconds to whole milliseconds."""
    return round(seconds * 1000)


# What a delta adds, and to which key of the block.
_ADDS = {
    "text_delta": ("text", "text"),
    "input_json_delta": ("partial_json", "json"),
    "thinking_delta": ("thinking", "thinking"),
    "signature_delta": ("signature", "signature"),
}
_BLOCK_OF = {
    "text_delta": "text",
    "input_json_delta": "tool_use",
    "thinking_delta": "thinking",
    "signature_delta": "thinking",
}


@dataclass
class _BlockBuilder:
    """One content block while it comes in; pieces are joined once, at the end."""

    start: dict[str, object]
    pieces: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_tool(self) -> bool:
        return self.start.get("type") == "tool_use"

    def add(self, delta: Event) -> str:
        """Add a delta; returns the piece that it brought."""
        source, key = _ADDS.get(read_text(delta.get("type")), ("", ""))
        piece = read_text(delta.get(source))
        if piece:
            self.pieces.setdefault(key, []).append(piece)
        return piece

    def get_opening(self) -> str:
        """Return the content that the block's start already holds."""
        text = "".join(read_text(self.start.get(key)) for key in ("text", "thinking", "data"))
        return text + (self._join_json() if self.is_tool else "")

    def build_call(self) -> ToolCall:
        return ToolCall(
            read_text(self.start.get("id")), read_text(self.start.get("name")), self._join_json()
        )

    def build_block(self) -> Block:
        """Build the block that is sent back."""
        if self.is_tool:
            return {**self.start, "input": _parse_object(self._join_json())}
        joined = {key: "".join(pieces) for key, pieces in self.pieces.items()}
        return {**self.start, **{k: read_text(self.start.get(k)) + v for k, v in joined.items()}}

    def _join_json(self) -> str:
        """Join the arguments as they came; some servers send them whole, in the block's start."""
        if streamed := "".join(self.pieces.get("json", ())):
            return streamed
        arguments = self.start.get("input")
        return json.dumps(arguments, ensure_ascii=False) if arguments else ""


def _can_be_sent_back(block: Block) -> bool:
    """Whether the API takes the block back; it takes no empty text."""
    return block.get("type") != "text" or bool(read_text(block.get("text")).strip())


def _parse_object(arguments: str) -> dict[str, object]:
    """Parse arguments into what the API takes back: an object, an empty one if they were broken."""
    try:
        value = json.loads(arguments or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
