"""What a person or an editor speaks to: `lsp` for editors, `cli` for a terminal. Fronts don't know each other."""
