"""What the guards are worth: a simulated model drives the real server over LSP, then without guards.

For each dialect and first-answer fault rate: the share right after one, two and three answers, the
share that is right once a person says yes to a proposal, calls and dollars per success, and how often
something WRONG was written. What is refused, or proposed otherwise than wanted, changed nothing.
Without guards: the first answer is applied as simple tools do it, the first place that matches,
unverified, once.

    python -m bench.simulated [TASKS.jsonl] [--rounds N] [--seed N] [--json]
"""

import argparse
import asyncio
import gzip
import json
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench.history import OWN_EDITS
from bench.simulated_model import SimulatedModel, Task
from tests.fakes.answers import Answer
from tests.fakes.lsp import session
from tests.fakes.messages_api import MessagesApi
from tests.server.flux import KEY

SETTINGS = {
    "budget": {"perActionUsd": "unlimited", "perDayUsd": "unlimited", "perMonthUsd": "unlimited"},
    "review": "auto",
}


def load_tasks(file: Path) -> list[Task]:
    """The tasks of a corpus: JSON lines with name, before, after and instruction, gzipped or not."""
    read = gzip.open if file.suffix == ".gz" else open
    with read(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Task(
            re.sub(r"\W", "_", row.get("name") or row["full_name"]),
            row["before"].rstrip("\n") + "\n",
            row["after"].rstrip("\n") + "\n",
            row.get("instruction") or row["instruction_lazy"],
        )
        for row in rows
    ]


async def with_guards(
    tasks: list[Task], rate: float, dialect: str, rounds: int, seed: int
) -> dict[str, Any]:
    """The real server on every task, `rounds` times."""
    counts: Counter[str] = Counter()
    calls = dollars = 0.0
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for number in range(rounds):
            model = SimulatedModel(tasks, rate, dialect, seed + number)
            async with (
                MessagesApi(responder=model) as api,
                session(
                    root / "home",
                    env={"ANTHROPIC_BASE_URL": api.url, "ANTHROPIC_API_KEY": KEY},
                    root=root,
                    initializationOptions={
                        "settings": {"flux": {**SETTINGS, "dialect": dialect}},
                        "workspaceTrusted": True,
                    },
                ) as client,
            ):
                for task in tasks:
                    uri = client.open(root / task.path, task.before, "python")
                    end = {"line": task.before.count("\n"), "character": 0}
                    outcome = await client.execute(
                        "flux.run",
                        {
                            "action": "edit",
                            "uri": uri,
                            "range": {"start": {"line": 0, "character": 0}, "end": end},
                            "instruction": task.instruction,
                            "tier": None,
                            "wait": True,
                        },
                    )
                    calls += len(outcome["attempts"])
                    dollars += outcome["usd"] or 0.0
                    now = client.text(uri) or ""
                    if outcome["status"] == "proposed" and now == task.before:
                        await client.execute("flux.accept", {"run": outcome["run"]})
                        accepted = same(client.text(uri) or "", task.after)
                        counts["right after a yes" if accepted else "refused"] += 1
                    elif same(now, task.after) and outcome["status"] == "applied":
                        counts[f"right after {len(outcome['attempts'])}"] += 1
                    elif now == task.before:
                        counts["refused"] += 1
                    else:
                        counts["WRONG"] += 1
                        wrong.append(f"{task.name}: {model.faults[task.name]}")
                    client.close(uri)
    return _summary(counts, len(tasks) * rounds, calls, dollars, wrong)


def without_guards(
    tasks: list[Task], rate: float, dialect: str, rounds: int, seed: int
) -> dict[str, Any]:
    """The first answer, applied to the first place that matches, unverified."""
    counts: Counter[str] = Counter()
    for number in range(rounds):
        model = SimulatedModel(tasks, rate, dialect, seed + number)
        for task in tasks:
            said = f'<target path="{task.path}"'
            content = [{"type": "text", "text": said}]
            answer = model({"messages": [{"role": "user", "content": content}]}, 0)
            now = naive(task.before, answer)
            if now is not None and same(now, task.after):
                counts["right after 1"] += 1
            elif now is None or now == task.before:
                counts["refused"] += 1
            else:
                counts["WRONG"] += 1
    total = len(tasks) * rounds
    return _summary(counts, total, float(total), 0.0, [])


def naive(before: str, answer: Answer) -> str | None:
    """Search and replace as simple tools do it; None when nothing matched or parsed."""
    now = before
    for old, new in _naive_edits(answer):
        if old not in now:
            return None
        now = now.replace(old, new, 1)
    return now


def _naive_edits(answer: Answer) -> list[tuple[str, str]]:
    block = answer.blocks[0]
    if block["type"] == "text":
        pattern = r"<<<<<<< SEARCH\n(.*?)=======\n(.*?)>>>>>>> REPLACE"
        return re.findall(pattern, block["text"], re.DOTALL)
    try:
        edits = json.loads(block["json"])["edits"]
        return [(edit["old_string"], edit["new_string"]) for edit in edits]
    except (ValueError, KeyError, TypeError):
        return []


def same(one: str, other: str) -> bool:
    """Equal but for the final line end."""
    return one.rstrip("\n") == other.rstrip("\n")


def _summary(
    counts: Counter[str], total: int, calls: float, dollars: float, wrong: list[str]
) -> dict[str, Any]:
    shares, right = {}, 0
    for answers in (1, 2, 3):
        right += counts[f"right after {answers}"]
        shares[f"right_after_{answers}"] = right / total
    return {
        **shares,
        "right_after_a_yes": counts["right after a yes"] / total,
        "refused": counts["refused"] / total,
        "WRONG": counts["WRONG"],
        "calls_per_success": calls / right if right else None,
        "usd_per_success": dollars / right if right and dollars else None,
        "wrong": wrong,
    }


async def measure(tasks: list[Task], rounds: int, seed: int) -> dict[str, Any]:
    """Every dialect and rate, with guards and without."""
    figures = {}
    for dialect in ("tools", "text"):
        for rate in (0.7, 0.1):
            name = f"{dialect}, {rate:.0%} of first answers spoilt"
            figures[name] = await with_guards(tasks, rate, dialect, rounds, seed)
            figures[f"{name}, no guards"] = without_guards(tasks, rate, dialect, rounds, seed)
    return figures


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="?", type=Path, default=OWN_EDITS)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures = asyncio.run(measure(load_tasks(args.tasks), args.rounds, args.seed))
    if args.json:
        print(json.dumps(figures, indent=2))
        return
    print(
        "| model | right after 1 | 2 | 3 | after a yes | refused | WRONG | calls per success | $ per success |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, f in figures.items():
        usd = f"{f['usd_per_success']:.4f}" if f["usd_per_success"] else "–"
        per = f"{f['calls_per_success']:.2f}" if f["calls_per_success"] else "–"
        print(
            f"| {name} | {f['right_after_1']:.1%} | {f['right_after_2']:.1%} | "
            f"{f['right_after_3']:.1%} | {f['right_after_a_yes']:.1%} | "
            f"{f['refused']:.1%} | {f['WRONG']} | {per} | {usd} |"
        )
        for line in f["wrong"][:10]:
            print(f"|   WRONG: {line} |")


if __name__ == "__main__":
    main()
