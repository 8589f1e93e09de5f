"""Comments and other values that rows of several languages share.

Never holds logic.
"""

from flux_lsp.syntax.languages.patterns import LINE
from flux_lsp.syntax.languages.values import BlockWords, Comments, Docs, Heads

STARS = ("/*", "*/")
ANGLES = ("<!--", "-->")
ROUND = ("(*", "*)")

HASH = Comments(("#",))
SLASH = Comments(("//",), (STARS,))
SCRIPT = Comments(("//",), (STARS, ("{/*", "*/}")))
PAGE = Comments((), (ANGLES, STARS, ("{/*", "*/}")), inner=("//",), extra=(STARS,))
HASKELL = Comments(("--",), (("{-", "-}"),))
PERCENT = Comments(("%",))
SEMICOLON = Comments((";",))
LISP = Comments((";",), (("#|", "|#"),))

NO_HEADS = Heads(())
PLAIN_DOCS = Docs(plain=True)
NO_DOCS = Docs(marks="")
# Preprocessor lines, access labels and jump labels; a macro with arguments is a symbol.
C_MARGIN = (
    r"\s*(?:#(?!\s*define\s+\w+\()|(?:public|private|protected|signals|\w+)\s*(?:\w+\s*)?:\s*$)"
)
PREPROCESSOR = (BlockWords(LINE + r"#[ \t]*if(?:n?def)?\b", LINE + r"#[ \t]*endif\b"),)
