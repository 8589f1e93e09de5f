"""Which lines of an answer or a file are comments, attributes or pragmas; the rules are in `syntax`.

Never parses.
"""

from flux_lsp.syntax.comment_lines import attribute_lines, comment_lines
from flux_lsp.syntax.pragmas import may_be_pragma as is_pragma

__all__ = ["attribute_lines", "comment_lines", "is_pragma"]
