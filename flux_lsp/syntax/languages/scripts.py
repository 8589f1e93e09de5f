"""Scripting languages: rows of the table.

Never holds logic. What each field means is told in `values.py`.
"""

from flux_lsp.syntax.languages.habits import TestHabit
from flux_lsp.syntax.languages.patterns import END, LONG_STRING, SHORT_STRING
from flux_lsp.syntax.languages.shared import HASH, PLAIN_DOCS
from flux_lsp.syntax.languages.values import (
    BlockWords,
    Comments,
    Docs,
    Heads,
    Language,
    ProjectFacts,
    StrayWords,
)

ROWS = (
    Language("python", "Python", ".py .pyi .pyw =sconstruct =wscript", HASH, other_ids="py",
        wheel="python", statements=True,
        heads=Heads((r"(?:async\s+)?(?:def|class)\s+(\w+)",),
            top=(r"([A-Z_][A-Z0-9_]*)\s*(?::[^=]+)?=(?!=)",)), decorated=True,
        docs=Docs(marks=r"#:"), line_rule="indented",
        tests=TestHabit((".py", ".pyi"), ("test_{}", "{}_test", "tests_{}"), ("tests", "test",
            "testing"), ("pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "pytest.ini",
            ".git"), "flat", "pytest", test_endings=(".py",)),
        project=ProjectFacts("python")),
    Language("starlark", "Starlark", ".bzl .star =build =build.bazel =workspace", HASH,
        other_ids="bazel bzl", heads=Heads((r"def\s+(\w+)", r"(\w+)\(")),
        docs=Docs(plain=True,
            strings=rf"^[ \t]*def\b[^\n]*:[ \t]*\n[ \t]*(?P<doc>{LONG_STRING})[ \t]*$")),
    Language("gdscript", "GDScript", ".gd", HASH,
        heads=Heads((r"(?:static\s+)?(?:func|class|enum)\s+(\w+)", r"class_name\s+(\w+)")),
        decorated=True),
    Language("ruby", "Ruby",
        ".rb .rake .gemspec .ru =gemfile =rakefile =podfile =vagrantfile =brewfile",
        Comments(("#",), (("=begin", "=end"),)), other_ids="rb", wheel="ruby", statements=True,
        stray_words=StrayWords(r"""(?<![\w.:@$&])(?:end|rescue|ensure|elsif|when)\b(?![?!:(=])""",
            "identifier"),
        heads=Heads((r"(?:private\s+|protected\s+|public\s+|private_class_method\s+|memoize\s+)?"
            r"def\s+(?:\w+\.)?([^\s(;]+)", r"(?:class|module)\s+(?:<<\s*)?([\w:]+)",
            r"(?:RSpec\.)?(?:describe|context|feature|shared_examples|it|specify|test|scenario)\b"
            r"[\s(]+(\"[^\"]*\"|'[^']*'|[\w:]+)"), top=(r"([A-Z]\w*)\s*=(?!=)",)),
        docs=Docs(marks=r"=begin|##", plain=True),
        tests=TestHabit((".rb",), ("{}_spec", "{}_test", "test_{}"), ("spec", "test", "tests"),
            ("Gemfile", "*.gemspec", "Rakefile", ".git")),
        project=ProjectFacts("ruby", "all", spread=True)),
    Language("crystal", "Crystal", ".cr", HASH,
        heads=Heads((r"(?:(?:private|protected|abstract)\s+)*(?:def|macro)\s+(?:self\.)?([^\s(]+)",
            r"(?:(?:private|abstract)\s+)*(?:class|module|struct|enum|lib)\s+([\w:]+)",
            r"(?:describe|context|it)\s+\"([^\"]*)")), decorated=True, docs=PLAIN_DOCS,
        block_words=(BlockWords(
            r"(?:^|[;=(])[ \t]*(?:(?:private|protected)[ \t]+)?(?:(?:abstract[ \t]+)?(?:class|struct)"
            r"|module|lib|enum|union|def|macro|if|unless|while|until|case|select|begin)\b|\bdo\b",
            END),),
        tests=TestHabit((".cr",), ("{}_spec",), ("spec",), ("shard.yml",), framework="spec")),
    Language("elixir", "Elixir", ".ex .exs", HASH,
        heads=Heads((
            r"(?:def(?:module|p|macrop?|protocol|impl|guardp?|struct|delegate)?)\s+([\w.?!]+)",
            r"(?:test|describe)\s+\"([^\"]*)")), decorated=True,
        docs=Docs(strings=rf"^[ \t]*(?P<doc>@(?:module|type)?doc\s+(?:~[sS])?(?:{LONG_STRING}|{SHORT_STRING}))"),
        literals=r"(?<![\w)\]])\?\\?\S",
        block_words=(BlockWords(r"(?<![\w.:@])(?:do\b(?!:)|fn\b)", END),), brackets=True,
        tests=TestHabit((".ex",), ("{}_test",), ("test",), ("mix.exs",), framework="ExUnit",
            test_endings=(".exs",))),
    Language("lua", "Lua", ".lua",
        Comments(("--",), (("--[[", "]]"), ("--[=[", "]=]"), ("--[==[", "]==]"))), wheel="lua",
        statements=True,
        heads=Heads((r"(?:local\s+)?function\s+([\w.:]+)",
            r"(?:local\s+)?([\w.\[\]\"']+)\s*=\s*function\b"),
            top=(r"(?:local\s+)?([\w.]+)\s*=\s*\{",)),
        docs=Docs(marks=r"---|--\[=*\[-?", plain=True),
        tests=TestHabit((".lua",), ("{}_spec", "test_{}", "{}_test", "test-{}"), ("spec", "tests",
            "test"), (".busted", "*.rockspec", ".git"), framework="busted", frameworks=(("luaunit",
            "LuaUnit"), ("mini.test", "mini.test"), ("plenary", "plenary.busted"))),
        project=ProjectFacts("lua")),
    Language("nim", "Nim", ".nim .nims", Comments(("#",), (("#[", "]#"), ("##[", "]##"))),
        heads=Heads((r"(?:proc|func|method|iterator|converter|template|macro)\s+(`[^`]+`|\w+)",
            r"(\w+)\*?(?:\[[^\]]*\])?\s*(?:\{\.[^}]*\.\})?\s*=\s*(?:ref\s+|ptr\s+)?(?:object|enum|tuple|concept)\b",
            r"(?:test|suite)\s+\"([^\"]*)")), docs=Docs(inside="##"), characters=True,
        tests=TestHabit((".nim",), ("t{}", "test_{}", "{}_test"), ("tests", "test"), ("*.nimble",),
            "flat", "unittest")),
    Language("coffeescript", "CoffeeScript", ".coffee", Comments(("#",), (("###", "###"),)),
        heads=Heads((r"class\s+([\w.@]+)", r"(@?[\w.:]+)\s*[=:]\s*(?:\([^)]*\)\s*)?[-=]>"))),
)  # fmt: skip
