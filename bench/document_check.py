"""Whether "code unchanged" lets right documentation through and stops everything else.

    python -m bench.document_check FOLDER [--most 6] [--files 40] [--seed 1] [--show 3]

FOLDER holds repositories. For symbols of their files documentation is written as its language has
it, new or in place of what is there: none of it may be refused. Then the same with one thing wrong:
a statement lost, an operator or a name or a string changed, a directive, comment or attribute lost.
All of it must be refused. Ends with 1 when anything went wrong.
"""

import argparse
import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.plan.code_unchanged import check_code_unchanged
from flux_lsp.syntax.languages import Language, find_language
from flux_lsp.syntax.tree import parse

LONGEST = 200_000  # bytes of a file
SKIPPED = {"markdown", "plaintext", "json", "html", "restructuredtext", "ignore", "xml", "latex"}
# Head, line and tail of a documentation comment.
BLOCK = ("/**\n", " * {}\n", " */\n")
FORMS = {
    **dict.fromkeys(("rust", "swift", "csharp", "fsharp", "dart", "zig"), ("", "/// {}\n", "")),
    **dict.fromkeys(
        ("ruby", "shellscript", "yaml", "toml", "hcl", "perl", "r", "makefile", "nim"),
        ("", "# {}\n", ""),
    ),
    "go": ("", "// {}\n", ""),
    "lua": ("", "--- {}\n", ""),
    "sql": ("", "-- {}\n", ""),
    "haskell": ("", "-- | {}\n", ""),
    "css": ("", "/* {} */\n", ""),
    "vim": ("", '" {}\n', ""),
    "elixir": ('@doc """\n', "{}\n", '"""\n'),
    "julia": ('"""\n', "{}\n", '"""\n'),
}
WORDS = ("What it is for, in one sentence.", "", "Says what comes back & what may fail.")
DECLARES = re.compile(
    r"^[ \t]*(?:export\s+|pub\s+|private\s+|static\s+)*"
    r"(?:defp?|defmacro|function!?|func|proc|let(?:\s+rec)?|fun|sub|const|class|struct|module)\s+\w"
)
SIGNATURE = re.compile(r"\s*(?:async\s+)?(?:def|class|proc|func|template)\b")
# Lines of documentation that a tool reads: whoever documents right keeps them.
TAGS = re.compile(r"@(?:deprecated|phpstan|psalm|codeCoverage|internal)")
KEPT = re.compile(
    r"^\W*(?:#!|[a-z]+:|-\*-|copyright|licen|spdx|nolint|\+build|no ?qa|shellcheck|todo|fixme|deprec)",
    re.IGNORECASE,
)
DIRECTIVES = {
    "python": "# pylint: disable=all", "go": "//nolint:all", "ruby": "# rubocop:disable all",
    "typescript": "// @ts-ignore", "javascript": "// eslint-disable-line", "cpp": "// NOLINT",
    "lua": "-- luacheck: ignore", "c": "// NOLINT", "php": "// phpcs:ignore",
    "swift": "// swiftlint:disable all", "shellscript": "# shellcheck disable=SC1000",
}  # fmt: skip
ATTRIBUTES = {
    "rust": "#[", "csharp": "[", "python": "@", "java": "@", "kotlin": "@", "swift": "@",
    "php": "#[", "typescript": "@", "scala": "@",
}  # fmt: skip
SWAPPED = {"+": "-", "-": "+", "==": "!=", "!=": "==", "&&": "||", "||": "&&", "<=": "<", ">=": ">"}
PLAIN_LINE = re.compile(r"^\s*[A-Za-z_@$][\w.$]*.*[\w);]\s*$")
NO_CODE = re.compile(r'^\s*(?:\*|/|#|--|"|end\b|\}|@doc)')
HIDES = ('"""', "'''", "=begin", "/*", "[[", "<<", "`")  # a line below these may be no code


@dataclass(frozen=True)
class Part:
    """The lines of a symbol, with their ends."""

    lines: tuple[str, ...]
    language: Language
    rnd: random.Random

    def code_lines(self) -> list[int]:
        """Lines in the middle that are plain code in any language."""
        if any(mark in line for line in self.lines for mark in HIDES):
            return []
        return [
            number
            for number, line in enumerate(self.lines)
            if number and PLAIN_LINE.match(line) and not NO_CODE.match(line)
        ]


Lines = tuple[str, ...]
Make = Callable[[Part], Lines | None]


def main() -> int:
    """Play all, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.document_check", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=6, help="symbols of a file")
    parser.add_argument("--files", type=int, default=40, help="files of a language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=3, help="show so many of each that went wrong")
    args = parser.parse_args()
    table: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: dict[str, list[str]] = defaultdict(list)
    times: list[float] = []
    for where, language, kind, before, after in cases(
        args.folder, args.files, args.most, args.seed
    ):
        began = time.perf_counter()
        fault = check_code_unchanged(Snapshot("file:///x", where, language.id, 1, before), after)
        times.append((time.perf_counter() - began) * 1000)
        right = (fault is None) == (kind == "right")
        table[language.id][kind if right else f"{kind} WRONG"] += 1
        if not right:
            wrong[kind].append(f"  {where}: {fault.message if fault else 'let through'}")
    for language_id, counts in sorted(table.items()):
        print(f"{language_id:15}", counted(counts))
    print(f"\n{'total':15}", counted(sum(table.values(), Counter())))
    print(f"median {statistics.median(times):.2f} ms, worst {max(times):.1f} ms")
    for kind, shown in wrong.items():
        print("\n".join([f"\n{kind}:", *shown[: args.show]]))
    return int(bool(wrong))


def counted(counts: Counter[str]) -> str:
    """One row of the table."""
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))


def cases(
    folder: Path, files: int, most: int, seed: int
) -> Iterator[tuple[str, Language, str, str, str]]:
    """Where, language, kind, text before and after."""
    rnd = random.Random(seed)
    for path, language in chosen(folder, files, rnd):
        text = path.read_bytes().decode("utf-8", "replace")
        spans = symbols(text, language) if "\r" not in text else []
        for span in rnd.sample(spans, min(most, len(spans))):
            where = f"{path}:{text.count(chr(10), 0, span.start) + 1}"
            part = Part(tuple(span.extract(text).splitlines(True)), language, rnd)
            for kind, old, new in answers(part):
                before = text[: span.start] + "".join(old) + text[span.end :]
                after = text[: span.start] + "".join(new) + text[span.end :]
                if before != after:
                    yield where, language, kind, before, after


def chosen(folder: Path, most: int, rnd: random.Random) -> Iterator[tuple[Path, Language]]:
    """Files drawn by chance, at most so many of each language."""
    by_language: dict[str, list[tuple[Path, Language]]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        language = find_language("", path.name)
        skipped = language.id in SKIPPED or path.name.endswith(".min.js")
        if not skipped and path.is_file() and path.stat().st_size < LONGEST:
            by_language[language.id].append((path, language))
    for files in by_language.values():
        yield from rnd.sample(files, min(most, len(files)))


def symbols(text: str, language: Language) -> list[Span]:
    """Spans of whole lines; without a grammar from a declaration to the next blank line."""
    tree = parse(text, language)
    if tree is not None:
        spans = [s.span for s in tree.list_symbols() if s.kind not in {"key", "element", "header"}]
        return [span for span in spans if span.extract(text).endswith("\n")]
    if language.id not in FORMS and language.id not in {"vue", "svelte"}:
        return []
    found, at = [], 0
    for line in text.splitlines(True):
        end = text.find("\n\n", at) + 1
        if end and DECLARES.match(line) and text.count('"""', 0, at) % 2 == 0:
            found.append(Span(at, end))
        at += len(line)
    return found


def answers(part: Part) -> Iterator[tuple[str, Lines, Lines]]:
    """Kind, lines before and lines after: the right ones, and each wrong one that can be made."""
    for kind, (prepare, damage) in KINDS.items():
        old = prepare(part)
        hurt = damage(Part(old, part.language, part.rnd)) if old else None
        if old and hurt and (hurt != old or kind == "right"):
            new = documented(hurt, part.language)
            if new is not None:
                yield kind, old, new


def documented(lines: Lines, language: Language) -> Lines | None:
    """The lines with documentation in its right place; None where that cannot be told."""
    form = FORMS.get(language.id, BLOCK)
    return (
        with_docstring(lines, language)
        if language.id in {"python", "nim"}
        else with_comment(lines, *form)
    )


def with_comment(lines: Lines, head: str, form: str, tail: str) -> Lines:
    """In place of a documentation comment at the top, else above everything."""
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    count = old_comment(lines, form)
    tags = [line for line in lines[:count] if tail and TAGS.search(line)]
    words = [indent + form.format(word).rstrip() + "\n" for word in WORDS]
    ends = ([indent + head] if head else [], [indent + tail] if tail else [])
    return (*ends[0], *words, *tags, *ends[1], *lines[count:])


def old_comment(lines: Lines, form: str) -> int:
    """How many lines at the top are documentation of the same form, which may all be replaced."""
    mark = form.split("{", maxsplit=1)[0].strip()
    if mark == "*":
        ends = (number + 1 for number, line in enumerate(lines) if "*/" in line)
        return next(ends, 0) if lines[0].lstrip().startswith("/**") else 0
    count = 0
    while mark and count < len(lines) and lines[count].lstrip().startswith(mark):
        count += 1
    return 0 if any(KEPT.match(line.strip()) for line in lines[: count + 3]) else count


def with_docstring(lines: Lines, language: Language) -> Lines | None:
    """Below the signature; None where it cannot be told where that ends."""
    sign = "=" if language.id == "nim" else ":"
    start = next((n for n, line in enumerate(lines) if SIGNATURE.match(line)), len(lines))
    ends = (n + 1 for n in range(start, len(lines)) if _code(lines[n]).endswith(sign))
    end = next(ends, len(lines))
    below = lines[end].lstrip() if end < len(lines) else ""
    if not below or below[0] in "\"'#r":
        return None
    indent = lines[end][: -len(below)]
    if language.id == "nim":
        return (*lines[:end], f"{indent}## {WORDS[0]}\n", *lines[end:])
    doc = (f'{indent}"""{WORDS[0]}\n', "\n", f"{indent}{WORDS[2]}\n", f'{indent}"""\n')
    return (*lines[:end], *doc, *lines[end:])


def _code(line: str) -> str:
    return re.split("//|#|--", line, maxsplit=1)[0].rstrip()


def as_it_is(part: Part) -> Lines:
    """The lines, untouched."""
    return part.lines


def without_statement(part: Part) -> Lines | None:
    """A line of code less."""
    numbers = part.code_lines()
    gone = part.rnd.choice(numbers) if numbers else None
    return None if gone is None else (*part.lines[:gone], *part.lines[gone + 1 :])


def substituted(pattern: str, new: Callable[[re.Match[str]], str]) -> Make:
    """One match of `pattern` in one line of code replaced."""

    def change(part: Part) -> Lines | None:
        numbers = [n for n in part.code_lines() if re.search(pattern, _code(part.lines[n]))]
        if not numbers:
            return None
        at = part.rnd.choice(numbers)
        line = re.sub(pattern, new, part.lines[at], count=1)
        return (*part.lines[:at], line, *part.lines[at + 1 :])

    return change


def with_comment_behind(text_of: Callable[[Language], str | None]) -> tuple[Make, Make]:
    """A comment put behind a line of code before, and taken away by the answer."""

    def add(part: Part) -> Lines | None:
        numbers, text = part.code_lines(), text_of(part.language)
        if text is None or not numbers:
            return None
        at = part.rnd.choice(numbers)
        line = f"{part.lines[at].rstrip()}  {text}\n"
        return (*part.lines[:at], line, *part.lines[at + 1 :])

    def lose(part: Part) -> Lines:
        return tuple(line.replace(f"  {text_of(part.language)}", "") for line in part.lines)

    return add, lose


def without_attribute(part: Part) -> Lines | None:
    """A decorator, annotation or attribute less."""
    mark = ATTRIBUTES.get(part.language.id)
    for number, line in enumerate(part.lines):
        if mark and line.strip().startswith(mark) and line.rstrip()[-1] in ")]et":
            return (*part.lines[:number], *part.lines[number + 1 :])
    return None


def _plain_comment(language: Language) -> str | None:
    mark = language.line_comment
    return f"{mark} measured, zzz keep" if mark and mark != '"' else None


KINDS: dict[str, tuple[Make, Make]] = {
    "right": (as_it_is, as_it_is),
    "statement lost": (as_it_is, without_statement),
    "operator": (
        as_it_is,
        substituted(r" (\+|-|==|!=|&&|\|\||<=|>=) ", lambda m: f" {SWAPPED[m[1]]} "),
    ),
    "name": (as_it_is, substituted(r"\b[a-z]\w{2,}\b(?=[(.,)])", lambda m: m[0] + "_x")),
    "string": (as_it_is, substituted(r'"(\w[\w ]*)"', lambda m: f'"{m[1]}  x"')),
    "directive lost": with_comment_behind(lambda language: DIRECTIVES.get(language.id)),
    "comment lost": with_comment_behind(_plain_comment),
    "attribute lost": (as_it_is, without_attribute),
}

if __name__ == "__main__":
    sys.exit(main())
