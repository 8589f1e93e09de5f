"""Whether "code unchanged" lets right documentation through and stops everything else.

    python -m bench.document_check FOLDER [--most 6] [--seed 1] [--show 3]

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
from pathlib import Path

from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.code_unchanged import code_unchanged
from flux_lsp.syntax.languages import Language, language_for
from flux_lsp.syntax.tree import Parsed, parse

LONGEST = 200_000
SKIPPED = {"markdown", "plaintext", "json", "html", "restructuredtext", "ignore", "xml", "latex"}
BLOCK = ("/**\n", " * {}\n", " */\n")
FORMS = {
    **dict.fromkeys(("rust", "swift", "csharp", "fsharp", "dart", "zig"), ("", "/// {}\n", "")),
    **dict.fromkeys(("go",), ("", "// {}\n", "")),
    **dict.fromkeys(("lua",), ("", "--- {}\n", "")),
    **dict.fromkeys(("sql",), ("", "-- {}\n", "")),
    **dict.fromkeys(("haskell",), ("", "-- | {}\n", "")),
    **dict.fromkeys(("css",), ("", "/* {} */\n", "")),
    **dict.fromkeys(("vim",), ("", '" {}\n', "")),
    **dict.fromkeys(("elixir",), ('@doc """\n', "{}\n", '"""\n')),
    **dict.fromkeys(("julia",), ('"""\n', "{}\n", '"""\n')),
    **dict.fromkeys(
        ("ruby", "shellscript", "yaml", "toml", "hcl", "perl", "r", "makefile", "nim"),
        ("", "# {}\n", ""),
    ),
}
DECLARES = re.compile(
    r"^(?P<indent>[ \t]*)(?:export\s+|pub\s+|private\s+|static\s+)*"
    r"(?:def|defp|defmacro|function!?|func|proc|let(?:\s+rec)?|fun|sub|const|class|struct|module)\s+\w"
)
DIRECTIVES = {
    "python": "# pylint: disable=all", "go": "//nolint:all", "ruby": "# rubocop:disable all",
    "typescript": "// @ts-ignore", "javascript": "// eslint-disable-line", "lua": "-- luacheck: ignore",
    "cpp": "// NOLINT", "c": "// NOLINT", "php": "// phpcs:ignore", "swift": "// swiftlint:disable all",
    "shellscript": "# shellcheck disable=SC1000",
}  # fmt: skip
TAGS = re.compile(r"@(?:deprecated|phpstan|psalm|codeCoverage|internal)")
WORDS = (
    "What it is for, in one sentence.",
    "",
    "Says what comes back & what may fail (see the manual).",
)

Edit = Callable[[list[str], random.Random, Language], list[str] | None]


def main() -> int:
    """Play all, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.document_check", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=6, help="symbols of a file")
    parser.add_argument("--files", type=int, default=40, help="files of a language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=3)
    args = parser.parse_args()
    rnd = random.Random(args.seed)
    table: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: dict[str, list[str]] = defaultdict(list)
    times: list[float] = []
    for path, language in chosen(args.folder, args.files, rnd):
        text = path.read_bytes().decode("utf-8", "replace")
        tree = parse(text, language)
        for span in places(text, tree, language, args.most, rnd):
            for kind, before, after in answers(text, span, tree, language, rnd):
                began = time.perf_counter()
                fault = code_unchanged(
                    Snapshot("file:///x", path.name, language.id, 1, before), after
                )
                times.append(time.perf_counter() - began)
                right = (fault is None) == (kind == "right")
                table[language.id][f"{kind}{'' if right else ' WRONG'}"] += 1
                if not right:
                    wrong[kind].append(
                        f"{path} at {before.count(chr(10), 0, span.start) + 1}: {fault and fault.message}"
                    )
    for language_id, counts in sorted(table.items()):
        print(f"{language_id:14}", ", ".join(f"{k} {n}" for k, n in sorted(counts.items())))
    total = sum((counts for counts in table.values()), Counter())
    print("\ntotal         ", ", ".join(f"{k} {n}" for k, n in sorted(total.items())))
    print(f"median {statistics.median(times) * 1000:.2f} ms, worst {max(times) * 1000:.1f} ms")
    for kind, lines in wrong.items():
        print(f"\n{kind}:")
        print("\n".join(lines[: args.show]))
    return int(bool(wrong))


def chosen(folder: Path, most: int, rnd: random.Random) -> Iterator[tuple[Path, Language]]:
    """Files to draw from, at most so many of each language."""
    by_language: dict[str, list[tuple[Path, Language]]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        language = language_for("", path.name)
        if language.id not in SKIPPED and path.is_file() and path.stat().st_size < LONGEST:
            by_language[language.id].append((path, language))
    for files in by_language.values():
        yield from rnd.sample(files, min(most, len(files)))


def places(
    text: str, tree: Parsed | None, language: Language, most: int, rnd: random.Random
) -> list[Span]:
    """Spans of symbols, whole lines."""
    if tree is not None:
        spans = [s.span for s in tree.symbols() if s.kind not in {"key", "element", "header"}]
    else:
        spans = list(declared(text, language))
    return rnd.sample(spans, min(most, len(spans)))


def declared(text: str, language: Language) -> Iterator[Span]:
    """Where a line declares something, to the next blank line; for languages without a grammar."""
    at = 0
    for line in text.splitlines(True):
        if (
            language.id in FORMS | dict.fromkeys(("vue", "svelte"))
            and DECLARES.match(line)
            and text.count('"""', 0, at) % 2 == 0
        ):
            end = text.find("\n\n", at)
            yield Span(at, len(text) if end < 0 else end + 1)
        at += len(line)


def answers(
    text: str, span: Span, tree: Parsed | None, language: Language, rnd: random.Random
) -> Iterator[tuple[str, str, str]]:
    """Kind, text before, text after: the right one and each wrong one that can be made."""
    body = span.of(text).replace("\r\n", "\n").splitlines(True)
    if not body or not body[-1].endswith("\n") or "\r" in text:
        return
    for kind, (prepare, damage) in KINDS.items():
        ready = prepare(list(body), rnd, language)
        if ready is None:
            continue
        before = text[: span.start] + "".join(ready) + text[span.end :]
        hurt = damage(list(ready), rnd, language)
        if hurt is None or hurt == ready and kind != "right":
            continue
        written = documented(
            before, Span(span.start, span.start + len("".join(ready))), hurt, language
        )
        if written is not None and written != before:
            yield kind, before, written


def documented(before: str, span: Span, lines: list[str], language: Language) -> str | None:
    """The text with `lines` in place of `span`, and documentation in its right place."""
    if language.id in {"python", "nim"}:
        made = with_docstring(lines, language)
    else:
        made = with_comment(lines, language)
    return None if made is None else before[: span.start] + "".join(made) + before[span.end :]


def with_comment(lines: list[str], language: Language) -> list[str]:
    """In place of a documentation comment at the top, else above everything."""
    head, form, tail = FORMS.get(language.id, BLOCK)
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    doc = [head] if head else []
    doc += [form.format(word).rstrip() + "\n" for word in WORDS]
    doc += [tail] if tail else []
    count = old_comment(lines, form)
    tags = [line for line in lines[:count] if TAGS.search(line)]
    return (
        [*(indent + line for line in doc[:-1] if tail), *tags, indent + doc[-1], *lines[count:]]
        if tail
        else [*(indent + line for line in doc), *lines[count:]]
    )


def old_comment(lines: list[str], form: str) -> int:
    """How many lines at the top are documentation of the same form already."""
    mark = form.split("{")[0].strip()
    if mark == "*":
        if not lines[0].lstrip().startswith("/**"):
            return 0
        return (
            next((i + 1 for i, line in enumerate(lines) if "*/" in line), 0)
            if not lines[0].rstrip().endswith("*/")
            else 1
        )
    count = 0
    keep = re.compile(
        r"^\W*(?:#!|[a-z]+:|-\*-|copyright|licen|spdx|nolint|\+build|no ?qa|shellcheck|todo|fixme|deprecated)",
        re.IGNORECASE,
    )
    while (
        mark
        and count < len(lines)
        and lines[count].lstrip().startswith(mark)
        and not keep.match(lines[count].strip())
    ):
        count += 1
    return 0 if any(keep.match(line.strip()) for line in lines[count : count + 3]) else count


def with_docstring(lines: list[str], language: Language) -> list[str] | None:
    """Below the signature; None where it cannot be told where that ends."""
    start = next(
        (
            i
            for i, line in enumerate(lines)
            if re.match(r"\s*(?:async\s+)?(?:def|class|proc|func|template)\b", line)
        ),
        None,
    )
    if start is None:
        return None
    sign = "=" if language.id == "nim" else ":"
    end = next(
        (i for i in range(start, len(lines)) if lines[i].split("#")[0].rstrip().endswith(sign)),
        None,
    )
    if end is None or end + 1 >= len(lines):
        return None
    below = lines[end + 1]
    indent = below[: len(below) - len(below.lstrip())]
    if not below.strip() or below.lstrip()[:1] in {'"', "'", "#", "r"}:
        return None
    if language.id == "nim":
        doc = [f"{indent}## {WORDS[0]}\n"]
    else:
        doc = [f'{indent}"""{WORDS[0]}\n', "\n", f"{indent}{WORDS[2]}\n", f'{indent}"""\n']
    return [*lines[: end + 1], *doc, *lines[end + 1 :]]


def same(lines: list[str], rnd: random.Random, language: Language) -> list[str] | None:
    """The lines as they are."""
    return lines


def _code_lines(lines: list[str]) -> list[int]:
    """Lines in the middle that are plain code in any language."""
    plain = re.compile(r"^\s*[A-Za-z_@$][\w.$]*.*[\w);]\s*$")
    out = re.compile(r'^\s*(?:\*|/|#|--|"|end\b|\}|@doc)|"""|\'\'\'')
    found = [i for i, line in enumerate(lines) if i and plain.match(line) and not out.search(line)]
    inside = "".join(lines)
    return (
        found
        if inside.count('"""') < 1
        and "=begin" not in inside
        and "/*" not in inside
        and "[[" not in inside
        and "<<" not in inside
        and "`" not in inside
        else []
    )


def lose_statement(lines: list[str], rnd: random.Random, language: Language) -> list[str] | None:
    at = _code_lines(lines)
    if not at:
        return None
    gone = rnd.choice(at)
    return lines[:gone] + lines[gone + 1 :]


def _substitute(pattern: str, new: Callable[[re.Match[str]], str]) -> Edit:
    def change(lines: list[str], rnd: random.Random, language: Language) -> list[str] | None:
        at = [
            i
            for i in _code_lines(lines)
            if re.search(pattern, lines[i].split("//")[0].split("#")[0].split("--")[0])
        ]
        if not at:
            return None
        number = rnd.choice(at)
        lines[number] = re.sub(pattern, new, lines[number], count=1)
        return lines

    return change


def add_directive(lines: list[str], rnd: random.Random, language: Language) -> list[str] | None:
    text = DIRECTIVES.get(language.id)
    at = _code_lines(lines)
    if text is None or not at:
        return None
    lines[rnd.choice(at)] += ""
    number = rnd.choice(at)
    lines[number] = lines[number].rstrip("\n") + "  " + text + "\n"
    return lines


def lose_directive(lines: list[str], rnd: random.Random, language: Language) -> list[str] | None:
    text = DIRECTIVES[language.id]
    return [line.replace("  " + text, "") for line in lines]


def add_comment(lines: list[str], rnd: random.Random, language: Language) -> list[str] | None:
    mark = language.line_comment
    at = _code_lines(lines)
    if not mark or not at or mark == '"':
        return None
    number = rnd.choice(at)
    lines[number] = lines[number].rstrip("\n") + f"  {mark} measured, zzz keep\n"
    return lines


def lose_comment(lines: list[str], rnd: random.Random, language: Language) -> list[str] | None:
    return [line.replace(f"  {language.line_comment} measured, zzz keep", "") for line in lines]


def lose_attribute(lines: list[str], rnd: random.Random, language: Language) -> list[str] | None:
    marks = {
        "rust": "#[",
        "csharp": "[",
        "python": "@",
        "java": "@",
        "kotlin": "@",
        "swift": "@",
        "php": "#[",
        "typescript": "@",
        "scala": "@",
    }
    mark = marks.get(language.id, "\0")
    at = [
        i
        for i, line in enumerate(lines)
        if line.strip().startswith(mark) and line.rstrip().endswith((")", "]", "e", "t"))
    ]
    if not at:
        return None
    return lines[: at[0]] + lines[at[0] + 1 :]


_SWAP = {"+": "-", "-": "+", "==": "!=", "!=": "==", "&&": "||", "||": "&&", "<=": "<", ">=": ">"}
KINDS: dict[str, tuple[Edit, Edit]] = {
    "right": (same, same),
    "statement lost": (same, lose_statement),
    "operator": (same, _substitute(r" (\+|-|==|!=|&&|\|\||<=|>=) ", lambda m: f" {_SWAP[m[1]]} ")),
    "name": (same, _substitute(r"\b[a-z]\w{2,}\b(?=[(.,)])", lambda m: m[0] + "_x")),
    "string": (same, _substitute(r'"(\w[\w ]*)"', lambda m: f'"{m[1]}  x"')),
    "directive lost": (add_directive, lose_directive),
    "comment lost": (add_comment, lose_comment),
    "attribute lost": (same, lose_attribute),
}

if __name__ == "__main__":
    sys.exit(main())
