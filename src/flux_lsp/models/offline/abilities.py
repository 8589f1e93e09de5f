"""What the offline provider can do, in words for people: shown with everything it refuses."""

ABILITIES = """\
The offline provider works by fixed rules, without a model. It can:
- explain Python, and functions and classes of other languages
- document: docstrings in Python, doc comments in other languages
- write pytest or unittest tests for Python, of what can be proven from the code
- edit Python: `rename X to Y`, `add docstrings`, `sort imports`, `remove unused imports`, \
`name the literal 3600 as SECONDS_PER_HOUR`
- fix in Python: unused imports and variables, missing imports of the standard library, unsorted \
imports, stray blanks, `== None`, f-strings without fields, missing docstrings
For anything else set `provider` to anthropic and give it a key."""
