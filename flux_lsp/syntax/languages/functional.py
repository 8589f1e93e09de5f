"""Functional languages and Lisps: rows of the table.

Never holds logic. What each field means is told in `values.py`.
"""

from flux_lsp.syntax.languages.habits import DOTNET_FRAMEWORKS, TestHabit
from flux_lsp.syntax.languages.patterns import (
    HASKELL_HEADS,
    LISP_HEADS,
    LISP_NAME,
    ML_HEADS,
    SHORT_STRING,
)
from flux_lsp.syntax.languages.shared import HASKELL, LISP, PERCENT, PLAIN_DOCS, ROUND, SEMICOLON
from flux_lsp.syntax.languages.values import Comments, Docs, Heads, Language

ROWS = (
    Language("haskell", "Haskell", ".hs .lhs", HASKELL, heads=Heads(HASKELL_HEADS), margin="#",
        continues=False, clauses=True, characters=True,
        tests=TestHabit((".hs",), ("{}Spec", "{}Test", "Test{}"), ("test", "tests"), ("*.cabal",
            "package.yaml", "stack.yaml"), framework="Hspec", frameworks=(("tasty", "Tasty"),
            ("HUnit", "HUnit")))),
    Language("elm", "Elm", ".elm", HASKELL, heads=Heads(HASKELL_HEADS), continues=False,
        clauses=True, characters=True),
    Language("purescript", "PureScript", ".purs", HASKELL, heads=Heads(HASKELL_HEADS), clauses=True,
        characters=True),
    Language("fsharp", "F#", ".fs .fsx .fsi", Comments(("//",), (ROUND,)), heads=Heads(ML_HEADS),
        characters=True, brackets=True,
        tests=TestHabit((".fs",), ("{}Tests", "{}Test"), homes=("*.sln", ".git"), framework="xUnit",
            frameworks=DOTNET_FRAMEWORKS, project_files=("*.fsproj",))),
    Language("ocaml", "OCaml", ".ml .mli", Comments((), (ROUND,)), heads=Heads(ML_HEADS),
        docs=PLAIN_DOCS, characters=True),
    Language("erlang", "Erlang", ".erl .hrl", PERCENT, heads=Heads((r"([a-z]\w*)\(",)),
        clauses=True, docs=PLAIN_DOCS,
        tests=TestHabit((".erl",), ("{}_tests", "{}_SUITE"), ("test",), ("rebar.config",), "flat",
            "EUnit")),
    Language("clojure", "Clojure", ".clj .cljs .cljc .edn", SEMICOLON, heads=Heads(LISP_HEADS),
        docs=Docs(plain=True,
            strings=rf"\((?:defn-?|defmacro|defmulti|defprotocol|ns)\s+{LISP_NAME}\s+(?P<doc>{SHORT_STRING})"),
        characters=True,
        tests=TestHabit((".clj", ".cljs", ".cljc"), ("{}_test",), ("test",), ("deps.edn",
            "project.clj"), framework="clojure.test")),
    Language("lisp", "Lisp", ".lisp .lsp .cl .el", LISP, other_ids="commonlisp emacs-lisp elisp",
        heads=Heads(LISP_HEADS),
        docs=Docs(plain=True, strings=r"\((?:cl-)?(?:defun|defmacro|defsubst|defmethod)\s+"
            rf"{LISP_NAME}\s+\([^()]*(?:\([^()]*\)[^()]*)*\)\s+(?P<doc>{SHORT_STRING})"),
        characters=True),
    Language("scheme", "Scheme", ".scm .ss .rkt", LISP, other_ids="racket", heads=Heads(LISP_HEADS),
        docs=PLAIN_DOCS, characters=True),
    Language("fennel", "Fennel", ".fnl", SEMICOLON,
        heads=Heads((r"\((?:fn|lambda|λ|macro)\s+([^\s()\[\]]+)",)), docs=PLAIN_DOCS,
        characters=True),
)  # fmt: skip
