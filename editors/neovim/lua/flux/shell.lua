--- The server's other commands, run beside the language client: doctor, usage, models.
local M = {}

---@type string[]? the command line that `setup` was given on Neovim 0.10
M.cmd = nil

--- The server's command line, for its other commands.
---@return string[]
function M.command_line()
  local cmd = M.cmd or vim.lsp.config and vim.lsp.config.flux.cmd
  return type(cmd) == 'table' and vim.deepcopy(cmd) or { 'flux-lsp' }
end

--- Run one of the server's other commands; `done` gets its exit code and what it printed.
---@param words string[]
---@param cwd? string
---@param done fun(code: integer, lines: string[])
function M.run(words, cwd, done)
  local line = vim.list_extend(M.command_line(), words)
  if vim.fn.executable(line[1]) == 0 then
    return vim.notify(('Flux: %s cannot be run; :checkhealth flux says what to do'):format(line[1]), vim.log.levels.ERROR)
  end
  local options = { text = true, cwd = cwd, env = { NO_COLOR = '1', COLUMNS = '96' } }
  vim.system(line, options, vim.schedule_wrap(function(ended)
    done(ended.code, vim.split(vim.trim(ended.stdout .. ended.stderr), '\n'))
  end))
end

return M
