"""Languages with braces: rows of the table.

Never holds logic. What each field means is told in `values.py`.
"""

from flux_lsp.syntax.languages.habits import SCRIPT_TESTS, TestHabit
from flux_lsp.syntax.languages.patterns import (
    BRACED_HEADS,
    ECMA_HEADS,
    ECMA_TOP_HEADS,
    MODIFIERS,
    START,
    match_keyword,
)
from flux_lsp.syntax.languages.shared import ANGLES, PLAIN_DOCS, PREPROCESSOR, SCRIPT, SLASH, STARS
from flux_lsp.syntax.languages.values import Comments, Heads, Language

ROWS = (
    Language(
        "javascript",
        "JavaScript",
        ".js .mjs .cjs .jsx",
        SCRIPT,
        other_ids="javascriptreact js jsx",
        wheel="javascript",
        queries=("ecma", "javascript"),
        statements=True,
        heads=Heads(
            ECMA_HEADS, top=ECMA_TOP_HEADS, fields=(r"(?:static\s+)?([\w$#]+)\s*=\s*[^=>]",)
        ),
        decorated=True,
        tests=SCRIPT_TESTS,
    ),
    Language(
        "typescript",
        "TypeScript",
        ".ts .mts .cts",
        SCRIPT,
        other_ids="ts",
        wheel="typescript:language_typescript",
        queries=("ecma", "typescript"),
        statements=True,
        heads=Heads(
            ECMA_HEADS,
            top=ECMA_TOP_HEADS,
            fields=(rf"{MODIFIERS}([\w$#]+)[!?]?\s*(?::[^=]+)?=\s*[^=>]",),
        ),
        decorated=True,
        tests=SCRIPT_TESTS,
    ),
    Language(
        "typescriptreact",
        "TypeScript JSX",
        ".tsx",
        SCRIPT,
        other_ids="tsx typescript.tsx",
        fence_label="tsx",
        wheel="typescript:language_tsx",
        queries=("ecma", "typescript"),
        statements=True,
        heads=Heads(
            ECMA_HEADS,
            top=ECMA_TOP_HEADS,
            fields=(rf"{MODIFIERS}([\w$#]+)[!?]?\s*(?::[^=]+)?=\s*[^=>]",),
        ),
        decorated=True,
        tests=SCRIPT_TESTS,
    ),
    Language(
        "go",
        "Go",
        ".go",
        SLASH,
        wheel="go",
        statements=True,
        heads=Heads(
            (r"func\s*(?:\([^)]*\)\s*)?(\w+)", r"type\s+(\w+)"), top=(r"(?:const|var)\s+(\w+)",)
        ),
        docs=PLAIN_DOCS,
    ),
    Language(
        "rust",
        "Rust",
        ".rs",
        SLASH,
        other_ids="rs",
        wheel="rust",
        statements=True,
        heads=Heads(
            (
                rf"{START}(?:extern\s+\"[^\"]*\"\s+)?(?:fn|struct|enum|trait|union|type"
                r"|mod(?!\s+\w+\s*;))\s+(\w+)",
                r"(?:unsafe\s+)?impl\b(?:<[^{]*?>)?\s+(?:[^{]*?\bfor\s+)?([\w:]+(?:<[^{]*?>)?)\s*(?:where\b|\{|$)",
                r"macro_rules!\s*(\w+)",
            ),
            top=(r"(?:pub(?:\([^)]*\))?\s+)?(?:const|static)\s+(?:mut\s+)?(\w+)\s*:",),
        ),
        line_rule="free",
    ),
    Language(
        "swift",
        "Swift",
        ".swift",
        SLASH,
        wheel="swift",
        statements=True,
        heads=Heads(
            (
                match_keyword("class|struct|enum|extension|protocol|actor|typealias", r"[\w.]+"),
                rf"{START}(?:class\s+)?func\s+(`?[^\s(<]+)",
                rf"{START}(init|deinit|subscript)\b",
                rf"{START}var\s+(\w+)\s*:\s*[^={{]+\{{\s*(?:get\b.*)?$",
            ),
            top=(rf"{START}(?:let|var)\s+(\w+)",),
            fields=(rf"{START}(?:let|var)\s+(\w+)[^=]*=",),
        ),
        decorated=True,
        block_words=PREPROCESSOR,
        tests=TestHabit(
            (".swift",),
            ("{}Tests", "{}Test", "{}Spec"),
            ("Tests", "Test", "tests"),
            ("Package.swift", "*.xcodeproj", "*.podspec"),
            "flat",
            "XCTest",
            (
                ("import Testing", "Swift Testing"),
                ("import Quick", "Quick"),
                ("import XCTest", "XCTest"),
            ),
        ),
    ),
    Language(
        "php",
        "PHP",
        ".php .phtml .php8",
        Comments(("//", "#"), (STARS, ANGLES)),
        wheel="php:language_php",
        heads=Heads(
            (
                rf"{START}function\s+&?\s*(\w+)",
                match_keyword("class|interface|trait|enum|namespace(?=[^;]*$)", r"[\w\\]+"),
            )
        ),
        line_rule="free",
        tests=TestHabit(
            (".php",), ("{}Test", "{}Spec"), ("tests", "test", "Tests", "spec"), ("composer.json",)
        ),
    ),
    Language(
        "dart",
        "Dart",
        ".dart",
        SLASH,
        decorated=True,
        brackets=True,
        tests=TestHabit(
            (".dart",),
            ("{}_test",),
            ("test",),
            ("pubspec.yaml",),
            framework="package:test",
            frameworks=(("flutter_test", "flutter_test"),),
        ),
    ),
    Language(
        "zig",
        "Zig",
        ".zig .zon",
        SLASH,
        heads=Heads(
            (
                *BRACED_HEADS,
                r"test\s+\"([^\"]*)\"",
            )
        ),
        characters=True,
        brackets=True,
    ),
    Language(
        "odin",
        "Odin",
        ".odin",
        SLASH,
        heads=Heads((r"(\w+)\s*::\s*(?:#\w+\s+)?(?:proc|struct|enum|union|bit_set)\b",)),
        brackets=True,
    ),
    Language(
        "v",
        "V",
        ".vsh",
        SLASH,
        other_ids="vlang",
        brackets=True,
    ),
    Language(
        "solidity",
        "Solidity",
        ".sol",
        SLASH,
        brackets=True,
        tests=TestHabit((".sol",), ("{}.t",), ("test",), ("foundry.toml",), "flat", "forge-std"),
    ),
    Language(
        "proto",
        "Protocol Buffers",
        ".proto",
        SLASH,
        other_ids="proto3 protobuf",
        docs=PLAIN_DOCS,
        brackets=True,
    ),
    Language(
        "prisma",
        "Prisma",
        ".prisma",
        SLASH,
        brackets=True,
    ),
)
