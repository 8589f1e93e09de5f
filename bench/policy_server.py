"""Routing through the real server: a simulated pair of models behind the fake API, and a bill beside it.

    python -m bench.policy_server [--runs N] [--seed N]

Each task of `bench/policy_world.py` becomes a run over LSP. The fake keeps its own bill, made from the
published rates and not from the product's table; the ledger must equal it, and each recorded decision
must follow from its own row. Ends with 1 where one does not.
"""

import argparse
import asyncio
import json
import random
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.policy_world import AGENTS, Task, make_tasks
from flux_lsp.actions.registry import load_registry
from flux_lsp.core.decision import find_band
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.tiers import Tier
from flux_lsp.models.routing.rules import choose_by_score
from tests.fakes.answers import Answer, status, text, tool
from tests.fakes.lsp import session
from tests.fakes.messages_api import MessagesApi
from tests.server.flux import KEY

# US dollars for a million tokens: input, cache write, cache read, output.
_RATES = {
    "claude-haiku-5-5": (0.10, 0.125, 0.01, 0.50),
    "claude-sonnet-5-5": (2.0, 2.50, 0.10, 10.0),
}
_LONG_HAIKU, _STEP = (0.50, 0.625, 0.05, 2.50), 100_000
_OVERLOADED = 0.01  # of all calls
_WORDS = {
    "well_defined_spec": "so that it returns `amount`",
    "novel_problem": "figure out why it is wrong",
    "pattern_application": "in the same way as the others",
    "complex_reasoning": "think of concurrency",
    "security_critical": "it checks the password",
    "code_generation": "add a parameter",
    "architecture_design": "redesign it",
    "batch_processing": "everywhere",
    "creative_synthesis": "and make it nicer",
    "documentation": "and document it",
}
_SETTINGS = {
    "budget": {"perActionUsd": "unlimited", "perDayUsd": "unlimited", "perMonthUsd": "unlimited"}
}


def _write_source(number: int) -> str:
    return f"def compute_{number}(amount):\n    total = amount + {number}\n    return total\n"


class SimulatedPair:
    """Haiku and Sonnet as the tasks have them; keeps a bill of all calls."""

    def __init__(self, tasks: list[Task], seed: int) -> None:
        self.tasks, self.random = tasks, random.Random(seed)
        self.answered: Counter[tuple[int, str]] = Counter()
        self.bill: list[float] = []

    def __call__(self, request: dict[str, Any], _number: int) -> Answer:
        """The answer to one request."""
        if self.random.random() < _OVERLOADED:
            self.bill.append(0.0)
            return status(529)
        words = json.dumps(request["messages"][0]["content"])
        number = int(re.search(r"task_(\d+)\.py", words)[1])  # type: ignore[index]
        model = request["model"]
        tier: Tier = "haiku" if "haiku" in model else "sonnet"
        place = min(self.answered[number, tier], 2)
        self.answered[number, tier] += 1
        outcome = self.tasks[number].answers[tier][place]
        tokens = self._draw_tokens()
        self.bill.append(_bill(model, tokens))
        says = "Answer in plain Markdown" in words
        answer = text("It adds.") if says else _spoil(number, outcome.code, right=outcome.right)
        return answer.using(**tokens)

    def _draw_tokens(self) -> dict[str, int]:
        long = self.random.random() < 0.05
        return {
            "input": self.random.randrange(200, 90_000 if long else 6_000),
            "cache_write": self.random.choice([0, self.random.randrange(1, 3_000)]),
            "cache_read": self.random.choice([0, self.random.randrange(1, 40_000)]),
            "output": self.random.randrange(50, 3_000),
        }


def _bill(model: str, tokens: Mapping[str, int]) -> float:
    prompt = tokens["input"] + tokens["cache_write"] + tokens["cache_read"]
    rates = _LONG_HAIKU if "haiku" in model and prompt > _STEP else _RATES[model]
    kinds = ("input", "cache_write", "cache_read", "output")
    return sum(tokens[kind] * rate for kind, rate in zip(kinds, rates, strict=True)) / 1_000_000


def _spoil(number: int, code: ErrorCode | None, *, right: bool) -> Answer:
    source = _write_source(number)
    if code in {ErrorCode.SEARCH_TEXT_NOT_FOUND, ErrorCode.AMBIGUOUS_MATCH}:
        edit = {"path": f"task_{number}.py", "old_string": "no such line\n", "new_string": "x\n"}
        return tool("apply_edits", {"edits": [edit]})
    if code is ErrorCode.FORMAT:
        return tool("rewrite_range", '{"code": ')
    if code is not None:
        return tool("rewrite_range", {"code": source.replace("return", "return (")})
    value = "total * 1" if right else "None"
    return tool(
        "rewrite_range",
        {"code": source.replace("return total", f"return {value}"), "confidence": 0.8},
    )


async def play(runs: int, seed: int) -> tuple[list[float], list[dict[str, Any]], Path, Any]:
    """Run every task; returns the fake's bill, the outcomes, the ledger and its folder."""
    tasks = make_tasks(AGENTS, runs, seed)
    pair = SimulatedPair(tasks, seed)
    folder = tempfile.TemporaryDirectory()
    root = Path(folder.name)
    data = root / "data"
    outcomes = []
    async with (
        MessagesApi(responder=pair) as api,
        session(
            root / "home",
            env={
                "ANTHROPIC_BASE_URL": api.url,
                "ANTHROPIC_API_KEY": KEY,
                "FLUX_DATA_DIR": str(data),
            },
            root=root,
            initializationOptions={"settings": {"flux": _SETTINGS}, "workspaceTrusted": True},
        ) as client,
    ):
        for number, task in enumerate(tasks):
            source = _write_source(number)
            uri = client.open(root / f"task_{number}.py", source, "python")
            words = ", ".join(_WORDS[name] for name in sorted(task.characteristics))
            argument = {
                "action": "explain" if task.action == "explain" else "edit",
                "uri": uri,
                "range": {
                    "start": {"line": 0, "character": 0},
                    "end": {"line": 3, "character": 0},
                },
                "instruction": f"Change it: {words}",
                "wait": True,
            }
            outcomes.append(await client.execute("flux.run", argument))
            client.close(uri)
    return pair.bill, outcomes, data, folder


def list_wrong_decisions(outcomes: list[dict[str, Any]]) -> Iterator[str]:
    """Compute each decision again from what was recorded of it; yield those that do not follow."""
    actions = load_registry()
    for outcome in outcomes:
        route = outcome["route"]
        action = actions.find(outcome["action"])
        assert action is not None
        score = sum(route["points"].values())
        tier: str = route["tier"]
        if route["rule"] in {"score", "default"}:
            tier, rule = choose_by_score(score, 0, action.tier)
            if rule != route["rule"]:
                yield f"{outcome['run']}: {route} would be by {rule}"
        elif route["rule"] == "security":
            tier = "sonnet" if "security_critical" in route["points"] else "?"
        if (score, find_band(score), tier) != (route["score"], route["band"], route["tier"]):
            yield f"{outcome['run']}: {route} does not follow"


def read_ledger(data: Path) -> tuple[list[float], list[dict[str, Any]]]:
    """The price of each call in the ledger, and the rows of the runs."""
    (file,) = data.glob("**/*ledger*.sqlite3")
    with sqlite3.connect(file) as database:
        database.row_factory = sqlite3.Row
        calls = [row["usd"] for row in database.execute("SELECT usd FROM calls ORDER BY id")]
        rows = [dict(row) for row in database.execute("SELECT * FROM runs")]
    return calls, rows


def list_wrong_rows(rows: list[dict[str, Any]], outcomes: list[dict[str, Any]]) -> Iterator[str]:
    """Compare the row of each run with what the run told; yield those that differ."""
    told = {outcome["run"]: outcome["route"] for outcome in outcomes}
    for row in rows:
        route = told[row["run"]]
        same = all(row[key] == route[key] for key in ("tier", "model", "rule", "score"))
        if not same or json.loads(row["points"] or "{}") != route["points"]:
            yield f"{row['run']}: the row differs from the outcome"


def main() -> int:
    """Play, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    bill, outcomes, data, folder = asyncio.run(play(args.runs, args.seed))
    calls, rows = read_ledger(data)
    folder.cleanup()
    rules = Counter(outcome["route"]["rule"] for outcome in outcomes)
    ends = Counter(outcome["status"] for outcome in outcomes)
    wrong = [*list_wrong_decisions(outcomes), *list_wrong_rows(rows, outcomes)]
    differ = [(a, b) for a, b in zip(calls, bill, strict=False) if abs(a - b) > 1e-9]
    print(f"{len(outcomes)} runs, {len(bill)} calls billed, {len(calls)} in the ledger")
    print(f"billed ${sum(bill):.6f}, ledger ${sum(calls):.6f}, {len(differ)} calls differ")
    print(f"ends {dict(ends)}; rules {dict(rules)}; rows of runs {len(rows)}")
    print(f"{len(wrong)} decisions do not follow from what is recorded of them")
    print("\n".join(wrong[:5]), end="\n" if wrong else "")
    complete = len(bill) == len(calls) and len(rows) == len(outcomes)
    return 1 if wrong or differ or not complete else 0


if __name__ == "__main__":
    sys.exit(main())
