"""Coverage-guided fuzzing of reading an answer: parse, locate, apply, verify.

    make fuzz [SECONDS=600]

libFuzzer (by atheris) looks for answers that reach new lines of the package. It stops at the first
that raises, takes too long, or leaves a file with something lost or made up, and says which it was.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["flux_lsp.edits"]):
    from flux_lsp.edits.normalize import normalize
    from flux_lsp.edits.read import read_reply
from flux_lsp.core.conversation import Reply, ToolCall
from flux_lsp.core.text import Snapshot, Span, apply_changes
from flux_lsp.core.usage import Usage
from flux_lsp.edits.values import EditScope, Plan, Reject, Target

FILE = '''\
"""A file that answers are made for."""

import os


class Shelf:
    def put(self, book, place=None):
        if place is None:
            place = self.free()

        self.books[place] = book
        return place

    def take(self, place):
        book = self.books.pop(place)
        return book

    def free(self):
        for place in range(self.size):
            if place not in self.books:
                return place
        raise LookupError("no \u201cfree\u201d place")


def main():
    shelf = Shelf()
    shelf.put(os.name)
    shelf.take(0)
'''
LINES = FILE.splitlines()
MARKERS = ["<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "```python", "```", "a.py", "", "..."]
SNIPPETS = ["        log(place)", "    pass", "        # ... existing code ...", "x = 1", "}",
            "    def new(self):", "        return None", "import sys"]  # fmt: skip
SLOWEST = 2.0  # seconds of the processor that one answer may take
TARGET = Span(FILE.index("    def take"), FILE.index("    def free"))
_UNMAPPED = frozenset(  # steps that take the new text as it is
    {"exact", "blanks at line ends", "typography", "indentation", "blank lines", "nearly"}
)


class BrokenError(Exception):
    """What an answer did that none may do."""


def check(data: bytes) -> None:
    """Read the answer that `data` stands for and look at what it left."""
    reply, old, new = _answer(data)
    work = EditScope(
        {"a.py": Snapshot("", "a.py", "python", 1, FILE)}, Target("a.py", TARGET), may_create=True
    )
    started = time.process_time()
    plan = read_reply(reply, work)
    if time.process_time() - started > SLOWEST:
        raise BrokenError("took too long")
    if isinstance(plan, Reject):
        if not plan.feedback.startswith(str(plan.code)):
            raise BrokenError("feedback without its code")
        return
    _look_at(plan, old, new)


def _look_at(plan: Plan, old: str, new: str) -> None:
    for file in plan.files:
        text = apply_changes(FILE, file.changes)
        compile(text, "a.py", "exec")
        inside = all(TARGET.contains(change.span) for change in file.changes)
        if not (inside or plan.outside):
            raise BrokenError("leaves the target and does not say so")
        if file.steps == ("exact",) and not _once(old):
            raise BrokenError("one of many places")
        if not set(file.steps) <= _UNMAPPED:
            continue
        lost = _bag(FILE) - _bag(text)
        if unexplained := lost - _bag(old):
            raise BrokenError(f"lost {list(unexplained)}")
        if made_up := (_bag(text) - _bag(FILE)) - _bag(new):
            raise BrokenError(f"made up {list(made_up)}")


def _once(old: str) -> bool:
    """Whether one place is meant: within the target, touching it, in the file, or as whole lines.

    Several edits, and one that was completed before it was found, are not looked for here.
    """
    near = FILE[max(0, TARGET.start - len(old) + 1) : TARGET.end + len(old) - 1]
    places = (TARGET.extract(FILE), near, FILE, "\n" + FILE)
    counts = [text.count(old if text is not places[-1] else "\n" + old) for text in places]
    return 1 in counts or not any(counts)


def _bag(text: str) -> Counter[str]:
    """The lines that say something, by their letters and digits."""
    keys = ("".join(filter(str.isalnum, normalize(line))) for line in text.splitlines())
    return Counter(key for key in keys if key)


def _answer(data: bytes) -> tuple[Reply, str, str]:
    """The answer that `data` spells, and all its old and new text."""
    kind, program = (data[0] if data else 0) % 4, data[1:]
    if kind == 0:
        text = _text(program)
        return Reply("", text, (), "end_turn", Usage()), text, text
    if kind == 1:
        code = _text(program)
        return _call("rewrite_range", json.dumps({"code": code})), FILE, code
    if kind == 2:
        raw = program.decode("utf-8", "replace")
        return _call("apply_edits", raw), FILE, FILE + raw
    parts = [_text(part) for part in program.split(b"\xff")]
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    edits = [{"path": "a.py", "old_string": a, "new_string": b} for a, b in pairs]
    return (
        _call("apply_edits", json.dumps({"edits": edits})),
        "\n".join(a for a, _ in pairs),
        "\n".join(b for _, b in pairs),
    )


def _call(name: str, arguments: str) -> Reply:
    return Reply("", "", (ToolCall("1", name, arguments),), "tool_use", Usage())


CHANGES: list[Callable[[str], str]] = [
    lambda line: "    " + line,
    lambda line: line.removeprefix("    "),
    lambda line: line + "  ",
    lambda line: line.replace("    ", "\t"),
    lambda line: line.replace('"', "\u201d"),
    lambda line: "12 | " + line,
    lambda line: line.replace("<", "&lt;").replace(">", "&gt;"),
    lambda line: "+" + line,
    lambda line: line[1:],
    lambda line: line[: len(line) // 2] + line[len(line) // 2 + 1 :],
]


def _text(program: bytes) -> str:
    """Lines of the file, markers, snippets and raw characters, as the bytes say."""
    lines = [""]
    for byte in program:
        if byte < 100:
            lines.append(LINES[byte % len(LINES)])
        elif byte < 140:
            lines.append(MARKERS[byte % len(MARKERS)])
        elif byte < 180:
            lines.append(SNIPPETS[byte % len(SNIPPETS)])
        elif byte < 200:
            lines[-1] = CHANGES[byte % len(CHANGES)](lines[-1])
        else:
            lines[-1] += chr(byte - 168)
    return "\n".join(lines[1:] if lines[0] == "" else lines) + "\n"


def main() -> None:
    """Fuzz for the time that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(_seeds()):
            check(seed)  # loads the grammar before anything is timed
            Path(folder, str(number)).write_bytes(seed)
        limits = [f"-max_total_time={arguments.seconds}", f"-seed={arguments.seed}"]
        options = [sys.argv[0], *limits, "-max_len=600", "-timeout=10", "-print_final_stats=1"]
        atheris.Setup([*options, f"-artifact_prefix={folder}/", folder], check)
        atheris.Fuzz()


def _seeds() -> list[bytes]:
    """Answers that are right, to begin with."""
    block = bytes([0, 105, 100, 13, 14, 15, 101, 13, 140, 14, 15, 102])
    return [block, bytes([1, 14, 15, 140, 16]), bytes([3, 15, 16, 255, 15, 140, 16]),
            b"\x02" + b'{"edits": [{"path": "a.py", "old_string": "import os", "new_string": ""}]}',
            bytes([3, 7, 8, 9, 255, 7, 140, 9, 255, 28, 255, 29])]  # fmt: skip


if __name__ == "__main__":
    main()
