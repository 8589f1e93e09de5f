--- `:checkhealth flux`: why nothing happens, and what to do.
local M = {}

function M.check()
  vim.health.start('flux')
  local line = require('flux.client').command_line('doctor')
  if vim.fn.has('nvim-0.10') == 0 then
    return vim.health.error('Neovim 0.10 or newer is needed')
  elseif vim.fn.executable(line[1]) == 0 then
    return vim.health.error(line[1] .. ' cannot be run', {
      'install it: uv tool install flux-lsp, or pipx install flux-lsp',
      "or name it: require('flux').setup({ cmd = { '/path/to/flux-lsp' } })",
    })
  end
  vim.health.ok(('Neovim %s, server %s'):format(vim.version(), vim.fn.exepath(line[1])))
  local clients = vim.lsp.get_clients({ name = 'flux' })
  if #clients == 0 then
    vim.health.warn('no client is running', { "vim.lsp.enable('flux') or require('flux').setup(), then open a file" })
  end
  for _, client in ipairs(clients) do
    local words = ('client %d in %s, positions in %s')
    vim.health.ok(words:format(client.id, client.root_dir or 'no folder', client.offset_encoding))
  end
  local ended = vim.system(line, { text = true, env = { NO_COLOR = '1', COLUMNS = '96' } }):wait(20000)
  local report = ended.code == 0 and vim.health.ok or vim.health.warn
  report('flux-lsp doctor says:\n' .. vim.trim((ended.stdout or '') .. (ended.stderr or '')))
end

return M
