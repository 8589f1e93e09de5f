"""What is shown of imperfect reviews: 200 scripted answers with every fault that models are known for.

    python -m bench.findings [FOLDER] [--answers 200] [--seed 1]

An answer reports on a file and on another one that was shown: findings that are true, lines that are
miscounted by a few, by more or by far, quotes that are invented or from another file, paths that are
made up, lines beyond the end, severities that there are not, doubles, and floods of 500. The files
are those of FOLDER, else Flux's own. The yardsticks read the same answers: one believes each claim
whose lines there are, the other wants each quote exactly where it is claimed.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flux_lsp
from flux_lsp.core.conversation import Reply, ToolCall
from flux_lsp.core.text import Snapshot, split_lines
from flux_lsp.core.usage import Usage
from flux_lsp.edits.findings.read import read_findings
from flux_lsp.edits.findings.values import FindingReport
from flux_lsp.edits.values import EditScope

FLOOD = 500
_ENDINGS = frozenset({".py", ".ts", ".js", ".go", ".rs", ".java", ".c", ".rb", ".swift", ".kt"})
_FAULTS = ("true", "severity", "part", "inside", "few", "more", "far", "invented", "elsewhere",
    "path", "beyond", "double")  # fmt: skip
_LOST = frozenset({"far", "invented", "elsewhere", "path", "beyond"})  # what nobody can show


@dataclass(frozen=True, slots=True)
class ScriptedClaim:
    """A claim as a model says it; `line` is the 1-based line that it is about, None for none."""

    fault: str
    said: Mapping[str, Any]
    line: int | None


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """One answer and the files that were shown."""

    files: Mapping[str, Snapshot]
    claims: tuple[ScriptedClaim, ...]

    @property
    def is_flood(self) -> bool:
        """Whether it holds more than anybody reads."""
        return len(self.claims) > FLOOD // 2


# A reading: the title of each finding that is shown → its path and 1-based line.
Shown = dict[str, tuple[str, int]]


def script_answers(
    snapshots: Sequence[Snapshot], count: int, seed: int
) -> Iterator[ScriptedAnswer]:
    """Script so many answers; every twentieth is a flood."""
    rnd = random.Random(seed)
    for number in range(count):
        about, other = rnd.sample(snapshots, 2)
        size = FLOOD if number % 20 == 19 else rnd.randint(1, 12)
        faults = rnd.choices(_FAULTS, (6, 2, 2, 2, 4, 2, 1, 3, 1, 2, 1, 1), k=size)
        claims: list[ScriptedClaim] = []
        for n, fault in enumerate(faults):
            repeated = fault == "double" and claims
            claims.append(claims[-1] if repeated else _script(fault, n, about, other, rnd))
        yield ScriptedAnswer({about.path: about, other.path: other}, tuple(claims))


def read_by_flux(answer: ScriptedAnswer) -> Shown:
    """What Flux shows."""
    arguments = {"findings": [claim.said for claim in answer.claims], "summary": "S"}
    call = ToolCall("1", "report_findings", json.dumps(arguments))
    report = read_findings(Reply("m", "", (call,), "tool_use", Usage()), EditScope(answer.files))
    assert isinstance(report, FindingReport), report
    return {finding.title: (finding.path, finding.lines.first) for finding in report.findings}


def read_as_claimed(answer: ScriptedAnswer) -> Shown:
    """What somebody shows who believes each claim whose lines there are."""
    return {
        claim.said["title"]: (claim.said["path"], claim.said["first_line"])
        for claim in answer.claims
        if claim.said["path"] in answer.files
        and claim.said["last_line"] <= answer.files[claim.said["path"]].line_count
    }


def read_exactly(answer: ScriptedAnswer) -> Shown:
    """What somebody shows who wants each quote to be the whole line that is claimed."""
    return {
        title: (path, line)
        for title, (path, line) in read_as_claimed(answer).items()
        for claim in answer.claims
        if claim.said["title"] == title
        and _get_line(answer.files[path], line) == claim.said["quote"].strip()
    }


def score(answer: ScriptedAnswer, shown: Shown) -> Counter[str]:
    """Count what is right, a twin (another line with the same text) or false, and what is lost."""
    counts: Counter[str] = Counter()
    claims = {claim.said["title"]: claim for claim in answer.claims}
    about = next(iter(answer.files.values()))
    for title, (path, line) in shown.items():
        claim = claims.get(title)
        if claim is None or claim.line is None or path != about.path:
            counts["false"] += 1
        elif line == claim.line:
            counts["right"] += 1
        else:
            is_twin = _get_line(about, line) == _get_line(about, claim.line)
            counts["twin" if is_twin else "false"] += 1
    if not answer.is_flood:  # of those most are left out on purpose
        wanted = [claim for claim in claims.values() if claim.fault not in _LOST]
        counts["wanted"] = len(wanted)
        counts["kept"] = sum(claim.said["title"] in shown for claim in wanted)
    return counts


def read_files(folder: Path) -> list[Snapshot]:
    """Read the source files of a folder that are long enough to get lost in."""
    snapshots = []
    for file in sorted(folder.rglob("*")):
        if file.suffix not in _ENDINGS or not file.is_file():
            continue
        text = file.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
        if 60 <= text.count("\n") <= 2_000:
            path = file.relative_to(folder).as_posix()
            snapshots.append(Snapshot(file.as_uri(), path, "", 1, text))
    return snapshots


def _script(
    fault: str, number: int, about: Snapshot, other: Snapshot, rnd: random.Random
) -> ScriptedClaim:
    line = _choose_line(about, rnd)
    quote = _get_line(about, line)
    said: dict[str, Any] = {
        "path": about.path, "first_line": line, "last_line": line, "quote": quote,
        "severity": rnd.choice(("error", "warning", "information", "hint")),
        "title": f"{fault} {number}", "text": "It may fail.",
    }  # fmt: skip
    meant: int | None = line
    if fault in {"few", "more", "far"}:
        drift = rnd.choice((-1, 1)) * rnd.randint(*_DRIFTS[fault])
        first = min(max(1, line + drift), about.line_count)
        said |= {"first_line": first, "last_line": first}
    elif fault == "severity":
        said["severity"] = rnd.choice(("critical", "minor", "", None, 4))
    elif fault == "part":
        said["quote"] = quote[: max(9, len(quote) * 2 // 3)]
    elif fault == "inside":
        said |= {"first_line": max(1, line - 2), "last_line": min(line + 1, about.line_count)}
    elif fault == "invented":
        said["quote"], meant = f"{quote[: len(quote) // 2]}_made_up()", None
    elif fault == "elsewhere":
        said["quote"], meant = _find_foreign(other, about, rnd), None
    elif fault == "path":
        said["path"], meant = f"made/up_{number}.py", None
    elif fault == "beyond":
        first = about.line_count + rnd.randint(1, 90)
        said |= {"first_line": first, "last_line": first}
        meant = None
    return ScriptedClaim(fault, said, meant)


_DRIFTS = {"few": (1, 5), "more": (6, 20), "far": (40, 200)}


def _choose_line(snapshot: Snapshot, rnd: random.Random) -> int:
    """Choose a line with enough words to be quoted, as models do."""
    lines = [n for n in range(1, snapshot.line_count + 1) if len(_get_line(snapshot, n)) > 9]
    return rnd.choice(lines)


def _find_foreign(other: Snapshot, about: Snapshot, rnd: random.Random) -> str:
    own = {line.strip() for line in split_lines(about.text)}
    foreign = [line.strip() for line in split_lines(other.text) if line.strip() not in own]
    return rnd.choice([line for line in foreign if len(line) > 9])


def _get_line(snapshot: Snapshot, line: int) -> str:
    return snapshot.get_line_span(line - 1, line - 1).extract(snapshot.text).strip()


def _print_row(
    name: str, answers: Iterable[ScriptedAnswer], read: Callable[[ScriptedAnswer], Shown]
) -> None:
    total: Counter[str] = Counter()
    longest = 0
    for answer in answers:
        shown = read(answer)
        longest = max(longest, len(shown))
        total += score(answer, shown)
    share = total["kept"] / total["wanted"]
    print(
        f"{name:18} {total['right']:6,} {total['twin']:6,} {total['false']:6,} {share:8.1%} {longest:6}"
    )


def main() -> None:
    """Print one row for Flux and one for each yardstick."""
    parser = argparse.ArgumentParser(prog="python -m bench.findings", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(flux_lsp.__file__).parent)
    parser.add_argument("--answers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    answers = list(script_answers(read_files(args.folder), args.answers, args.seed))
    claims = sum(len(answer.claims) for answer in answers)
    print(f"{len(answers)} answers, {claims:,} claims")
    print(f"{'':18} {'right':>6} {'twin':>6} {'FALSE':>6} {'kept':>8} {'most':>6}")
    _print_row("Flux", answers, read_by_flux)
    _print_row("as claimed", answers, read_as_claimed)
    _print_row("exact quotes only", answers, read_exactly)


if __name__ == "__main__":
    main()
