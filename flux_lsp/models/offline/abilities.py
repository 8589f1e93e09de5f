"""What the offline provider can do, in words for people: said with everything it refuses."""

ABILITIES = (
    "The offline provider works by fixed rules, without a model. It explains and documents code, "
    "writes tests for Python, fixes a few diagnostics in Python (unused imports and variables, "
    "missing standard imports, unsorted imports, stray blanks, `== None`), and edits Python by one "
    "of: `rename X to Y`; `add docstrings`; `sort imports`; `remove unused imports`; "
    "`name the literal 3600 as SECONDS_PER_HOUR`"
)
