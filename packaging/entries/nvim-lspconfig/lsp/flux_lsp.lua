---@brief
---
--- {repository}
---
--- Flux puts Claude into the code-action menu: edit, fix, explain, document and test code, each change
--- verified before it is applied. It runs beside the language's own server, for every filetype.
---
--- Install it with `pipx install flux-lsp` or `uv tool install flux-lsp`, and set `ANTHROPIC_API_KEY`.

---@type vim.lsp.Config
return {
  cmd = { 'flux-lsp' },
  root_markers = { '.git', 'pyproject.toml', 'package.json', 'Cargo.toml', 'go.mod' },
}
