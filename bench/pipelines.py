"""What each pipeline of Flux costs beside the same steps all on Sonnet, by the ledger.

    python -m bench.pipelines FOLDER [--output 1500] [--json]

FOLDER is a checkout of Flask; it is copied first. The real server runs each pipeline against the fake
API, which keeps a prompt cache by the documented rules. *Cold*: nothing of it is in the cache before.
*Cached*: the same pipeline once more within five minutes, with another instruction. *No cache*: the
same tokens at the full price, which is how the authors of the patterns count. Each run is accepted and
undone: it has to be one edit, and the undo has to restore every byte of every file. Every answer counts as
`--output` tokens, so the figures say nothing about how good the answers are.
"""

import argparse
import asyncio
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flux_lsp.core.usage import Usage
from flux_lsp.ledger.values import RecordedCall
from flux_lsp.models.prices import compute_price
from tests.fakes.answers import Answer, tool
from tests.fakes.cache import PromptCache
from tests.fakes.rules import target_of, user_text
from tests.server.flux import Flux, flux

# What the authors of each pattern say that it saves against Sonnet for every step.
CLAIMS = {
    "design-implement-review": 50,
    "research-generate-validate": 67,
    "troubleshoot-fix-test": 67,
    "audit-remediate-verify": 33,
}
# A file, a function of it, and `context.max_tokens`: the second file fits only into the larger one.
PLACES = (
    ("src/flask/debughelpers.py", "def attach_enctype_error_multidict", 16_000),
    ("src/flask/app.py", "def make_default_options_response", 16_000),
    ("src/flask/app.py", "def make_default_options_response", 60_000),
)
INSTRUCTIONS = ("Make it clearer.", "Make it shorter.")
BUDGET = {"per_action_usd": 100, "per_day_usd": 10_000, "per_month_usd": 100_000}
_CHARACTERS = 3.3  # a token
_MOST_CALLS = 50
_NEW_TESTS = re.compile(r"Test file: (\S+) \(new\)")


@dataclass(frozen=True)
class Cost:
    """What one run cost, and would have cost without a cache."""

    usd: float
    plain_usd: float
    prompt_tokens: int
    calls: int


class CachingModel:
    """Does what each step's task asks for, and counts tokens as a server with a prompt cache does."""

    def __init__(self, output: int) -> None:
        self._output = output
        self.cache = PromptCache()

    def __call__(self, request: Any, number: int) -> Answer:
        """Answer one request."""
        del number
        self.cache.take(request)
        tokens = round(self.cache.sent[-1] / _CHARACTERS)
        cached = round(self.cache.read[-1] / _CHARACTERS)
        usage = {"cache_read": cached, "cache_write": tokens - cached, "output": self._output}
        return _answer(request).using(**usage)


def _answer(request: Any) -> Answer:
    words, target = user_text(request), target_of(request)
    hand_over = tool(
        "hand_over", {"summary": "Done.", "decisions": ["It stays small."], "open": []}, id="hand"
    )
    if "Call report_findings" in words:
        report = tool("report_findings", {"findings": [], "summary": "Fine.", "approved": True})
        return report.then(hand_over)
    if (place := _NEW_TESTS.search(words)) is not None:
        new = {"path": place[1], "content": "def test_it():\n    assert 1 + 1 == 2\n"}
        return tool("apply_edits", {"edits": [], "new_files": [new]}).then(hand_over)
    if "Change nothing." in words or target is None:
        return hand_over
    code = target.text.rstrip("\n")
    return tool("rewrite_range", {"code": f"{code}  # seen\n"}).then(hand_over)


async def measure(f: Flux, name: str, place: dict[str, Any], instruction: str) -> Cost:
    """Run a pipeline, accept and undo it: one edit, and afterwards every byte is as before."""
    before, files, edits = len(f.ledger()), _read_files(f), _count_edits(f)
    outcome = await f.run(action=f"pipeline:{name}", instruction=instruction, **place)
    if outcome["error"]:
        sys.exit(f"{name}: {outcome['error']}")
    await f.client.execute("flux.accept", {"run": outcome["run"]})
    if _count_edits(f) != edits + 1 or _read_files(f) == files:
        sys.exit(f"{name}: {_count_edits(f) - edits} edits instead of one")
    await f.client.execute("flux.undo", {"run": outcome["run"]})
    if _read_files(f) != files:
        sys.exit(f"{name}: the undo did not restore every byte")
    calls = f.ledger()[before:]
    return Cost(
        usd=sum(call.usd or 0.0 for call in calls),
        plain_usd=sum(map(_price_plainly, calls)),
        prompt_tokens=sum(call.usage.prompt for call in calls),
        calls=len(calls),
    )


def _read_files(f: Flux) -> dict[str, bytes]:
    """Read every file of the workspace, open documents as the editor has them."""
    files = {path.as_uri(): path.read_bytes() for path in f.root.rglob("*") if path.is_file()}
    return files | {uri: b.text.encode() for uri, b in f.client.editor.buffers.items()}


def _count_edits(f: Flux) -> int:
    """Count what the server has asked the editor to apply; an undo is one as well."""
    return len(f.client.seen("workspace/applyEdit"))


def _price_plainly(call: RecordedCall) -> float:
    usage = Usage(input=call.usage.prompt, output=call.usage.output)
    return compute_price(usage, call.model_asked, date.today()) or 0.0


async def compare(
    root: Path, path: str, at: str, context: int, output: int, scratch: Path
) -> list[list[Any]]:
    """Measure each pipeline on one place: rows of name, tokens a call, claim, savings in percent."""
    rows: list[list[Any]] = []
    for name, claim in CLAIMS.items():
        costs: dict[str, list[Cost]] = {}
        for arm, tier in (("mixed", None), ("sonnet", "sonnet")):
            folder = scratch / f"{name}-{arm}-{context}-{Path(path).stem}"
            shutil.copytree(root, folder / "work", symlinks=True)
            settings = {
                "budget": BUDGET,
                "review": "always",
                "context": {"project": False, "max_tokens": context},
            }
            async with flux(folder, *[CachingModel(output)] * _MOST_CALLS, settings=settings) as f:
                text = (f.root / path).read_text()
                uri = f.client.open(f.root / path, text, "python")
                place = {"uri": uri, "part": at, **({"tier": tier} if tier else {})}
                costs[arm] = [await measure(f, name, place, words) for words in INSTRUCTIONS]
        (cold, warm), (all_cold, all_warm) = costs["mixed"], costs["sonnet"]
        rows.append(
            [
                name,
                round(cold.prompt_tokens / cold.calls),
                claim,
                _save(cold.plain_usd, all_cold.plain_usd),
                _save(cold.usd, all_cold.usd),
                _save(warm.usd, all_warm.usd),
                cold.usd,
                warm.usd,
                all_cold.usd,
                all_warm.usd,
            ]
        )
    return rows


def _save(mixed: float, sonnet: float) -> int:
    return round(100 * (1 - mixed / sonnet))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each place."""
    parser = argparse.ArgumentParser(prog="python -m bench.pipelines", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=int, default=1_500, help="tokens of every answer")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="flux-bench-") as scratch:
        tables = {
            f"{path}, {context:,} tokens of context": asyncio.run(
                compare(options.folder, path, at, context, options.output, Path(scratch))
            )
            for path, at, context in PLACES
        }
    if options.json:
        print(json.dumps(tables))
        return 0
    for path, rows in tables.items():
        print(
            f"\n{path}: savings against Sonnet for every step, in percent; dollars mixed | all Sonnet"
        )
        for name, tokens, claim, plain, cold, warm, *usd in rows:
            money = " ".join(f"{each:.4f}" for each in usd)
            print(
                f"{name:28} {tokens:6,} tokens a call · claimed {claim:3} · no cache {plain:3} · "
                f"cold {cold:3} · cached {warm:3} · {money}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
