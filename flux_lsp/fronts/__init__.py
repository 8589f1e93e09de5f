"""The fronts that people and editors use: `lsp` for editors, `cli` for a terminal. They don't know each other."""
