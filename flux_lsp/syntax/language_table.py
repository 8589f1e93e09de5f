"""The rows of the language table: a new language is a new row (and a query file if it is parsed).

Never holds logic; `languages.py` reads it.
"""

from typing import NamedTuple


class Comments(NamedTuple):
    """How comments look: markers of lines, and pairs of blocks. The first of each is what we write.

    `written` is False where comments are only put up with, as in JSON. `inner` are the line markers
    of other languages that stand inside of this one.
    """

    lines: tuple[str, ...] = ()
    blocks: tuple[tuple[str, str], ...] = ()
    written: bool = True
    inner: tuple[str, ...] = ()


class Row(NamedTuple):
    """`files`: extensions (`.py`) and, after `=`, whole names; lower case, space-separated.

    `grammar`: the wheel's name behind `tree_sitter_`, with `:function` where that is not
    `language`. `fence` is the id where it is not given.
    """

    id: str
    name: str
    files: str
    comments: Comments
    aliases: str = ""
    grammar: str = ""
    fence: str = ""


_STARS = ("/*", "*/")
_ANGLES = ("<!--", "-->")
_ROUND = ("(*", "*)")

HASH = Comments(("#",))
SLASH = Comments(("//",), (_STARS,))
SCRIPT = Comments(("//",), (_STARS, ("{/*", "*/}")))
PHP = Comments(("//", "#"), (_STARS, _ANGLES))
RUBY = Comments(("#",), (("=begin", "=end"),))
LUA = Comments(("--",), (("--[[", "]]"), ("--[=[", "]=]"), ("--[==[", "]==]")))
NONE = Comments()
JSON = Comments(("//",), (_STARS,), written=False)
XML = Comments((), (_ANGLES,))
MARKDOWN = Comments((), (_ANGLES, ("{/*", "*/}")))
PAGE = Comments((), (_ANGLES, _STARS, ("{/*", "*/}")), inner=("//",))
BLOCK = Comments((), (_STARS,))
HCL = Comments(("#", "//"), (_STARS,))
SQL = Comments(("--", "#"), (_STARS,))
HASKELL = Comments(("--",), (("{-", "-}"),))
DASH = Comments(("--",))
VHDL = Comments(("--",), (_STARS,))
OCAML = Comments((), (_ROUND,))
FSHARP = Comments(("//",), (_ROUND,))
PASCAL = Comments(("//",), (("{", "}"), _ROUND))
PERCENT = Comments(("%",))
LATEX = Comments(("%",), (("\\begin{comment}", "\\end{comment}"),))
MATLAB = Comments(("%", "#"), (("%{", "%}"), ("#{", "#}")))
SEMICOLON = Comments((";",))
INI = Comments((";", "#", "!"))
ASSEMBLY = Comments((";", "#", "//", "@"), (_STARS,))
LISP = Comments((";",), (("#|", "|#"),))
VIM = Comments(('"', "#"))
APOSTROPHE = Comments(("'", "REM"))
FORTRAN = Comments(("!",))
BATCH = Comments(("REM", "::", "@REM"))
JINJA = Comments((), (("{#", "#}"), _ANGLES, _STARS), inner=("//",))
ERB = Comments((), (("<%#", "%>"), ("<%--", "--%>"), _ANGLES, _STARS), inner=("//",))
RST = Comments(("..",))
JULIA = Comments(("#",), (("#=", "=#"),))
NIM = Comments(("#",), (("#[", "]#"), ("##[", "]##")))
NIX = Comments(("#",), (_STARS,))
POWERSHELL = Comments(("#",), (("<#", "#>"),))
CMAKE = Comments(("#",), (("#[[", "]]"), ("#[=[", "]=]")))
COFFEE = Comments(("#",), (("###", "###"),))
# Files whose kind is not known: whatever begins a comment anywhere.
ANY = Comments(
    ("#", "//", "--", ";", "%", "!", "REM", "dnl", "..", "'", '"'),
    (_STARS, _ANGLES, _ROUND, ("{-", "-}"), ("{#", "#}"), ("#|", "|#"), ("@*", "*@"),
     ("{{!--", "--}}"), ("{{!", "}}"), ("{/*", "*/}"), ("<%#", "%>"), ("<%--", "--%>")),
    written=False,
)  # fmt: skip
ROWS = (
    Row(
        "python",
        "Python",
        ".py .pyi .pyw =sconstruct =wscript",
        HASH,
        aliases="py",
        grammar="python",
    ),
    Row(
        "javascript",
        "JavaScript",
        ".js .mjs .cjs .jsx",
        SCRIPT,
        aliases="javascriptreact js jsx",
        grammar="javascript",
    ),
    Row(
        "typescript",
        "TypeScript",
        ".ts .mts .cts",
        SCRIPT,
        aliases="ts",
        grammar="typescript:language_typescript",
    ),
    Row(
        "typescriptreact",
        "TypeScript JSX",
        ".tsx",
        SCRIPT,
        aliases="tsx typescript.tsx",
        grammar="typescript:language_tsx",
        fence="tsx",
    ),
    Row("go", "Go", ".go", SLASH, grammar="go"),
    Row("rust", "Rust", ".rs", SLASH, aliases="rs", grammar="rust"),
    Row("java", "Java", ".java", SLASH, grammar="java"),
    Row("c", "C", ".c", SLASH, grammar="c"),
    Row(
        "cpp",
        "C++",
        ".cc .cpp .cxx .c++ .hh .hpp .hxx .h .ipp .cu .cuh",
        SLASH,
        aliases="c++ cuda-cpp cuda",
        grammar="cpp",
    ),
    Row("csharp", "C#", ".cs .csx", SLASH, aliases="cs c_sharp c-sharp", grammar="c_sharp"),
    Row(
        "ruby",
        "Ruby",
        ".rb .rake .gemspec .ru =gemfile =rakefile =podfile =vagrantfile =brewfile",
        RUBY,
        aliases="rb",
        grammar="ruby",
    ),
    Row("php", "PHP", ".php .phtml .php8", PHP, grammar="php:language_php"),
    Row(
        "shellscript",
        "Shell",
        ".sh .bash .zsh .ksh .bats =.bashrc =.bash_profile =.profile =.zshrc =.zprofile =pkgbuild",
        HASH,
        aliases="sh bash zsh shell ksh",
        grammar="bash",
        fence="bash",
    ),
    Row("lua", "Lua", ".lua", LUA, grammar="lua"),
    Row("kotlin", "Kotlin", ".kt .kts", SLASH, grammar="kotlin"),
    Row("swift", "Swift", ".swift", SLASH, grammar="swift"),
    Row("scala", "Scala", ".scala .sbt .sc", SLASH, grammar="scala"),
    Row(
        "json",
        "JSON",
        ".json .jsonc .webmanifest .code-workspace =.prettierrc =.eslintrc",
        JSON,
        aliases="jsonc",
        grammar="json",
    ),
    Row(
        "yaml",
        "YAML",
        ".yaml .yml =.clang-format =.clang-tidy",
        HASH,
        aliases="yml dockercompose yaml.ansible yaml.docker-compose helm",
        grammar="yaml",
    ),
    Row("toml", "TOML", ".toml =pipfile =cargo.lock =poetry.lock =uv.lock", HASH, grammar="toml"),
    Row("html", "HTML", ".html .htm .xhtml", PAGE, grammar="html"),
    Row("css", "CSS", ".css", BLOCK, grammar="css"),
    Row(
        "hcl",
        "HCL",
        ".hcl .tf .tfvars .nomad",
        HCL,
        aliases="terraform terraform-vars opentofu tf",
        grammar="hcl",
    ),
    Row(
        "sql",
        "SQL",
        ".sql .ddl .dml",
        SQL,
        aliases="mysql pgsql postgres plsql sqlite",
        grammar="sql",
    ),
    Row(
        "markdown", "Markdown", ".md .markdown .mdx", MARKDOWN, aliases="md mdx", grammar="markdown"
    ),
    Row("plaintext", "Plain text", ".txt .text .log", ANY, fence="text"),
    Row("dart", "Dart", ".dart", SLASH),
    Row("groovy", "Groovy", ".groovy .gradle", SLASH),
    Row("objective-c", "Objective-C", ".m", SLASH, aliases="objc"),
    Row("objective-cpp", "Objective-C++", ".mm", SLASH, aliases="objcpp"),
    Row("zig", "Zig", ".zig .zon", SLASH),
    Row("solidity", "Solidity", ".sol", SLASH),
    Row("proto", "Protocol Buffers", ".proto", SLASH, aliases="proto3 protobuf"),
    Row("fsharp", "F#", ".fs .fsx .fsi", FSHARP),
    Row("glsl", "GLSL", ".glsl .vert .frag .comp .wgsl .hlsl", SLASH, aliases="hlsl wgsl"),
    Row("scss", "SCSS", ".scss", SLASH),
    Row("less", "Less", ".less", SLASH),
    Row("verilog", "Verilog", ".v .sv .svh", SLASH, aliases="systemverilog"),
    Row("v", "V", ".vsh", SLASH, aliases="vlang"),
    Row("odin", "Odin", ".odin", SLASH),
    Row("prisma", "Prisma", ".prisma", SLASH),
    Row("vue", "Vue", ".vue", PAGE),
    Row("svelte", "Svelte", ".svelte", PAGE),
    Row("astro", "Astro", ".astro", PAGE),
    Row(
        "xml",
        "XML",
        ".xml .xsd .xsl .svg .plist .csproj .fsproj .props .targets =pom.xml",
        XML,
        aliases="xsl svg",
    ),
    Row("haskell", "Haskell", ".hs .lhs", HASKELL),
    Row("elm", "Elm", ".elm", HASKELL),
    Row("purescript", "PureScript", ".purs", HASKELL),
    Row("ada", "Ada", ".adb .ads", DASH),
    Row("vhdl", "VHDL", ".vhd .vhdl", VHDL),
    Row("ocaml", "OCaml", ".ml .mli", OCAML),
    Row("pascal", "Pascal", ".pas .pp .dpr", PASCAL),
    Row("erlang", "Erlang", ".erl .hrl", PERCENT),
    Row("latex", "LaTeX", ".tex .sty .cls", LATEX, aliases="tex"),
    Row("bibtex", "BibTeX", ".bib", PERCENT),
    Row("matlab", "MATLAB", ".mlx", MATLAB, aliases="octave"),
    Row("clojure", "Clojure", ".clj .cljs .cljc .edn", SEMICOLON),
    Row("lisp", "Lisp", ".lisp .lsp .cl .el", LISP, aliases="commonlisp emacs-lisp elisp"),
    Row("scheme", "Scheme", ".scm .ss .rkt", LISP, aliases="racket"),
    Row("fennel", "Fennel", ".fnl", SEMICOLON),
    Row("asm", "Assembly", ".asm .s", ASSEMBLY, aliases="nasm gas"),
    Row(
        "ini",
        "INI",
        ".ini .cfg .conf .editorconfig .properties =.editorconfig =.gitconfig",
        INI,
        aliases="properties dosini cfg",
    ),
    Row("vim", "Vim script", ".vim =.vimrc =.gvimrc", VIM, aliases="viml"),
    Row("vb", "Visual Basic", ".vb .bas .vbs", APOSTROPHE, aliases="vbnet"),
    Row(
        "fortran",
        "Fortran",
        ".f90 .f95 .f03 .f08 .for .f",
        FORTRAN,
        aliases="fortran-modern fortran_free-form",
    ),
    Row("bat", "Batch", ".bat .cmd", BATCH, aliases="dosbatch"),
    Row("jinja", "Jinja", ".j2 .jinja .jinja2", JINJA, aliases="jinja-html django-html htmldjango"),
    Row("erb", "ERB", ".erb", ERB, aliases="eruby"),
    Row("restructuredtext", "reStructuredText", ".rst", RST, aliases="rst", fence="rst"),
    Row("perl", "Perl", ".pl .pm .t", HASH),
    Row("r", "R", ".r .rmd =.rprofile", HASH),
    Row("julia", "Julia", ".jl", JULIA),
    Row("elixir", "Elixir", ".ex .exs", HASH),
    Row("crystal", "Crystal", ".cr", HASH),
    Row("nim", "Nim", ".nim .nims", NIM),
    Row("nix", "Nix", ".nix", NIX),
    Row("fish", "Fish", ".fish", HASH),
    Row("powershell", "PowerShell", ".ps1 .psm1 .psd1", POWERSHELL, aliases="ps1"),
    Row("makefile", "Make", ".mk .mak =makefile =gnumakefile", HASH, aliases="make"),
    Row("just", "Just", ".just =justfile =.justfile", HASH),
    Row("cmake", "CMake", ".cmake =cmakelists.txt", CMAKE),
    Row(
        "dockerfile", "Dockerfile", ".dockerfile =dockerfile =containerfile", HASH, aliases="docker"
    ),
    Row("graphql", "GraphQL", ".graphql .gql", HASH),
    Row(
        "starlark",
        "Starlark",
        ".bzl .star =build =build.bazel =workspace",
        HASH,
        aliases="bazel bzl",
    ),
    Row("gdscript", "GDScript", ".gd", HASH),
    Row("coffeescript", "CoffeeScript", ".coffee", COFFEE),
    Row("tcl", "Tcl", ".tcl", HASH),
    Row("awk", "AWK", ".awk", HASH),
    Row(
        "ignore",
        "Ignore file",
        "=.gitignore =.dockerignore =.npmignore =.fluxignore",
        HASH,
        aliases="gitignore",
    ),
    Row("dotenv", "Environment file", ".env =.env", HASH),
    Row(
        "pip-requirements",
        "Requirements",
        "=requirements.txt =constraints.txt",
        HASH,
        aliases="requirements",
    ),
)
