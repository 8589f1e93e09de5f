"""Shells, text tools and build files: rows of the table.

Never holds logic. What each field means is told in `values.py`.
"""

from flux_lsp.syntax.languages.habits import TestHabit
from flux_lsp.syntax.languages.patterns import LINE
from flux_lsp.syntax.languages.shared import HASH, NO_HEADS, PLAIN_DOCS, STARS
from flux_lsp.syntax.languages.values import BlockWords, Comments, Docs, Heads, Language, StrayWords

ROWS = (
    Language(
        "perl",
        "Perl",
        ".pl .pm .t",
        HASH,
        heads=Heads((r"(?:my\s+)?sub\s+([\w:]+)", r"package\s+([\w:]+)\s*\{")),
        docs=Docs(plain=True, strings=r"^(?P<doc>=[a-z]\w*\b[\s\S]*?(?:^=cut[^\n]*$|\Z))"),
        brackets=True,
        tests=TestHabit(
            (".pm", ".pl"),
            ("{}", "test_{}"),
            ("t",),
            ("cpanfile", "Makefile.PL", "dist.ini"),
            "flat",
            "Test::More",
            test_endings=(".t",),
        ),
    ),
    Language(
        "awk",
        "AWK",
        ".awk",
        HASH,
        heads=Heads((r"function\s+(\w+)", r"(BEGIN|END)\s*\{")),
        docs=PLAIN_DOCS,
        brackets=True,
    ),
    Language(
        "tcl",
        "Tcl",
        ".tcl",
        HASH,
        heads=Heads((r"proc\s+(\S+)", r"namespace\s+eval\s+(\S+)", r"oo::class\s+create\s+(\S+)")),
        docs=PLAIN_DOCS,
        brackets=True,
    ),
    Language(
        "vim",
        "Vim script",
        ".vim =.vimrc =.gvimrc",
        Comments(('"', "#")),
        other_ids="viml",
        heads=Heads(
            (r"(?i:(?:export\s+)?(?:fu|func|function|def)!?)\s+([\w:.#<>]+)", r"augroup\s+(\w+)")
        ),
        docs=PLAIN_DOCS,
        block_words=(
            BlockWords(
                LINE + r"fu(?:n|nc|nct|ncti|nctio|nction)?!?[ \t]", LINE + r"endf(?:u\w*)?\b"
            ),
            BlockWords(LINE + r"if\b", LINE + r"en(?:d|di|dif)?\b"),
            BlockWords(LINE + r"for\b", LINE + r"endfo(?:r)?\b"),
            BlockWords(LINE + r"wh(?:i|il|ile)?\b", LINE + r"endw(?:h\w*)?\b"),
            BlockWords(LINE + r"try\b", LINE + r"endt(?:r|ry)?\b"),
        ),
    ),
    Language(
        "shellscript",
        "Shell",
        ".sh .bash .zsh .ksh .bats =.bashrc =.bash_profile =.profile =.zshrc =.zprofile =pkgbuild",
        HASH,
        other_ids="sh bash zsh shell ksh",
        fence_label="bash",
        wheel="bash",
        statements=True,
        stray_words=StrayWords(
            r"""(?<![\w.$/\-=\"'{}])(?:fi|done|esac|then|elif|\})(?![\w.\-/=\"'}])""",
            "command_name",
            opens=r"""^[ \t]*@test\b[^\n]*?\{(?=\s)""",
        ),
        heads=Heads((r"function\s+([\w:.-]+)", r"([\w:.-]+)\s*\(\s*\)")),
        docs=Docs(marks=r"##|#'|#:", plain=True),
        tests=TestHabit(
            (".sh", ".bash", ".zsh", ".ksh", ""),
            ("{}", "test_{}", "{}_test", "{}_spec"),
            ("test", "tests", "spec"),
            layout="flat",
            framework="bats",
            test_endings=(".bats",),
        ),
    ),
    Language(
        "fish",
        "Fish",
        ".fish",
        HASH,
        heads=Heads((r"function\s+(\S+)",)),
        docs=PLAIN_DOCS,
        block_words=(
            BlockWords(
                r"(?:^|;)[ \t]*(?:function|if|for|while|switch|begin)\b", r"(?:^|;)[ \t]*end\b"
            ),
        ),
    ),
    Language(
        "powershell",
        "PowerShell",
        ".ps1 .psm1 .psd1",
        Comments(("#",), (("<#", "#>"),)),
        other_ids="ps1",
        heads=Heads((r"(?i:function|filter|class|enum|workflow)\s+([\w:-]+)",)),
        docs=PLAIN_DOCS,
        brackets=True,
        tests=TestHabit(
            (".ps1", ".psm1"),
            ("{}.Tests",),
            ("Tests", "tests"),
            framework="Pester",
            layout="flat",
            test_endings=(".ps1",),
        ),
    ),
    Language(
        "bat",
        "Batch",
        ".bat .cmd",
        Comments(("REM", "::", "@REM")),
        other_ids="dosbatch",
        heads=Heads((), flat=(r":(?!:)\s*([\w.-]+)",)),
        docs=PLAIN_DOCS,
    ),
    Language(
        "makefile",
        "Make",
        ".mk .mak =makefile =gnumakefile",
        HASH,
        other_ids="make",
        heads=Heads((r"(?![\t#])([^\s:=#][^:=#]*?)\s*::?(?!=)", r"define\s+(\S+)")),
        continues=False,
        docs=PLAIN_DOCS,
        block_words=(
            BlockWords(LINE + r"ifn?(?:eq|def)\b", LINE + r"endif\b"),
            BlockWords(LINE + r"(?:override[ \t]+|export[ \t]+)*define\b", LINE + r"endef\b"),
        ),
    ),
    Language(
        "just",
        "Just",
        ".just =justfile =.justfile",
        HASH,
        heads=Heads((r"(?![\t#])@?([\w-]+)[^:=]*:(?!=)",)),
        docs=PLAIN_DOCS,
    ),
    Language(
        "cmake",
        "CMake",
        ".cmake =cmakelists.txt",
        Comments(("#",), (("#[[", "]]"), ("#[=[", "]=]"))),
        heads=Heads((r"(?i:function|macro)\s*\(\s*(\w+)",)),
        docs=PLAIN_DOCS,
        block_words=tuple(
            BlockWords(LINE + rf"{word}[ \t]*\(", LINE + rf"end{word}[ \t]*\(")
            for word in ("if", "foreach", "while", "function", "macro", "block")
        ),
    ),
    Language(
        "dockerfile",
        "Dockerfile",
        ".dockerfile =dockerfile =containerfile",
        HASH,
        other_ids="docker",
        heads=NO_HEADS,
        docs=PLAIN_DOCS,
    ),
    Language(
        "nix",
        "Nix",
        ".nix",
        Comments(("#",), (STARS,)),
        heads=Heads((r"([\w.\"'-]+)\s*=\s*(?:[^;]*[{(\[:]|[^;=]*)$",)),
        docs=PLAIN_DOCS,
        brackets=True,
    ),
)
