--- Neovim's rows, columns and diagnostics as LSP has them, in any position encoding.
local M = {}

--- Code units of a string in each position encoding.
local UNITS = {
  ['utf-8'] = string.len,
  ['utf-16'] = function(text)
    return vim.fn.strutf16len(text, 1)
  end,
  ['utf-32'] = vim.fn.strchars,
}

--- LSP position of a 0-based row and byte column; -1 is the line's end.
---@return lsp.Position
function M.position(bufnr, row, col, encoding)
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  return { line = row, character = UNITS[encoding](line:sub(1, col)) }
end

--- Every diagnostic, of any source, on the lines of an LSP range.
---@return lsp.Diagnostic[]
function M.diagnostics(bufnr, range, encoding)
  local found = {}
  for _, d in ipairs(vim.diagnostic.get(bufnr)) do
    local last = d.end_lnum or d.lnum
    if d.lnum <= range['end'].line and last >= range.start.line then
      found[#found + 1] = {
        range = {
          start = M.position(bufnr, d.lnum, d.col, encoding),
          ['end'] = M.position(bufnr, last, d.end_col or d.col, encoding),
        },
        severity = d.severity, message = d.message, source = d.source, code = d.code,
      }
    end
  end
  return found
end

return M
