"""Patterns that rows of several languages share.

Never compiles one: that is done where a pattern is first used.
"""

MODIFIERS = (
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
START = _ATTRIBUTES + MODIFIERS
_ARGUMENTS = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
CONTROL = (
    r"(?!(?:if|for|foreach|while|switch|catch|return|else|do|throw|using|lock|case|synchronized|try"
    r"|sizeof|await|yield|delete|goto|typeof|not|when|until|unless|elif|elsif|with|super|function"
    r"|and|or|in|assert|print|echo|new|match|select|defer|go|guard|let|var|import|package)\b)"
)


def match_keyword(words: str, name: str = r"[\w$.]+", before: str = START) -> str:
    """A pattern for one of the keywords `words` and the name behind it."""
    return rf"{before}(?:{words})\b(?:\s*<[^<>]*>\s*|\s+)({name})"


_ECMA_NAME = r"[\w$]+"
_ECMA_FUNCTION = (
    rf"(?:async\s*)?(?:function\b|(?:<[^<>]*>\s*)?(?:{_ARGUMENTS}|[\w$]+)\s*(?::[^=]+)?=>)"
)
ECMA_HEADS = (
    rf"{START}function\b\s*\*?\s*([\w$]*)",
    match_keyword("class|interface|enum|namespace|module", r"[\w$.]+|(?=\{)"),
    rf"{START}type\s+([\w$]+)\s*(?:<.*)?=",
    rf"(?:export\s+|declare\s+)*(?:const|let|var)\s+({_ECMA_NAME})\b[^=]*=\s*{_ECMA_FUNCTION}",
    rf"([\w$.]+|\[[^\]]*\])\s*=\s*{_ECMA_FUNCTION}",
    rf"([\w$]+|\"[^\"]*\"|'[^']*')\s*:\s*{_ECMA_FUNCTION}",
    rf"{CONTROL}{START}(?:get\s+|set\s+|\*\s*)?{CONTROL}([\w$#]+)\s*(?:<[^()]*>)?{_ARGUMENTS}"
    r"\s*(?::\s*[^;=]+)?\{",
    r"[fx]?(?:it|test|specify|bench|describe|suite|context)(?:\.\w+)*\(\s*"
    r"(\"(?:\\.|[^\"])*\"|'(?:\\.|[^'])*'|`(?:\\.|[^`])*`)",
)
ECMA_TOP_HEADS = (r"(?:export\s+|declare\s+)*const\s+([\w$]+)\b",)
# `Type name(arguments)` and then a body; a constructor has no type.
TYPED = (
    rf"{CONTROL}{START}{CONTROL}(?:[\w:<>,\[\]*&?.~ ]+[\s*&>\]]\s*(~?[\w:$]+|operator\s*[^\s(]+)"
    rf"|(~?[A-Z][\w$]*|[\w:]+::~?\w+))\s*(?:<[^()]*>)?{_ARGUMENTS}[^;={{}}]*?"
    r"(?:\{|=>|:\s*(?:base|this)\b)"
)
_DECLARED = (
    rf"{CONTROL}{START}{CONTROL}[\w:<>,\[\]?.]+\s+(?!=)(\w+)\s*(?:<[^()]*>)?{_ARGUMENTS}[^={{}}]*;"
)
_TYPES = match_keyword("class|interface|struct|enum|record|namespace|union|@interface", r"[\w$.:]+")
_FIELD = (
    r"(?:(?:public|private|protected|internal|static|final|readonly)\s+)+[\w<>\[\],.?]+\s+(\w+)"
    r"\s*=[^;]*$"
)
JVM_HEADS = (_FIELD, _TYPES, rf"{START}@interface\s+(\w+)", TYPED, _DECLARED)
TEMPLATE = r"(?:template\s*<[^{]*>\s*)?"
C_LIKE_HEADS = (
    rf"{TEMPLATE}(?:typedef\s+|static\s+|const\s+)*(?:class|struct|union|enum(?:\s+class)?|namespace)\s+"
    r"([\w:]+)[^;=()]*\{?\s*$",
    r"#\s*define\s+(\w+)\(",
    TEMPLATE + TYPED,
)
C_TOP_HEADS = (rf"{CONTROL}(\w+){_ARGUMENTS}\s*\{{",)
LISP_HEADS = (r"\((?:\w+/)?def[\w!*+-]*\s+(?:\^\S+\s+)*\(?([^\s()\[\]]+)", r"\(ns\s+([^\s()]+)")
ML_HEADS = (
    r"(?:let|and)\s+(?:rec\s+|inline\s+|private\s+|internal\s+|mutable\s+)*(\([^)]*\)|[\w'`|]+)",
    r"(?:static\s+|abstract\s+|default\s+|override\s+)*member\s+(?:inline\s+|private\s+)*(?:\w+\.)?(\w+)",
    r"(?:override|default)\s+(?:\w+\.)?(\w+)",
    r"(?:module|namespace|type|exception|class|object|method)\s+(?:rec\s+|private\s+|virtual\s+)*"
    r"(?:\w*'\w+\s+)?([\w.']+)",
)
HASKELL_HEADS = (
    r"(?:data|newtype|type\s+family|type|class|instance|module)\s+(?:[^=]*=>\s*)?([\w.']+)",
    r"(?!(?:import|where|then|else|of|in|do|let|case|if|deriving|infix[lr]?|port)\b)"
    r"([a-z_][\w']*|\([^\w\s()]+\))(?:\s*,\s*[\w']+)*\s+(?:::|[^=:<>]*=(?!=)|[^=:]*\|)",
)
MARKUP_HEADS = (
    r"<(?!(?:script|style|template|!|\?|/))([\w.:-]+)(?![^>]*/>)"
    r"(?![^<]*</)",
)
# A selector; what a script writes before a brace is none, where both stand in one file.
STYLE_HEADS = (
    r"(?!//|/\*|(?:for|if|while|switch|else|do|try|catch|finally|return|function|class|with)\b"
    r"|[\w-]+\s*:\s*\S.*;)((?:[^{};=]|\[[^\]]*\])*?[^{};=(>:,\s])\s*\{\s*$",
)
SUBROUTINE_HEADS = (
    r"(?i:(?:(?:pure|recursive|elemental|public|private|protected|friend|shared|overloads|overrides"
    r"|module|async|static|class|integer|real|logical|character|double\s+precision|type)"
    r"(?:\s*\([^)]*\))?\s+)*(?:subroutine|function|sub|procedure|constructor|destructor|program"
    r"|property|operator|task|entity|architecture|package(?:\s+body)?|class|structure|interface"
    r"|module(?!\s+procedure\s*$)|namespace|unit|enum|type|record|protected|block\s*data)\s+)"
    r"(?:body\s+)?([\w.]+)",
)
BRACED_HEADS = (
    match_keyword("class|interface|struct|enum|record|namespace|union|trait|impl|extension|mixin|object"
             r"|contract|library|message|service|oneof|model|module|typedef|protocol|actor", r"[\w.]+"),
    match_keyword("function|func|fn|fun|def|rpc|modifier|constructor", r"[\w.]*"),
    TYPED,
    r"(?:export\s+)?(?:const|final|var|pub\s+const|pub\s+var)\s+(\w+)[^=]*=\s*(?:\([^)]*\)\s*\{"
    r"|(?:packed\s+|extern\s+)?(?:struct|enum|union)\b)",
)  # fmt: skip

LINE = r"^[ \t]*"
END = r"(?<![\w.:@])end\b(?![:?!\w])"
LONG_STRING = r'"""[\s\S]*?"""'
SHORT_STRING = r'"(?:\\.|[^"\\])*"'
LISP_NAME = r"[^\s\"()\[\]]+"
