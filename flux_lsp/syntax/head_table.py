"""How the first line of a symbol looks in each language: patterns for guesses without a tree.

Each pattern matches from the line's first character that is no blank; its first group is the name.
Never holds logic; `heads.py` reads it.
"""

_MODIFIERS = (
    r"(?:(?:export|default|declare|public|private|protected|internal|fileprivate|static|async"
    r"|abstract|final|override|virtual|inline|extern|external|unsafe|suspend|open|data|sealed"
    r"|partial|readonly|local|const|pub|actual|expect|enum|annotation|value|inner|companion|infix"
    r"|operator|tailrec|mutating|nonmutating|convenience|required|indirect|implicit|case|lazy"
    r"|transparent|opaque|fun|new|ref|crate|noinline|crossinline|synchronized|native|strictfp"
    r"|transient|volatile|default|package|record|isolated|nonisolated|distributed|pure|recursive"
    r"|elemental|method|comptime|factory|dynamic|late|covariant|base|mixin)"
    r"(?:\([\w\s:]*\))?\s+)*"
)
_ATTRIBUTES = r"(?:@[\w.:]+(?:\((?:[^()]|\([^()]*\))*\))?\s+)*"
_START = _ATTRIBUTES + _MODIFIERS
_ARGUMENTS = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
_CONTROL = (
    r"(?!(?:if|for|foreach|while|switch|catch|return|else|do|throw|using|lock|case|synchronized|try"
    r"|sizeof|await|yield|delete|goto|typeof|not|when|until|unless|elif|elsif|with|super|function"
    r"|and|or|in|assert|print|echo|new|match|select|defer|go|guard|let|var|import|package)\b)"
)


def _keyword(words: str, name: str = r"[\w$.]+", before: str = _START) -> str:
    return rf"{before}(?:{words})\b(?:\s*<[^<>]*>\s*|\s+)({name})"


_ECMA_NAME = r"[\w$]+"
_ECMA_FUNCTION = (
    rf"(?:async\s*)?(?:function\b|(?:<[^<>]*>\s*)?(?:{_ARGUMENTS}|[\w$]+)\s*(?::[^=]+)?=>)"
)
ECMA = (
    rf"{_START}function\b\s*\*?\s*([\w$]*)",
    _keyword("class|interface|enum|namespace|module", r"[\w$.]+|(?=\{)"),
    rf"{_START}type\s+([\w$]+)\s*(?:<.*)?=",
    rf"(?:export\s+|declare\s+)*(?:const|let|var)\s+({_ECMA_NAME})\b[^=]*=\s*{_ECMA_FUNCTION}",
    rf"([\w$.]+|\[[^\]]*\])\s*=\s*{_ECMA_FUNCTION}",
    rf"([\w$]+|\"[^\"]*\"|'[^']*')\s*:\s*{_ECMA_FUNCTION}",
    rf"{_CONTROL}{_START}(?:get\s+|set\s+|\*\s*)?{_CONTROL}([\w$#]+)\s*(?:<[^()]*>)?{_ARGUMENTS}"
    r"\s*(?::\s*[^;=]+)?\{",
    r"[fx]?(?:it|test|specify|bench|describe|suite|context)(?:\.\w+)*\(\s*"
    r"(\"(?:\\.|[^\"])*\"|'(?:\\.|[^'])*'|`(?:\\.|[^`])*`)",
)
ECMA_TOP = (r"(?:export\s+|declare\s+)*const\s+([\w$]+)\b",)
# `Type name(arguments)` and then a body; a constructor has no type.
_TYPED = (
    rf"{_CONTROL}{_START}{_CONTROL}(?:[\w:<>,\[\]*&?.~ ]+[\s*&>\]]\s*(~?[\w:$]+|operator\s*[^\s(]+)"
    rf"|(~?[A-Z][\w$]*|[\w:]+::~?\w+))\s*(?:<[^()]*>)?{_ARGUMENTS}[^;={{}}]*?"
    r"(?:\{|=>|:\s*(?:base|this)\b)"
)
_DECLARED = rf"{_CONTROL}{_START}{_CONTROL}[\w:<>,\[\]?.]+\s+(?!=)(\w+)\s*(?:<[^()]*>)?{_ARGUMENTS}[^={{}}]*;"
_TYPES = _keyword("class|interface|struct|enum|record|namespace|union|@interface", r"[\w$.:]+")
_FIELD = (
    r"(?:(?:public|private|protected|internal|static|final|readonly)\s+)+[\w<>\[\],.?]+\s+(\w+)"
    r"\s*=[^;]*$"
)
JVM = (_FIELD, _TYPES, rf"{_START}@interface\s+(\w+)", _TYPED, _DECLARED)
_TEMPLATE = r"(?:template\s*<[^{]*>\s*)?"
C_LIKE = (
    rf"{_TEMPLATE}(?:typedef\s+|static\s+|const\s+)*(?:class|struct|union|enum(?:\s+class)?|namespace)\s+"
    r"([\w:]+)[^;=()]*\{?\s*$",
    r"#\s*define\s+(\w+)\(",
    _TEMPLATE + _TYPED,
)
C_TOP = (rf"{_CONTROL}(\w+){_ARGUMENTS}\s*\{{",)
LISP = (r"\((?:\w+/)?def[\w!*+-]*\s+(?:\^\S+\s+)*\(?([^\s()\[\]]+)", r"\(ns\s+([^\s()]+)")
ML = (
    r"(?:let|and)\s+(?:rec\s+|inline\s+|private\s+|internal\s+|mutable\s+)*(\([^)]*\)|[\w'`|]+)",
    r"(?:static\s+|abstract\s+|default\s+|override\s+)*member\s+(?:inline\s+|private\s+)*(?:\w+\.)?(\w+)",
    r"(?:override|default)\s+(?:\w+\.)?(\w+)",
    r"(?:module|namespace|type|exception|class|object|method)\s+(?:rec\s+|private\s+|virtual\s+)*"
    r"(?:\w*'\w+\s+)?([\w.']+)",
)
HASKELL = (
    r"(?:data|newtype|type\s+family|type|class|instance|module)\s+(?:[^=]*=>\s*)?([\w.']+)",
    r"(?!(?:import|where|then|else|of|in|do|let|case|if|deriving|infix[lr]?|port)\b)"
    r"([a-z_][\w']*|\([^\w\s()]+\))(?:\s*,\s*[\w']+)*\s+(?:::|[^=:<>]*=(?!=)|[^=:]*\|)",
)
MARKUP = (
    r"<(?!(?:script|style|template|!|\?|/))([\w.:-]+)(?![^>]*/>)"
    r"(?![^<]*</)",
)
# A selector; what a script writes before a brace is none, where both stand in one file.
STYLE = (
    r"(?!//|/\*|(?:for|if|while|switch|else|do|try|catch|finally|return|function|class|with)\b"
    r"|[\w-]+\s*:\s*\S.*;)((?:[^{};=]|\[[^\]]*\])*?[^{};=(>:,\s])\s*\{\s*$",
)
SUBROUTINE = (
    r"(?i:(?:(?:pure|recursive|elemental|public|private|protected|friend|shared|overloads|overrides"
    r"|module|async|static|class|integer|real|logical|character|double\s+precision|type)"
    r"(?:\s*\([^)]*\))?\s+)*(?:subroutine|function|sub|procedure|constructor|destructor|program"
    r"|property|operator|task|entity|architecture|package(?:\s+body)?|class|structure|interface"
    r"|module(?!\s+procedure\s*$)|namespace|unit|enum|type|record|protected|block\s*data)\s+)"
    r"(?:body\s+)?([\w.]+)",
)
BRACED = (
    _keyword("class|interface|struct|enum|record|namespace|union|trait|impl|extension|mixin|object"
             r"|contract|library|message|service|oneof|model|module|typedef|protocol|actor", r"[\w.]+"),
    _keyword("function|func|fn|fun|def|rpc|modifier|constructor", r"[\w.]*"),
    _TYPED,
    r"(?:export\s+)?(?:const|final|var|pub\s+const|pub\s+var)\s+(\w+)[^=]*=\s*(?:\([^)]*\)\s*\{"
    r"|(?:packed\s+|extern\s+)?(?:struct|enum|union)\b)",
)  # fmt: skip

# Heads that hold all below them up to the next one, however it is indented.
FLAT = {
    "markdown": (r"#{1,6}\s+(.+?)\s*#*\s*$",),
    "toml": (r"\[\[?\s*([^\]]+?)\s*\]",),
    "ini": (r"\[([^\]]+)\]",),
    "bat": (r":(?!:)\s*([\w.-]+)",),
    "latex": (r"\\(?:part|chapter|(?:sub)*section)\*?\{([^}]*)",),
    "asm": (r"([A-Za-z_.$][\w.$]*):",),
    "sql": (
        r"((?i:create|insert|select|update|delete|drop|alter|with|grant|revoke|merge|truncate|replace"
        r"|declare|pragma|comment\s+on)\b[^{;]*?)[\s(:,]*(?:;.*|\{.*)?$",
    ),
}

HEADS: dict[str, tuple[str, ...]] = {
    "python": (r"(?:async\s+)?(?:def|class)\s+(\w+)",),
    "javascript": ECMA,
    "typescript": ECMA,
    "typescriptreact": ECMA,
    "go": (r"func\s*(?:\([^)]*\)\s*)?(\w+)", r"type\s+(\w+)"),
    "rust": (
        rf"{_START}(?:extern\s+\"[^\"]*\"\s+)?(?:fn|struct|enum|trait|union|type"
        r"|mod(?!\s+\w+\s*;))\s+(\w+)",
        r"(?:unsafe\s+)?impl\b(?:<[^{]*?>)?\s+(?:[^{]*?\bfor\s+)?([\w:]+(?:<[^{]*?>)?)\s*(?:where\b|\{|$)",
        r"macro_rules!\s*(\w+)",
    ),
    "java": JVM,
    "csharp": (
        *JVM,
        rf"{_START}delegate\s+[\w<>\[\],.? ]+\s(\w+)",
        rf"{_CONTROL}{_START}{_CONTROL}[\w<>\[\],.?]+\s+(\w+)\s*(?:\{{|=>)",
    ),
    "c": C_LIKE,
    "cpp": C_LIKE,
    "ruby": (
        r"(?:private\s+|protected\s+|public\s+|private_class_method\s+|memoize\s+)?"
        r"def\s+(?:\w+\.)?([^\s(;]+)",
        r"(?:class|module)\s+(?:<<\s*)?([\w:]+)",
        r"(?:RSpec\.)?(?:describe|context|feature|shared_examples|it|specify|test|scenario)\b"
        r"[\s(]+(\"[^\"]*\"|'[^']*'|[\w:]+)",
    ),
    "php": (
        rf"{_START}function\s+&?\s*(\w+)",
        _keyword("class|interface|trait|enum|namespace(?=[^;]*$)", r"[\w\\]+"),
    ),
    "shellscript": (r"function\s+([\w:.-]+)", r"([\w:.-]+)\s*\(\s*\)"),
    "lua": (
        r"(?:local\s+)?function\s+([\w.:]+)",
        r"(?:local\s+)?([\w.\[\]\"']+)\s*=\s*function\b",
    ),
    "kotlin": (
        r"((?:\w+\s+)*companion\s+object)\s*(?:\{.*)?$",
        _keyword("class|interface|object|typealias", r"\w*"),
        rf"{_START}fun\s+(?:<[^=(]*>\s*)?(?:[\w.<>?, *]+\.)?(`[^`]+`|\w+)\s*\(",
        rf"{_START}(constructor)\s*\(",
        r"(init)\s*\{",
    ),
    "swift": (
        _keyword("class|struct|enum|extension|protocol|actor|typealias", r"[\w.]+"),
        rf"{_START}(?:class\s+)?func\s+(`?[^\s(<]+)",
        rf"{_START}(init|deinit|subscript)\b",
        rf"{_START}var\s+(\w+)\s*:\s*[^={{]+\{{\s*(?:get\b.*)?$",
    ),
    "scala": (
        _keyword("class|object|trait|enum|given", r"\w+"),
        rf"{_START}def\s+(`[^`]+`|[^\s(\[:=]+)",
        rf"{_START}type\s+(\w+)",
    ),
    "json": (r'"([^"]*)"\s*:\s*[\[{]\s*$',),
    "yaml": (r"(?:-\s+)?([\w./$\"'<{* }>-]+)\s*:\s*(?:[|>][+-]?\d*|[&!]\S+)?\s*(?:#.*)?$",),
    "html": MARKUP,
    "css": STYLE,
    "hcl": (r"(\w+(?:\s+(?:\"[^\"]*\"|\w+))*)\s*\{",),
    "plaintext": (),
    "vue": (*ECMA, *MARKUP, *STYLE),
    "svelte": (*ECMA, *MARKUP, *STYLE),
    "astro": (*ECMA, *MARKUP, *STYLE),
    "xml": MARKUP,
    "jinja": (r"\{%-?\s*(?:block|macro)\s+(\w+)", *MARKUP),
    "erb": MARKUP,
    "scss": (r"@(?:mixin|function)\s+([\w-]+)", *STYLE),
    "less": STYLE,
    "elixir": (
        r"(?:def(?:module|p|macrop?|protocol|impl|guardp?|struct|delegate)?)\s+([\w.?!]+)",
        r"(?:test|describe)\s+\"([^\"]*)",
    ),
    "crystal": (
        r"(?:(?:private|protected|abstract)\s+)*(?:def|macro)\s+(?:self\.)?([^\s(]+)",
        r"(?:(?:private|abstract)\s+)*(?:class|module|struct|enum|lib)\s+([\w:]+)",
        r"(?:describe|context|it)\s+\"([^\"]*)",
    ),
    "haskell": HASKELL,
    "elm": HASKELL,
    "purescript": HASKELL,
    "fsharp": ML,
    "ocaml": ML,
    "nim": (
        r"(?:proc|func|method|iterator|converter|template|macro)\s+(`[^`]+`|\w+)",
        r"(\w+)\*?(?:\[[^\]]*\])?\s*(?:\{\.[^}]*\.\})?\s*=\s*(?:ref\s+|ptr\s+)?(?:object|enum|tuple|concept)\b",
        r"(?:test|suite)\s+\"([^\"]*)",
    ),
    "julia": (
        r"@testset\s+(?:\w+\s+)?(\"[^\"]*\")",
        r"(?:@\w+\s+)*(?:function|macro|(?:mutable\s+)?struct|abstract\s+type|primitive\s+type"
        r"|module|baremodule)\s+(?:\w+\.)*(\(?[^\s({]+)",
        r"(?:@\w+\s+)*([\w!.]+)(?:\{[^}]*\})?\((?:[^()]|\([^()]*\))*\)\s*(?:::\s*[\w{}]+\s*)?"
        r"(?:where\s+.+?)?\s*=(?!=)",
    ),
    "gdscript": (r"(?:static\s+)?(?:func|class|enum)\s+(\w+)", r"class_name\s+(\w+)"),
    "coffeescript": (
        r"class\s+([\w.@]+)",
        r"(@?[\w.:]+)\s*[=:]\s*(?:\([^)]*\)\s*)?[-=]>",
    ),
    "starlark": (r"def\s+(\w+)", r"(\w+)\("),
    "perl": (r"(?:my\s+)?sub\s+([\w:]+)", r"package\s+([\w:]+)\s*\{"),
    "r": (r"[`\"]?([\w.<-]+?)[`\"]?\s*(?:<-|=)\s*function\b",),
    "erlang": (r"([a-z]\w*)\(",),
    "clojure": LISP,
    "lisp": LISP,
    "scheme": LISP,
    "fennel": (r"\((?:fn|lambda|λ|macro)\s+([^\s()\[\]]+)",),
    "vim": (r"(?i:(?:export\s+)?(?:fu|func|function|def)!?)\s+([\w:.#<>]+)", r"augroup\s+(\w+)"),
    "tcl": (r"proc\s+(\S+)", r"namespace\s+eval\s+(\S+)", r"oo::class\s+create\s+(\S+)"),
    "fish": (r"function\s+(\S+)",),
    "powershell": (r"(?i:function|filter|class|enum|workflow)\s+([\w:-]+)",),
    "makefile": (r"(?![\t#])([^\s:=#][^:=#]*?)\s*::?(?!=)", r"define\s+(\S+)"),
    "just": (r"(?![\t#])@?([\w-]+)[^:=]*:(?!=)",),
    "cmake": (r"(?i:function|macro)\s*\(\s*(\w+)",),
    "graphql": (
        r"(?:extend\s+)?(?:type|input|enum|interface|union|scalar|query|mutation|subscription"
        r"|fragment|directive)\s+@?(\w+)",
    ),
    "nix": (r"([\w.\"'-]+)\s*=\s*(?:[^;]*[{(\[:]|[^;=]*)$",),
    "awk": (r"function\s+(\w+)", r"(BEGIN|END)\s*\{"),
    "fortran": SUBROUTINE,
    "vb": SUBROUTINE,
    "pascal": SUBROUTINE,
    "ada": SUBROUTINE,
    "vhdl": (r"(?i:entity|architecture|package(?:\s+body)?|component|function|procedure)\s+(\w+)",
             r"(?i:(\w+)\s*:\s*process\b)"),
    "verilog": (
        r"(?:module|interface|package|class|program|virtual\s+class)\s+(?:automatic\s+)?(\w+)",
        r"(?:virtual\s+|static\s+)*(?:function|task)\s+(?:automatic\s+)?(?:[\w\[\]:$]+\s+)*(\w+)",
    ),
    "matlab": (r"(?:function\s+(?:[^=(]*=\s*)?|classdef\s+(?:\([^)]*\)\s*)?)([\w.]+)",),
    "objective-c": (
        r"@(?:interface|implementation|protocol)\s+(\w+)",
        r"[-+]\s*\([^)]*\)\s*(\w+)",
        *C_LIKE,
    ),
    "objective-cpp": (
        r"@(?:interface|implementation|protocol)\s+(\w+)",
        r"[-+]\s*\([^)]*\)\s*(\w+)",
        *C_LIKE,
    ),
    "zig": (
        *BRACED,
        r"test\s+\"([^\"]*)\"",
    ),
    "odin": (r"(\w+)\s*::\s*(?:#\w+\s+)?(?:proc|struct|enum|union|bit_set)\b",),
    "dockerfile": (),
    "dotenv": (),
    "ignore": (),
    "pip-requirements": (),
    "bibtex": (r"@\w+\{\s*([^,\s]+)",),
    "restructuredtext": (),
}  # fmt: skip
# Only at the margin: further in they are one line of something larger.
TOP: dict[str, tuple[str, ...]] = {
    "go": (r"(?:const|var)\s+(\w+)",),
    "rust": (r"(?:pub(?:\([^)]*\))?\s+)?(?:const|static)\s+(?:mut\s+)?(\w+)\s*:",),
    "lua": (r"(?:local\s+)?([\w.]+)\s*=\s*\{",),
    "kotlin": (rf"{_START}(?:val|var)\s+(?:[\w.<>?]+\.)?(\w+)",),
    "swift": (rf"{_START}(?:let|var)\s+(\w+)",),
    "ruby": (r"([A-Z]\w*)\s*=(?!=)",),
    "python": (r"([A-Z_][A-Z0-9_]*)\s*(?::[^=]+)?=(?!=)",),
    "c": C_TOP,
    "cpp": C_TOP,
    "javascript": ECMA_TOP,
    "typescript": ECMA_TOP,
    "typescriptreact": ECMA_TOP,
}
# Over several lines, and only right inside of a class or its like.
FIELDS: dict[str, tuple[str, ...]] = {
    "scala": (rf"{_START}(?:lazy\s+)?(?:val|var)\s+(\w+)[^=]*=",),
    "kotlin": (rf"{_START}(?:val|var)\s+(\w+)[^=]*=",),
    "swift": (rf"{_START}(?:let|var)\s+(\w+)[^=]*=",),
    "javascript": (r"(?:static\s+)?([\w$#]+)\s*=\s*[^=>]",),
    "typescript": (rf"{_MODIFIERS}([\w$#]+)[!?]?\s*(?::[^=]+)?=\s*[^=>]",),
    "typescriptreact": (rf"{_MODIFIERS}([\w$#]+)[!?]?\s*(?::[^=]+)?=\s*[^=>]",),
}
