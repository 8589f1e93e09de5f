"""How long it takes to find the place of an edit and make it, by size of file and kind of search.

    python -m bench.locate_speed [--repeat 9]

Each figure is a median. `read_reply` is the whole way of an answer, with the syntax checks, where the
caller keeps the file's tree, as the server does. Hostile answers show that the worst case is bounded.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable

from flux_lsp.core.conversation import Reply, ToolCall
from flux_lsp.core.text import Snapshot, apply_changes
from flux_lsp.core.usage import Usage
from flux_lsp.edits.parse.answer import Edit
from flux_lsp.edits.plan.resolve import resolve_edits
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import EditScope, Plan
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

SIZES = (1_000, 10_000, 100_000)
BLOCK = '''def work_{n}(first, second=None):
    """Do the work number {n}."""
    total = first * {n}
    for item in second or ():
        total += item.amount_{n}
        if total > {n}00:
            break

    return total

'''


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=9)
    repeat = parser.parse_args().repeat
    print("locate and apply, ms" + "".join(f"{size:>14,}" for size in SIZES) + "   growth 10k→100k")
    files = {size: _file(size) for size in SIZES}
    for name, make in KINDS.items():
        times = [_median(_placing(files[s], make(s)), repeat) for s in SIZES]
        print(f"{name:20}" + "".join(f"{1000 * t:14.2f}" for t in times) + _growth(times))
    print("\nread() with a kept tree, ms")
    for name in ("exact", "indentation", "one word off"):
        times = [_median(_reading(files[s], KINDS[name](s)), repeat) for s in SIZES]
        print(f"{name:20}" + "".join(f"{1000 * t:14.2f}" for t in times) + _growth(times))
    print("\nhostile answers to a file of 10,000 lines, ms")
    for name, edit in HOSTILE.items():
        print(f"{name:40}{1000 * _median(_placing(files[10_000], edit), 1):14.1f}")


def _growth(times: list[float]) -> str:
    return f"{times[2] / times[1]:14.1f} x"


def _file(lines: int) -> str:
    return "".join(BLOCK.format(n=n) for n in range(lines // 10))


def _parts(size: int) -> tuple[str, str]:
    n = size // 20
    old = "".join(BLOCK.format(n=n).splitlines(keepends=True)[:7])
    return old, old.replace("break", f"return total - {n}")


def _exact(size: int) -> Edit:
    old, new = _parts(size)
    return Edit("a.py", old, new)


def _mapped(change: Callable[[str], str]) -> Callable[[int], Edit]:
    def made(size: int) -> Edit:
        old, new = _parts(size)
        return Edit("a.py", change(old), change(new))

    return made


def _by_lines(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(change(line) + "\n" for line in text.splitlines())


def _numbered(text: str) -> str:
    return "".join(f"{n} | {line}\n" for n, line in enumerate(text.splitlines(), 7))


def _off(size: int) -> Edit:
    old, new = _parts(size)
    return Edit(
        "a.py",
        old.replace("second or ()", "second or []"),
        new.replace("second or ()", "second or []"),
    )


def _unknown(size: int) -> Edit:
    old, new = _parts(size)
    return Edit("a.py", old.replace("total", "amount"), new)


KINDS: dict[str, Callable[[int], Edit]] = {
    "exact": _exact,
    "blanks at line ends": _mapped(_by_lines(lambda line: line + "  ")),
    "typography": _mapped(lambda text: text.replace('"', "\u201d")),
    "indentation": _mapped(_by_lines(lambda line: "    " + line)),
    "line numbers": _mapped(_numbered),
    "inner blanks": _mapped(lambda text: text.replace(" = ", "=")),
    "one word off": _off,
    "not there": _unknown,
}
HOSTILE = {
    "20,000 equal lines": Edit("a.py", "    return total\n" * 20_000, "x\n"),
    "a line of a million blanks": Edit("a.py", "x" + " " * 1_000_000 + "y", "z"),
    "a million backslashes": Edit("a.py", "\\" * 1_000_000, "\\n" * 100_000),
    "only braces": Edit("a.py", "}\n" * 5_000, "{\n" * 5_000),
    "200 lines, each nearly right": Edit(
        "a.py", "".join(BLOCK.format(n=7).replace("7", "8") for _ in range(20)), "pass\n"
    ),
    "dots between all lines": Edit(
        "a.py", "    return total\n...\n" * 12, "    return 1\n...\n" * 12
    ),
    "entities in every place": Edit("a.py", "&lt;&amp;" * 100_000, "&gt;" * 100_000),
}


def _placing(text: str, edit: Edit) -> Callable[[], None]:
    return lambda: _ignore(apply_changes(text, resolve_edits(text, [edit], None).changes))


def _reading(text: str, edit: Edit) -> Callable[[], None]:
    snapshot = Snapshot("", "a.py", "python", None, text)
    parsed = parse(text, find_language("python", "a.py"))
    piece = EditScope({"a.py": snapshot}, parsed=lambda _: parsed)
    arguments = {"edits": [{"path": "a.py", "old_string": edit.old, "new_string": edit.new}]}
    call = ToolCall("1", "apply_edits", json.dumps(arguments))
    reply = Reply("", "", (call,), "tool_use", Usage())
    assert isinstance(read_reply(reply, piece), Plan)
    return lambda: _ignore(read_reply(reply, piece))


def _ignore(_: object) -> None:
    """Only the time counts."""


def _median(run: Callable[[], None], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
