"""The state of a pipeline as JSON and back, with what its request needs to begin again.

Pure. What is read back was written here, and is checked all the same: a file on disk may be anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flux_lsp.context.values import Diagnostic
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.core.tiers import TIERS
from flux_lsp.engine.pipelines import hand_over
from flux_lsp.engine.pipelines.overlay import LaidFile, Overlay
from flux_lsp.engine.pipelines.pipeline import PipelineState
from flux_lsp.engine.values import Request

VERSION = 1  # of the form; another one is not read


@dataclass(frozen=True)
class StoredPipeline:
    """A pipeline that was cut off: its request on the document as it was, and what is done.

    `agents`: that of each step, as the pipeline's file had them.
    """

    request: Request
    state: PipelineState
    agents: tuple[str, ...]

    def fits(self, agents: tuple[str, ...]) -> bool:
        """Whether the steps are still those that it began with."""
        return self.agents == agents and 0 <= self.state.next <= len(agents)


def write_state(stored: StoredPipeline) -> dict[str, Any]:
    """Write it as JSON."""
    request, state = stored.request, stored.state
    return {
        "version": VERSION,
        "request": {
            "run": request.run,
            "action": request.action,
            "document": _write_snapshot(request.snapshot),
            "selection": _write_span(request.selection),
            "instruction": request.instruction,
            "diagnostics": [
                [_write_span(d.span), d.severity, d.message, d.source, d.code]
                for d in request.diagnostics
            ],
            "tier": request.tier,
            "model": request.model,
            "max_usd": request.max_usd,
            "name": request.name,
        },
        "span": _write_span(state.span),
        "directive_line": state.directive_line,
        "overlay": {
            "files": [
                {"base": _write_snapshot(laid.base), "text": laid.text}
                for laid in state.overlay.files.values()
            ],
            "new_files": dict(state.overlay.new_files),
            "outside": state.overlay.outside,
            "doubt": state.overlay.doubt,
        },
        "hand_over": state.hand_over and hand_over.to_json(state.hand_over),
        "next": state.next,
        "is_sent_back": state.is_sent_back,
        "done": [dict(step) for step in state.done],
        "agents": list(stored.agents),
    }


def read_state(value: Any) -> StoredPipeline | None:
    """Read what `write_state` wrote; None for anything else."""
    try:
        return _read(value) if value["version"] == VERSION else None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None


def _read(value: Mapping[str, Any]) -> StoredPipeline:
    asked, laid = value["request"], value["overlay"]
    request = Request(
        run=str(asked["run"]),
        action=str(asked["action"]),
        snapshot=_read_snapshot(asked["document"]),
        selection=_read_span(asked["selection"]),
        instruction=str(asked["instruction"]),
        diagnostics=tuple(
            Diagnostic(_read_span(span), *map(str, words)) for span, *words in asked["diagnostics"]
        ),
        tier=next((tier for tier in TIERS if tier == asked["tier"]), None),
        model=str(asked["model"]),
        max_usd=None if asked["max_usd"] is None else float(asked["max_usd"]),
        name=str(asked["name"]),
    )
    files = [LaidFile(_read_snapshot(f["base"]), str(f["text"])) for f in laid["files"]]
    overlay = Overlay(
        files={file.base.uri: file for file in files},
        new_files={str(path): str(text) for path, text in laid["new_files"].items()},
        outside=bool(laid["outside"]),
        doubt=str(laid["doubt"]),
    )
    line = value["directive_line"]
    state = PipelineState(
        span=_read_span(value["span"]),
        directive_line=None if line is None else int(line),
        overlay=overlay,
        hand_over=hand_over.read_json(value["hand_over"]) if value["hand_over"] else None,
        next=int(value["next"]),
        is_sent_back=bool(value["is_sent_back"]),
        done=tuple(dict(step) for step in value["done"]),
    )
    return StoredPipeline(request, state, tuple(map(str, value["agents"])))


def _write_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "uri": snapshot.uri,
        "path": snapshot.path,
        "language": snapshot.language_id,
        "text": snapshot.text,
    }


def _read_snapshot(value: Mapping[str, Any]) -> Snapshot:
    words = (str(value[key]) for key in ("uri", "path", "language"))
    uri, path, language = words
    return Snapshot(uri, path, language, None, str(value["text"]))


def _write_span(span: Span) -> list[int]:
    return [span.start, span.end]


def _read_span(value: Any) -> Span:
    start, end = value
    return Span(int(start), int(end))
