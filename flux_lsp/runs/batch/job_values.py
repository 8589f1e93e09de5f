"""What is known of a job while it goes on: rounds, replies and how items ended, as frozen values.

Never holds what is sent: that is made anew from the job's files each time.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, Self

from flux_lsp.core.conversation import Reply, ToolCall
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Change, Span
from flux_lsp.core.tiers import Tier
from flux_lsp.core.usage import Usage
from flux_lsp.edits.values import NewFile
from flux_lsp.models.batches import NoAnswer
from flux_lsp.runs.batch.values import BatchItem

RoundKind = Literal["probe", "batch", "now"]
# waiting: not asked yet, or no answer yet. weak: the answer cannot be used, and a stronger tier is
# asked. done and nothing are good ends; the last five are not.
ItemStatus = Literal[
    "waiting", "weak", "done", "nothing", "failed", "refused", "errored", "expired", "canceled"
]
GOOD: tuple[ItemStatus, ...] = ("done", "nothing")
# What a later command may ask again: nobody has answered.
UNANSWERED: tuple[ItemStatus, ...] = ("errored", "expired", "canceled")


@dataclass(frozen=True, slots=True)
class Round:
    """One request for each of some items, to one tier, sent in one way."""

    number: int
    kind: RoundKind
    tier: Tier
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What came back of one item: an answer, or why there is none. `usd` is None if not known.

    `reason` is the code of a request without an answer, "" for the usual one.
    """

    answer: Reply | NoAnswer
    usd: float | None = None
    message: str = ""
    reason: str = ""

    @property
    def reply(self) -> Reply | None:
        """The answer, None if there is none."""
        return self.answer if isinstance(self.answer, Reply) else None

    @property
    def code(self) -> str:
        """The code of a request without an answer; "" for an answer."""
        return "" if isinstance(self.answer, Reply) else self.reason or str(_CODES[self.answer])

    def to_json(self) -> dict[str, object]:
        """Return the JSON that the job's database keeps."""
        answer = self.answer if isinstance(self.answer, str) else asdict(self.answer)
        return {"answer": answer, "usd": self.usd, "message": self.message, "reason": self.reason}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        answer = value["answer"]
        if not isinstance(answer, str):
            calls = tuple(ToolCall(**call) for call in answer["tool_calls"])
            blocks, usage = tuple(answer["blocks"]), Usage(**answer["usage"])
            answer = Reply(**{**answer, "tool_calls": calls, "blocks": blocks, "usage": usage})
        return cls(answer, value["usd"], value["message"], value["reason"])


@dataclass(frozen=True, slots=True)
class ItemEnd:
    """How an item ended so far. `files` are changes of texts as they were when the job began, by path.

    `doubt`: why a person should look before it is applied. `feedback`: what a model is told of a check
    of the project that failed.
    """

    status: ItemStatus = "waiting"
    code: str = ""
    message: str = ""
    model: str = ""
    usd: float | None = 0.0
    doubt: str = ""
    feedback: str = ""
    files: tuple[tuple[str, tuple[Change, ...]], ...] = ()
    new_files: tuple[NewFile, ...] = ()

    def fail(self, status: ItemStatus, code: ErrorCode, message: str) -> Self:
        """Return the same item as one that ended badly."""
        return replace(self, status=status, code=str(code), message=message)

    def to_json(self) -> dict[str, object]:
        """Return the JSON that the job's database keeps."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _LISTS}
        return plain | {
            "files": [[path, _encode_changes(changes)] for path, changes in self.files],
            "new_files": [[new.path, new.content] for new in self.new_files],
        }

    @classmethod
    def from_json(cls, status: ItemStatus, value: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; nothing of it is there before the first end."""
        if not value:
            return cls(status)
        return cls(
            **{name: each for name, each in value.items() if name not in (*_LISTS, "status")},
            status=status,
            files=tuple((path, _decode_changes(changes)) for path, changes in value["files"]),
            new_files=tuple(NewFile(*new) for new in value["new_files"]),
        )


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item and how it stands."""

    item: BatchItem
    status: ItemStatus
    ending: ItemEnd

    def to_json(self) -> dict[str, object]:
        """Return the shape that scripts rely on."""
        ending = self.ending
        error = {"code": ending.code, "message": ending.message} if ending.code else None
        return {
            "path": self.item.path,
            "symbol": self.item.symbol or None,
            "status": self.status,
            "error": error,
            "model": ending.model or None,
            "usd": ending.usd,
            **({"doubt": ending.doubt} if ending.doubt else {}),
        }


_CODES: Mapping[NoAnswer, ErrorCode] = {
    "errored": ErrorCode.BAD_REQUEST,
    "expired": ErrorCode.TIMEOUT,
    "canceled": ErrorCode.CANCELLED,
}
_LISTS = ("files", "new_files")


def _encode_changes(changes: tuple[Change, ...]) -> list[list[object]]:
    return [[change.span.start, change.span.end, change.text] for change in changes]


def _decode_changes(changes: list[list[Any]]) -> tuple[Change, ...]:
    return tuple(Change(Span(start, end), text) for start, end, text in changes)
