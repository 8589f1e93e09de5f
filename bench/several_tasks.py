"""Tasks that change the signature of a function and its callers in 1 to 6 other files.

Made from a seed, in Python, TypeScript and Go; the right text of every file is known.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Language = Literal["python", "typescript", "go"]
LANGUAGES: tuple[Language, ...] = ("python", "typescript", "go")

_VERBS = ("load", "merge", "price", "scale", "check", "split", "count", "route", "parse", "trace")
_NOUNS = ("order", "cart", "score", "token", "batch", "record", "window", "sample", "signal")
_FILES = ("menu", "bill", "queue", "report", "worker", "view", "store", "client", "audit")


@dataclass(frozen=True)
class SeveralTask:
    """One task. `files`: for each path its text before and as it should be; the first is the target's.

    `function` is the name of the function whose signature changes.
    """

    name: str
    language: Language
    files: dict[str, tuple[str, str]]
    function: str
    instruction: str

    @property
    def path(self) -> str:
        """The target's file."""
        return next(iter(self.files))


def make_tasks(count: int, seed: int) -> list[SeveralTask]:
    """Make `count` tasks, the languages in turn."""
    chance = random.Random(seed)
    return [_make_task(number, chance) for number in range(count)]


def _make_task(number: int, chance: random.Random) -> SeveralTask:
    language = LANGUAGES[number % 3]
    words = _Words(language, chance)
    files = {words.definition_path: words.write_definition()}
    names = chance.sample(_FILES, 6)[: chance.randint(1, 6)]
    twin = ""
    for name in names:
        path, pair = words.write_caller(name)
        if twin and chance.random() < 0.2:  # two files with the same text
            pair = files[twin]
        files[path], twin = pair, path
    what = f"give {words.function} a third parameter `extra`; every caller passes {words.value}"
    return SeveralTask(f"task{number}", language, files, words.function, what)


class _Words:
    """The names of one task, and how its language writes what it needs."""

    def __init__(self, language: Language, chance: random.Random) -> None:
        self.language, self.chance = language, chance
        verb, self.noun = chance.choice(_VERBS), chance.choice(_NOUNS)
        camel = f"{verb}{self.noun.title()}"
        names = {"python": f"{verb}_{self.noun}", "typescript": camel, "go": camel.title()}
        self.function = names[language]
        if language == "go":
            self.function = f"{verb.title()}{self.noun.title()}"
        self.value = chance.choice(["0", "1", "10"])
        folders = {"python": "core/{}.py", "typescript": "src/core/{}.ts", "go": "core/{}.go"}
        self.definition_path = folders[language].format(self.noun)

    def write_definition(self) -> tuple[str, str]:
        """The file of the function, before and after."""
        top, bottom = (self._fill(self.chance.randint(0, 3)) for _ in range(2))
        heads = {
            "python": "import os\n\n\n",
            "typescript": 'import { env } from "node:process";\n\n',
            "go": "package core\n\n",
        }
        before, after = (_FUNCTIONS[self.language](self.function, more) for more in (False, True))
        head = heads[self.language] + top
        return head + before + bottom, head + after + bottom

    def write_caller(self, name: str) -> tuple[str, tuple[str, str]]:
        """A file that calls the function, its path, before and after."""
        folders = {"python": "app/{}.py", "typescript": "src/app/{}.ts", "go": "app/{}.go"}
        heads = {
            "python": f"from core.{self.noun} import {self.function}\n\n\n",
            "typescript": f'import {{ {self.function} }} from "../core/{self.noun}";\n\n',
            "go": 'package app\n\nimport "example.com/w/core"\n\n',
        }
        before = after = heads[self.language]
        for _ in range(self.chance.randint(1, 3)):
            fill = self._fill(self.chance.randint(0, 2))
            form = self.chance.choice(_CALLS[self.language])
            left, right = self.chance.choice([("a", "b"), ("a + 1", "b"), ("b", "a")])
            called = f"core.{self.function}" if self.language == "go" else self.function
            own = f"{name}_{self.chance.randint(10, 99)}"
            own = own if self.language == "python" else own.replace("_", "").title()
            fields = {"own": own, "call": called, "left": left, "right": right}
            before += fill + form.format(**fields, more="", more_line="")
            line = _MORE_LINES[self.language].format(value=self.value)
            after += fill + form.format(**fields, more=f", {self.value}", more_line=line)
        tail = self._fill(self.chance.randint(0, 2))
        return folders[self.language].format(name), (before + tail, after + tail)

    def _fill(self, count: int) -> str:
        """Functions that have nothing to do with it; some stand in several files."""
        form = _FILLS[self.language]
        return "".join(
            form.format(name=self.chance.choice(_NOUNS), n=self.chance.randint(1, 30))
            for _ in range(count)
        )


def _write_python(name: str, more: bool) -> str:
    head = f"def {name}(left, right{', extra' if more else ''}):\n"
    text = '    """Bring both sides together."""\n    total = left + right\n'
    return f"{head}{text}    return total{' + extra' if more else ''}\n\n\n"


def _write_typescript(name: str, more: bool) -> str:
    extra = ", extra: number" if more else ""
    head = f"export function {name}(left: number, right: number{extra}): number {{\n"
    return (
        f"{head}  const total = left + right;\n  return total{' + extra' if more else ''};\n}}\n\n"
    )


def _write_go(name: str, more: bool) -> str:
    extra = ", extra int" if more else ""
    head = (
        f"// {name} brings both sides together.\nfunc {name}(left int, right int{extra}) int {{\n"
    )
    return f"{head}\ttotal := left + right\n\treturn total{' + extra' if more else ''}\n}}\n\n"


_FUNCTIONS: dict[Language, Callable[[str, bool], str]] = {
    "python": _write_python,
    "typescript": _write_typescript,
    "go": _write_go,
}
_MORE_LINES: dict[Language, str] = {
    "python": "        {value},\n",
    "typescript": "    {value},\n",
    "go": "\t\t{value},\n",
}
_CALLS: dict[Language, tuple[str, ...]] = {
    "python": (
        "def {own}(a, b):\n    return {call}({left}, {right}{more})\n\n\n",
        "def {own}(a, b):\n    if {call}({left}, {right}{more}) > 3:\n        return 'big'\n"
        "    return 'small'\n\n\n",
        "def {own}(a, b):\n    value = {call}(\n        {left},\n        {right},\n{more_line}    )\n"
        "    return value\n\n\n",
        "class {own}:\n    def run(self, a, b):\n        self.total = {call}({left}, {right}{more})\n"
        "        return self.total\n\n\n",
    ),
    "typescript": (
        "export const {own} = (a: number, b: number) => {call}({left}, {right}{more});\n\n",
        "export function {own}(a: number, b: number): string {{\n"
        '  if ({call}({left}, {right}{more}) > 3) {{\n    return "big";\n  }}\n'
        '  return "small";\n}}\n\n',
        "export function {own}(a: number, b: number): number {{\n  return {call}(\n    {left},\n"
        "    {right},\n{more_line}  );\n}}\n\n",
    ),
    "go": (
        "func {own}(a int, b int) int {{\n\treturn {call}({left}, {right}{more})\n}}\n\n",
        "func {own}(a int, b int) string {{\n\tif {call}({left}, {right}{more}) > 3 {{\n"
        '\t\treturn "big"\n\t}}\n\treturn "small"\n}}\n\n',
        "func {own}(a int, b int) int {{\n\tvalue := {call}(\n\t\t{left},\n\t\t{right},\n"
        "{more_line}\t)\n\treturn value\n}}\n\n",
    ),
}
_FILLS: dict[Language, str] = {
    "python": "def keep_{name}_{n}(items):\n    count = {n}\n    for item in items:\n"
    "        count += item\n    return count\n\n\n",
    "typescript": "export function keep{name}{n}(items: number[]): number {{\n  let count = {n};\n"
    "  for (const item of items) {{\n    count += item;\n  }}\n  return count;\n}}\n\n",
    "go": "func keep{name}{n}(items []int) int {{\n\tcount := {n}\n\tfor _, item := range items {{\n"
    "\t\tcount += item\n\t}}\n\treturn count\n}}\n\n",
}
